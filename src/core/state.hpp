#pragma once
// TenantState: everything that decisions of one tenant look at. Configuration and inventory are always in memory, in
// tables that keep a batch's changes apart until it is durable; orders and customers are loaded for the batch that
// needs them (`WorkingSet`).
//
// decide (core/decide.hpp) reads it, evolve (core/evolve.hpp) is the only writer.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/key_index.hpp"
#include "base/pending_table.hpp"
#include "core/access/api_key.hpp"
#include "core/catalogue/item.hpp"
#include "core/customer/customer.hpp"
#include "core/inventory/feed.hpp"
#include "core/inventory/level.hpp"
#include "core/network/capacity.hpp"
#include "core/network/channel.hpp"
#include "core/network/location.hpp"
#include "core/order/order.hpp"
#include "core/tenant.hpp"

namespace waybill::core {

/// A configured kind of thing: rows by dense index, and the index by code.
template <class Row>
struct Coded {
    KeyIndex codes;
    PendingTable<Row> rows;

    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view code) const { return codes.find(code); }
    [[nodiscard]] const Row& operator[](std::uint32_t ix) const { return rows.read(ix); }
    [[nodiscard]] std::uint32_t size() const { return rows.size(); }
    /// Adds or replaces. REQUIRES: ix is the index of `code`, or the next free one and the code is new.
    void put(std::uint32_t ix, std::string_view code, Row row) {
        if (ix == rows.size()) {
            const auto at = codes.add(code);
            WAYBILL_ASSERT(at == ix);
            rows.add(std::move(row));
        } else {
            rows.write(ix) = std::move(row);
        }
    }
    void accept() {
        codes.accept();
        rows.accept();
    }
    void drop() {
        codes.drop();
        rows.drop();
    }
};

/// Orders and customers that the current batch touches. What was loaded and is absent does not exist.
struct WorkingSet {
    std::map<OrderId, std::shared_ptr<Order>> orders;
    std::map<std::pair<ChannelIx, std::string>, OrderId> channel_orders;
    std::map<CustomerId, Customer> customers;
    std::map<CustomerIdentity, CustomerId> identities;

    [[nodiscard]] const Order* find_order(OrderId id) const;
    [[nodiscard]] const Customer* find_customer(CustomerId id) const;
    void clear();
};

struct TenantState {
    TenantId id;
    PendingTable<TenantSettings> settings;  ///< one row once the tenant is configured
    Coded<Item> items;
    Coded<Location> locations;
    Coded<Channel> channels;
    Coded<ApiKey> keys;  ///< by hash of the secret
    Coded<FeedSource> feeds;
    Coded<PostcodeArea> postcode_areas;   ///< by "GB/SW1"
    PendingTable<ItemLevels> levels;      ///< by ItemIx
    PendingTable<CapacityBook> capacity;  ///< by LocationIx
    KeyIndex gtins;                       ///< every GTIN ever given
    PendingTable<ItemIx> gtin_items;      ///< whose it is, by index in `gtins`; no_index: nobody's now
    WorkingSet working;

    Sequence head;                      ///< of the last event evolved, pending ones included
    std::uint64_t config_sequence = 0;  ///< of the last configuration event evolved
    Instant last_instant;               ///< batches are stamped at or after it

    [[nodiscard]] const TenantSettings& tenant() const { return settings.read(0); }
    [[nodiscard]] const ItemLevels& levels_of(ItemIx item) const { return levels.read(item); }

    /// The batch is durable: pending rows become what other threads see. Called under the engine's exclusive lock.
    void accept();
    /// The batch failed: nothing has happened. The caller restores head, config_sequence and last_instant.
    void drop();
};

}  // namespace waybill::core

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
#include "core/automation/rule_versions.hpp"
#include "core/catalogue/item.hpp"
#include "core/customer/customer.hpp"
#include "core/integration/webhook.hpp"
#include "core/inventory/demand.hpp"
#include "core/inventory/feed.hpp"
#include "core/inventory/level.hpp"
#include "core/messages/message_template.hpp"
#include "core/network/capacity.hpp"
#include "core/network/channel.hpp"
#include "core/network/location.hpp"
#include "core/network/rate_table.hpp"
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
    void seal() {
        codes.seal();
        rows.seal();
    }
    void accept_sealed() {
        codes.accept_sealed();
        rows.accept_sealed();
    }
    void accept() {
        codes.accept();
        rows.accept();
    }
    void drop() {
        codes.drop();
        rows.drop();
    }
    void drop_sealed() {
        codes.drop_sealed();
        rows.drop_sealed();
    }
};

/// Orders and customers that the open batch touches. What was loaded and is absent does not exist.
struct WorkingSet {
    std::map<OrderId, std::shared_ptr<Order>> orders;
    std::map<std::pair<ChannelIx, std::string>, OrderId> channel_orders;
    std::map<CustomerId, Customer> customers;
    std::map<CustomerIdentity, CustomerId> identities;

    [[nodiscard]] const Order* find_order(OrderId id) const;
    [[nodiscard]] const Customer* find_customer(CustomerId id) const;
    void clear();
};

/// What an order that waits may be routed again for.
struct NewSupply {
    std::vector<ItemIx> items;  ///< of which more can be promised somewhere than before, with repeats
    bool room = false;          ///< a location with a limit has capacity back
};

struct TenantState {
    TenantId id;
    PendingTable<TenantSettings> settings;  ///< one row once the tenant is configured
    Coded<Item> items;
    Coded<Location> locations;
    Coded<Channel> channels;
    Coded<ApiKey> keys;  ///< by hash of the secret
    Coded<FeedSource> feeds;
    Coded<PostcodeArea> postcode_areas;  ///< by "GB/SW1"
    Coded<RuleSetVersion> rule_sets;     ///< by their number as text, number 1 at index 0
    Coded<RuleActivation> activations;   ///< in the order of the log
    Coded<RateTable> rate_tables;
    Coded<Webhook> webhooks;
    PendingTable<DeliveryProgress> webhook_progress;                    ///< by WebhookIx
    Coded<MessageTemplate> message_templates;                           ///< by template_key
    PendingTable<DeliveryProgress> message_progress;                    ///< one row once there is a template
    Coded<ItemDemand> demand;                                           ///< by SKU, of items that it was ever told of
    PendingTable<std::shared_ptr<const CompiledRules>> compiled_rules;  ///< as rule_sets; empty where none was needed
    PendingTable<ItemLevels> levels;                                    ///< by ItemIx
    PendingTable<CapacityBook> capacity;                                ///< by LocationIx
    KeyIndex gtins;                                                     ///< every GTIN ever given
    PendingTable<ItemIx> gtin_items;  ///< whose it is, by index in `gtins`; no_index: nobody's now
    WorkingSet working;
    NewSupply new_supply;  ///< since the open batch began

    Sequence head;                      ///< of the last event evolved, pending ones included
    std::uint64_t config_sequence = 0;  ///< of the last configuration event evolved
    Instant last_instant;               ///< batches are stamped at or after it

    [[nodiscard]] const TenantSettings& tenant() const { return settings.read(0); }
    [[nodiscard]] const ItemLevels& levels_of(ItemIx item) const { return levels.read(item); }
    /// nullptr: nobody ever told of it.
    [[nodiscard]] const ItemDemand* demand_of(ItemIx item) const;

    /// The pending rows are about to be made durable: they are set aside, and the next batch is decided above them.
    void seal();
    /// They are durable: sealed rows become what other threads see. Called under the engine's exclusive lock.
    void accept_sealed();
    /// The pending rows become what is seen, where nothing has to be made durable first.
    void accept();
    /// What is pending has not happened. The caller restores head, config_sequence and last_instant, here and below.
    void drop();
    /// What is sealed has not happened. REQUIRES: nothing is pending.
    void drop_sealed();

private:
    template <class Visit>
    void each_table(Visit&& visit) {
        visit(settings);
        visit(items);
        visit(locations);
        visit(channels);
        visit(keys);
        visit(feeds);
        visit(postcode_areas);
        visit(rule_sets);
        visit(activations);
        visit(rate_tables);
        visit(webhooks);
        visit(webhook_progress);
        visit(message_templates);
        visit(message_progress);
        visit(demand);
        visit(compiled_rules);
        visit(levels);
        visit(capacity);
        visit(gtins);
        visit(gtin_items);
    }
};

}  // namespace waybill::core

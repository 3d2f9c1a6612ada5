#pragma once
// Orders: headers, blocks and the rows they are found by (order_items, order_locations, order_words).

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/row_inserter.hpp"

namespace waybill::storage::sqlite {

class OrderWriter {
public:
    explicit OrderWriter(Connection& connection);
    /// Errors: conflict for a number that its channel has used, and for a change of an order that does not exist.
    bool write(const engine::TenantBatch& batch);

private:
    struct IndexRow {
        std::uint64_t epoch;
        std::uint32_t value;
        std::int64_t placed_at;
        std::uint64_t order;
        auto operator<=>(const IndexRow&) const = default;
    };
    struct WordRow {
        std::uint64_t epoch;
        std::string word;
        std::int64_t placed_at;
        std::uint64_t order;
        auto operator<=>(const WordRow&) const = default;
    };

    void note_new(const engine::OrderRow& order);
    bool insert_new(core::TenantId tenant);
    bool change(core::TenantId tenant, const engine::OrderRow& order);
    bool write_blocks(core::TenantId tenant, const engine::OrderRow& order);
    void note_items(const engine::OrderRow& order, std::int64_t placed_at);
    void note_words(const engine::OrderRow& order, std::int64_t placed_at);
    /// The rows to find orders by, sorted over the whole batch: neighbours share their pages.
    bool write_index_rows(core::TenantId tenant);

    RowInserter<14> insert_;
    Statement read_old_;
    Statement change_;
    Statement change_in_place_;
    Statement put_block_;
    RowInserter<5> add_items_;
    RowInserter<5> add_locations_;
    Statement drop_location_;
    RowInserter<5> add_words_;
    Statement add_channel_;
    Statement widen_epoch_;
    std::set<core::ChannelIx> channels_;
    std::map<std::uint64_t, std::pair<std::int64_t, std::int64_t>> epochs_;  ///< first and last time of new orders
    std::vector<std::pair<const engine::OrderRow*, std::string>> new_;       ///< with the text of `locations`
    std::vector<IndexRow> items_;
    std::vector<IndexRow> locations_;
    std::vector<WordRow> words_;
};

class OrderReader {
public:
    explicit OrderReader(Connection& connection);

    [[nodiscard]] std::optional<engine::StoredOrder> find(core::TenantId tenant, core::OrderId id,
                                                          engine::Blocks blocks);
    [[nodiscard]] std::optional<core::OrderId> find_by_channel(core::TenantId tenant, core::ChannelIx channel,
                                                               std::string_view channel_order_id);
    [[nodiscard]] std::vector<engine::StoredOrder> scan(core::TenantId tenant, core::OrderId after,
                                                        std::uint32_t limit);

private:
    [[nodiscard]] std::vector<engine::OrderBlock> blocks_of(core::TenantId tenant, core::OrderId id);

    /// Adds what `header` does not say: the blocks, or the event that stands for the document.
    void complete(core::TenantId tenant, core::OrderId id, engine::Blocks blocks, engine::StoredOrder& order);

    Statement find_;
    Statement by_channel_;
    Statement scan_;
    Statement blocks_;
    Statement placed_;
};

}  // namespace waybill::storage::sqlite

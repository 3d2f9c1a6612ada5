#pragma once
// The inventory ledger: one row for each event that moved stock, and the rows it is found by (movement_items,
// movement_locations). Instant and order of a movement are those of its event and are not stored again.

#include <vector>

#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/row_inserter.hpp"
#include "storage/sqlite/sql_text.hpp"

namespace waybill::storage::sqlite {

class MovementWriter {
public:
    explicit MovementWriter(Connection& connection);
    bool write(const engine::TenantBatch& batch);

private:
    /// A row of movement_items or movement_locations.
    struct IndexRow {
        std::uint64_t epoch;
        std::uint32_t value;
        std::uint64_t sequence;
        auto operator<=>(const IndexRow&) const = default;
    };

    /// Sorted over the whole batch: neighbours share their pages.
    bool write_index_rows(core::TenantId tenant);

    RowInserter<3> add_;
    RowInserter<4> add_items_;
    RowInserter<3> add_locations_;
    std::vector<std::pair<core::Sequence, std::string>> moved_;
    std::vector<IndexRow> items_;
    std::vector<IndexRow> locations_;
};

class MovementReader {
public:
    explicit MovementReader(Connection& connection);

    [[nodiscard]] std::vector<engine::MovementRow> find(core::TenantId tenant, const engine::MovementQuery& query);
    [[nodiscard]] std::vector<engine::LevelRow> sums(core::TenantId tenant);

private:
    void read(const SqlText& sql, std::vector<engine::MovementRow>& out);

    StatementCache cache_;
    Statement head_;
    Statement sums_;
};

}  // namespace waybill::storage::sqlite

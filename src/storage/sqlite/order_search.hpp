#pragma once
// Order search: newest first by (placed_at, id), through the index that has the fewest rows for the query.
//
// Each filter has an index that ends in (placed_at, id), so any of them can lead and be walked in the order of the
// answer; the other filters are checked for each row met, by a column of the order or one look into their own index.
// Which one leads is counted, each up to a bound (`probe_rows_max`); among those that reach it the order is: words,
// customer, item, location, scope, state and channel. Filters with several values (states, channels, scope) are walked
// once per value and merged. All are walked by epochs or eras (epochs.hpp), the newest first.

#include <utility>
#include <vector>

#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/sql_text.hpp"

namespace waybill::storage::sqlite {

class OrderSearch {
public:
    explicit OrderSearch(Connection& connection) : cache_(connection) {}

    /// Cost: for the leading index, the rows met until `limit` of them pass the other filters, and one look for each
    /// epoch or era. Words of persons also cost all their rows, as long as those have few customers.
    [[nodiscard]] std::vector<std::pair<Instant, core::OrderId>> find(core::TenantId tenant,
                                                                      const engine::OrderQuery& query);

private:
    StatementCache cache_;
};

}  // namespace waybill::storage::sqlite

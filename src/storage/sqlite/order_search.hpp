#pragma once
// Order search: newest first by (placed_at, id), through the index that has the fewest rows for the query.
//
// Each filter has an index that ends in (placed_at, id), so any of them can lead and be walked in the order of the
// answer; the other filters are checked for each row met, by a column of the order or one look into their own index.
// Which one leads is counted, each up to a bound (`probe_rows_max`); among those that reach it the order is: words,
// customer, item, location, scope, state and channel. Filters with several values (states, channels, scope) are walked
// once per value and merged. All are walked by epochs or eras (epochs.hpp), the newest first.
//
// Each walk looks at a bounded number of orders that pass no filter and then stops; the page ends where the first one
// stopped, and the next page goes on from there. So the cost of a page does not depend on how rare its orders are.

#include <optional>
#include <vector>

#include "engine/store.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/sql_text.hpp"

namespace waybill::storage::sqlite {

struct FoundOrders {
    std::vector<engine::OrderPosition> hits;
    std::optional<engine::OrderPosition> next;  ///< as OrderPage::next
};

class OrderSearch {
public:
    OrderSearch(Connection& connection, std::uint64_t rows_in_vain_max)
        : cache_(connection), rows_in_vain_max_(rows_in_vain_max) {}

    /// Cost: for the leading index, the rows met until `limit` of them pass the other filters or `rows_in_vain_max` did
    /// not, and one look for each epoch or era. With a word of persons or a beginning of a word, an epoch's rows of it
    /// are sorted.
    [[nodiscard]] FoundOrders find(core::TenantId tenant, const engine::OrderQuery& query);

private:
    StatementCache cache_;
    std::uint64_t rows_in_vain_max_;
};

}  // namespace waybill::storage::sqlite

#include "storage/sqlite/order_search.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>

#include "storage/sqlite/epochs.hpp"
#include "storage/sqlite/order_walks.hpp"

namespace waybill::storage::sqlite {

using core::OrderId;
using core::TenantId;
using engine::OrderPosition;
using engine::OrderQuery;
using Hits = std::vector<OrderPosition>;

namespace {

static_assert(epoch_bits == 13 && era_bits == 17, "the statements below say so too");

/// Each walk looks at this many orders in each stretch at least, so that every page comes further.
constexpr std::uint64_t stretch_rows_in_vain_min = 16;

/// Epochs without a row of a walk, after which it asks which of the others have any: one statement for all of them is
/// several times as quick as one for each.
constexpr std::uint32_t empty_epochs_max = 3;

class Search {
public:
    Search(TenantId tenant, const OrderQuery& query, StatementCache& cache, std::uint64_t rows_in_vain_max)
        : tenant_(tenant),
          query_(query),
          cache_(cache),
          rows_in_vain_max_(rows_in_vain_max),
          walks_(tenant, query, cache) {}

    FoundOrders run() {
        if (query_.limit == 0 || !walks_.can_find()) return {};
        const Lead lead = walks_.choose();
        FoundOrders found;
        for (const Branch& branch : lead.branches) {
            go(branch, rows_in_vain_max_ / lead.branches.size(), found.hits);
            settle(found.hits);
        }
        found.next = stopped_at_;
        if (found.hits.size() == query_.limit) found.next = found.hits.back();
        return found;
    }

private:
    /// Best first, no repeats, no more than asked for, none from behind where a walk stopped.
    void settle(Hits& hits) const {
        std::sort(hits.begin(), hits.end(), std::greater<>());
        while (stopped_at_ && !hits.empty() && hits.back() < *stopped_at_) hits.pop_back();
        hits.erase(std::unique(hits.begin(), hits.end()), hits.end());
        if (hits.size() > query_.limit) hits.resize(query_.limit);
    }

    /// A walk through one stretch: rows with whether they pass the other filters, best first.
    struct Walk {
        SqlText sql;
        std::size_t stretch_at = 0;  ///< where in its values the number of the stretch is
        std::size_t oldest_at = 0;   ///< and the time that rows must not be below
    };
    [[nodiscard]] Walk prepare(const Branch& branch) const {
        const std::string placed = std::string(branch.alias) + ".placed_at";
        const std::string id = std::string(branch.alias) + "." + std::string(branch.id);
        SqlText rows;
        if (branch.alias == "d") {
            // The index rows come first in the text and are the outer loop: CROSS JOIN fixes the order.
            const std::size_t where = branch.rows.text.find(" WHERE ");
            rows.add(branch.rows.text.substr(0, where)).add(" CROSS JOIN orders o");
            rows.add(branch.rows.text.substr(where));
            rows.values = branch.rows.values;
            rows.add(" AND o.tenant_id = ?", tenant_.raw()).add(" AND o.id = d.order_id");
        } else {
            rows.add(branch.rows);
        }
        walks_.add_time(rows, branch);
        rows.add(" AND ").add(placed).add(" >= ?", std::numeric_limits<std::int64_t>::min());
        const std::size_t oldest_in_rows = rows.values.size() - 1;
        if (query_.after) {
            rows.add(" AND (").add(placed).add(", ").add(id).add(") < (?", query_.after->first.micros());
            rows.add(", ?)", query_.after->second.raw());
        }
        rows.add(" ORDER BY ").add(placed).add(" DESC, ").add(id).add(" DESC");
        const SqlText passes = filters(branch);
        // Each branch's rows begin with the tenant and the stretch.
        Walk walk{{}, passes.values.size() + 1, passes.values.size() + oldest_in_rows};
        SqlText& sql = walk.sql;
        sql.add("SELECT ");
        if (branch.is_sorted) {
            sql.add(placed).add(", ").add(id).add(", ").add(passes).add(" FROM ").add(rows);
        } else {
            // A stretch has no more rows than sequences. The limit keeps SQLite from checking filters before it sorts.
            sql.add("o.placed_at, o.id, ").add(passes).add(" FROM (SELECT DISTINCT ");
            sql.add("o.placed_at, o.id, o.channel, o.status, o.customer FROM ").add(rows);
            sql.add(" LIMIT ?) o", std::int64_t{1} << era_bits);
        }
        return walk;
    }

    void go(const Branch& branch, std::uint64_t in_vain_max, Hits& hits) {
        Walk walk = prepare(branch);
        std::uint64_t in_vain = 0;
        std::uint32_t empty = 0;
        std::optional<std::vector<std::int64_t>> with_rows;
        for (const StretchOfOrders& stretch : walks_.stretches(branch.stretch)) {
            if (with_rows && !std::binary_search(with_rows->begin(), with_rows->end(), stretch.number)) continue;
            settle(hits);
            // Once the page is full, only what is not older than its last row can still get onto it; once a walk has
            // stopped, what is older belongs to pages to come.
            Instant oldest = Instant(std::numeric_limits<std::int64_t>::min());
            if (hits.size() == query_.limit) oldest = hits.back().first;
            if (stopped_at_) oldest = std::max(oldest, stopped_at_->first);
            // All orders of this stretch and of those after it are older.
            if (oldest > stretch.placed_max) break;
            walk.sql.values[walk.oldest_at] = oldest.micros();
            walk.sql.values[walk.stretch_at] = stretch.number;
            std::uint64_t here_max = in_vain < in_vain_max ? in_vain_max - in_vain : 0;
            here_max = std::max(here_max, std::min(stretch_rows_in_vain_min, rows_in_vain_max_));
            const std::size_t found_before = hits.size();
            const std::uint64_t in_vain_here = walk_stretch(walk.sql, here_max, hits);
            in_vain += in_vain_here;
            const bool was_empty = in_vain_here == 0 && hits.size() == found_before;
            if (was_empty && branch.stretch == Stretch::epoch && ++empty == empty_epochs_max) {
                with_rows = epochs_with_rows(branch);
            }
        }
    }

    /// Ascending.
    [[nodiscard]] std::vector<std::int64_t> epochs_with_rows(const Branch& branch) {
        constexpr std::string_view given = ".epoch = ?";
        SqlText rows = branch.rows;
        rows.text.replace(rows.text.find(given), given.size(), ".epoch = e.epoch");
        rows.values.erase(rows.values.begin() + 1);
        SqlText sql;
        sql.add("SELECT e.epoch FROM order_epochs e WHERE e.tenant_id = ?", tenant_.raw());
        sql.add(" AND EXISTS (SELECT 1 FROM ").add(rows).add(") ORDER BY e.epoch");
        std::vector<std::int64_t> out;
        for (Cursor row = cache_.query(sql); row.next();) out.push_back(row.integer(0));
        return out;
    }

    /// Rows looked at in vain.
    std::uint64_t walk_stretch(const SqlText& sql, std::uint64_t in_vain_max, Hits& hits) {
        std::uint64_t in_vain = 0;
        std::uint32_t found = 0;
        for (Cursor row = cache_.query(sql); found < query_.limit && row.next();) {
            const OrderPosition at{row.instant(0), OrderId(row.number(1))};
            if (stopped_at_ && at < *stopped_at_) break;
            if (row.integer(2) != 0) {
                hits.push_back(at);
                ++found;
            } else if (++in_vain == in_vain_max) {
                stopped_at_ = at;
                break;
            }
        }
        return in_vain;
    }

    /// Every filter but the time, as conditions on `o`. The plus signs keep SQLite from changing the leading index.
    [[nodiscard]] SqlText filters(const Branch& branch) const {
        SqlText sql;
        sql.add("(1");
        if (!query_.statuses.empty()) {
            std::vector<std::int64_t> codes;
            for (const auto status : query_.statuses) codes.push_back(static_cast<std::int64_t>(status));
            sql.add(" AND +o.status IN ").add_list(codes);
        }
        if (query_.channel) sql.add(" AND +o.channel = ?", *query_.channel);
        if (query_.customer) sql.add(" AND +o.customer = ?", query_.customer->raw());
        if (query_.item) {
            sql.add(" AND EXISTS (SELECT 1 FROM order_items x WHERE x.tenant_id = ?", tenant_.raw());
            sql.add(" AND x.epoch = o.id >> 13 AND x.item = ? AND x.placed_at = o.placed_at AND x.order_id = o.id)",
                    *query_.item);
        }
        if (query_.location) {
            sql.add(" AND EXISTS (SELECT 1 FROM order_locations x WHERE x.tenant_id = ?", tenant_.raw());
            sql.add(" AND x.epoch = o.id >> 13 AND x.location = ? AND x.placed_at = o.placed_at AND x.order_id = o.id)",
                    *query_.location);
        }
        if (!query_.scope.empty()) {
            sql.add(" AND EXISTS (SELECT 1 FROM order_locations x WHERE x.tenant_id = ?", tenant_.raw());
            sql.add(" AND x.epoch = o.id >> 13 AND x.location IN ").add_list(query_.scope);
            sql.add(" AND x.placed_at = o.placed_at AND x.order_id = o.id)");
        }
        if (!branch.words.text.empty()) sql.add(" AND ").add(branch.words);
        return sql.add(")");
    }

    TenantId tenant_;
    const OrderQuery& query_;
    StatementCache& cache_;
    std::uint64_t rows_in_vain_max_;
    OrderWalks walks_;
    /// The newest row at which a walk stopped: everything before it has been seen.
    std::optional<OrderPosition> stopped_at_;
};

}  // namespace

FoundOrders OrderSearch::find(TenantId tenant, const OrderQuery& query) {
    return Search(tenant, query, cache_, rows_in_vain_max_).run();
}

}  // namespace waybill::storage::sqlite

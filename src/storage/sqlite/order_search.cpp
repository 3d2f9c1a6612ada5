#include "storage/sqlite/order_search.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <optional>

#include "storage/sqlite/epochs.hpp"
#include "storage/sqlite/word_sql.hpp"
#include "storage/words.hpp"

namespace waybill::storage::sqlite {

using core::OrderId;
using core::TenantId;
using engine::OrderPosition;
using engine::OrderQuery;
using Hits = std::vector<OrderPosition>;

namespace {

static_assert(epoch_bits == 13 && era_bits == 17, "the statements below say so too");
constexpr std::int64_t probe_rows_max = 256;
constexpr std::size_t probe_stretches_max = 16;
constexpr std::size_t scope_branches_max = 16;  ///< a wider scope holds most orders and is better checked than walked

/// Each walk looks at this many orders in each stretch at least, so that every page comes further.
constexpr std::uint64_t stretch_rows_in_vain_min = 16;

/// Epochs without a row of a walk, after which it asks which of the others have any: one statement for all of them is
/// several times as quick as one for each.
constexpr std::uint32_t empty_epochs_max = 3;

/// Customers that are looked up one by one when words of persons are asked for; beyond it the orders are checked.
constexpr std::int64_t customers_max = 500;

/// What an index divides the log by before its own values.
enum class Stretch : std::uint8_t { epoch, era };

constexpr core::OrderStatus all_statuses[] = {core::OrderStatus::backordered, core::OrderStatus::partially_allocated,
                                              core::OrderStatus::allocated,   core::OrderStatus::partially_shipped,
                                              core::OrderStatus::shipped,     core::OrderStatus::cancelled};

/// One walk: rows of an index whose leading columns are fixed, in descending (placed_at, id).
struct Branch {
    SqlText rows;                      ///< "order_items d WHERE d.tenant_id = ? AND d.item = ?"
    std::string_view alias;            ///< of the index rows: "o" when they are the orders themselves
    std::string_view id;               ///< their column with the order's id
    bool is_sorted = true;             ///< the index has that order; else a stretch's rows are sorted, repeats left out
    Stretch stretch = Stretch::epoch;  ///< the second value of `rows` is its number; the walk is made once for each
    SqlText words;                     ///< the condition on words that this walk does not fulfil by itself
};

/// An epoch or era in which an answer can be.
struct StretchOfOrders {
    std::int64_t number = 0;
    Instant placed_max;
};
using Stretches = std::vector<StretchOfOrders>;

struct Lead {
    std::vector<Branch> branches;
};

class Search {
public:
    Search(TenantId tenant, const OrderQuery& query, StatementCache& cache, std::uint64_t rows_in_vain_max)
        : tenant_(tenant), query_(query), cache_(cache), rows_in_vain_max_(rows_in_vain_max) {
        if (!query.text.empty()) words_ = word_query(query.text);
        if (words_ && !words_->is_empty() && query.text_in_persons) read_customers();
    }

    FoundOrders run() {
        if (query_.limit == 0 || (words_ && words_->is_empty())) return {};
        const Lead lead = choose();
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
    [[nodiscard]] SqlText words_condition() const {
        if (!words_) return {};
        if (!query_.text_in_persons) return order_has_words(tenant_, *words_);
        SqlText sql;
        sql.add("(")
            .add(order_has_words(tenant_, *words_))
            .add(" OR ")
            .add(person_has_words(tenant_, *words_, words_of_order_persons, "o.id"));
        if (!customers_) {
            sql.add(" OR ").add(customer_has_words(tenant_, *words_));
        } else if (!customers_->empty()) {
            sql.add(" OR o.customer IN ").add_list(*customers_);
        }
        return sql.add(")");
    }

    /// The customers who name a person that has the words, unless they are too many.
    void read_customers() {
        SqlText sql;
        sql.add("SELECT DISTINCT p.customer FROM (");
        sql.add(persons_with_words(tenant_, *words_, words_of_customers));
        sql.add(") f CROSS JOIN persons p WHERE p.tenant_id = ?", tenant_.raw());
        sql.add(" AND p.id = f.person_id AND p.customer <> 0 LIMIT ?", customers_max + 1);
        std::vector<std::int64_t> found;
        for (Cursor row = cache_.query(sql); row.next();) found.push_back(row.integer(0));
        if (found.size() <= static_cast<std::size_t>(customers_max)) customers_ = std::move(found);
    }

    [[nodiscard]] Branch in_orders(std::string_view index) const {
        Branch branch{.rows = {}, .alias = "o", .id = "id", .stretch = Stretch::era, .words = words_condition()};
        branch.rows.add("orders o INDEXED BY ").add(index).add(" WHERE o.tenant_id = ?", tenant_.raw());
        branch.rows.add(" AND o.id >> 17 = ?", std::int64_t{0});
        return branch;
    }
    [[nodiscard]] Branch of_customers(const std::vector<std::int64_t>& customers) const {
        Branch branch = in_orders("orders_by_customer");
        branch.rows.add(" AND o.customer <> 0 AND o.customer IN ").add_list(customers);
        return branch;
    }
    /// Walks by channel and state: those asked for, or all there are.
    [[nodiscard]] Lead in_states() {
        std::vector<std::int64_t> channels;
        if (query_.channel) {
            channels.push_back(*query_.channel);
        } else {
            SqlText sql;
            sql.add("SELECT channel FROM order_channels WHERE tenant_id = ?", tenant_.raw());
            for (Cursor row = cache_.query(sql); row.next();) channels.push_back(row.integer(0));
        }
        std::vector<core::OrderStatus> statuses = query_.statuses;
        if (statuses.empty()) statuses.assign(std::begin(all_statuses), std::end(all_statuses));
        Lead lead;
        for (const std::int64_t channel : channels) {
            for (const auto status : statuses) {
                Branch& branch = lead.branches.emplace_back(in_orders("orders_by_state"));
                branch.rows.add(" AND o.channel = ?", channel);
                branch.rows.add(" AND o.status = ?", static_cast<std::uint32_t>(status));
            }
        }
        return lead;
    }
    template <class Value>
    [[nodiscard]] Branch in_epochs(std::string_view table, std::string_view column, const Value& value) const {
        Branch branch{.rows = {}, .alias = "d", .id = "order_id", .words = words_condition()};
        branch.rows.add(table).add(" d WHERE d.tenant_id = ?", tenant_.raw()).add(" AND d.epoch = ?", std::int64_t{0});
        branch.rows.add(column, value);
        return branch;
    }

    /// The walks that find orders by their own words, one for each word that could lead. The beginning of a word comes
    /// first: it is dearer to check than to walk.
    [[nodiscard]] std::vector<Branch> word_walks() const {
        std::vector<Branch> out;
        if (!words_->prefix.empty()) {
            Branch branch = in_epochs("order_words", " AND d.word >= ?", words_->prefix);
            branch.rows.add(" AND d.word < ?", prefix_end(words_->prefix));
            branch.is_sorted = false;
            branch.words = order_has_words(tenant_, without_prefix());
            out.push_back(std::move(branch));
        }
        for (std::size_t at = 0; at < words_->whole.size(); ++at) {
            Branch branch = in_epochs("order_words", " AND d.word = ?", words_->whole[at]);
            branch.words = order_has_words(tenant_, without_word(at));
            out.push_back(std::move(branch));
        }
        return out;
    }
    /// The same by words of the persons who came with them.
    [[nodiscard]] std::vector<Branch> person_word_walks() const {
        std::vector<Branch> out;
        const auto add = [&](const SqlText& lead, const WordQuery& others) {
            Branch branch{.rows = {}, .alias = "o", .id = "id", .is_sorted = false, .words = {}};
            branch.rows.add("person_words w CROSS JOIN orders o WHERE w.tenant_id = ?", tenant_.raw());
            branch.rows.add(" AND w.epoch = ?", std::int64_t{0}).add(lead);
            branch.rows.add(" AND o.tenant_id = ?", tenant_.raw()).add(" AND o.id = w.person_id");
            branch.words = person_has_words(tenant_, others, words_of_order_persons, "o.id");
            out.push_back(std::move(branch));
        };
        if (!words_->prefix.empty()) {
            SqlText range;
            range.add(" AND w.word >= ?", words_->prefix).add(" AND w.word < ?", prefix_end(words_->prefix));
            add(range, without_prefix());
        }
        for (std::size_t at = 0; at < words_->whole.size(); ++at) {
            add(SqlText().add(" AND w.word = ?", words_->whole[at]), without_word(at));
        }
        return out;
    }
    [[nodiscard]] WordQuery without_word(std::size_t at) const {
        WordQuery others = *words_;
        others.whole.erase(others.whole.begin() + static_cast<std::ptrdiff_t>(at));
        return others;
    }
    [[nodiscard]] WordQuery without_prefix() const {
        WordQuery others = *words_;
        others.prefix.clear();
        return others;
    }

    /// The walks that find orders by words of persons: of their own person, and of those their customer names.
    [[nodiscard]] std::vector<Branch> person_walks() {
        std::vector<Branch> out{rarest(person_word_walks())};
        if (!customers_) {
            for (Branch& branch : in_states().branches) {
                branch.words = customer_has_words(tenant_, *words_);
                out.push_back(std::move(branch));
            }
        } else if (!customers_->empty()) {
            Branch branch = of_customers(*customers_);
            branch.words = {};
            out.push_back(std::move(branch));
        }
        return out;
    }

    /// All leads that the query allows, in the order that breaks ties.
    [[nodiscard]] std::vector<Lead> leads() {
        std::vector<Lead> out;
        if (words_ && query_.text_in_persons) {
            Lead lead{{rarest(word_walks())}};
            for (Branch& branch : person_walks()) lead.branches.push_back(std::move(branch));
            out.push_back(std::move(lead));
        } else if (words_) {
            for (Branch& branch : word_walks()) out.push_back({{std::move(branch)}});
        }
        if (query_.customer && query_.customer->is_set()) {
            out.push_back({{of_customers({static_cast<std::int64_t>(query_.customer->raw())})}});
        }
        if (query_.item) out.push_back({{in_epochs("order_items", " AND d.item = ?", *query_.item)}});
        if (query_.location) out.push_back({{at_location(*query_.location)}});
        if (!query_.scope.empty() && query_.scope.size() <= scope_branches_max) {
            Lead lead;
            for (const auto location : query_.scope) {
                lead.branches.push_back(at_location(location));
            }
            out.push_back(std::move(lead));
        }
        if (out.empty() || query_.channel || !query_.statuses.empty()) out.push_back(in_states());
        return out;
    }
    [[nodiscard]] Branch at_location(core::LocationIx location) const {
        return in_epochs("order_locations", " AND d.location = ?", location);
    }

    [[nodiscard]] Branch rarest(std::vector<Branch> walks) {
        std::size_t best = 0;
        std::int64_t fewest = probe_rows_max + 1;
        for (std::size_t at = 0; at < walks.size(); ++at) {
            const std::int64_t rows = walks.size() == 1 ? 0 : count(walks[at]);
            if (rows < fewest) {
                fewest = rows;
                best = at;
            }
        }
        return std::move(walks[best]);
    }

    [[nodiscard]] Lead choose() {
        std::vector<Lead> all = leads();
        std::size_t best = 0;
        std::int64_t fewest = probe_rows_max + 1;
        for (std::size_t at = 0; all.size() > 1 && at < all.size(); ++at) {
            std::int64_t rows = 0;
            for (const Branch& branch : all[at].branches) {
                rows += count(branch);
                if (rows >= probe_rows_max) break;
            }
            rows = std::min(rows, probe_rows_max);
            if (rows < fewest) {
                fewest = rows;
                best = at;
            }
        }
        return std::move(all[best]);
    }

    /// Rows of the walk inside the asked time, up to probe_rows_max; estimated from the newest epochs where there are
    /// many.
    [[nodiscard]] std::int64_t count(const Branch& branch) {
        SqlText sql;
        sql.add("SELECT count(*) FROM (SELECT 1 FROM ").add(branch.rows);
        add_time(sql, branch);
        sql.add(" LIMIT ?)", probe_rows_max);
        const auto run = [&] {
            Cursor row = cache_.query(sql);
            return row.next() ? row.integer(0) : 0;
        };
        const Stretches& all = stretches(branch.stretch);
        std::int64_t rows = 0;
        std::size_t seen = 0;
        for (; seen < all.size() && seen < probe_stretches_max && rows < probe_rows_max; ++seen) {
            sql.values[1] = all[seen].number;
            rows += run();
        }
        if (seen < all.size() && seen > 0) rows = rows * static_cast<std::int64_t>(all.size() / seen);
        return std::min(rows, probe_rows_max);
    }

    /// The stretches in which an answer can be, those with the newest orders first. Read once.
    [[nodiscard]] const Stretches& stretches(Stretch stretch) {
        auto& known = stretch == Stretch::epoch ? epochs_ : eras_;
        if (known) return *known;
        known.emplace();
        SqlText sql;
        sql.add(stretch == Stretch::epoch ? "SELECT epoch, placed_max FROM order_epochs"
                                          : "SELECT epoch >> 4 AS era, max(placed_max) AS newest FROM order_epochs");
        sql.add(" WHERE tenant_id = ?", tenant_.raw());
        if (query_.placed_from.is_set()) sql.add(" AND placed_max >= ?", query_.placed_from.micros());
        if (query_.placed_before.is_set()) sql.add(" AND placed_min < ?", query_.placed_before.micros());
        if (query_.after) sql.add(" AND placed_min <= ?", query_.after->first.micros());
        sql.add(stretch == Stretch::epoch ? " ORDER BY placed_max DESC, epoch DESC"
                                          : " GROUP BY era ORDER BY newest DESC, era DESC");
        for (Cursor row = cache_.query(sql); row.next();) known->push_back({row.integer(0), row.instant(1)});
        return *known;
    }

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
        add_time(rows, branch);
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
        for (const StretchOfOrders& stretch : stretches(branch.stretch)) {
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

    void add_time(SqlText& sql, const Branch& branch) const {
        if (query_.placed_from.is_set()) {
            sql.add(" AND ").add(branch.alias).add(".placed_at >= ?", query_.placed_from.micros());
        }
        if (query_.placed_before.is_set()) {
            sql.add(" AND ").add(branch.alias).add(".placed_at < ?", query_.placed_before.micros());
        }
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
    /// The newest row at which a walk stopped: everything before it has been seen.
    std::optional<OrderPosition> stopped_at_;
    std::optional<WordQuery> words_;
    std::optional<std::vector<std::int64_t>> customers_;
    std::optional<Stretches> epochs_;
    std::optional<Stretches> eras_;
};

}  // namespace

FoundOrders OrderSearch::find(TenantId tenant, const OrderQuery& query) {
    return Search(tenant, query, cache_, rows_in_vain_max_).run();
}

}  // namespace waybill::storage::sqlite

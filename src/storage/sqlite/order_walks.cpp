#include "storage/sqlite/order_walks.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "storage/sqlite/epochs.hpp"
#include "storage/sqlite/word_sql.hpp"

namespace waybill::storage::sqlite {

using core::TenantId;
using engine::OrderQuery;

namespace {

static_assert(epoch_bits == 13 && era_bits == 17, "the statements below say so too");
constexpr std::int64_t probe_rows_max = 256;
constexpr std::size_t probe_stretches_max = 16;
constexpr std::size_t scope_branches_max = 16;  ///< a wider scope holds most orders and is better checked than walked

/// Customers that are looked up one by one when words of persons are asked for; beyond it the orders are checked.
constexpr std::int64_t customers_max = 500;

}  // namespace

OrderWalks::OrderWalks(TenantId tenant, const OrderQuery& query, StatementCache& cache)
    : tenant_(tenant), query_(query), cache_(cache) {
    if (!query.text.empty()) words_ = word_query(query.text);
    if (words_ && !words_->is_empty() && query.text_in_persons) read_customers();
}

Lead OrderWalks::choose() {
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

const Stretches& OrderWalks::stretches(Stretch stretch) {
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

void OrderWalks::add_time(SqlText& sql, const Branch& branch) const {
    if (query_.placed_from.is_set()) {
        sql.add(" AND ").add(branch.alias).add(".placed_at >= ?", query_.placed_from.micros());
    }
    if (query_.placed_before.is_set()) {
        sql.add(" AND ").add(branch.alias).add(".placed_at < ?", query_.placed_before.micros());
    }
}

SqlText OrderWalks::words_condition() const {
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

void OrderWalks::read_customers() {
    SqlText sql;
    sql.add("SELECT DISTINCT p.customer FROM (");
    sql.add(persons_with_words(tenant_, *words_, words_of_customers));
    sql.add(") f CROSS JOIN persons p WHERE p.tenant_id = ?", tenant_.raw());
    sql.add(" AND p.id = f.person_id AND p.customer <> 0 LIMIT ?", customers_max + 1);
    std::vector<std::int64_t> found;
    for (Cursor row = cache_.query(sql); row.next();) found.push_back(row.integer(0));
    if (found.size() <= static_cast<std::size_t>(customers_max)) customers_ = std::move(found);
}

Branch OrderWalks::in_orders(std::string_view index) const {
    Branch branch{.rows = {}, .alias = "o", .id = "id", .stretch = Stretch::era, .words = words_condition()};
    branch.rows.add("orders o INDEXED BY ").add(index).add(" WHERE o.tenant_id = ?", tenant_.raw());
    branch.rows.add(" AND o.id >> 17 = ?", std::int64_t{0});
    return branch;
}

Branch OrderWalks::of_customers(const std::vector<std::int64_t>& customers) const {
    Branch branch = in_orders("orders_by_customer");
    branch.rows.add(" AND o.customer <> 0 AND o.customer IN ").add_list(customers);
    return branch;
}

Lead OrderWalks::in_states() {
    std::vector<std::int64_t> channels;
    if (query_.channel) {
        channels.push_back(*query_.channel);
    } else {
        SqlText sql;
        sql.add("SELECT channel FROM order_channels WHERE tenant_id = ?", tenant_.raw());
        for (Cursor row = cache_.query(sql); row.next();) channels.push_back(row.integer(0));
    }
    std::vector<core::OrderStatus> statuses = query_.statuses;
    if (statuses.empty()) statuses.assign(std::begin(core::order_statuses), std::end(core::order_statuses));
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
Branch OrderWalks::in_epochs(std::string_view table, std::string_view column, const Value& value) const {
    Branch branch{.rows = {}, .alias = "d", .id = "order_id", .words = words_condition()};
    branch.rows.add(table).add(" d WHERE d.tenant_id = ?", tenant_.raw()).add(" AND d.epoch = ?", std::int64_t{0});
    branch.rows.add(column, value);
    return branch;
}

std::vector<Branch> OrderWalks::word_walks() const {
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

std::vector<Branch> OrderWalks::person_word_walks() const {
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

WordQuery OrderWalks::without_word(std::size_t at) const {
    WordQuery others = *words_;
    others.whole.erase(others.whole.begin() + static_cast<std::ptrdiff_t>(at));
    return others;
}

WordQuery OrderWalks::without_prefix() const {
    WordQuery others = *words_;
    others.prefix.clear();
    return others;
}

std::vector<Branch> OrderWalks::person_walks() {
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

std::vector<Lead> OrderWalks::leads() {
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

Branch OrderWalks::at_location(core::LocationIx location) const {
    return in_epochs("order_locations", " AND d.location = ?", location);
}

Branch OrderWalks::rarest(std::vector<Branch> walks) {
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

std::int64_t OrderWalks::count(const Branch& branch) {
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

}  // namespace waybill::storage::sqlite

#include "bench/search_queries.hpp"

#include <fmt/format.h>
#include <boost/describe.hpp>

#include <algorithm>

#include "bench/ground.hpp"
#include "bench/stored_orders.hpp"
#include "engine/codec.hpp"

namespace waybill::bench {
namespace {

constexpr std::uint64_t known_orders = 200;
constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t hour = 3'600 * second;
constexpr std::int64_t month = 30 * 24 * hour;

std::string status_name(core::OrderStatus status) { return boost::describe::enum_to_string(status, "allocated"); }

std::string between(Instant from, std::int64_t length) {
    return fmt::format("placed_from={}&placed_before={}", format_instant(from),
                       format_instant(Instant(from.micros() + length)));
}

void append_combinations(std::vector<std::vector<Filter>>& out, std::size_t size) {
    std::vector<bool> chosen(std::size(all_filters), false);
    std::fill_n(chosen.begin(), size, true);
    do {
        std::vector<Filter> filters;
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            if (chosen[i]) filters.push_back(all_filters[i]);
        }
        out.push_back(std::move(filters));
    } while (std::prev_permutation(chosen.begin(), chosen.end()));
}

std::string_view name_of_filter(Filter filter) {
    constexpr std::string_view names[] = {"status", "channel", "customer", "placed", "sku", "location", "words"};
    return names[static_cast<std::size_t>(filter)];
}

}  // namespace

std::vector<std::vector<Filter>> filter_combinations() {
    std::vector<std::vector<Filter>> out;
    for (std::size_t size = 1; size <= 3; ++size) append_combinations(out, size);
    return out;
}

std::string name_of(const std::vector<Filter>& filters) {
    std::string out;
    for (const Filter filter : filters) {
        if (!out.empty()) out += '+';
        out += name_of_filter(filter);
    }
    return out;
}

std::string_view name_of(Values values) {
    constexpr std::string_view names[] = {"common", "rare", "matching"};
    return names[static_cast<std::size_t>(values)];
}

std::string_view name_of(Page page) {
    constexpr std::string_view names[] = {"order by id",     "newest orders", "orders, deep page", "events",
                                          "events of order", "inventory",     "movements of item"};
    return names[static_cast<std::size_t>(page)];
}

Result<SearchGround, std::string> SearchGround::open(const std::string& path, std::uint64_t seed) {
    Shape shape = retail_shape();
    shape.seed = seed;
    SearchGround out(shape);
    auto store = open_store(path);
    if (!store) return fail(store.error());
    const auto tenant = find_bench_tenant(**store);
    if (!tenant) return fail(tenant.error());
    const auto stored = count_orders(**store, *tenant);
    if (!stored) return fail(stored.error());
    if (*stored == 0) return fail(path + " holds no orders");
    out.stored_ = *stored;
    auto reader = (*store)->reader();
    if (!reader) return fail(describe(reader.error()));
    const auto head = (*reader)->head(*tenant);
    if (!head) return fail(describe(head.error()));
    out.head_ = head->raw();
    for (std::uint64_t i = 0; i < known_orders; ++i) {
        const std::uint64_t number = 1 + (i * 2'654'435'761U + seed) % *stored;
        const auto id = find_order(**reader, *tenant, number);
        if (!id) return fail(id.error());
        if (!*id) return fail(path + " has gaps between its orders");
        const auto row = (*reader)->order(*tenant, **id);
        if (!row || !*row) return fail(path + " has an order that can not be read");
        const auto order = engine::decode_order(**row);
        if (!order) return fail(path + " has an order that can not be read");
        const std::string text = out.maker_.make(number);
        const std::size_t from = text.find(R"("name":")") + 8;
        out.known_.push_back({*order, text.substr(from, text.find(' ', from) - from)});
    }
    return out;
}

std::string SearchGround::value(Filter filter, Values values, std::uint64_t i) const {
    const Known& known = known_[i % known_.size()];
    const bool is_rare = values == Values::rare;
    const bool is_matching = values == Values::matching;
    const auto& line = known.order.lines[i % known.order.lines.size()];
    switch (filter) {
        case Filter::status:
            if (is_matching) return "status=" + status_name(known.order.status());
            return is_rare ? "status=cancelled" : "status=allocated";
        case Filter::channel:
            if (is_matching) return fmt::format("channel={}", channel_codes[known.order.channel]);
            return fmt::format("channel={}", channel_codes[is_rare ? 3 : 0]);
        case Filter::customer:
            return fmt::format("customer=cus_{}", known.order.customer.raw());
        case Filter::placed:
            if (is_rare) return between(placed_about(1 + i * 7'919 % stored_), hour);
            if (is_matching) return between(Instant(known.order.placed_at.micros() - hour), 2 * hour);
            return between(Instant(placed_about(stored_).micros() - month), 2 * month);
        case Filter::sku:
            if (is_matching) return "sku=" + sku_of(line.item);
            return "sku=" + sku_of(is_rare ? shape_.items - 1 - static_cast<std::uint32_t>(i % 100)
                                           : static_cast<std::uint32_t>(i % 10));
        case Filter::location:
            if (is_matching && !line.allocations.empty()) {
                return "location=" + place_of(shape_, line.allocations.front().location);
            }
            return "location=" + place_of(shape_, is_rare ? shape_.locations - 1 - static_cast<std::uint32_t>(i % 3)
                                                          : static_cast<std::uint32_t>(i % 4));
        case Filter::words:
            if (is_matching) return "q=" + known.name;
            return fmt::format("q={}", is_rare ? family_name(family_names - 1 - static_cast<std::uint32_t>(i % 4))
                                               : family_name(static_cast<std::uint32_t>(i % 4)));
    }
    return {};
}

std::string SearchGround::search(const std::vector<Filter>& filters, Values values, std::uint64_t i) const {
    std::string out = "/v1/orders";
    char joint = '?';
    for (const Filter filter : filters) {
        out += joint;
        out += value(filter, values, i);
        joint = '&';
    }
    return out;
}

std::string SearchGround::page(Page page, std::uint64_t i) const {
    const core::Order& order = known_[i % known_.size()].order;
    switch (page) {
        case Page::order_by_id:
            return fmt::format("/v1/orders/ord_{}", order.id.raw());
        case Page::newest_orders:
            return "/v1/orders";
        case Page::orders_deep:
            // What a cursor into the middle of all orders asks of the store.
            return fmt::format("/v1/orders?placed_before={}", format_instant(order.placed_at));
        case Page::events:
            return fmt::format("/v1/events?after={}", i * 1'000'003 % head_);
        case Page::events_of_order:
            return fmt::format("/v1/orders/ord_{}/events", order.id.raw());
        case Page::inventory:
            return "/v1/inventory?location=" + place_of(shape_, static_cast<std::uint32_t>(i % shape_.locations));
        case Page::movements:
            return "/v1/inventory/movements?sku=" + sku_of(static_cast<std::uint32_t>(i * 37 % shape_.items));
    }
    return {};
}

}  // namespace waybill::bench

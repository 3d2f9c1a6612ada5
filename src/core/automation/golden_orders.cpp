#include "core/automation/golden_orders.hpp"

#include <algorithm>

#include "core/automation/apply_rules.hpp"
#include "core/automation/line_availability.hpp"
#include "core/evolve.hpp"
#include "core/joined.hpp"
#include "core/order/order_input.hpp"
#include "core/order/place_order.hpp"

namespace waybill::core {
namespace {

PlaceOrder command_of(const GoldenOrder& golden, const TenantState& state) {
    PlaceOrder command;
    command.channel = golden.channel;
    command.channel_order_id = golden.code;
    command.placed_at = golden.placed_at;
    command.currency = state.tenant().currency;
    command.method = golden.method;
    command.pickup_location = golden.pickup_location;
    command.ship_to.country = golden.country;
    command.ship_to.region = golden.region;
    command.ship_to.postcode = golden.postcode;
    command.tags = golden.tags;
    for (const GoldenLine& line : golden.lines) {
        LineInput input;
        input.sku = line.sku;
        input.quantity = line.quantity;
        input.unit_price_micros = line.unit_price_micros;
        command.lines.push_back(std::move(input));
    }
    return command;
}

std::vector<RouteRequest::GivenStock> stock_of(const GoldenOrder& golden, const TenantState& state) {
    std::vector<RouteRequest::GivenStock> out;
    for (const GoldenUnits& units : golden.stock) {
        out.push_back({*state.items.find(units.sku), *state.locations.find(units.location), units.units});
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::string text_of(const std::vector<GoldenUnits>& units) {
    std::vector<std::string> parts;
    for (const GoldenUnits& part : units) {
        parts.push_back(std::to_string(part.units) + " " + part.sku + " from " + part.location);
    }
    return joined(parts);
}

bool by_sku(const GoldenUnits& a, const GoldenUnits& b) {
    return a.sku != b.sku ? a.sku < b.sku : a.location < b.location;
}

class GoldenRun {
public:
    GoldenRun(const CompiledRules& rules, const GoldenOrder& golden, const TenantState& state, const Context& context)
        : rules_(rules), golden_(golden), state_(state), context_(context) {
        context_.working_days = nullptr;
        if (golden.placed_at.is_set()) context_.now = golden.placed_at;
        result_.code = golden.code;
    }

    GoldenResult run() {
        Faults faults;
        Order order = order_from(command_of(golden_, state_), state_, context_, faults);
        if (faults.any()) {
            const Rejection rejection = faults.take().error;
            result_.differences.push_back("it can not be placed: " + rejection.faults.front().pointer + " " +
                                          rejection.faults.front().detail);
            return std::move(result_);
        }
        order.customer_group = golden_.customer_group;
        if (!order.customer_group.empty()) order.customer = CustomerId(context_.next.raw());
        const std::vector<RouteRequest::GivenStock> stock = stock_of(golden_, state_);
        RouteRequest request = route_request_of(order);
        request.stock = &stock;
        std::vector<std::int64_t> available;
        if (rules_.reads_availability) available = available_by_line(order, request, state_);
        RulesTrace trace = apply_placed_rules(rules_, std::move(available), order, state_, context_);
        request = route_request_of(order);
        request.stock = &stock;
        const bool is_held = order.blocked_by(HoldBlock::routing) != nullptr;
        RuledRoute route;
        if (!is_held) route = route_by_rules(request, order, &rules_, trace, state_, context_);
        Order placed = order;
        // An order that would be refused passes no later moment.
        const bool is_routed = !is_held && settle_route(route.routed, route.on_shortage, placed).has_value();
        OrderMarked marked;
        if (is_routed) marked = rules_after(Moment::routed, rules_, placed, state_, context_);
        compare_rules(trace, marked, placed);
        compare_strategy(trace, order, route.routed);
        compare_sources(order, route.routed);
        return std::move(result_);
    }

private:
    void differ(std::string_view what, const std::string& expected, const std::string& found) {
        result_.differences.push_back(std::string(what) + ": expected " + expected + ", found " + found);
    }

    /// What rules did when it was placed is in the order already, what they did when it was routed in `marked`.
    void compare_rules(const RulesTrace& trace, const OrderMarked& marked, Order& order) {
        const GoldenExpectation& expect = golden_.expect;
        if (expect.fired) {
            std::vector<std::string> fired;
            for (const std::uint16_t rule : trace.fired) fired.push_back(rules_.source.automation[rule].code);
            for (const std::uint16_t rule : marked.rules.fired) fired.push_back(rules_.source.automation[rule].code);
            if (*expect.fired != fired) differ("fired", joined(*expect.fired), joined(fired));
        }
        mark(order, marked);
        if (expect.tags && *expect.tags != order.tags) differ("tags", joined(*expect.tags), joined(order.tags));
        if (expect.priority && *expect.priority != order.priority)
            differ("priority", std::to_string(*expect.priority), std::to_string(order.priority));
        if (expect.holds) {
            std::vector<std::string> holds;
            for (const OrderHold& hold : order.holds) holds.push_back(hold.code);
            if (*expect.holds != holds) differ("holds", joined(*expect.holds), joined(holds));
        }
        if (!expect.exceptions) return;
        std::vector<std::string> kinds;
        for (const OrderException& exception : order.exceptions) kinds.push_back(exception.kind);
        if (*expect.exceptions != kinds) differ("exceptions", joined(*expect.exceptions), joined(kinds));
    }

    void compare_strategy(const RulesTrace& trace, const Order& order, const RouteResult& routed) {
        if (!golden_.expect.strategy) return;
        RuleRouting routing(rules_, order, state_, context_);
        WAYBILL_ASSERT(routing.follow(trace));
        const bool chosen = !routing.choices().empty();
        const std::string code = chosen ? routing.strategy(routed.choice).strategy.code : "";
        if (*golden_.expect.strategy == code) return;
        differ("strategy", joined({*golden_.expect.strategy}), joined({code}));
    }

    void compare_sources(const Order& order, const RouteResult& routed) {
        std::int64_t short_units = 0;
        for (const auto& [line_no, units] : routed.short_units) short_units += units;
        if (golden_.expect.short_units) {
            if (*golden_.expect.short_units != short_units)
                differ("short units", std::to_string(*golden_.expect.short_units), std::to_string(short_units));
        }
        if (!golden_.expect.sources) return;
        std::vector<GoldenUnits> found;
        for (const RouteResult::LineAllocation& given : routed.allocations) {
            const std::string& sku = state_.items[order.lines[given.line_no.raw() - 1].item].sku;
            const std::string& location = state_.locations[given.allocation.location].code;
            const auto same = std::find_if(found.begin(), found.end(), [&](const GoldenUnits& part) {
                return part.sku == sku && part.location == location;
            });
            if (same == found.end()) {
                found.push_back({sku, location, given.allocation.quantity});
            } else {
                same->units += given.allocation.quantity;
            }
        }
        std::vector<GoldenUnits> expected = *golden_.expect.sources;
        std::sort(found.begin(), found.end(), by_sku);
        std::sort(expected.begin(), expected.end(), by_sku);
        if (expected != found) differ("sources", text_of(expected), text_of(found));
    }

    const CompiledRules& rules_;
    const GoldenOrder& golden_;
    const TenantState& state_;
    Context context_;
    GoldenResult result_;
};

}  // namespace

std::vector<GoldenResult> run_golden_orders(const CompiledRules& rules, const TenantState& state,
                                            const Context& context) {
    std::vector<GoldenResult> out;
    for (const GoldenOrder& golden : rules.source.golden_orders) {
        out.push_back(GoldenRun(rules, golden, state, context).run());
    }
    return out;
}

}  // namespace waybill::core

#include "core/order/preview.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "core/automation/apply_rules.hpp"
#include "core/automation/line_availability.hpp"
#include "core/automation/order_changes.hpp"
#include "core/field_checks.hpp"
#include "core/joined.hpp"
#include "core/order/order_input.hpp"
#include "core/order/place_order.hpp"

namespace waybill::core {
namespace {

/// What an order that is being previewed has of its own: stock and capacity that count as free.
struct Holdings {
    std::vector<RouteRequest::Freed> freed;
    std::vector<RouteRequest::Held> held;
};

struct Previewed {
    Preview preview;
    RulesTrace trace;
    bool refused = false;  ///< placing it would be
};

/// `order` as it came, and after that as the rules left it.
Previewed preview_by_rules(Order& order, const Holdings& holdings, const CompiledRules* rules, const TenantState& state,
                           const Context& context) {
    const auto request_now = [&] {
        RouteRequest request = route_request_of(order);
        request.freed = holdings.freed;
        request.held = holdings.held;
        return request;
    };
    if (rules == nullptr) return {{explain_preview(request_now(), state, context), {}}, {}, false};
    std::vector<std::int64_t> available;
    if (rules->reads_availability) available = available_by_line(order, request_now(), state);
    RulesTrace trace = apply_placed_rules(*rules, std::move(available), order, state, context);
    RouteRequest request = request_now();
    if (order.blocked_by(HoldBlock::routing) != nullptr) {
        Preview held{explain_recorded(request, not_routed(state), context.now, state, context), {}};
        held.rules = explain_rules(*rules, order, trace, 0, RulesOf::holding, state, context);
        return {std::move(held), std::move(trace), false};
    }
    const RuledRoute decided = route_by_rules(request, order, rules, trace, state, context);
    RuleRouting routing(*rules, order, state, context);
    WAYBILL_ASSERT(routing.follow(trace));
    if (!routing.choices().empty()) {
        request.strategy = routing.choices()[decided.routed.choice].strategy;
        request.filters = routing.choices()[decided.routed.choice].filters;
    }
    const std::uint32_t strategy = decided.routed.trace.strategy;
    Preview out{explain_preview(request, state, context, strategy, routing.choices()), {}};
    out.rules = explain_rules(*rules, order, trace, strategy, RulesOf::placing, state, context);
    Order routed = order;
    if (!settle_route(decided.routed, decided.on_shortage, routed)) return {std::move(out), std::move(trace), true};
    const RulesTrace later = rules_after(Moment::routed, *rules, routed, state, context).rules;
    const ExplainedRules told = explain_moment(*rules, Moment::routed, routed, later, state, context);
    std::copy(told.automation.begin(), told.automation.end(), std::back_inserter(out.rules->automation));
    return {std::move(out), std::move(trace), false};
}

const RuleSet* rule_set_of(const RulesTrace& trace, const TenantState& state) {
    if (trace.rule_set == 0 || trace.rule_set > state.rule_sets.size()) return nullptr;
    return &state.rule_sets[trace.rule_set - 1].rules;
}

/// The order as it came, before rules and routing.
Order as_it_came(const PlacedBefore& before, const TenantState& state) {
    Order order = before.placed;
    order.status_reason.clear();
    order.holds.clear();
    order.exceptions.clear();
    take_back_changes(before.rules, order);
    for (OrderLine& line : order.lines) {
        line.allocations.clear();
        line.cancelled = 0;
        line.cancel_reason.clear();
    }
    order.routing.locations = state.channels[order.channel].routing.locations;
    order.routing.forbidden_kinds.clear();
    order.routing.forbidden_locations.clear();
    order.routing.required_kinds.clear();
    order.routing.required_locations.clear();
    const RuleSet* rules = rule_set_of(before.rules, state);
    if (rules == nullptr) return order;
    // What an order asks of its routing is kept as rules left it. Where one of them set it, the channel's is taken.
    const RoutingPolicy& channel = state.channels[order.channel].routing;
    for (const std::uint16_t fired : before.rules.fired) {
        if (fired >= rules->automation.size()) continue;
        for (const RuleAction& action : rules->automation[fired].then) {
            if (const auto* split = std::get_if<SetSplitting>(&action)) {
                if (split->allow_split) order.routing.allow_split = channel.allow_split;
                if (split->ship_complete) order.routing.ship_complete = channel.ship_complete;
                if (split->max_shipments) order.routing.max_shipments = channel.max_shipments;
                if (split->max_line_shipments) order.routing.max_line_shipments = channel.max_line_shipments;
            } else if (std::holds_alternative<SetOnShortage>(action)) {
                order.routing.on_shortage = channel.on_shortage;
            }
        }
    }
    return order;
}

/// As if the order had never been placed: what it reserves and what it has shipped is there again.
Holdings holdings_of(const Order& order) {
    Holdings out;
    for (const OrderLine& line : order.lines) {
        for (const Allocation& allocation : line.allocations) {
            out.held.push_back({allocation.location, allocation.capacity_day, allocation.quantity});
            if (line.takes.empty()) out.freed.push_back({line.item, allocation.location, allocation.quantity});
            for (const KitTake& take : line.takes) {
                out.freed.push_back({take.item, allocation.location, allocation.quantity * take.quantity});
            }
        }
    }
    return out;
}

/// Units of one line by place: "2 from dc1, 1 from nowhere".
std::string sources_text(const std::map<LocationIx, std::int64_t>& units, std::int64_t wanted,
                         const TenantState& state) {
    std::vector<std::string> parts;
    for (const auto& [place, number] : units) {
        wanted -= number;
        parts.push_back(std::to_string(number) + " from " + state.locations[place].code);
    }
    if (wanted > 0) parts.push_back(std::to_string(wanted) + " from nowhere");
    return joined(parts);
}

class Comparison {
public:
    Comparison(const PlacedBefore& before, const TenantState& state) : before_(before), state_(state) {}

    std::vector<Difference> compare(const Order& order, const Previewed& again) {
        differ(Difference::Of::rules, "rules that applied", fired_then(), fired_now(again.preview));
        differ(Difference::Of::tags, "tags", joined(before_.placed.tags), joined(order.tags));
        const std::string strategy = again.preview.rules ? again.preview.rules->strategy : "";
        differ(Difference::Of::strategy, "strategy", strategy_then(), strategy.empty() ? "none" : strategy);
        differ(Difference::Of::priority, "priority", std::to_string(before_.placed.priority),
               std::to_string(order.priority));
        differ(Difference::Of::holds, "holds", holds_of(before_.placed), holds_of(order));
        differ(Difference::Of::exceptions, "exceptions", kinds_of(before_.placed), kinds_of(order));
        differ(Difference::Of::method, "method", method_of(before_.placed), method_of(order));
        for (const OrderLine& line : order.lines) {
            const OrderLine& then = before_.placed.lines[line.line_no.raw() - 1];
            differ(Difference::Of::items, line_name(line), units_of(then), units_of(line));
        }
        if (again.refused) out_.push_back({Difference::Of::outcome, "it would be refused: units have no supply"});
        auto sources = sources_of(again.preview.routing);
        for (const OrderLine& line : order.lines) compare_sources(line, sources[line.line_no]);
        return std::move(out_);
    }

private:
    static std::string holds_of(const Order& order) {
        std::vector<std::string> codes;
        for (const OrderHold& hold : order.holds) codes.push_back(hold.code);
        return joined(codes);
    }

    static std::string kinds_of(const Order& order) {
        std::vector<std::string> kinds;
        for (const OrderException& exception : order.exceptions) kinds.push_back(exception.kind);
        return joined(kinds);
    }

    void differ(Difference::Of of, const std::string& what, const std::string& then, const std::string& now) {
        if (then != now) out_.push_back({of, what + ": was " + then + ", would be " + now});
    }

    [[nodiscard]] std::string fired_then() const {
        std::vector<std::string> codes;
        const RuleSet* rules = rule_set_of(before_.rules, state_);
        for (const std::uint16_t fired : before_.rules.fired) {
            if (rules != nullptr && fired < rules->automation.size()) codes.push_back(rules->automation[fired].code);
        }
        return joined(codes);
    }
    [[nodiscard]] static std::string fired_now(const Preview& preview) {
        std::vector<std::string> codes;
        if (!preview.rules) return joined(codes);
        for (const ExplainedRule& rule : preview.rules->automation) {
            if (rule.moment == Moment::placed && rule.verdict == RuleVerdict::fired) codes.push_back(rule.code);
        }
        return joined(codes);
    }

    [[nodiscard]] std::string strategy_then() const {
        const RuleSet* rules = rule_set_of(before_.rules, state_);
        if (rules == nullptr || before_.strategy == 0) return "none";
        const std::vector<RoutingBranch>* level = &rules->routing;
        const RoutingBranch* taken = nullptr;
        for (const std::uint16_t b : before_.rules.branch) {
            if (b >= level->size()) return "none";
            taken = &(*level)[b];
            level = &taken->branches;
        }
        const bool known = taken != nullptr && before_.strategy <= taken->strategies.size();
        return known ? taken->strategies[before_.strategy - 1] : "none";
    }

    /// Where the units of each line would come from.
    static std::map<LineNo, std::map<LocationIx, std::int64_t>> sources_of(const Explanation& again) {
        std::map<LineNo, std::map<LocationIx, std::int64_t>> out;
        for (const ExplainedCandidate& candidate : again.candidates) {
            for (const ExplainedSupply& supply : candidate.supplies) {
                if (supply.chosen > 0) out[supply.line_no][candidate.candidate.location] += supply.chosen;
            }
        }
        return out;
    }

    /// By the item that the customer ordered.
    [[nodiscard]] std::string line_name(const OrderLine& line) const {
        const ItemIx ordered = line.is_substituted() ? line.ordered_item : line.item;
        return "line " + std::to_string(line.line_no.raw()) + ", " + state_.items[ordered].sku;
    }

    /// "4 MUG-2": what the line is served with.
    [[nodiscard]] std::string units_of(const OrderLine& line) const {
        return std::to_string(line.quantity) + ' ' + state_.items[line.item].sku;
    }

    /// "ship", "pickup at store1".
    [[nodiscard]] std::string method_of(const Order& order) const {
        if (order.method == FulfillmentMethod::ship) return "ship";
        return "pickup at " + state_.locations[order.pickup_location].code;
    }

    void compare_sources(const OrderLine& line, const std::map<LocationIx, std::int64_t>& now) {
        const OrderLine& placed = before_.placed.lines[line.line_no.raw() - 1];
        std::map<LocationIx, std::int64_t> then;
        for (const Allocation& allocation : placed.allocations) then[allocation.location] += allocation.quantity;
        differ(Difference::Of::sources, line_name(line), sources_text(then, placed.quantity, state_),
               sources_text(now, line.quantity, state_));
    }

    const PlacedBefore& before_;
    const TenantState& state_;
    std::vector<Difference> out_;
};

}  // namespace

Result<Preview, Rejection> preview_order(const PlaceOrder& command, const CompiledRules* rules,
                                         const std::string& customer_group, const TenantState& state,
                                         const Context& context) {
    Faults faults;
    Order order = order_from(command, state, context, faults);
    if (faults.any()) return faults.take();
    order.customer_group = customer_group;
    order.customer = command.customer;
    const bool is_named = !command.customer_external_id.empty() || !customer_group.empty();
    if (!order.customer.is_set() && is_named) order.customer = CustomerId(context.next.raw());
    return preview_by_rules(order, {}, rules, state, context).preview;
}

DryRun preview_again(const PlacedBefore& before, const CompiledRules* rules, const TenantState& state,
                     const Context& context) {
    Order order = as_it_came(before, state);
    Previewed again = preview_by_rules(order, holdings_of(before.now), rules, state, context);
    std::vector<Difference> differences = Comparison(before, state).compare(order, again);
    return {std::move(again.preview), std::move(differences)};
}

Result<RouteRequest, Rejection> preview_request(const PlaceOrder& command, const TenantState& state,
                                                const Context& context) {
    Faults faults;
    const Order order = order_from(command, state, context, faults);
    if (faults.any()) return faults.take();
    return route_request_of(order);
}

}  // namespace waybill::core

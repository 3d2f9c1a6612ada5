// What strategies add to the check of a routing decision.

#include <algorithm>

#include "sim/routing_check.hpp"

namespace waybill::sim {

bool RoutingCheck::passes_filters(std::uint32_t location) const {
    if (strategy_ == nullptr) return true;
    RuleFacts facts;
    facts.location = model_.locations[location].code;
    facts.kind = model_.locations[location].kind == core::LocationKind::store      ? "store"
                 : model_.locations[location].kind == core::LocationKind::supplier ? "supplier"
                                                                                   : "dc";
    std::int64_t soft = -std::int64_t{relaxed_};
    for (const core::LocationFilter& filter : strategy_->filters) soft += filter.hard ? 0 : 1;
    for (const core::LocationFilter& filter : strategy_->filters) {
        if (!filter.hard && --soft < 0) continue;
        if (!holds(filter.when, facts).value_or(true)) return false;
    }
    return true;
}

void RoutingCheck::decide_by(const core::FilteredStrategy& strategy, std::uint32_t relaxed) {
    strategy_ = &strategy;
    relaxed_ = relaxed;
    policy_ = order_.policy;
    const core::RoutingStrategy& says = strategy.strategy;
    policy_.allow_split = says.allow_split.value_or(policy_.allow_split);
    policy_.ship_complete = says.ship_complete.value_or(policy_.ship_complete);
    policy_.on_shortage = says.on_shortage.value_or(policy_.on_shortage);
    wait_for_all();
    if (says.max_shipments) policy_.max_shipments = says.max_shipments;
    if (says.max_line_shipments) policy_.max_line_shipments = says.max_line_shipments;
}

void RoutingCheck::wait_for_all() {
    if (policy_.on_shortage == core::OnShortage::wait) policy_.ship_complete = true;
}

core::OnShortage RoutingCheck::on_shortage(std::size_t strategy) const {
    if (strategies.empty()) return order_.policy.on_shortage;
    return strategies[strategy]->strategy.on_shortage.value_or(order_.policy.on_shortage);
}

bool RoutingCheck::may_reject() const {
    for (std::size_t s = 0; s < std::max<std::size_t>(strategies.size(), 1); ++s) {
        if (on_shortage(s) == core::OnShortage::reject) return true;
    }
    return false;
}

std::vector<std::string> RoutingCheck::findings(const core::RoutingTrace* trace) {
    if (strategies.empty()) {
        auto out = findings_in_force(trace);
        if (trace != nullptr && trace->strategy != 0) out.push_back("a strategy is said to have decided, and none did");
        return out;
    }
    if (trace == nullptr) {
        // Nothing says which of them it was, nor how many filters gave way.
        std::vector<std::string> out;
        for (const core::FilteredStrategy* strategy : strategies) {
            decide_by(*strategy, UINT32_MAX);
            out = findings_in_force(nullptr);
            if (out.empty()) break;
        }
        return out;
    }
    if (trace->strategy == 0 || trace->strategy > strategies.size()) return {"no such strategy was to decide"};
    std::vector<std::string> out;
    for (std::uint32_t earlier = 0; earlier + 1 < trace->strategy; ++earlier) {
        decide_by(*strategies[earlier], 0);
        if (covered_in_force()) out.push_back("an earlier strategy would have left nothing short");
    }
    const bool is_short =
        std::any_of(lines.begin(), lines.end(), [](const RoutedLine& line) { return line.sourced() < line.wanted; });
    for (std::size_t later = trace->strategy; is_short && later < strategies.size(); ++later) {
        decide_by(*strategies[later], 0);
        if (covered_in_force()) out.push_back("a later strategy would have left nothing short");
    }
    decide_by(*strategies[trace->strategy - 1], trace->relaxed);
    const auto found = findings_in_force(trace);
    out.insert(out.end(), found.begin(), found.end());
    return out;
}

/// What each place sends and what waits is worth what the strategy asks; lines of some classes come whole.
void RoutingCheck::check_parts(std::vector<std::string>& out) const {
    std::map<std::uint32_t, std::int64_t> worth;
    std::int64_t rest = 0;
    bool waits = false;
    for (const RoutedLine& line : lines) {
        const core::Item& item = model_.items[line.item].wanted;
        for (const auto& [location, units] : line.from) worth[location] += item.price_micros * units;
        waits = waits || line.sourced() < line.wanted;
        rest += item.price_micros * (line.wanted - line.sourced());
        const auto& whole = strategy_->strategy.no_split_classes;
        const bool is_whole = std::find(whole.begin(), whole.end(), item.item_class) != whole.end();
        if (is_whole && line.from.size() > 1) out.push_back("a line is split whose class may not be");
    }
    if (!strategy_->strategy.min_part_value_micros || worth.empty()) return;
    const std::int64_t least = *strategy_->strategy.min_part_value_micros;
    waits =
        waits && (policy_.on_shortage == core::OnShortage::backorder || policy_.on_shortage == core::OnShortage::wait);
    if (worth.size() + (waits ? 1 : 0) < 2) return;
    if (waits && rest < least) out.push_back("what waits is worth less than a part must be");
    for (const auto& [location, sum] : worth) {
        if (sum < least) out.push_back("a part is worth less than it must be");
    }
}

bool RoutingCheck::surely_covered() {
    if (strategies.empty()) return covered_in_force();
    return std::any_of(strategies.begin(), strategies.end(), [&](const core::FilteredStrategy* strategy) {
        decide_by(*strategy, 0);
        return covered_in_force();
    });
}

}  // namespace waybill::sim

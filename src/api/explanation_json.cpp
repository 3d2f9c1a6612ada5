#include "api/explanation_json.hpp"

#include <algorithm>

#include "api/amounts.hpp"
#include "api/explanation_text.hpp"
#include "api/location_json.hpp"

namespace waybill::api {
namespace {

class Renderer {
public:
    explicit Renderer(const engine::TenantView& view) : view_(view), currency_(view.settings().currency) {}

    [[nodiscard]] std::string text(std::int64_t micros) const { return micros_text(micros, currency_); }
    [[nodiscard]] Currency currency() const { return currency_; }

    [[nodiscard]] CandidateOutput candidate(const core::ExplainedCandidate& from) const {
        const core::Candidate& candidate = from.candidate;
        CandidateOutput out;
        out.location = view_.location(candidate.location).code;
        out.name = view_.location(candidate.location).name;
        if (candidate.distance_m >= 0) out.distance_km = rounded_km(candidate.distance_m);
        out.chosen = from.chosen;
        out.capacity_day = candidate.capacity_day;
        if (candidate.units_left >= 0) out.units_left = candidate.units_left;
        out.costs = candidate_costs(from);
        for (const core::ExplainedShipment& shipment : from.shipments) {
            if (!out.shipments) out.shipments.emplace();
            out.shipments->push_back({shipment.lines, shipment.weight_g, rate(shipment.paid)});
        }
        auto& lines = out.lines.emplace();
        for (const core::ExplainedSupply& supply : from.supplies) {
            lines.push_back({supply.line_no, supply.available, supply.chosen, text(supply.unit_cost_micros)});
        }
        if (from.loses_by_micros) out.loses_by = text(*from.loses_by_micros);
        if (!from.standings.empty()) {
            auto& standings = out.standings.emplace();
            for (const core::ExplainedStanding& standing : from.standings) {
                standings.push_back({standing.criterion, standing.value, standing.rank});
            }
        }
        if (from.loses_at) {
            out.loses_at = LossOutput{static_cast<LossAt>(from.loses_at->at), {}, from.loses_at->by};
            if (from.loses_at->at == core::ExplainedLoss::At::criterion) {
                out.loses_at->criterion = from.loses_at->criterion;
            }
        }
        out.contrast = contrast(from.contrast);
        return out;
    }

    [[nodiscard]] CandidateOutput ineligible(const core::ExplainedIneligible& from,
                                             const core::FilteredStrategy* strategy) const {
        CandidateOutput out;
        out.location = view_.location(from.location).code;
        out.name = view_.location(from.location).name;
        out.eligible = false;
        out.reason = from.reason;
        if (from.distance_m >= 0) out.distance_km = rounded_km(from.distance_m);
        out.contrast = contrast(from.contrast);
        const bool by_filter = from.reason == core::Ineligible::refused_by_filter;
        if (by_filter && strategy != nullptr && from.filter < strategy->filters.size()) {
            const core::LocationFilter& filter = strategy->filters[from.filter];
            out.refused_by = RefusalOutput{filter.code, filter.reason, filter.hard};
        }
        return out;
    }

    [[nodiscard]] ExplainedCostsOutput costs(const core::ExplainedCost& cost) const {
        ExplainedCostsOutput out;
        out.shipments = text(cost.shipments_micros);
        out.units = text(cost.units_micros);
        out.orders = text(cost.orders_micros);
        if (cost.late_micros != 0) out.late = text(cost.late_micros);
        if (cost.clearance_micros != 0) out.clearance = text(cost.clearance_micros);
        if (cost.split_micros != 0) out.split = text(cost.split_micros);
        out.short_ = text(cost.short_micros);
        out.total = text(cost.total_micros);
        return out;
    }

private:
    [[nodiscard]] RateStepOutput rate(const core::ExplainedRate& from) const {
        return {from.max_g, text(from.price_micros), from.table, from.carrier, from.service,
                from.zone,  from.transit_days};
    }

    [[nodiscard]] CandidateCostsOutput candidate_costs(const core::ExplainedCandidate& from) const {
        const core::Candidate& candidate = from.candidate;
        CandidateCostsOutput out;
        out.per_shipment = text(candidate.shipment_cost_micros);
        out.per_order = text(candidate.order_cost_micros);
        out.per_unit = text(candidate.per_unit_micros);
        out.per_kg = text(candidate.per_kg_micros);
        for (const core::ExplainedRate& step : from.rates) {
            if (!out.rates) out.rates.emplace();
            out.rates->push_back(rate(step));
        }
        if (candidate.late_days > 0) {
            out.days_late = candidate.late_days;
            out.late_per_unit = text(candidate.late_per_unit_micros);
        }
        return out;
    }

    [[nodiscard]] std::optional<ContrastOutput> contrast(const core::Contrast& from) const {
        if (from.empty()) return std::nullopt;
        ContrastOutput out;
        for (const core::Contrast::Units& more : from.units) {
            if (!out.units) out.units.emplace();
            out.units->push_back({view_.item(more.item).sku, more.units});
        }
        if (from.shipment_under_micros) out.per_shipment_under = text(*from.shipment_under_micros);
        if (from.capacity_units > 0) out.capacity_units = from.capacity_units;
        if (from.capacity_orders > 0) out.capacity_orders = from.capacity_orders;
        return out;
    }

    /// To the tenth of a kilometre: points are known to the metre, distances to 0.1 %.
    static boost::json::value rounded_km(std::int64_t metres) {
        return static_cast<double>((metres + 50) / 100) / 10.0;
    }

    const engine::TenantView& view_;
    Currency currency_;
};

}  // namespace

std::vector<ExplainedRuleOutput> render_rules(const std::vector<core::ExplainedRule>& rules, RulesAre are) {
    std::vector<ExplainedRuleOutput> out;
    for (const core::ExplainedRule& rule : rules) {
        ExplainedRuleOutput& row = out.emplace_back();
        row.code = rule.code;
        row.name = rule.name;
        if (are == RulesAre::automation) row.moment = rule.moment;
        row.verdict = rule.verdict;
        if (!rule.fault.empty()) row.fault = rule.fault;
        for (const rules::ReadFact& read : rule.read) row.read.push_back({read.path, read.value});
    }
    return out;
}

std::optional<ChangesOutput> render_changes(const core::ExplainedRules& rules, const engine::TenantView& view) {
    if (rules.substitutes.empty() && !rules.method && !rules.required) return std::nullopt;
    ChangesOutput out;
    for (const core::ExplainedSubstitute& by : rules.substitutes) {
        out.substitutes.push_back(
            {by.line_no, view.item(by.ordered).sku, by.ordered_quantity, view.item(by.item).sku, by.quantity});
    }
    if (rules.method) {
        MethodOutput& method = out.set_method.emplace();
        method.method = rules.method->method;
        const core::LocationIx place = rules.method->pickup_location;
        if (place != core::no_index) method.pickup_location = view.location(place).code;
    }
    if (!rules.required) return out;
    SourcesOutput& required = out.required_sources.emplace();
    for (const core::LocationKind kind : rules.required->kinds) required.kinds.push_back(place_kind(kind));
    for (const core::LocationIx place : rules.required->locations) {
        required.locations.push_back(view.location(place).code);
    }
    return out;
}

ExplanationOutput render_explanation(const core::Explanation& explanation, const core::ExplainedRules* rules,
                                     const core::FilteredStrategy* strategy, const engine::TenantView& view) {
    const Renderer render(view);
    const core::RoutingTrace& trace = explanation.trace;
    ExplanationOutput out;
    out.status = trace.status;
    out.method = trace.method;
    out.currency = render.currency();
    if (trace.by_score) {
        out.cost = render.text(explanation.cost.total_micros);
    } else {
        out.cost = render.text(trace.cost_micros);
        out.lower_bound = render.text(trace.lower_bound_micros);
        out.gap = render.text(trace.cost_micros - trace.lower_bound_micros);
    }
    out.work = trace.work;
    out.decision_version = trace.decision_version;
    out.reproduced = explanation.reproduced;
    if (*explanation.reproduced_note != '\0') out.note = explanation.reproduced_note;
    out.contrast_complete = explanation.contrast_complete;
    out.costs = render.costs(explanation.cost);
    for (const core::RouteLine& line : explanation.lines) {
        out.lines.push_back({line.line_no, view.item(line.item).sku, line.quantity, 0});
        for (const auto& [line_no, units] : explanation.short_units) {
            if (line_no == line.line_no) out.lines.back().short_units = units;
        }
    }
    for (const core::ExplainedCandidate& candidate : explanation.candidates) {
        out.candidates.push_back(render.candidate(candidate));
    }
    for (const core::ExplainedIneligible& row : explanation.ineligible) {
        out.candidates.push_back(render.ineligible(row, strategy));
    }
    if (rules != nullptr) {
        ExplainedRulesOutput& told = out.rules.emplace();
        told.rule_set = rules->rule_set;
        told.reproduced = rules->reproduced;
        told.automation = render_rules(rules->automation, RulesAre::automation);
        told.branches = render_rules(rules->branches, RulesAre::branches);
        if (!rules->strategy.empty()) told.strategy = rules->strategy;
        told.tags_added = rules->tags_added;
        told.changes = render_changes(*rules, view);
    }
    out.summary = summary_of(out);
    return out;
}

}  // namespace waybill::api

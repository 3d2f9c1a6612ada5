#pragma once
// A routing decision explained, as JSON: what was chosen, what it costs, and for every other place why it is out or by
// how much it lost.

#include <boost/describe.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/location_json.hpp"
#include "core/automation/explain_rules.hpp"
#include "core/routing/explain.hpp"
#include "engine/engine.hpp"

namespace waybill::api {

struct ExplainedLineOutput {
    static constexpr std::string_view schema_name = "ExplainedLine";
    core::LineNo line_no;
    std::string sku;
    std::int64_t quantity = 0;
    std::int64_t short_units = 0;
};
BOOST_DESCRIBE_STRUCT(ExplainedLineOutput, (), (line_no, sku, quantity, short_units))

struct ExplainedSupplyOutput {
    static constexpr std::string_view schema_name = "ExplainedSupply";
    core::LineNo line_no;
    std::int64_t available = 0;
    std::int64_t chosen = 0;
    std::string unit_cost;
};
BOOST_DESCRIBE_STRUCT(ExplainedSupplyOutput, (), (line_no, available, chosen, unit_cost))

/// A step of a rate table, as it was called when it was decided by.
struct RateStepOutput {
    static constexpr std::string_view schema_name = "RateStep";
    std::int64_t max_g = 0;
    std::string price;
    std::string rate_table;
    std::string carrier;
    std::string service;
    std::string zone;
    std::optional<std::int32_t> transit_days;
};
BOOST_DESCRIBE_STRUCT(RateStepOutput, (), (max_g, price, rate_table, carrier, service, zone, transit_days))

struct ExplainedShipmentOutput {
    static constexpr std::string_view schema_name = "ExplainedShipment";
    std::vector<core::LineNo> lines;
    std::int64_t weight_g = 0;
    RateStepOutput paid;
};
BOOST_DESCRIBE_STRUCT(ExplainedShipmentOutput, (), (lines, weight_g, paid))

struct CandidateCostsOutput {
    static constexpr std::string_view schema_name = "CandidateCosts";
    std::string per_shipment;
    std::string per_order;
    std::string per_unit;
    std::string per_kg;
    std::optional<std::vector<RateStepOutput>> rates;
    std::optional<std::int64_t> days_late;
    std::optional<std::string> late_per_unit;
};
BOOST_DESCRIBE_STRUCT(CandidateCostsOutput, (),
                      (per_shipment, per_order, per_unit, per_kg, rates, days_late, late_per_unit))

/// What an ordered strategy saw of a candidate.
struct StandingOutput {
    static constexpr std::string_view schema_name = "Standing";
    core::Criterion criterion = core::Criterion::distance;
    std::optional<std::int64_t> value;
    std::uint32_t rank = 0;
};
BOOST_DESCRIBE_STRUCT(StandingOutput, (), (criterion, value, rank))

/// Where the best plan that uses a candidate is first worse, in an ordered strategy.
enum class LossAt : std::uint8_t { short_units, criterion, tie_break };
BOOST_DESCRIBE_ENUM(LossAt, short_units, criterion, tie_break)
struct LossOutput {
    static constexpr std::string_view schema_name = "Loss";
    LossAt at = LossAt::tie_break;
    std::optional<core::Criterion> criterion;
    std::int64_t by = 0;
};
BOOST_DESCRIBE_STRUCT(LossOutput, (), (at, criterion, by))

struct RefusalOutput {
    static constexpr std::string_view schema_name = "FilterRefusal";
    std::string filter;
    std::string reason;
    bool hard = true;
};
BOOST_DESCRIBE_STRUCT(RefusalOutput, (), (filter, reason, hard))

struct ReadFactOutput {
    static constexpr std::string_view schema_name = "ReadFact";
    std::string fact;
    std::string value;
};
BOOST_DESCRIBE_STRUCT(ReadFactOutput, (), (fact, value))

struct ExplainedRuleOutput {
    static constexpr std::string_view schema_name = "ExplainedRule";
    std::string code;
    std::string name;
    std::optional<core::Moment> moment;
    core::RuleVerdict verdict = core::RuleVerdict::not_reached;
    std::optional<std::string> fault;
    std::vector<ReadFactOutput> read;
};
BOOST_DESCRIBE_STRUCT(ExplainedRuleOutput, (), (code, name, moment, verdict, fault, read))

struct SubstituteOutput {
    static constexpr std::string_view schema_name = "ExplainedSubstitute";
    core::LineNo line_no;
    std::string ordered_sku;
    std::int64_t ordered_quantity = 0;
    std::string sku;
    std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(SubstituteOutput, (), (line_no, ordered_sku, ordered_quantity, sku, quantity))

struct MethodOutput {
    static constexpr std::string_view schema_name = "ExplainedMethod";
    core::FulfillmentMethod method = core::FulfillmentMethod::ship;
    std::optional<std::string> pickup_location;
};
BOOST_DESCRIBE_STRUCT(MethodOutput, (), (method, pickup_location))

struct SourcesOutput {
    static constexpr std::string_view schema_name = "ExplainedSources";
    std::vector<PlaceKind> kinds;
    std::vector<std::string> locations;
};
BOOST_DESCRIBE_STRUCT(SourcesOutput, (), (kinds, locations))

/// What rules changed of an order when it was placed.
struct ChangesOutput {
    static constexpr std::string_view schema_name = "ExplainedChanges";
    std::vector<SubstituteOutput> substitutes;
    std::optional<MethodOutput> set_method;
    std::optional<SourcesOutput> required_sources;
};
BOOST_DESCRIBE_STRUCT(ChangesOutput, (), (substitutes, set_method, required_sources))

struct ExplainedRulesOutput {
    static constexpr std::string_view schema_name = "ExplainedRules";
    std::uint32_t rule_set = 0;
    bool reproduced = true;
    std::vector<ExplainedRuleOutput> automation;
    std::vector<ExplainedRuleOutput> branches;
    std::optional<std::string> strategy;
    std::vector<std::string> tags_added;
    std::optional<ChangesOutput> changes;
};
BOOST_DESCRIBE_STRUCT(ExplainedRulesOutput, (),
                      (rule_set, reproduced, automation, branches, strategy, tags_added, changes))

struct ContrastUnitsOutput {
    static constexpr std::string_view schema_name = "ContrastUnits";
    std::string sku;
    std::int64_t units = 0;
};
BOOST_DESCRIBE_STRUCT(ContrastUnitsOutput, (), (sku, units))

/// What would have made the decision use a place that it did not use. Each member alone is enough, but for the two of
/// capacity, which go together.
struct ContrastOutput {
    static constexpr std::string_view schema_name = "Contrast";
    std::optional<std::vector<ContrastUnitsOutput>> units;
    std::optional<std::string> per_shipment_under;
    std::optional<std::int64_t> capacity_units;
    std::optional<std::int64_t> capacity_orders;
};
BOOST_DESCRIBE_STRUCT(ContrastOutput, (), (units, per_shipment_under, capacity_units, capacity_orders))

struct CandidateOutput {
    static constexpr std::string_view schema_name = "Candidate";
    std::string location;
    std::string name;
    bool eligible = true;
    std::optional<core::Ineligible> reason;
    std::optional<RefusalOutput> refused_by;
    std::optional<boost::json::value> distance_km;
    bool chosen = false;
    std::optional<CivilDate> capacity_day;
    std::optional<std::int64_t> units_left;
    std::optional<CandidateCostsOutput> costs;
    std::optional<std::vector<ExplainedSupplyOutput>> lines;
    std::optional<std::vector<ExplainedShipmentOutput>> shipments;
    std::optional<std::string> loses_by;
    std::optional<std::vector<StandingOutput>> standings;
    std::optional<LossOutput> loses_at;
    std::optional<ContrastOutput> contrast;
};
BOOST_DESCRIBE_STRUCT(CandidateOutput, (),
                      (location, name, eligible, reason, refused_by, distance_km, chosen, capacity_day, units_left,
                       costs, lines, shipments, loses_by, standings, loses_at, contrast))

struct ExplainedCostsOutput {
    static constexpr std::string_view schema_name = "ExplainedCosts";
    std::string shipments;
    std::string units;
    std::string orders;
    std::optional<std::string> late;
    std::optional<std::string> clearance;
    std::optional<std::string> split;
    std::string short_;
    std::string total;
};
BOOST_DESCRIBE_STRUCT(ExplainedCostsOutput, (), (shipments, units, orders, late, clearance, split, short_, total))

struct ExplanationOutput {
    static constexpr std::string_view schema_name = "Explanation";
    std::optional<core::OrderId> order_id;
    std::optional<core::Sequence> sequence;
    std::optional<Instant> decided_at;
    core::RoutingStatus status = core::RoutingStatus::optimal;
    core::RoutingMethod method = core::RoutingMethod::trivial;
    Currency currency;
    std::string cost;
    std::optional<std::string> lower_bound;
    std::optional<std::string> gap;
    std::uint64_t work = 0;
    std::uint32_t decision_version = 1;
    bool reproduced = true;
    std::optional<std::string> note;
    std::string summary;
    bool contrast_complete = false;
    std::optional<ExplainedRulesOutput> rules;
    ExplainedCostsOutput costs;
    std::vector<ExplainedLineOutput> lines;
    std::vector<CandidateOutput> candidates;
};
BOOST_DESCRIBE_STRUCT(ExplanationOutput, (),
                      (order_id, sequence, decided_at, status, method, currency, cost, lower_bound, gap, work,
                       decision_version, reproduced, note, summary, contrast_complete, rules, costs, lines, candidates))

/// Of automation with its moment, of branches without.
enum class RulesAre : std::uint8_t { automation, branches };
[[nodiscard]] std::vector<ExplainedRuleOutput> render_rules(const std::vector<core::ExplainedRule>& rules,
                                                            RulesAre are);

/// None: rules changed nothing of the order itself.
[[nodiscard]] std::optional<ChangesOutput> render_changes(const core::ExplainedRules& rules,
                                                          const engine::TenantView& view);

/// `rules` and `strategy` are those that decided, nullptr where none did.
[[nodiscard]] ExplanationOutput render_explanation(const core::Explanation& explanation,
                                                   const core::ExplainedRules* rules,
                                                   const core::FilteredStrategy* strategy,
                                                   const engine::TenantView& view);

}  // namespace waybill::api

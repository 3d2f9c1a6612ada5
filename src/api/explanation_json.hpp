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

struct CandidateCostsOutput {
    static constexpr std::string_view schema_name = "CandidateCosts";
    std::string per_shipment;
    std::string per_order;
    std::string per_unit;
    std::string per_kg;
};
BOOST_DESCRIBE_STRUCT(CandidateCostsOutput, (), (per_shipment, per_order, per_unit, per_kg))

struct CandidateOutput {
    static constexpr std::string_view schema_name = "Candidate";
    std::string location;
    std::string name;
    bool eligible = true;
    std::optional<core::Ineligible> reason;
    std::optional<boost::json::value> distance_km;
    bool chosen = false;
    std::optional<CivilDate> capacity_day;
    std::optional<std::int64_t> units_left;
    std::optional<CandidateCostsOutput> costs;
    std::optional<std::vector<ExplainedSupplyOutput>> lines;
    std::optional<std::string> loses_by;
};
BOOST_DESCRIBE_STRUCT(CandidateOutput, (),
                      (location, name, eligible, reason, distance_km, chosen, capacity_day, units_left, costs, lines,
                       loses_by))

struct ExplainedCostsOutput {
    static constexpr std::string_view schema_name = "ExplainedCosts";
    std::string shipments;
    std::string units;
    std::string orders;
    std::string short_;
    std::string total;
};
BOOST_DESCRIBE_STRUCT(ExplainedCostsOutput, (), (shipments, units, orders, short_, total))

struct ExplanationOutput {
    static constexpr std::string_view schema_name = "Explanation";
    std::optional<core::OrderId> order_id;
    std::optional<core::Sequence> sequence;
    std::optional<Instant> decided_at;
    core::RoutingStatus status = core::RoutingStatus::optimal;
    core::RoutingMethod method = core::RoutingMethod::trivial;
    Currency currency;
    std::string cost;
    std::string lower_bound;
    std::string gap;
    std::uint64_t work = 0;
    std::uint32_t decision_version = 1;
    bool reproduced = true;
    std::optional<std::string> note;
    ExplainedCostsOutput costs;
    std::vector<ExplainedLineOutput> lines;
    std::vector<CandidateOutput> candidates;
};
BOOST_DESCRIBE_STRUCT(ExplanationOutput, (),
                      (order_id, sequence, decided_at, status, method, currency, cost, lower_bound, gap, work,
                       decision_version, reproduced, note, costs, lines, candidates))

[[nodiscard]] ExplanationOutput render_explanation(const core::Explanation& explanation,
                                                   const engine::TenantView& view);

}  // namespace waybill::api

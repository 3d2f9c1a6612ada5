#pragma once
// What automation did with an order at a moment that it passed, and why, as JSON.

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/explanation_json.hpp"
#include "api/order_output.hpp"

namespace waybill::api {

struct PassedMomentOutput {
    static constexpr std::string_view schema_name = "PassedMoment";
    core::Sequence sequence;
    Instant at;
    core::Moment moment = core::Moment::placed;
    std::uint32_t rule_set = 0;
    bool reproduced = true;
    std::vector<ExplainedRuleOutput> automation;
    std::vector<std::string> tags_added;
    std::vector<HoldOutput> holds;
    std::vector<std::string> released;
    std::vector<OpenExceptionOutput> raised;
    std::vector<std::string> resolved;
    std::optional<std::int32_t> priority;
    std::optional<ChangesOutput> changes;
};
BOOST_DESCRIBE_STRUCT(PassedMomentOutput, (),
                      (sequence, at, moment, rule_set, reproduced, automation, tags_added, holds, released, raised,
                       resolved, priority, changes))

struct OrderRulesOutput {
    static constexpr std::string_view schema_name = "OrderRules";
    core::OrderId order_id;
    std::vector<core::Sequence> sequences;
    std::vector<PassedMomentOutput> moments;
};
BOOST_DESCRIBE_STRUCT(OrderRulesOutput, (), (order_id, sequences, moments))

}  // namespace waybill::api

#pragma once
// An order that was placed, decided once more without taking anything: what would come out, and what of it is new.

#include <boost/describe.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "api/explanation_json.hpp"

namespace waybill::api {

enum class DifferenceOf : std::uint8_t {
    rules,
    tags,
    strategy,
    sources,
    priority,
    holds,
    exceptions,
    outcome,
    method,
    items,
};
BOOST_DESCRIBE_ENUM(DifferenceOf, rules, tags, strategy, sources, priority, holds, exceptions, outcome, method, items)

struct DifferenceOutput {
    static constexpr std::string_view schema_name = "Difference";
    DifferenceOf of = DifferenceOf::sources;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(DifferenceOutput, (), (of, text))

struct OrderPreviewOutput {
    static constexpr std::string_view schema_name = "OrderPreview";
    core::OrderId order_id;
    std::uint32_t rule_set = 0;
    std::vector<DifferenceOutput> differences;
    ExplanationOutput explanation;
};
BOOST_DESCRIBE_STRUCT(OrderPreviewOutput, (), (order_id, rule_set, differences, explanation))

}  // namespace waybill::api

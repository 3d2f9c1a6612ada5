#pragma once
// Members of the API's answers, as scenarios look at them. What is not there is empty, 0 or false.

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>

#include "base/decimal.hpp"
#include "tests/scenarios/driver.hpp"

namespace waybill::scenarios {

namespace json = boost::json;

inline std::string text_of(const json::value& object, const char* member) {
    const json::value* value = object.as_object().if_contains(member);
    return value == nullptr || !value->is_string() ? std::string() : std::string(value->as_string());
}
inline std::int64_t number_of(const json::value& object, const char* member) {
    const json::value* value = object.as_object().if_contains(member);
    return value == nullptr ? 0 : value->to_number<std::int64_t>();
}
inline bool flag_of(const json::value& object, const char* member) {
    const json::value* value = object.as_object().if_contains(member);
    return value != nullptr && value->as_bool();
}
inline std::int64_t decimal_of(const json::value& object, const char* member, int places) {
    return parse_decimal(text_of(object, member), places).value_or(INT64_MIN);
}
inline std::uint64_t id_of(const std::string& text) {
    const std::size_t bar = text.find('_');
    return bar == std::string::npos ? 0 : std::stoull(text.substr(bar + 1));
}

/// Of an explanation.
[[nodiscard]] std::vector<CandidateView> candidates_from(const json::value& explanation);
[[nodiscard]] RulesView rules_from(const json::value& explanation);
/// "distance 2" of {"at": "criterion", "criterion": "distance", "by": 2}.
[[nodiscard]] std::string loss_text(const json::value& loss);

}  // namespace waybill::scenarios

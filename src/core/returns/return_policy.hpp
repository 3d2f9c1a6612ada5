#pragma once
// ReturnPolicy: what a channel takes back.

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waybill::core {

struct ReturnPolicy {
    std::optional<std::int64_t> window_days;  ///< from when units of the order last left; none: for ever
    std::vector<std::string> reasons;         ///< codes that a customer can give, ascending; empty: any
    bool by_person = false;                   ///< somebody has to approve each; otherwise a request is approved at once
    bool operator==(const ReturnPolicy&) const = default;
};
BOOST_DESCRIBE_STRUCT(ReturnPolicy, (), (window_days, reasons, by_person))

}  // namespace waybill::core

#pragma once
// The way between parsed JSON and JsonValue.

#include <boost/json/fwd.hpp>

#include "base/json_value.hpp"

namespace waybill::json {

/// Numbers get the shortest text that reads back as the same number: 0.10 is "0.1", 1e3 is "1000".
[[nodiscard]] JsonValue json_value_of(const boost::json::value& value);

}  // namespace waybill::json

#pragma once
// Actions as the requests that a client of the HTTP API would send.

#include <boost/json/value.hpp>
#include <string>

#include "tests/scenarios/driver.hpp"

namespace waybill::scenarios {

struct ApiRequest {
    std::string method;
    std::string target;
    std::string body;
    bool ndjson = false;
};

/// REQUIRES: not the first `tenant`, which an operator makes.
[[nodiscard]] ApiRequest request_for(const Action& action);
/// The body of POST /v1/orders and of previews.
[[nodiscard]] std::string order_body(const Action& action);
[[nodiscard]] std::string settings_body(const Action& action);

}  // namespace waybill::scenarios

#pragma once
// The contract and its reference page, as they were when this program was built.

#include <string_view>

namespace waybill::api {

[[nodiscard]] std::string_view openapi_yaml();
[[nodiscard]] std::string_view openapi_json();
[[nodiscard]] std::string_view reference_html();

}  // namespace waybill::api

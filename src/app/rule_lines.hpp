#pragma once
// One line of `waybill rules eval`: a condition and data in, its result out.

#include <string>
#include <string_view>

namespace waybill::app {

/// {"result":...} or {"error":"..."}, without a line feed; what is no {"logic":...,"data":...} is an error, too.
[[nodiscard]] std::string evaluate_line(std::string_view line);

}  // namespace waybill::app

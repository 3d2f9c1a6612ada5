#pragma once
// The messages to begin with: demo/message-templates.ndjson, as it was when the program was built.

#include <string_view>

namespace waybill::app {

/// One template as JSON on each line, as import takes it.
[[nodiscard]] std::string_view message_defaults();

}  // namespace waybill::app

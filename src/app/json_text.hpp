#pragma once
// One text as a JSON string, quotes included, for the few objects that commands print.

#include <string>
#include <string_view>

#include "json/text_writer.hpp"

namespace waybill::app {

[[nodiscard]] inline std::string json_text(std::string_view text) {
    std::string out;
    json::append_string(out, text);
    return out;
}

}  // namespace waybill::app

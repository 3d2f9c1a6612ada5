#pragma once
// Fills templates. The library that does it is seen by render.cpp only.

#include <cstdint>
#include <string>

#include "mail/message_data.hpp"

namespace waybill::mail {

enum class Escape : std::uint8_t {
    none,  ///< for text
    html,  ///< what comes from data is text, whatever is in it
};
/// REQUIRES: core::fault_of_template finds nothing.
[[nodiscard]] std::string render(const std::string& text, const MessageData& data, Escape escape);

}  // namespace waybill::mail

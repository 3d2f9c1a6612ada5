#pragma once
// The message model: every field that a template may name, and what it is. Who makes mails fills all of them.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace waybill::core {

struct MessageField {
    enum class Kind : std::uint8_t {
        text,    ///< may be empty, which as a section is nothing
        object,  ///< has members
        list,    ///< of objects; as a section once for each
    };
    std::string_view path;  ///< "shipments.lines.sku"
    Kind kind;
    std::string_view meaning;
};

[[nodiscard]] std::span<const MessageField> message_fields();
/// nullptr: there is no such field.
[[nodiscard]] const MessageField* find_message_field(std::string_view path);
/// The field that looks most like a name that is none; empty: none does.
[[nodiscard]] std::string_view nearest_message_field(std::string_view name);

}  // namespace waybill::core

#pragma once
// What a template is filled with: every field of the message model (core/messages/message_fields.hpp), as text. Amounts
// are exact decimals of their currency.

#include <map>
#include <string>
#include <vector>

#include "core/events.hpp"
#include "engine/engine.hpp"

namespace waybill::mail {

struct MessageData {
    std::map<std::string, std::string> texts;
    std::map<std::string, std::vector<MessageData>> lists;
    std::map<std::string, MessageData> objects;
};

/// `order`: as it is now; `event` is one of its own, of that instant. Every field is there, also where it is empty.
[[nodiscard]] MessageData message_data(const core::Event& event, Instant at, const core::Order& order,
                                       const std::string& customer_name, const engine::TenantView& view);

}  // namespace waybill::mail

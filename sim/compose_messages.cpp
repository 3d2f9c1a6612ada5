// Message templates, and what became of mail: mostly what a sender could say, at times what it can not.

#include <array>

#include "sim/compose.hpp"

namespace waybill::sim {
namespace {

constexpr std::uint64_t rare = 40;
constexpr std::array<const char*, 2> message_codes{"placed", "news"};
constexpr std::array<const char*, 3> locales{"en", "de", "de-AT"};
constexpr std::array<const char*, 3> sent_types{"order_placed", "order_marked", "order_shipped"};

}  // namespace

std::string any_message(Dice& dice, const Model& model) {
    if (model.messages.empty() || dice.one_in(rare)) return "none";
    return model.messages[dice.below(model.messages.size())].code;
}

core::PutMessageTemplate compose_message(Dice& dice) {
    core::PutMessageTemplate put;
    core::MessageTemplate& message = put.message;
    message.code = message_codes[dice.below(message_codes.size())];
    message.locale = locales[dice.below(locales.size())];
    message.subject = dice.one_in(rare) ? "{{nobody}}" : dice.one_in(2) ? "{{order.number}}" : "News";
    message.text = "{{customer.name}}";
    for (std::uint64_t e = dice.below(3); e > 0; --e) message.events.emplace_back(sent_types[dice.below(3)]);
    if (dice.one_in(rare)) message.events.emplace_back("item_put");
    if (dice.one_in(3)) message.to = {"shop@example.com"};
    message.active = !dice.one_in(4);
    return put;
}

core::RecordMessages compose_mail_record(Dice& dice, const Model& model) {
    core::RecordMessages record;
    std::uint64_t after = model.mail.through;
    if (dice.one_in(8)) after = dice.below(model.head + 1);
    std::uint64_t through = after + dice.below(model.head - after + 1);
    if (dice.one_in(rare)) through = model.head + 1;
    if (dice.one_in(rare) && after > 0) through = after - 1;
    record.after = core::Sequence(after);
    record.through = core::Sequence(through);
    if (dice.one_in(3)) record.failure = dice.one_in(2) ? "SMTP 451" : "no answer";
    for (std::uint64_t f = dice.below(3); f > 0; --f) {
        core::FailedMessage failed;
        failed.message = static_cast<core::MessageIx>(dice.below(model.messages.size() + 1));
        if (!model.messages.empty() && !dice.one_in(rare)) failed.message = 0;
        failed.order = core::OrderId(1 + dice.below(model.head + 1));
        failed.at = core::Sequence(dice.one_in(rare) ? through + 1 : dice.below(through + 1));
        failed.reason = "SMTP 550";
        record.failed.push_back(failed);
    }
    return record;
}

}  // namespace waybill::sim

// Mail: its templates, which of them go out, and what became of it.

#include "tests/scenarios/action_readers.hpp"
#include "tests/scenarios/check_readers.hpp"

namespace waybill::scenarios {

Action read_message(Words& words) {
    Action out;
    core::PutMessageTemplate put;
    core::MessageTemplate& message = put.message;
    message.code = words.take("a code");
    message.locale = words.take("a language");
    message.subject = "{{order.number}}";
    message.text = "{{customer.name}}";
    while (!words.at_end()) {
        if (words.take_if("events")) {
            message.events = words.list();
        } else if (words.take_if("subject")) {
            message.subject = words.take("a subject");
        } else if (words.take_if("text")) {
            message.text = words.take("a text");
        } else if (words.take_if("html")) {
            message.html = words.take("a text");
        } else if (words.take_if("to")) {
            message.to = words.list();
        } else if (words.take_if("inactive")) {
            message.active = false;
        } else {
            words.expect_end();
        }
    }
    out.command = std::move(put);
    return out;
}

/// The runner says from where on.
Action read_mailing(Words& words) {
    Action out;
    core::RecordMessages record;
    while (!words.at_end()) {
        if (words.take_if("through")) {
            record.through = core::Sequence(static_cast<std::uint64_t>(words.number("a sequence")));
        } else if (words.take_if("fails")) {
            record.failure = words.take("what happened");
        } else if (words.take_if("refused")) {
            record.failed.push_back({0, core::OrderId(1), core::Sequence(1), words.take("what happened")});
        } else {
            words.expect_end();
        }
    }
    out.command = std::move(record);
    return out;
}

/// "mails are placed/en, news/de", or "mails for de-AT are nothing".
Check read_mails_check(Words& words) {
    const std::string locale = words.take_if("for") ? words.take("a language") : "en";
    words.expect("are");
    std::vector<std::string> expected;
    if (!words.take_if("nothing")) expected = words.list();
    return {[=](World& world) {
        const auto text = [](const std::vector<std::string>& mails) {
            std::string out;
            for (const std::string& mail : mails) out += (out.empty() ? "" : ",") + mail;
            return out.empty() ? "nothing" : out;
        };
        return differs("mails", text(expected), text(world.driver.mails(locale)));
    }};
}

/// "mail is failing through 12 behind 3 since INSTANT saying WHAT"
Check read_mail_check(Words& words) {
    words.expect("is");
    const std::string status = words.take("a status");
    std::optional<std::int64_t> through;
    std::optional<std::int64_t> behind;
    std::optional<std::string> failure;
    while (!words.at_end()) {
        if (words.take_if("through")) {
            through = words.number("a sequence");
        } else if (words.take_if("behind")) {
            behind = words.number("number of events");
        } else if (words.take_if("saying")) {
            failure = words.take("what happened");
        } else {
            words.expect_end();
        }
    }
    return {[=](World& world) -> std::string {
        const WebhookView actual = world.driver.mail();
        std::string out = differs("status", status, actual.status);
        if (out.empty() && through) out = differs("sent through", *through, actual.through);
        if (out.empty() && behind) out = differs("behind", *behind, actual.behind);
        if (out.empty() && failure) out = differs("failure", *failure, actual.failure);
        return out;
    }};
}

}  // namespace waybill::scenarios

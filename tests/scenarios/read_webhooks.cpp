// Webhooks: what is configured, what became of their deliveries, and what they are told of.

#include "tests/scenarios/action_readers.hpp"
#include "tests/scenarios/check_readers.hpp"

namespace waybill::scenarios {

Action read_webhook(Words& words) {
    Action out;
    core::PutWebhook put;
    put.webhook.code = words.take("a code");
    words.expect("to");
    put.webhook.url = words.take("a URL");
    while (!words.at_end()) {
        if (words.take_if("events")) {
            put.webhook.events = words.list();
        } else if (words.take_if("batch")) {
            put.webhook.batch_max = words.number("number of events");
        } else if (words.take_if("description")) {
            put.webhook.description = words.take("a description");
        } else if (words.take_if("inactive")) {
            put.webhook.active = false;
        } else {
            words.expect_end();
        }
    }
    out.command = std::move(put);
    return out;
}

Action read_rotation(Words& words) {
    words.expect("webhook");
    Action out;
    out.command = core::RotateWebhookSecret{words.take("a code")};
    return out;
}

Action read_resumption(Words& words) {
    words.expect("webhook");
    Action out;
    core::ResumeWebhook resume;
    resume.code = words.take("a code");
    if (words.take_if("after")) resume.after = core::Sequence(static_cast<std::uint64_t>(words.number("a sequence")));
    out.command = std::move(resume);
    return out;
}

/// The runner says from where on.
Action read_delivery(Words& words) {
    words.expect("to");
    Action out;
    core::RecordDelivery record;
    out.webhook = words.take("a code");
    while (!words.at_end()) {
        if (words.take_if("through")) {
            record.through = core::Sequence(static_cast<std::uint64_t>(words.number("a sequence")));
        } else if (words.take_if("fails")) {
            record.failure = words.take("what happened");
        } else if (words.take_if("given-up")) {
            record.gives_up = true;
        } else {
            words.expect_end();
        }
    }
    out.command = std::move(record);
    return out;
}

namespace {

/// "order_placed by big,late, order_shipped", as a driver tells it.
std::vector<std::string> told_words(Words& words) {
    std::vector<std::string> out;
    if (words.take_if("nothing")) return out;
    do {
        std::string event = words.take("a type of event");
        if (words.take_if("by")) {
            for (const std::string& rule : words.list()) event += " by " + rule;
        }
        out.push_back(std::move(event));
    } while (words.take_if(","));
    return out;
}

struct WebhookWords {
    std::optional<std::string> status;
    std::optional<std::int64_t> through;
    std::optional<std::int64_t> behind;
    std::optional<std::string> since;
    std::optional<std::string> failure;
};

std::string difference(const WebhookWords& expected, const WebhookView& actual) {
    std::string out;
    if (expected.status) out = differs("status", *expected.status, actual.status);
    if (out.empty() && expected.through) out = differs("delivered through", *expected.through, actual.through);
    if (out.empty() && expected.behind) out = differs("behind", *expected.behind, actual.behind);
    if (out.empty() && expected.since) out = differs("failing since", *expected.since, actual.failing_since);
    if (out.empty() && expected.failure) out = differs("failure", *expected.failure, actual.failure);
    return out;
}

}  // namespace

Check read_webhook_check(Words& words) {
    const std::string code = words.take("a code");
    words.expect("is");
    if (words.take_if("told")) {
        words.expect("of");
        const std::vector<std::string> expected = told_words(words);
        return {[=](World& world) {
            std::vector<std::string> actual;
            for (const ToldView& told : world.driver.told(code)) {
                std::string event = told.type;
                for (const std::string& rule : told.rules) event += " by " + rule;
                actual.push_back(std::move(event));
            }
            const auto list = [](const std::vector<std::string>& events) {
                std::string out;
                for (const std::string& event : events) out += (out.empty() ? "" : ", ") + event;
                return out.empty() ? "nothing" : out;
            };
            return differs("told of", list(expected), list(actual));
        }};
    }
    WebhookWords expected;
    expected.status = words.take("a status");
    while (!words.at_end()) {
        if (words.take_if("through")) {
            expected.through = words.number("a sequence");
        } else if (words.take_if("behind")) {
            expected.behind = words.number("number of events");
        } else if (words.take_if("since")) {
            expected.since = format_instant(words.instant());
        } else if (words.take_if("saying")) {
            expected.failure = words.take("what happened");
        } else {
            words.expect_end();
        }
    }
    return {[=](World& world) -> std::string {
        const auto actual = world.driver.webhook(code);
        if (!actual) return "there is no webhook " + code;
        return difference(expected, *actual);
    }};
}

}  // namespace waybill::scenarios

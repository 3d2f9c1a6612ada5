// The model's mail: its templates, where it stands, and which templates an event makes go out.

#include <algorithm>
#include <set>
#include <string_view>

#include "sim/model.hpp"

namespace waybill::sim {

using core::AggregateKind;
using core::Reject;

namespace {

/// Of the types that the simulator asks for, those that happen to an order.
bool is_of_order(std::string_view type) {
    const std::set<std::string_view> types{"order_placed", "order_marked", "order_shipped"};
    return types.contains(type);
}

/// How near a template is to a reader: 1 and up for the language itself and what it begins with, 0 for the default.
int nearness(const std::string& locale, const std::string& reader) {
    if (locale == reader) return 1'000;
    if (reader.starts_with(locale + "-")) return static_cast<int>(locale.size());
    return locale == "en" ? 0 : -1;
}

}  // namespace

Verdict Model::take_one(const core::PutMessageTemplate& command, const Moment&) {
    core::MessageTemplate wanted = command.message;
    const bool is_told = std::all_of(wanted.events.begin(), wanted.events.end(), is_of_order);
    if (!is_told || wanted.subject.find("{{nobody}}") != std::string::npos) return refused(Reject::invalid_request);
    const std::set<std::string> events(wanted.events.begin(), wanted.events.end());
    wanted.events.assign(events.begin(), events.end());
    Verdict out;
    const auto known = std::find_if(messages.begin(), messages.end(), [&](const core::MessageTemplate& one) {
        return one.code == wanted.code && one.locale == wanted.locale;
    });
    out.object = {AggregateKind::message_template, static_cast<std::uint64_t>(known - messages.begin())};
    const bool is_switched_on = known == messages.end() || (!known->active && wanted.active);
    wanted.since = is_switched_on ? core::Sequence(head + 1) : known->since;
    if (known != messages.end() && *known == wanted) return out;
    out.events = 1;
    if (known != messages.end()) {
        *known = wanted;
        return out;
    }
    if (messages.empty()) mail.through = head + 1;
    messages.push_back(wanted);
    return out;
}

Verdict Model::take_one(const core::RecordMessages& command, const Moment& moment) {
    const std::uint64_t after = command.after.raw();
    const std::uint64_t through = command.through.raw();
    if (messages.empty() || after != mail.through || through < after || through > head) {
        return refused(Reject::messages_moved);
    }
    for (const core::FailedMessage& failed : command.failed) {
        if (failed.message >= messages.size() || failed.at.raw() > through) return refused(Reject::messages_moved);
    }
    Verdict out;
    out.object = {AggregateKind::mail, 0};
    out.events = command.failed.size();
    MailModel now{through, {}, command.failure};
    if (!command.failure.empty()) now.failing_since = mail.failing_since.is_set() ? mail.failing_since : moment.now;
    if (!(now == mail)) ++out.events;
    mail = now;
    return out;
}

std::vector<std::uint32_t> Model::mails_of(std::string_view type, std::uint64_t sequence,
                                           const std::string& reader) const {
    std::vector<std::uint32_t> out;
    const auto by_rules = notified.find(sequence);
    const auto goes_out = [&](const core::MessageTemplate& one) {
        const bool is_asked = std::find(one.events.begin(), one.events.end(), type) != one.events.end();
        const bool is_ruled = by_rules != notified.end() && by_rules->second.contains(one.code);
        return one.active && sequence > one.since.raw() && (is_asked || is_ruled);
    };
    std::set<std::string> seen;
    for (const core::MessageTemplate& first : messages) {
        if (!goes_out(first) || !seen.insert(first.code).second) continue;
        std::uint32_t best = 0;
        int best_nearness = -2;
        for (std::uint32_t ix = 0; ix < messages.size(); ++ix) {
            const bool is_same = messages[ix].code == first.code && goes_out(messages[ix]);
            const int near = nearness(messages[ix].locale, reader);
            if (!is_same || near <= best_nearness) continue;
            best = ix;
            best_nearness = near;
        }
        out.push_back(best);
    }
    return out;
}

}  // namespace waybill::sim

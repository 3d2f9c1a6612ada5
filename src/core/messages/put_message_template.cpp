#include "core/messages/put_message_template.hpp"

#include <algorithm>
#include <string_view>

#include "base/mutant.hpp"
#include "core/field_checks.hpp"
#include "core/messages/check_template.hpp"
#include "core/messages/messages_of.hpp"

namespace waybill::core {
namespace {

void check_template(Faults& faults, const char* pointer, const std::string& text, std::size_t bytes_min,
                    std::size_t bytes_max) {
    if (text.size() < bytes_min || text.size() > bytes_max) {
        return check_text(faults, pointer, text, bytes_min, bytes_max);
    }
    if (const auto fault = fault_of_template(text)) faults.add(pointer, Reject::invalid_request, *fault);
}

/// A line of its own would be a header of its own.
void check_subject(Faults& faults, const std::string& subject) {
    const bool is_line = std::none_of(subject.begin(), subject.end(),
                                      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
    if (is_line) return check_template(faults, "/subject", subject, 1, limits::message_subject_bytes_max);
    faults.add("/subject", Reject::invalid_request, "must be one line");
}

/// Ascending, each once.
void check_events(Faults& faults, std::vector<std::string>& events) {
    for (std::size_t e = 0; e < events.size(); ++e) {
        if (is_order_event(events[e])) continue;
        faults.add(at("/events", e), Reject::invalid_request, "is no type of event of an order");
    }
    std::sort(events.begin(), events.end());
    events.erase(std::unique(events.begin(), events.end()), events.end());
}

void check_addresses(Faults& faults, const std::vector<std::string>& to) {
    if (to.size() > limits::message_addresses_max) {
        faults.add("/to", Reject::invalid_request,
                   "at most " + std::to_string(limits::message_addresses_max) + " addresses");
    }
    for (std::size_t t = 0; t < to.size(); ++t) {
        if (!is_mail_address(to[t])) faults.add(at("/to", t), Reject::invalid_request, "is no mail address");
        if (std::count(to.begin(), to.begin() + static_cast<std::ptrdiff_t>(t), to[t]) != 0) {
            faults.add(at("/to", t), Reject::invalid_request, "is named before");
        }
    }
}

}  // namespace

std::string template_key(std::string_view code, std::string_view locale) {
    return std::string(code) + '/' + std::string(locale);
}

Result<Decision, Rejection> decide(const PutMessageTemplate& command, const TenantState& state,
                                   const Context& context) {
    Faults faults;
    MessageTemplate message = command.message;
    const auto known = state.message_templates.find(template_key(message.code, message.locale));
    const MessageIx ix = known.value_or(state.message_templates.size());
    auto room = check_room(ix, limits::message_templates_max, "message templates");
    if (!known && !room) return fail(std::move(room).error());
    check_code(faults, "/code", message.code, limits::code_bytes_max);
    if (message.code.find('/') != std::string::npos) {
        faults.add("/code", Reject::invalid_request, "must not have a slash");
    }
    if (!is_locale(message.locale)) {
        faults.add("/locale", Reject::invalid_request, "must be a language tag, such as \"en\" or \"de-AT\"");
    }
    check_subject(faults, message.subject);
    check_template(faults, "/text", message.text, 1, limits::message_text_bytes_max);
    check_template(faults, "/html", message.html, 0, limits::message_html_bytes_max);
    check_events(faults, message.events);
    check_addresses(faults, message.to);
    if (faults.any()) return faults.take();
    Decision decision;
    decision.outcome.object = {AggregateKind::message_template, ix};
    const MessageTemplate* before = known ? &state.message_templates[ix] : nullptr;
    const bool goes_on = before != nullptr && (before->active || !message.active || WAYBILL_MUTANT(old_mail_sent_late));
    message.since = goes_on ? before->since : context.next;
    message.version = before == nullptr ? 0 : before->version;
    if (before != nullptr && message == *before) return decision;
    message.version = context.next.raw();
    decision.events.emplace_back(MessageTemplatePut{ix, std::move(message)});
    return decision;
}

}  // namespace waybill::core

#include "api/message_json.hpp"

#include <utility>

#include "api/event_json.hpp"
#include "json/read.hpp"

namespace waybill::api {
namespace {

/// A member that the path has, too.
std::string named(std::optional<std::string> given, std::string_view in_path, const char* pointer,
                  FieldErrors& errors) {
    if (in_path.empty() && !given) {
        errors.push_back({pointer, std::string(json::rule::required), "is missing"});
    } else if (!in_path.empty() && given && *given != in_path) {
        errors.push_back({pointer, std::string(json::rule::one_of), "must be as in the path, or left out"});
    }
    return in_path.empty() ? std::move(given).value_or(std::string()) : std::string(in_path);
}

}  // namespace

Result<core::PutMessageTemplate, Problem> read_message_template(std::string_view text, std::string_view path_code,
                                                                std::string_view path_locale) {
    auto input = json::read_text<json::Api, MessageTemplateInput>(text);
    if (!input) return fail(problem_of(input.error()));
    FieldErrors errors;
    core::PutMessageTemplate out;
    core::MessageTemplate& message = out.message;
    message.code = named(std::move(input->code), path_code, "/code", errors);
    message.locale = named(std::move(input->locale), path_locale, "/locale", errors);
    message.events = stored_types(std::move(input->events), errors);
    if (!errors.empty()) return fail(problem_of(std::move(errors)));
    message.subject = std::move(input->subject);
    message.text = std::move(input->text);
    message.html = std::move(input->html);
    message.to = std::move(input->to);
    message.active = input->active;
    return out;
}

MessageTemplateOutput render_message_template(const core::MessageTemplate& message) {
    return {message.code,   message.locale, message.subject, message.text,   message.html,
            message.events, message.to,     message.active,  message.version};
}

MailOutput render_mail(const core::DeliveryProgress* progress, core::Sequence head, bool is_configured) {
    MailOutput out;
    if (progress == nullptr) {
        out.status = is_configured ? MailStatus::none : MailStatus::off;
        return out;
    }
    const bool is_failing = progress->failing_since.is_set();
    out.status = !is_configured ? MailStatus::off : is_failing ? MailStatus::failing : MailStatus::active;
    out.delivered_through = progress->through.raw();
    if (head > progress->through) out.behind = head.raw() - progress->through.raw();
    if (is_failing) out.failing_since = progress->failing_since;
    if (!progress->failure.empty()) out.failure = progress->failure;
    return out;
}

}  // namespace waybill::api

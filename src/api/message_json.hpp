#pragma once
// Message templates as JSON, and how the mail of a tenant is.

#include <array>
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.hpp"
#include "core/commands.hpp"
#include "core/limits.hpp"
#include "engine/engine.hpp"
#include "json/rules.hpp"

namespace waybill::api {

/// Entries of `events`. There are fewer types of events, and one named twice counts once.
inline constexpr std::size_t message_events_max = 100;

struct MessageTemplateInput {
    std::optional<std::string> code;
    std::optional<std::string> locale;
    std::string subject;
    std::string text;
    std::string html;
    std::vector<std::string> events;
    std::vector<std::string> to;
    bool active = true;
};
BOOST_DESCRIBE_STRUCT(MessageTemplateInput, (), (code, locale, subject, text, html, events, to, active))

struct MessageTemplateOutput {
    static constexpr std::string_view schema_name = "MessageTemplate";
    std::string code;
    std::string locale;
    std::string subject;
    std::string text;
    std::string html;
    std::vector<std::string> events;
    std::vector<std::string> to;
    bool active = true;
    std::uint64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(MessageTemplateOutput, (), (code, locale, subject, text, html, events, to, active, version))

enum class MailStatus : std::uint8_t {
    off,      ///< this server has nobody to send by
    none,     ///< there is no template
    active,   ///< the last mail was taken, or there was none
    failing,  ///< it was not
};
BOOST_DESCRIBE_ENUM(MailStatus, off, none, active, failing)

struct MailOutput {
    static constexpr std::string_view schema_name = "Mail";
    MailStatus status = MailStatus::off;
    std::uint64_t delivered_through = 0;
    std::uint64_t behind = 0;
    std::optional<Instant> failing_since;
    std::optional<std::string> failure;
};
BOOST_DESCRIBE_STRUCT(MailOutput, (), (status, delivered_through, behind, failing_since, failure))

/// Empty path: code and locale have to be in the text; else they are those of the path.
/// Errors: malformed_json, invalid_request.
[[nodiscard]] Result<core::PutMessageTemplate, Problem> read_message_template(std::string_view text,
                                                                              std::string_view path_code,
                                                                              std::string_view path_locale);
[[nodiscard]] MessageTemplateOutput render_message_template(const core::MessageTemplate& message);
/// `progress`: nullptr: there is no template. `head`: where the tenant's log ends.
[[nodiscard]] MailOutput render_mail(const core::DeliveryProgress* progress, core::Sequence head, bool is_configured);

}  // namespace waybill::api

namespace waybill::json {

template <>
struct Rules<api::MessageTemplateInput> {
    static constexpr auto fields = std::array{
        text("code", 1, core::limits::code_bytes_max),
        text("locale", 2, core::limits::locale_bytes_max),
        text("subject", 1, core::limits::message_subject_bytes_max),
        text("text", 1, core::limits::message_text_bytes_max),
        text("html", 0, core::limits::message_html_bytes_max).defaulted(),
        items("events", 0, api::message_events_max).text(1, 100).defaulted(),
        items("to", 0, core::limits::message_addresses_max).text(1, core::limits::mail_address_bytes_max).defaulted(),
        defaulted("active")};
};

}  // namespace waybill::json

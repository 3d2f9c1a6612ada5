#pragma once
// Webhooks as JSON. Their secrets are in the answers that are asked for them, and nowhere else.

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
inline constexpr std::size_t webhook_events_max = 100;

struct WebhookInput {
    std::optional<std::string> code;
    std::string url;
    std::string description;
    std::vector<std::string> events;
    bool active = true;
    std::int64_t batch_max = 1;
};
BOOST_DESCRIBE_STRUCT(WebhookInput, (), (code, url, description, events, active, batch_max))

/// As the view webhook_deliveries has it: what keeps it from being told comes first.
enum class WebhookStatus : std::uint8_t { active, failing, paused, inactive };
BOOST_DESCRIBE_ENUM(WebhookStatus, active, failing, paused, inactive)

struct WebhookOutput {
    static constexpr std::string_view schema_name = "Webhook";
    std::string code;
    std::string url;
    std::string description;
    std::vector<std::string> events;
    bool active = true;
    std::int64_t batch_max = 1;
    WebhookStatus status = WebhookStatus::active;
    std::uint64_t delivered_through = 0;
    std::uint64_t behind = 0;
    std::optional<Instant> failing_since;
    std::optional<std::string> failure;
    std::uint64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(WebhookOutput, (),
                      (code, url, description, events, active, batch_max, status, delivered_through, behind,
                       failing_since, failure, version))

/// What was put, as the log tells it. A URL may have a password in it, so it is for those who may put one.
struct PutWebhookOutput {
    std::string code;
    std::optional<std::string> url;
    std::string description;
    std::vector<std::string> events;
    bool active = true;
    std::int64_t batch_max = 1;
    std::uint64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(PutWebhookOutput, (), (code, url, description, events, active, batch_max, version))

struct ResumeWebhookInput {
    std::optional<std::int64_t> after;
};
BOOST_DESCRIBE_STRUCT(ResumeWebhookInput, (), (after))

struct WebhookSecretOutput {
    static constexpr std::string_view schema_name = "WebhookSecret";
    std::string secret;
    std::optional<std::string> previous;
    std::optional<Instant> previous_until;
};
BOOST_DESCRIBE_STRUCT(WebhookSecretOutput, (), (secret, previous, previous_until))

/// `path_code` as in read_item. Errors: malformed_json, invalid_request.
[[nodiscard]] Result<core::PutWebhook, Problem> read_webhook(std::string_view text, std::string_view path_code);
/// A body without text is that without members. Errors: malformed_json, invalid_request.
[[nodiscard]] Result<core::ResumeWebhook, Problem> read_resume(std::string_view text, std::string code);

/// `head`: where the tenant's log ends.
[[nodiscard]] WebhookOutput render_webhook(const core::Webhook& webhook, const core::DeliveryProgress& progress,
                                           core::Sequence head);
enum class ShowUrl { yes, no };
[[nodiscard]] PutWebhookOutput render_put_webhook(const core::Webhook& webhook, ShowUrl show_url);

/// Of the secret that requests are signed with, and of the one before as long as they are signed with it, too.
/// `key`: that of the server, not empty.
[[nodiscard]] WebhookSecretOutput render_secret(const core::Webhook& webhook, std::string_view key,
                                                core::TenantId tenant, Instant now);

}  // namespace waybill::api

namespace waybill::json {

template <>
struct Rules<api::WebhookInput> {
    static constexpr auto fields = std::array{text("code", 1, core::limits::code_bytes_max),
                                              text("url", 1, core::limits::webhook_url_bytes_max),
                                              text("description", 0, core::limits::name_bytes_max).defaulted(),
                                              items("events", 0, api::webhook_events_max).text(1, 100),
                                              defaulted("active"),
                                              integer("batch_max", 1, core::limits::webhook_batch_max).defaulted()};
};
template <>
struct Rules<api::ResumeWebhookInput> {
    static constexpr auto fields = std::array{integer("after", 0, INT64_MAX)};
};

}  // namespace waybill::json

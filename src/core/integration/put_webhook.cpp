#include "core/integration/put_webhook.hpp"

#include <algorithm>
#include <boost/mp11/algorithm.hpp>
#include <charconv>
#include <string_view>

#include "base/mutant.hpp"
#include "core/field_checks.hpp"

namespace waybill::core {
namespace {

/// Whoever is told of one makes the next.
bool is_of_delivery(std::string_view type) {
    return type == WebhookProgressed::type_name || type == MessagesProgressed::type_name;
}

bool is_event_type(std::string_view name) {
    bool known = false;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, Event>>(
        [&](auto identity) { known = known || name == decltype(identity)::type::type_name; });
    return known;
}

/// What RFC 3986 lets stand in a URL. A backslash above all: some read it as a slash, so that two programs would see
/// two hosts.
bool is_url_character(char c) {
    constexpr std::string_view never = "\"<>\\^`{|}";
    return c > ' ' && c < '\x7f' && never.find(c) == std::string_view::npos;
}

/// "host", "host:443", "[::1]:443".
bool is_authority(std::string_view authority) {
    const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
    if (bracket == std::string_view::npos || bracket == 1) return false;
    const std::size_t colon = authority.find(':', bracket);
    const std::size_t host_bytes = std::min(colon, authority.size());
    if (host_bytes == 0 || (bracket > 0 && host_bytes != bracket + 1)) return false;
    if (colon == std::string_view::npos) return true;
    const std::string_view port = authority.substr(colon + 1);
    std::uint32_t number = 0;
    const auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), number);
    return code == std::errc() && end == port.data() + port.size() && number >= 1 && number <= 65'535;
}

/// Where it leads is looked at when something is sent: here, only that it can be a URL. The first fault is told.
void check_url(Faults& faults, const std::string& url) {
    const auto fault = [&](const char* detail) { faults.add("/url", Reject::invalid_request, detail); };
    if (url.size() > limits::webhook_url_bytes_max) {
        return check_text(faults, "/url", url, 1, limits::webhook_url_bytes_max);
    }
    if (!url.starts_with("https://") && !url.starts_with("http://")) return fault("needs https://HOST/PATH");
    if (!std::all_of(url.begin(), url.end(), is_url_character)) {
        return fault("has a character that a URL does not have; it can be %-encoded");
    }
    if (url.find('#') != std::string::npos) return fault("must have no fragment");
    const std::string_view after_scheme = std::string_view(url).substr(url.find("://") + 3);
    const std::string_view authority = after_scheme.substr(0, after_scheme.find_first_of("/?"));
    if (authority.find('@') != std::string_view::npos) return fault("must not name a user; requests are signed");
    if (!is_authority(authority)) return fault("needs https://HOST/PATH, or https://HOST:PORT/PATH");
}

/// Ascending, each once.
void check_events(Faults& faults, std::vector<std::string>& events) {
    for (std::size_t e = 0; e < events.size(); ++e) {
        if (events[e] == all_events && events.size() == 1) return;
        if (is_of_delivery(events[e])) {
            faults.add(at("/events", e), Reject::invalid_request, "tells of deliveries alone");
        } else if (!is_event_type(events[e])) {
            faults.add(at("/events", e), Reject::invalid_request,
                       events[e] == all_events ? "stands alone" : "is no type of event");
        }
    }
    std::sort(events.begin(), events.end());
    events.erase(std::unique(events.begin(), events.end()), events.end());
}

}  // namespace

Result<Decision, Rejection> decide(const PutWebhook& command, const TenantState& state, const Context& context) {
    Faults faults;
    Webhook webhook = command.webhook;
    const auto known = state.webhooks.find(webhook.code);
    const WebhookIx ix = known.value_or(state.webhooks.size());
    auto room = check_room(ix, limits::webhooks_max, "webhooks");
    if (!known && !room) return fail(std::move(room).error());
    check_code(faults, "/code", webhook.code, limits::code_bytes_max);
    check_url(faults, webhook.url);
    check_text(faults, "/description", webhook.description, 0, limits::name_bytes_max);
    check_events(faults, webhook.events);
    check_range(faults, "/batch_max", webhook.batch_max, 1, limits::webhook_batch_max);
    if (faults.any()) return faults.take();
    Decision decision;
    decision.outcome.object = {AggregateKind::webhook, ix};
    const Webhook* before = known ? &state.webhooks[ix] : nullptr;
    webhook.secret = before == nullptr || WAYBILL_MUTANT(webhook_secret_reset) ? 1 : before->secret;
    webhook.secret_since = before == nullptr ? Instant() : before->secret_since;
    webhook.version = before == nullptr ? 0 : before->version;
    if (before != nullptr && webhook == *before) return decision;
    webhook.version = context.next.raw();
    decision.events.emplace_back(WebhookPut{ix, std::move(webhook)});
    return decision;
}

Result<Decision, Rejection> decide(const RotateWebhookSecret& command, const TenantState& state,
                                   const Context& context) {
    const auto ix = state.webhooks.find(command.code);
    if (!ix) return reject(Reject::unknown_webhook, "no webhook has the code " + command.code);
    Decision decision;
    decision.outcome.object = {AggregateKind::webhook, *ix};
    Webhook webhook = state.webhooks[*ix];
    ++webhook.secret;
    webhook.secret_since = context.now;
    webhook.version = context.next.raw();
    decision.events.emplace_back(WebhookPut{*ix, std::move(webhook)});
    return decision;
}

}  // namespace waybill::core

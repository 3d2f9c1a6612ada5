#pragma once
// One request to a webhook: where it goes, and its headers and body. Pure.
//
// Source: Standard Webhooks 1.0; the HTTP protocol binding 1.0.2 of CloudEvents, structured and batched mode.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "core/ids.hpp"
#include "core/integration/webhook.hpp"

namespace waybill::webhooks {

struct HttpRequest {
    std::string url;
    std::vector<std::string> headers;  ///< "name: value"
    std::string body;
};

/// Who sends.
struct SenderIdentity {
    std::string server_key;  ///< not empty: what secrets are derived from
    std::string version;     ///< of the program
};

/// Events of one tenant, rendered, the first and the last of them by their sequences.
struct EventBatch {
    core::TenantId tenant;
    core::Sequence first;
    core::Sequence last;
    std::string body;  ///< one CloudEvent, or where Webhook::batch_max is above 1 an array of some
};

/// What the receiver knows a request by when it comes again: the CloudEvents id of a single event, or
/// "<id of the first>..<sequence of the last>".
[[nodiscard]] std::string request_id(const core::Webhook& webhook, const EventBatch& batch);

/// Signed with the webhook's secret and, for limits::secret_overlap_hours after it was changed, with the one before,
/// too.
[[nodiscard]] HttpRequest make_request(const core::Webhook& webhook, EventBatch batch, const SenderIdentity& identity,
                                       Instant now);

}  // namespace waybill::webhooks

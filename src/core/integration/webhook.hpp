#pragma once
// Webhook: an address outside that is told of events as they are committed, in their order (docs/domain/webhooks.md).
// What is sent comes from the log, so that a commit writes nothing for it; how far it got is a row of its own, which
// every delivery moves and no decision reads.

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "core/ids.hpp"
#include "core/integration/delivery_progress.hpp"

namespace waybill::core {

/// Of Webhook::events: all types.
inline constexpr std::string_view all_events = "*";

struct Webhook {
    std::string code;
    std::string url;
    std::string description;
    std::vector<std::string> events;  ///< types that are sent, ascending; or all_events. What rules send comes on top
    bool active = true;
    std::int64_t batch_max = 1;  ///< events in one request
    std::uint32_t secret = 1;    ///< number of the secret that requests are signed with
    Instant secret_since;        ///< not set: the first. The one before is good for limits::secret_overlap_hours more
    std::uint64_t version = 0;
    bool operator==(const Webhook&) const = default;
};
BOOST_DESCRIBE_STRUCT(Webhook, (), (code, url, description, events, active, batch_max, secret, secret_since, version))

}  // namespace waybill::core

#pragma once
// Which events of the log a webhook is told of next. The types it asks for, and what rules send to it on top: an event
// says which rules of which version fired, so nothing was written for that (ADR 21). A read is bounded: a webhook that
// is far behind, or wants what is rare, comes back for more and holds up nobody.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/integration/webhook.hpp"
#include "engine/engine.hpp"
#include "engine/store.hpp"
#include "webhooks/request.hpp"

namespace waybill::webhooks {

inline constexpr std::uint64_t scan_events_max = 10'000;     ///< of the log in one look
inline constexpr std::uint32_t scan_called_max = 200;        ///< events looked into for rules in one look
inline constexpr std::size_t batch_bytes_max = 1024 * 1024;  ///< of a body; one event may be longer

/// One event as a CloudEvent, on one line. `rules`: codes of those that send it to the webhook.
using RenderEvent = std::function<void(std::string& out, const engine::EventRow& event,
                                       std::span<const std::string_view> rules, const engine::TenantView& view)>;

/// Types of events by what they are to a webhook.
struct WantedEvents {
    std::vector<std::string> sent;  ///< whatever they say; ascending
    std::vector<std::string> read;  ///< those, and those that rules may send to it; ascending
    bool is_called = false;         ///< some version of the rules does
};
/// `is_called`: core::is_called_by_rules.
[[nodiscard]] WantedEvents wanted_events(const core::Webhook& webhook, bool is_called);

struct Selection {
    std::optional<EventBatch> batch;  ///< none: nothing in this part of the log concerns it
    std::size_t events = 0;           ///< in the batch
    core::Sequence through;           ///< everything up to here is in the batch or of no concern
};

/// The events of one request, after `after` and up to `until`, which is committed. The same arguments, and an `until`
/// that is the `through` of a selection, give its events again.
/// Errors: as the reader's; elsewhere: the tenant has left this process; corrupt.
[[nodiscard]] Result<Selection, engine::IoError> select_events(engine::Engine& engine, engine::Reader& reader,
                                                               core::TenantId tenant, const core::Webhook& webhook,
                                                               const WantedEvents& wanted, core::Sequence after,
                                                               core::Sequence until, const RenderEvent& render);

}  // namespace waybill::webhooks

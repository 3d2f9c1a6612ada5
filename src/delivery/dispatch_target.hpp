#pragma once
// One receiver as the dispatcher knows it: how far it got, and what is under way for it.

#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/integration/delivery_progress.hpp"
#include "delivery/receiver.hpp"

namespace waybill::delivery {

using Steady = std::chrono::steady_clock;

/// More that were skipped than these are recorded, though nothing was delivered: what is read again after a start.
inline constexpr std::uint64_t skipped_unrecorded_max = 10'000;
/// Between two records of the progress of one receiver that is delivered to.
inline constexpr std::chrono::milliseconds record_every{1'000};

struct TargetKey {
    core::TenantId tenant;
    std::uint32_t ix = 0;  ///< among the receivers of the tenant
    auto operator<=>(const TargetKey&) const = default;
};

struct DispatchTarget {
    std::uint64_t incarnation = 0;  ///< of this object: an answer may come when another has its place
    std::unique_ptr<Receiver> receiver;
    core::DeliveryProgress known;  ///< as stored

    core::Sequence through;                        ///< at or after known.through: delivered, or of no concern
    bool has_delivered = false;                    ///< something between known.through and `through`
    std::string failure;                           ///< of the last attempt; empty: it was taken
    bool gives_up = false;                         ///< to be recorded: nothing is sent any more
    std::uint32_t failures = 0;                    ///< in a row, since this process began with it
    Steady::time_point go_on_from;                 ///< nothing is read or sent before
    std::optional<core::Sequence> repeat_through;  ///< what failed is tried again as it was, so that its id stays

    bool is_unread = false;  ///< the last try to read its events failed
    bool is_queued = false;
    bool is_sending = false;
    std::uint64_t placings = 0;  ///< how often it was set to another place: what was under way then is of no use
    bool is_recording = false;
    bool must_wait = false;          ///< the engine could not record the last time
    Steady::time_point record_from;  ///< not before

    std::optional<Steady::time_point> timer;

    [[nodiscard]] bool is_at_rest() const { return !receiver->is_active() || known.paused || gives_up; }

    /// Its progress is what somebody has set it to.
    void place(const core::DeliveryProgress& progress) {
        known = progress;
        through = progress.through;
        has_delivered = false;
        failure = progress.failure;
        gives_up = false;
        try_anew();
        ++placings;
    }

    /// What was put may mend what failed.
    void try_anew() {
        failures = 0;
        go_on_from = {};
        repeat_through.reset();
    }

    /// What became of the last attempt is not as stored.
    [[nodiscard]] bool has_new_state() const {
        return gives_up || failure != known.failure || (failure.empty() && known.failing_since.is_set());
    }

    [[nodiscard]] bool has_new_place() const {
        return (has_delivered && through > known.through) ||
               through.raw() - known.through.raw() > skipped_unrecorded_max;
    }
};

}  // namespace waybill::delivery

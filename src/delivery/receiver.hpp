#pragma once
// What is told of the events of a tenant: a webhook, or its customers by mail. The dispatcher asks these what to send
// and by which command to record it; when, how often and in which order is its own.
//
// Threads: the dispatcher's, but for what `Sent` says.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "core/commands.hpp"
#include "core/integration/delivery_progress.hpp"
#include "engine/engine.hpp"
#include "engine/store.hpp"

namespace waybill::delivery {

/// What became of what was sent.
struct Delivery {
    enum class Kind : std::uint8_t {
        taken,    ///< it need not be sent again
        gone,     ///< nobody is there any more
        failed,   ///< `failure` says why
        cut_off,  ///< this process stops; it may have been taken
    };
    Kind kind = Kind::taken;
    std::string failure;                  ///< one line, of limits::webhook_failure_bytes_max or less
    std::chrono::seconds retry_after{0};  ///< as the answer asks; 0: it does not
};
using Sent = std::function<void(Delivery)>;

struct Selection {
    std::function<void(Sent)> send;  ///< empty: nothing in this part of the log concerns it
    std::size_t events = 0;          ///< that it tells of
    core::Sequence through;          ///< everything up to here is told of, or of no concern
};

/// What is to be recorded.
struct Told {
    core::Sequence after;    ///< DeliveryProgress::through as it is stored
    core::Sequence through;  ///< as it is now
    std::string failure;     ///< of the last attempt; empty: it was taken
    bool gives_up = false;   ///< nothing is sent any more
};

class Receiver {
public:
    virtual ~Receiver() = default;
    /// Takes in what is committed of its tenant. True: it was changed, which may mend what failed.
    virtual bool take_in(const core::TenantState& state) = 0;
    [[nodiscard]] virtual const core::DeliveryProgress& progress(const core::TenantState& state) const = 0;
    [[nodiscard]] virtual const std::string& name() const = 0;
    [[nodiscard]] virtual bool is_active() const = 0;
    /// What is told next of the events after `after` and up to `until`, which is committed. The same arguments, and an
    /// `until` that is the `through` of a selection, give its events again.
    /// Errors: as the reader's; elsewhere: the tenant has left this process; corrupt.
    [[nodiscard]] virtual Result<Selection, engine::IoError> select(engine::Engine& engine, engine::Reader& reader,
                                                                    core::Sequence after, core::Sequence until) = 0;
    /// It was not taken; the same will be selected again.
    virtual void on_failure(const std::string&) {}
    [[nodiscard]] virtual core::Command record(const Told& told) = 0;
    /// The last record is made, or is of no use any more.
    virtual void on_recorded() {}
};

/// All receivers of one kind.
class Outlet {
public:
    virtual ~Outlet() = default;
    [[nodiscard]] virtual const char* actor() const = 0;
    [[nodiscard]] virtual std::uint32_t count(const core::TenantState& state) const = 0;
    [[nodiscard]] virtual std::unique_ptr<Receiver> make(core::TenantId tenant, std::uint32_t ix) = 0;
    /// Cuts off what is under way.
    virtual void stop() = 0;
};

}  // namespace waybill::delivery

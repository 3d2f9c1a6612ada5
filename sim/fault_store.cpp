#include "sim/fault_store.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/fault_reader.hpp"

namespace waybill::sim {

using engine::IoError;
using engine::IoFailure;

std::string_view name_of(Fault fault) {
    static constexpr std::array<std::string_view, fault_kinds> names{
        "none",         "full",         "read_only",  "unavailable", "load_fails",
        "unknown_kept", "unknown_lost", "crash_kept", "crash_lost",  "crash_torn"};
    return names[static_cast<std::size_t>(fault)];
}

bool is_crash(Fault fault) {
    return fault == Fault::crash_kept || fault == Fault::crash_lost || fault == Fault::crash_torn;
}

Result<engine::Loaded, IoError> FaultStore::load(core::TenantId tenant, const engine::LoadKeys& keys) {
    if (dead_) return fail(IoError{IoFailure::unavailable, "the process has ended"});
    if (fault_ == Fault::load_fails) {
        fault_ = Fault::none;
        return fail(IoError{IoFailure::unavailable, "planned"});
    }
    return inner_.load(tenant, keys);
}

Result<Unit, IoError> FaultStore::keep(const std::vector<engine::TenantBatch>& batches) {
    auto done = inner_.commit(batches);
    is_kept_ = done.has_value();
    return done;
}

Result<Unit, IoError> FaultStore::commit(const std::vector<engine::TenantBatch>& batches) {
    if (dead_) return fail(IoError{IoFailure::unavailable, "the process has ended"});
    const bool probe = std::all_of(batches.begin(), batches.end(),
                                   [](const auto& batch) { return batch.events.empty() && batch.replies.empty(); });
    const Fault fault = fault_;
    if (!probe) fault_ = Fault::none;
    switch (fault) {
        case Fault::full:
            return fail(IoError{IoFailure::full, "planned"});
        case Fault::read_only:
            return fail(IoError{IoFailure::read_only, "planned"});
        case Fault::unavailable:
            return fail(IoError{IoFailure::unavailable, "planned"});
        case Fault::none:
        case Fault::load_fails:
            return inner_.commit(batches);
        case Fault::unknown_kept:
        case Fault::unknown_lost:
        case Fault::crash_kept:
        case Fault::crash_lost:
        case Fault::crash_torn:
            break;
    }
    if (probe) return inner_.commit(batches);
    hit_events_ = std::any_of(batches.begin(), batches.end(), [](const auto& batch) { return !batch.events.empty(); });
    if (fault == Fault::unknown_kept) {
        if (auto done = keep(batches); !done) return done;
    }
    if (is_crash(fault)) {
        if (before_crash) before_crash();
        if (fault == Fault::crash_kept) (void)keep(batches);
        // A store in memory has no bytes to tear: there the commit is lost as a whole.
        if (fault == Fault::crash_torn && before_crash) (void)inner_.commit(batches);
        if (after_crash) after_crash();
        dead_ = true;
    }
    return fail(IoError{IoFailure::outcome_unknown, "planned"});
}

Result<std::unique_ptr<engine::Reader>, IoError> FaultStore::reader() {
    auto inner = inner_.reader();
    if (!inner) return inner;
    return make_fault_reader(*std::move(inner), [this] { return blind_ || dead_; });
}

}  // namespace waybill::sim

#pragma once
// Why a store, or whatever stands beside it, could not do what it was asked.

#include <cstdint>
#include <string>

namespace waybill::engine {

enum class IoFailure : std::uint8_t {
    unavailable,  ///< can not be reached or opened now
    locked,       ///< another process writes to it
    full,         ///< no space left
    read_only,
    corrupt,          ///< its own checks fail
    newer_schema,     ///< written by a newer Waybill
    not_a_store,      ///< the file is something else
    conflict,         ///< the sequence head is not the expected one: somebody else wrote
    outcome_unknown,  ///< the commit may or may not have happened
    elsewhere,        ///< another process serves the tenant, or nobody just now
};

struct IoError {
    IoFailure kind = IoFailure::unavailable;
    std::string detail;
    /// The same call may succeed later without anybody doing anything.
    [[nodiscard]] bool retryable() const {
        return kind == IoFailure::unavailable || kind == IoFailure::full || kind == IoFailure::elsewhere;
    }
};

}  // namespace waybill::engine

#pragma once
// What rules did, what people have to look at, what became the work of locations, and what came back, counted: by a
// batch while it is decided, by the writer when it is durable, for whoever watches. Of all tenants together.

#include <atomic>
#include <cstdint>

#include "core/events.hpp"
#include "core/rejection.hpp"

namespace waybill::engine {

struct RuleCounts {
    std::uint64_t orders = 0;       ///< placed while rules were in force
    std::uint64_t fired = 0;        ///< automation rules, each time
    std::uint64_t failed = 0;       ///< their conditions that could not be worked out, each time
    std::uint64_t fallback = 0;     ///< routed by another strategy than the first of its branch
    std::uint64_t relaxed = 0;      ///< routed with some soft filter not in force
    std::uint64_t activations = 0;  ///< of rule sets, roll-backs too
    std::uint64_t refused = 0;      ///< activations whose golden orders did not come out as they say
    std::uint64_t raised = 0;       ///< exceptions, by rules, by people and by Waybill itself
    std::uint64_t resolved = 0;     ///< exceptions, by rules and by people
    std::uint64_t released = 0;     ///< fulfillment orders
    std::uint64_t given_back = 0;   ///< units that locations rejected, missing ones with them
    std::uint64_t missing = 0;      ///< units that should have been there and were not
    std::uint64_t packed = 0;       ///< parcels, each time that something was packed or said of them
    std::uint64_t shipped = 0;      ///< parcels that left
    std::uint64_t returns = 0;      ///< that were asked for
    std::uint64_t returned = 0;     ///< units that came back

    void add(const core::Event& event);
    void add(const core::Rejection& rejection);
};

/// Sums that one thread adds to and any thread reads.
class RuleCounters {
public:
    void add(const RuleCounts& counts);
    [[nodiscard]] RuleCounts read() const;

private:
    std::atomic<std::uint64_t> orders_{0}, fired_{0}, failed_{0}, fallback_{0}, relaxed_{0}, activations_{0},
        refused_{0}, raised_{0}, resolved_{0}, released_{0}, given_back_{0}, missing_{0}, packed_{0}, shipped_{0},
        returns_{0}, returned_{0};
};

}  // namespace waybill::engine

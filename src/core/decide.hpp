#pragma once
// decide: one command against the state, to events or a rejection. Pure; the state is untouched. Each command's rules
// are in its own file (core/order/place_order.cpp ...); this is the way in.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "core/commands.hpp"
#include "core/events.hpp"
#include "core/network/zone_rules.hpp"
#include "core/rejection.hpp"
#include "core/rules/scratch.hpp"
#include "core/sourcing/solve.hpp"
#include "core/state.hpp"

namespace waybill::core {

/// What comes from outside a decision: the instant, the sequence that its first event will get, zones, scratch memory.
struct Context {
    Instant now;
    Sequence next;                                  ///< sequence of the first event of this decision
    const std::vector<ZoneRules>* zones = nullptr;  ///< by name, ascending
    /// The working day of each location at `now`, by LocationIx; locations beyond its end are looked up in `zones`.
    const std::vector<CivilDate>* working_days = nullptr;
    sourcing::Workspace* workspace = nullptr;
    rules::Scratch* scratch = nullptr;                        ///< of conditions; nullptr: memory of their own
    sourcing::Budget routing_budget = sourcing::live_budget;  ///< what one routing decision may spend
    std::string actor;                                        ///< "key_12": who asks, for what keeps it
    std::vector<LocationIx> scope;                            ///< locations the actor is limited to; empty: all
};

/// Rows of a message that were not taken, the others were.
struct SkippedRow {
    std::uint32_t row = 0;
    Reject code = Reject::unknown_sku;
    std::string detail;
};

/// What a command did, for its answer.
struct Outcome {
    Aggregate object;              ///< what it made or changed
    bool already_applied = false;  ///< a repeated feed message: nothing was changed
    std::vector<SkippedRow> skipped;
};

struct Decision {
    std::vector<Event> events;
    Outcome outcome;
};

/// Orders, customers and keys that the command needs in the working set before it can be decided.
struct Needs {
    std::vector<OrderId> orders;
    std::vector<CustomerId> customers;
    std::vector<std::pair<ChannelIx, std::string>> channel_orders;
    std::vector<CustomerIdentity> identities;
};
[[nodiscard]] Needs needs_of(const Command& command, const TenantState& state);

[[nodiscard]] Result<Decision, Rejection> decide(const Command& command, const TenantState& state,
                                                 const Context& context);

}  // namespace waybill::core

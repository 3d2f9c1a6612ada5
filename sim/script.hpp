#pragma once
// Script: what a run does, as short lines of text. A seed is planned into a script; a failing script is shrunk by
// leaving out lines. A command is its kind, its tenant and one number: what it says in detail is thrown with that
// number against the state at that moment, so that the lines which are left still mean something when others are gone.
//
//   waybill-sim 1 tenants 2    or `tenants 2 overlap 3`: with 3 commands waiting, batches overlap
//   round                      the commands up to the next round go into one batch
//   place_order 0 81f3         a command of tenant 0
//   round unknown_kept         a round whose commit fails in this way
//   create_tenant 0 1c         in a round like commands; the tenants that commands name wrap around those there are
//   clock 3600000000           the clock moves on (or back) by microseconds
//   blind on                   the head of the log can not be read from now on
//   probe                      the engine tries a store in trouble by itself, as it does when time has passed
//   retry 0                    orders of tenant 0 that wait, and are due, are routed again
//   restart                    close and open again
//   check                      everything is compared and audited
//
// `waybill-sim 1 tenants 2 processes 3` is of a cluster: there commands stand among happenings (happening.hpp) and
// checks, and each is sent when its line comes.
//
// Text after # is ignored. Every script ends with a check, written or not.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sim/fault_store.hpp"
#include "sim/happening.hpp"

namespace waybill::sim {

enum class OpKind : std::uint8_t { round, command, clock, blind, probe, retry, restart, check, happening };

/// The kinds of commands, with their shares in a plan.
enum class Does : std::uint8_t {
    configure_tenant,
    put_item,
    put_location,
    put_channel,
    put_postcode_areas,
    issue_key,
    revoke_key,
    move_inventory,
    apply_feed,
    put_customer,
    merge_customers,
    erase_person,
    place_order,
    cancel_order,
    reroute_order,
    ship_order,
    repeat,  ///< an earlier request with its Idempotency-Key again, or another body under that key
    create_tenant,
    save_rule_set,
    activate_rule_set,
    roll_back_rule_set,
    hold_order,
    release_hold,
    raise_exception,
    change_exception,
    resolve_exception,
    put_rate_table,
    release_order,
    accept_fulfillment,
    pick_fulfillment,
    reject_fulfillment,
    recall_fulfillment,
    ship_fulfillment,
    put_webhook,
    rotate_webhook_secret,
    record_delivery,  ///< as who sends would; of what was sent, or of what can not have been
    resume_webhook,
    put_demand,
    request_return,
    approve_return,
    decline_return,
    receive_return,
    cancel_return,
    put_message,
    record_messages,  ///< as who sends would; of what was sent, or of what can not have been
    pack_fulfillment,
    unpack_parcel,
};
inline constexpr std::size_t does_kinds = 47;
inline constexpr std::uint32_t tenants_max = 9;
inline constexpr std::uint32_t processes_max = 9;
[[nodiscard]] std::string_view name_of(Does does);

struct Op {
    OpKind kind = OpKind::round;
    Fault fault = Fault::none;  ///< of a round
    Does does = Does::place_order;
    std::uint32_t tenant = 0;  ///< of a command or a retry: 0, 1, ...; the number of tenants wraps around
    std::uint64_t dice = 0;    ///< of a command
    std::int64_t micros = 0;   ///< of the clock
    bool on = false;           ///< of blind
    Happening happening;       ///< of a cluster
    bool operator==(const Op&) const = default;
};

struct Script {
    std::uint32_t tenants = 1;
    std::uint32_t overlap = 0;    ///< EngineOptions::overlap_commands_min; 0: batches do not overlap
    std::uint32_t processes = 0;  ///< of a cluster, at first; 0: one process that has its store for itself
    std::vector<Op> ops;
    bool operator==(const Script&) const = default;
};

[[nodiscard]] std::string line_of(const Op& op);
[[nodiscard]] std::string header_of(const Script& script);
[[nodiscard]] std::string text_of(const Script& script);
/// Errors: one line naming the line at fault.
[[nodiscard]] Result<Script, std::string> parse_script(std::string_view text);

/// The script of a seed: a small shop, then about `steps` commands with faults, restarts and jumps of the clock.
[[nodiscard]] Script plan(std::uint64_t seed, std::uint32_t steps);
/// Of a cluster: its processes come and go, and their ways to the store fail.
[[nodiscard]] Script plan_cluster(std::uint64_t seed, std::uint32_t steps);

}  // namespace waybill::sim

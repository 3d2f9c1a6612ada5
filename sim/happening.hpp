#pragma once
// Happenings: the lines of a script that only a cluster of processes knows.
//
//   run 250000 9f3a        things happen for so many microseconds, in the order of these dice
//   start 9f3a             a process more; the dice say how wrong its clock goes
//   crash 1                process 1 of those there are (numbers wrap around) ends
//   leave 1                it ends as an operator ends it
//   pause 1 3000000        nothing of it goes on for so long
//   cut 1, heal 1          it can not reach the store, and can again
//   mute 1                 what it says of leases is lost, and the rest goes on, until it is healed
//   commit 1 late          its next commit is late; also `lease` and `read`, and lost, unanswered, twice, full
//   wall 1 -3600000000     the time of day that it reads jumps
//   store_clock 400000     the store's clock is set back
//   look 0 9f3a            somebody asks some process for tenant 0

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/cluster_link.hpp"

namespace waybill::sim {

enum class HappeningKind : std::uint8_t {
    run,
    start,
    crash,
    leave,
    pause,
    cut,
    mute,
    heal,
    fault,
    wall,
    store_clock,
    look
};
inline constexpr std::size_t happening_kinds = 12;

struct Happening {
    HappeningKind kind = HappeningKind::run;
    std::uint32_t which = 0;  ///< process; of a look: tenant
    std::int64_t micros = 0;
    std::uint64_t dice = 0;
    Call call = Call::commit;
    NetFault fault = NetFault::none;
    bool operator==(const Happening&) const = default;
};

[[nodiscard]] std::string line_of(const Happening& happening);
/// nullopt: it is none.
[[nodiscard]] std::optional<Happening> parse_happening(const std::vector<std::string>& words);

}  // namespace waybill::sim

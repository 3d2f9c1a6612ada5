#pragma once
// What a run looks like to people and to machines.

#include <cstdint>
#include <string>

#include "sim/arguments.hpp"
#include "sim/run.hpp"

namespace waybill::sim {

[[nodiscard]] RunResult run_stores(const Script& script, StoreChoice choice, std::uint64_t seed);

/// The script of a seed, of the kind that is asked for.
[[nodiscard]] Script script_of(std::uint64_t seed, const Arguments& arguments);

/// So that an abort says which seed it was: stored for the signal handler, which prints the command that replays it.
void announce(std::uint64_t seed, const Arguments& arguments);

void print_failure(std::uint64_t seed, const RunResult& result, const Arguments& arguments);
[[nodiscard]] std::string replay_command(std::uint64_t seed, const Arguments& arguments);
[[nodiscard]] std::string json_line(std::uint64_t seed, const RunResult& result);
/// The script with what each line became beside it.
[[nodiscard]] std::string commented(const Script& script, const RunResult& result);

struct Totals {
    std::uint64_t seeds = 0;
    std::uint64_t failed = 0;
    std::uint64_t commands = 0;
    std::uint64_t accepted = 0;
    std::uint64_t faults = 0;
    std::uint64_t restarts = 0;
    std::uint64_t owner_changes = 0;
    void add(const RunResult& result);
    [[nodiscard]] std::string line() const;
};

}  // namespace waybill::sim

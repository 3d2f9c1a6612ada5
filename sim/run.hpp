#pragma once
// run: one script against the real engine, checked by the model after every round.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/script.hpp"
#include "sim/world.hpp"

namespace waybill::sim {

struct RunResult {
    std::vector<std::string> problems;      ///< empty: all holds; the run ends with the first round that has any
    std::uint64_t trace_hash = 0;           ///< over every request, every answer and the final state
    std::vector<std::string> state_hashes;  ///< of the tenants at the end, as the auditor states them
    std::vector<std::string> comments;      ///< beside each op of the script: what it became
    std::uint64_t commands = 0;
    std::uint64_t accepted = 0;
    std::uint64_t faults = 0;
    std::uint64_t restarts = 0;
    std::uint64_t owner_changes = 0;  ///< of tenants of a cluster
};

[[nodiscard]] RunResult run(const Script& script, StoreKind kind);

/// A script of a cluster, on a store in memory that its processes share.
[[nodiscard]] RunResult run_cluster(const Script& script);

/// Runs on both stores and expects the same: answers, hashes, everything.
[[nodiscard]] RunResult run_on_both(const Script& script);

}  // namespace waybill::sim

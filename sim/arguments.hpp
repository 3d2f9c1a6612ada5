#pragma once
// The command line of waybill_sim.

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace waybill::sim {

inline constexpr int exit_clean = 0;
inline constexpr int exit_found = 1;  ///< a problem was found; with --all-mutants: a mutant survived
inline constexpr int exit_usage = 2;

/// by_seed: of eight seeds two run on SQLite, one on both stores, the others in memory.
enum class StoreChoice : std::uint8_t { by_seed, memory, sqlite, both };

struct Arguments {
    std::uint64_t first_seed = 1;
    std::uint64_t last_seed = 1;
    std::uint32_t steps = 40;
    StoreChoice store = StoreChoice::by_seed;
    std::string store_word = "by-seed";
    std::string mutant;
    std::string script;
    bool list_mutants = false;
    bool all_mutants = false;
    bool cluster = false;
    bool shrink = false;
    bool json = false;
    bool go_on = false;
    bool help = false;
};

/// Errors: one line.
[[nodiscard]] Result<Arguments, std::string> read_arguments(int count, char** words);
[[nodiscard]] std::string help_text();

}  // namespace waybill::sim

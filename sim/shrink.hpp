#pragma once
// Shrinking: delta debugging over the lines of a script. Halves, quarters ... are left out as long as it still fails.

#include <cstdint>
#include <functional>

#include "sim/arguments.hpp"
#include "sim/script.hpp"

namespace waybill::sim {

enum class Ending : std::uint8_t { clean, found, aborted };

/// Runs a script in a process of its own, so that an abort of the engine is an ending like another.
[[nodiscard]] Ending fails_apart(const Script& script, StoreChoice store, std::uint64_t seed);

struct Shrunk {
    Script script;
    bool failed = false;  ///< the script that was given fails at all
    bool aborts = false;
    std::uint32_t runs = 0;
};
[[nodiscard]] Shrunk shrink(const Script& script, const std::function<Ending(const Script&)>& fails);

}  // namespace waybill::sim

#pragma once
// The planted defects of this build (base/mutant.hpp): choosing one, and hunting all of them.

#include <string>

#include "sim/arguments.hpp"

namespace waybill::sim {

/// False: this build has no such mutant.
[[nodiscard]] bool select_mutant(const std::string& name);
void list_mutants(bool json);

/// Each mutant alone, in a process of its own, as many at once as there are cores, from the first seed until one fails.
/// Exit code: 0 all were found.
[[nodiscard]] int hunt_mutants(const Arguments& arguments);

}  // namespace waybill::sim

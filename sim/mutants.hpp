#pragma once
// The planted defects of this build (base/mutant.hpp): choosing one, and hunting all of them.

#include <string>

#include "sim/arguments.hpp"

namespace waybill::sim {

/// False: this build has no such mutant.
[[nodiscard]] bool select_mutant(const std::string& name);
void list_mutants(bool json);

/// Each mutant alone, from the first seed until one fails, in processes of their own, as many at once as keep the
/// cores busy. Every seed is run without a mutant first: it has to be clean, and only the mutants whose sites it comes
/// to are tried with it. Exit code: 0 all were found.
[[nodiscard]] int hunt_mutants(const Arguments& arguments);

}  // namespace waybill::sim

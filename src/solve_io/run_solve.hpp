#pragma once
// `waybill solve`: one instance in, one solution out.

#include <iosfwd>

namespace waybill::solve_io {

inline constexpr int exit_solved = 0;
inline constexpr int exit_malformed = 2;
inline constexpr int exit_no_plan = 3;

/// Reads an `oms-sourcing-1` document from `in` and writes the solution to `out`. A malformed document writes nothing
/// to `out` and one line per fault to `err`. Returns the exit status of the command.
[[nodiscard]] int run_solve(std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace waybill::solve_io

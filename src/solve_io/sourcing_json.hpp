#pragma once
// The file format `oms-sourcing-1` (docs/formats/sourcing.md): an instance in, a solution out.
//
// Reading never stops at the first fault: every fault is listed with its JSON pointer and the rule that it breaks. The
// limits below are ours; the format itself has none. Lateness is resolved here: late costs become part of unit costs,
// and pairs that would be too late are left out, so that the problem behind knows no dates.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/sourcing/problem.hpp"

namespace waybill::solve_io {

inline constexpr std::size_t document_bytes_max = std::size_t{64} << 20;
inline constexpr std::size_t lines_max = 2'000;
inline constexpr std::size_t nodes_max = 20'000;
inline constexpr std::size_t stock_entries_max = 1'000'000;
inline constexpr std::size_t weight_breaks_max = 1'000;
inline constexpr std::size_t id_bytes_max = 200;
inline constexpr std::int64_t cost_max = 1'000'000'000'000;
inline constexpr std::int64_t quantity_max = 1'000'000'000;
inline constexpr std::int64_t grams_max = 1'000'000'000'000;
inline constexpr std::int64_t days_max = 1'000'000;
inline constexpr std::size_t issues_max = 100;  ///< further faults are only counted

struct Issue {
    std::string pointer;  ///< JSON pointer (RFC 6901) of the faulty value; empty: the whole document
    std::string rule;     ///< what the value should have been
};

struct Instance {
    std::string id;
    std::vector<std::string> line_ids;
    std::vector<std::string> node_ids;
    sourcing::Problem problem;
};

/// Errors: at least one Issue; the last one may say how many more there were.
[[nodiscard]] Result<Instance, std::vector<Issue>> read_instance(std::string_view text);

/// The solution document of a plan that is not `unknown`, on one line with a line feed at its end.
[[nodiscard]] std::string write_solution(const Instance& instance, const sourcing::Plan& plan);

/// The instance document of a problem with one pool per entry, for tests and for sharing a case. Lead times are 0.
[[nodiscard]] std::string write_instance(const Instance& instance, std::string_view family);

}  // namespace waybill::solve_io

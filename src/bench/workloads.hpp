#pragma once
// The list of workloads of `waybill bench`. Each has one file that adds its options to the parser and, when it is the
// one that was named, leaves what is to be run.

#include <functional>
#include <string>

#include "base/result.hpp"

namespace CLI {
class App;
}

namespace waybill::bench {

/// Prints its results as lines of JSON. Errors: one line.
using Workload = std::function<Result<Unit, std::string>()>;

void add_ingest(CLI::App& group, Workload& chosen);
void add_http(CLI::App& group, Workload& chosen);
void add_overload(CLI::App& group, Workload& chosen);
void add_solve(CLI::App& group, Workload& chosen);
void add_availability(CLI::App& group, Workload& chosen);
void add_start(CLI::App& group, Workload& chosen);
void add_growth(CLI::App& group, Workload& chosen);
void add_search(CLI::App& group, Workload& chosen);
void add_rules(CLI::App& group, Workload& chosen);

}  // namespace waybill::bench

#pragma once
// Running a scenario on a driver, and finding the files.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/scenarios/scenario.hpp"

namespace waybill::scenarios {

/// Every *.scenario file below tests/scenarios, ascending, as paths from there.
[[nodiscard]] std::vector<std::string> all_files();
[[nodiscard]] Result<Scenario, std::string> load_file(const std::string& file);

/// Failures, one line each: "file:line: statement: expected ..., is ...". Ends at the first action that fails.
[[nodiscard]] std::vector<std::string> run_scenario(const Scenario& scenario, Driver& driver);

/// For parametrised tests: sourcing_nearest for sourcing/nearest.scenario.
[[nodiscard]] std::string test_name(const std::string& file);

/// Loads and runs one file; failures go to the test framework. A driver that the file leaves out skips it.
void test_file(const std::string& file, const std::function<std::unique_ptr<Driver>()>& make);

}  // namespace waybill::scenarios

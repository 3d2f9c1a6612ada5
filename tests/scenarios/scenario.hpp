#pragma once
// Scenario: one parsed file. README.md describes the language.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "tests/scenarios/driver.hpp"

namespace waybill::scenarios {

/// What a running scenario knows.
struct World {
    Driver& driver;
    Currency currency;                            ///< the tenant's
    std::map<std::string, std::uint64_t> orders;  ///< ids by the scenario's names
    std::map<std::string, std::uint64_t> customers;
    std::map<std::string, std::uint64_t> keys;
    std::map<std::string, std::uint64_t> rule_sets;  ///< numbers
    Answer last;
    PreviewView preview;
};

enum class Mood { given, when };

struct SetClock {
    Instant now;
};
struct SetActor {
    std::string key;
};
struct Act {
    Mood mood = Mood::when;
    Action action;
};
struct Preview {
    Action order;
};
/// An order that was placed, decided once more.
struct Try {
    std::string order;
    std::optional<std::string> rules;  ///< "none": by none; not set: by those in force
};
/// Empty: it holds. Else what was expected and what is.
struct Check {
    std::function<std::string(World&)> holds;
    bool of_refusal = false;
};

struct Step {
    int line = 0;
    std::string text;
    std::variant<SetClock, SetActor, Act, Preview, Try, Check> what;
};

struct Scenario {
    std::string path;
    std::vector<std::string> only;  ///< drivers it runs on; empty: all
    std::vector<Step> steps;
};

/// Errors: "file:line: what is wrong".
[[nodiscard]] Result<Scenario, std::string> parse_scenario(std::string path, std::string_view text);

}  // namespace waybill::scenarios

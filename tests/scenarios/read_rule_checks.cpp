// Expectations about rules: which took part in a decision, and which decide.

#include "tests/scenarios/check_readers.hpp"
#include "tests/scenarios/read_enum.hpp"

namespace waybill::scenarios {
namespace {

std::string rule_set_name(const World& world, std::uint32_t number) {
    for (const auto& [name, known] : world.rule_sets) {
        if (known == number) return name;
    }
    return number == 0 ? "none" : "number " + std::to_string(number);
}

/// A number by the scenario's name; several names of one number are all right.
std::string differs_by_name(const World& world, const std::string& expected, std::uint32_t number) {
    const auto at = world.rule_sets.find(expected);
    if (at != world.rule_sets.end() && at->second == number) return {};
    return differs("rule set", expected, rule_set_name(world, number));
}

/// Runs `look` on the rules of an order's last decision, or of the preview before.
template <class Look>
Check on_rules(const std::string& name, Look look) {
    return {[name, look](World& world) -> std::string {
        if (name == "preview") {
            if (world.preview.refused) return "the preview was refused";
            return look(world, world.preview.rules);
        }
        const auto id = world.orders.find(name);
        if (id == world.orders.end()) return "there is no order " + name;
        return look(world, world.driver.rules_of(id->second));
    }};
}

}  // namespace

Check read_rules_check(Words& words) {
    words.expect("of");
    const std::string name = words.take("the order's name");
    words.expect("are");
    const std::string rules = words.take("a rule set");
    std::vector<std::string> fired;
    std::vector<std::string> failed;
    std::optional<std::vector<std::string>> branches;
    while (!words.at_end()) {
        if (words.take_if("fired")) {
            fired = words.list();
        } else if (words.take_if("failed")) {
            failed = words.list();
        } else if (words.take_if("took")) {
            branches = words.list();
        } else {
            words.expect_end();
        }
    }
    return on_rules(name, [=](const World& world, const RulesView& actual) -> std::string {
        if (auto text = differs_by_name(world, rules, actual.rule_set); !text.empty()) return text;
        if (auto text = differs("fired", join(fired), join(actual.fired)); !text.empty()) return text;
        if (auto text = differs("failed", join(failed), join(actual.failed)); !text.empty()) return text;
        if (branches) return differs("branches", join(*branches), join(actual.branches));
        return actual.reproduced ? "" : "the rules are not reproduced";
    });
}

Check read_moment(Words& words) {
    const auto moment = read_enum<core::Moment>(words.take("a moment"));
    words.expect("of");
    const std::string name = words.take("the order's name");
    words.expect("is");
    const std::string rules = words.take("a rule set");
    std::vector<std::string> fired;
    std::vector<std::string> failed;
    while (!words.at_end()) {
        if (words.take_if("fired")) {
            fired = words.list();
        } else if (words.take_if("failed")) {
            failed = words.list();
        } else {
            words.expect_end();
        }
    }
    return {[=](World& world) -> std::string {
        const auto id = world.orders.find(name);
        if (id == world.orders.end()) return "there is no order " + name;
        const auto actual = world.driver.moment_of(id->second, moment);
        if (!actual) return rules == "never" ? "" : "the order has passed no such moment";
        if (auto text = differs_by_name(world, rules, actual->rule_set); !text.empty()) return text;
        if (auto text = differs("fired", join(fired), join(actual->fired)); !text.empty()) return text;
        if (auto text = differs("failed", join(failed), join(actual->failed)); !text.empty()) return text;
        return actual->reproduced ? "" : "the rules are not reproduced";
    }};
}

Check read_strategy(Words& words) {
    words.expect("of");
    const std::string name = words.take("the order's name");
    words.expect("is");
    const std::string strategy = words.take("a strategy");
    return on_rules(name, [=](const World&, const RulesView& actual) {
        return differs("strategy", strategy, actual.strategy.empty() ? "none" : actual.strategy);
    });
}

Check read_rule_set_check(Words& words) {
    words.expect("set");
    words.expect("in");
    words.expect("force");
    words.expect("is");
    const std::string rules = words.take("a rule set");
    return {[=](World& world) { return differs_by_name(world, rules, world.driver.rule_set_in_force()); }};
}

Check read_search(Words& words) {
    const std::string word = words.take("a word");
    words.expect("finds");
    const std::vector<std::string> names = words.list();
    return {[=](World& world) -> std::string {
        std::vector<std::string> found;
        for (const std::uint64_t id : world.driver.search_orders(word)) {
            found.push_back("order " + std::to_string(id));
            for (const auto& [name, known] : world.orders) {
                if (known == id) found.back() = name;
            }
        }
        return differs("found", names == std::vector<std::string>{"nothing"} ? "none" : join(names), join(found));
    }};
}

}  // namespace waybill::scenarios

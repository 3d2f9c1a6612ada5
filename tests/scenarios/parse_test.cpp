// The language itself: what it refuses, and that a failing expectation says where, what was expected and what is.

#include <gtest/gtest.h>

#include <set>

#include "tests/scenarios/core_driver.hpp"
#include "tests/scenarios/run.hpp"

namespace waybill::scenarios {
namespace {

std::string error_of(std::string_view text) {
    const auto scenario = parse_scenario("f.scenario", text);
    return scenario ? "" : scenario.error();
}

TEST(scenario_language, names_file_and_line_of_an_unknown_word) {
    EXPECT_EQ(error_of("given tenant currency GBP\nwhen dance\n"), "f.scenario:2: unknown word 'dance'");
    EXPECT_EQ(error_of("\n\nthen order W1 is lost"),
              "f.scenario:3: 'lost' is none of backordered partially_allocated "
              "allocated partially_shipped shipped cancelled on_hold");
    EXPECT_EQ(error_of("then refused no_such_thing"), "f.scenario:1: there is no rejection named no_such_thing");
    EXPECT_EQ(error_of("given item A price cheap"), "f.scenario:1: 'cheap' is no price");
    EXPECT_EQ(error_of("given stock A at dc1 10 tomorrow"), "f.scenario:1: unknown word 'tomorrow'");
    EXPECT_EQ(error_of("at noon"), "f.scenario:1: 'noon' is no RFC 3339 instant");
    EXPECT_EQ(error_of("only paper"), "f.scenario:1: there is no driver paper");
    EXPECT_EQ(error_of("# nothing"), "f.scenario:1: an empty scenario");
    EXPECT_EQ(error_of("at 2026-03-02T10:00:00Z\n| {}"), "f.scenario:1: this statement takes no lines below it");
    EXPECT_EQ(error_of("when rules R1"), "f.scenario:1: lines that begin with | should follow");
    EXPECT_EQ(error_of("when rules R1\n | {\n | }\nwhen dance"), "f.scenario:4: unknown word 'dance'");
    EXPECT_EQ(error_of("\nwhen rules R1\n| {\"automation\": [{}]}"),
              "f.scenario:2: the rule set can not be read:  [/automation/0/code is required]");
    EXPECT_EQ(error_of("given item \"A"), "f.scenario:1: a quotation mark is not closed");
}

std::vector<std::string> failures_of(std::string_view text) {
    const auto scenario = parse_scenario("f.scenario", text);
    EXPECT_TRUE(scenario);
    CoreDriver driver;
    return run_scenario(*scenario, driver);
}

constexpr std::string_view shop =
    "given tenant currency GBP\ngiven item A\ngiven location dc1\ngiven channel web\ngiven stock A at dc1 10\n";

TEST(scenario_language, says_what_was_expected_and_what_is) {
    const auto failures = failures_of(std::string(shop) + "then stock A at dc1 is 11 on hand");
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_EQ(failures[0], "f.scenario:6: then stock A at dc1 is 11 on hand: on hand: expected 11, is 10");
}

TEST(scenario_language, a_refusal_that_nobody_expects_fails) {
    const auto failures = failures_of(std::string(shop) + "when adjust A at dc1 -11 reason lost");
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_TRUE(failures[0].starts_with("f.scenario:6: ")) << failures[0];
    EXPECT_NE(failures[0].find("stock_would_be_negative"), std::string::npos);
}

TEST(scenario_language, an_expected_refusal_that_does_not_come_fails) {
    const auto failures =
        failures_of(std::string(shop) + "when adjust A at dc1 -9 reason lost\nthen refused stock_would_be_negative");
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_EQ(
        failures[0],
        "f.scenario:7: then refused stock_would_be_negative: expected refused stock_would_be_negative, was accepted");
}

/// These belong to the edge, and the last takes more events than a scenario can make.
bool is_of_no_scenario(std::string_view name) {
    return name == "unknown_tenant" || name == "tenant_name_taken" || name == "sscc_exhausted";
}

/// Every rejection that the domain can make occurs in at least one file.
TEST(scenario_files, name_every_rejection_of_the_domain) {
    std::set<std::string> named;
    for (const std::string& file : all_files()) {
        const auto scenario = load_file(file);
        ASSERT_TRUE(scenario) << scenario.error();
        for (const Step& step : scenario->steps) {
            const std::size_t at = step.text.find("refused ");
            const std::size_t skipped = step.text.find("skipped row ");
            if (at != std::string::npos) {
                const std::string rest = step.text.substr(at + 8);
                named.insert(rest.substr(0, rest.find(' ')));
            } else if (skipped != std::string::npos) {
                named.insert(step.text.substr(step.text.rfind(' ') + 1));
            }
        }
    }
    for (const core::RejectInfo& info : core::all_rejections()) {
        const auto number = static_cast<int>(info.code);
        if (number < 300 || number >= 700 || is_of_no_scenario(info.name)) continue;
        EXPECT_TRUE(named.contains(std::string(info.name))) << "no scenario is refused with " << info.name;
    }
}

TEST(scenario_files, are_many) { EXPECT_GE(all_files().size(), 60U); }

}  // namespace
}  // namespace waybill::scenarios

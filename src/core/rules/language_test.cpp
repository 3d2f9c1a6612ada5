// What expressions mean, on data without a model: cases of our own, and the public suites of JsonLogic where they are
// at hand. They stand beside the source tree, not in it.

#include <gtest/gtest.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "core/rules/compile.hpp"
#include "core/rules/evaluate.hpp"
#include "core/rules/language_test_cases.hpp"
#include "json/json_value_of.hpp"
#include "json/parse.hpp"

namespace waybill::rules {
namespace {

JsonValue json_of(std::string_view text) {
    const auto document = json::parse(text, {.max_depth = 200});
    EXPECT_TRUE(document) << text;
    return document ? json::json_value_of(document->root()) : JsonValue{};
}

/// The value as JSON, or "!" and why there is none.
std::string outcome(const JsonValue& logic, const JsonValue& data) {
    const auto program = compile_untyped(logic);
    if (!program) return "! " + program.error().front().pointer + " " + program.error().front().detail;
    Scratch scratch;
    const auto value = value_of(data, scratch);
    if (!value) return "! " + std::string(fault_text(value.error()));
    const auto result = evaluate(*program, *value, scratch);
    if (!result) return "! " + std::string(fault_text(result.error()));
    std::string out;
    append_json(out, *result);
    std::string again;
    append_json(again, to_json(*result));
    EXPECT_EQ(out, again);
    return out;
}

TEST(Language, OwnCases) {
    for (const auto& [logic, data, expected] : language_cases) {
        EXPECT_EQ(outcome(json_of(logic), json_of(data)), expected) << logic << " on " << data;
    }
}

/// Cases of the public suites that come out otherwise here, by rule and data, with the reason.
const std::map<std::string, std::string> deviations = {};

std::filesystem::path suites() {
    const char* const shared = std::getenv("WAYBILL_SHARED");
    const std::filesystem::path root =
        shared != nullptr ? std::filesystem::path(shared) : std::filesystem::path(WAYBILL_SOURCE_DIR) / ".." / "shared";
    return root / "data/rules/jsonlogic";
}

void run_suite(const std::string& file, std::size_t count) {
    const std::filesystem::path path = suites() / file;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "the public suite is not at " << path;
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    const JsonValue cases = json_of(text.str());
    std::size_t run = 0;
    for (const JsonValue& one : cases.items) {
        if (one.is(JsonValue::Kind::text)) continue;  // a heading
        const bool is_list = one.is(JsonValue::Kind::list);
        const JsonValue nothing;
        const JsonValue& logic = is_list ? one.items[0] : *one.find("rule");
        const JsonValue* const data = is_list ? &one.items[1] : one.find("data");
        const JsonValue& expected = is_list ? one.items[2] : *one.find("result");
        ++run;
        std::string name;
        append_json(name, one);
        if (deviations.contains(name)) continue;
        std::string wanted;
        append_json(wanted, expected);
        EXPECT_EQ(outcome(logic, data != nullptr ? *data : nothing), wanted) << name;
    }
    EXPECT_EQ(run, count);
    std::cout << file << ": " << run - deviations.size() << " of " << run << " cases\n";
}

TEST(Language, PublicSuite) { run_suite("tests.json", 280); }
TEST(Language, CompatibilitySuite) { run_suite("compatible.json", 278); }

}  // namespace
}  // namespace waybill::rules

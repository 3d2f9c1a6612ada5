// The limits of conditions, each at its edge.

#include <gtest/gtest.h>

#include "core/rules/compile.hpp"
#include "core/rules/evaluate.hpp"
#include "core/rules/limits.hpp"
#include "core/rules/rules_test_model.hpp"
#include "json/json_value_of.hpp"
#include "json/parse.hpp"

namespace waybill::rules {
namespace {

JsonValue json_of(std::string_view text) {
    const auto document = json::parse(text, {.max_depth = 400});
    EXPECT_TRUE(document) << text.substr(0, 200);
    return json::json_value_of(document->root());
}

std::string repeated(std::string_view text, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += text;
    return out;
}

/// "" or the first fault.
std::string compiled(std::string_view logic) {
    const auto program = compile_untyped(json_of(logic));
    return program ? "" : program.error().front().pointer + " " + program.error().front().detail;
}
std::string compiled_typed(std::string_view logic) {
    const auto program = compile(json_of(logic), sample::model, NamedLists());
    return program ? "" : program.error().front().pointer + " " + program.error().front().detail;
}
std::string outcome(std::string_view logic, std::string_view data = "null") {
    const auto program = compile_untyped(json_of(logic));
    if (!program) return program.error().front().detail;
    Scratch scratch;
    const auto value = value_of(json_of(data), scratch);
    if (!value) return "! " + std::string(fault_text(value.error()));
    const auto result = evaluate(*program, *value, scratch);
    if (!result) return "! " + std::string(fault_text(result.error()));
    std::string out;
    append_json(out, *result);
    return out;
}

std::string numbers(std::size_t count) {
    std::string out = "[0";
    for (std::size_t i = 1; i < count; ++i) out += "," + std::to_string(i);
    return out + "]";
}

TEST(RulesLimits, Nodes) {
    EXPECT_EQ(compiled(numbers(nodes_max - 1)), "");
    EXPECT_EQ(compiled(numbers(nodes_max)),
              "/999 is beyond the 1,000 literals and operators that an expression may have; "
              "long lists belong in a named list");
    EXPECT_EQ(compiled(R"({"+":)" + numbers(nodes_max - 1) + "}"), "");
    EXPECT_NE(compiled(R"({"+":)" + numbers(nodes_max) + "}"), "");
}

TEST(RulesLimits, Depth) {
    const auto nested = [](std::size_t depth) {
        return repeated(R"({"!":[)", depth - 1) + "1" + repeated("]}", depth - 1);
    };
    EXPECT_EQ(compiled(nested(depth_max)), "");
    EXPECT_NE(compiled(nested(depth_max + 1)).find("is nested deeper than the 32 levels that an expression may have"),
              std::string::npos);
    EXPECT_EQ(outcome(nested(depth_max)), "false");
    EXPECT_NE(compiled(repeated("[", depth_max + 1) + repeated("]", depth_max + 1)), "");
}

TEST(RulesLimits, WorkOfTypedConditions) {
    // 100 lines, 10 tags each, and a body of a known size.
    EXPECT_EQ(compiled_typed(R"({"some":[{"var":"order.lines"},{"some":[{"var":"tags"},{"==":[{"var":""},"x"]}]}]})"),
              "");
    const std::string inner = R"({"some":[{"var":"tags"},{"==":[{"var":""},"x"]}]})";
    const auto bound = [](std::string_view logic) {
        return compile(json_of(logic), sample::model, NamedLists())->work_bound();
    };
    EXPECT_EQ(bound("1"), 1u);
    EXPECT_EQ(bound(R"({"var":"order.total"})"), 3u);
    EXPECT_EQ(bound(R"({"some":[{"var":"order.tags"},true]})"), 1u + (3 + 20) + 20 * 2);
    const std::uint64_t once = bound(R"({"some":[{"var":"order.lines"},)" + inner + "]}");
    const std::string loop = R"({"some":[{"var":"order.lines"},)" + inner + "]}";
    std::string many = loop;
    std::size_t count = 1;
    for (; 1 + (count + 1) * once <= work_max; ++count) many += "," + loop;
    EXPECT_EQ(compiled_typed(R"({"and":[)" + many + "]}"), "");
    const std::string refused = compiled_typed(R"({"and":[)" + many + "," + loop + "]}");
    EXPECT_TRUE(refused.starts_with(" would take up to ")) << refused;
    EXPECT_TRUE(refused.ends_with(" steps, at most 200,000 are allowed")) << refused;
}

TEST(RulesLimits, FarTooMuchWorkIsToldWithoutANumber) {
    std::string logic = "true";
    for (int i = 0; i < 28; ++i) logic = R"({"some":[{"merge":[[1,2,3,4,5,6,7,8,9,10],[1]]},)" + logic + "]}";
    EXPECT_EQ(compiled_typed(logic), " would take far too many steps, at most 200,000 are allowed");
}

TEST(RulesLimits, WorkOfUntypedConditions) {
    const std::string loop = R"({"map":[{"var":"l"},{"map":[{"var":""},1]}]})";
    const auto data = [](std::size_t rows) {
        return R"({"l":[[)" + repeated("1,", 99) + "1]" + repeated(",[" + repeated("1,", 99) + "1]", rows - 1) + "]}";
    };
    EXPECT_NE(outcome(loop, data(900)).substr(0, 1), "!");
    EXPECT_EQ(outcome(loop, data(1'000)), "! takes more than 200,000 steps");
}

TEST(RulesLimits, Texts) {
    const std::string half(text_bytes_max / 2, 'x');
    EXPECT_EQ(outcome(R"({"cat":[{"var":""},{"var":""}]})", "\"" + half + "\""), "\"" + half + half + "\"");
    EXPECT_EQ(outcome(R"({"cat":[{"var":""},{"var":""},"x"]})", "\"" + half + "\""),
              "! makes a text of more than 1,024 bytes");
    EXPECT_EQ(outcome(R"({"==":[{"var":""},"x"]})", "[" + repeated("1,", 600) + "1]"),
              "! makes a text of more than 1,024 bytes");
}

TEST(RulesLimits, ValuesThatReferToThemselvesManyTimes) {
    const auto doubling = [](std::size_t rounds) {
        return R"({"reduce":[)" + numbers(rounds) + R"(,[{"var":"accumulator"},{"var":"accumulator"}],1]})";
    };
    EXPECT_NE(outcome(doubling(10)).substr(0, 1), "!");
    EXPECT_EQ(outcome(doubling(40)), "! makes a value of more than 200,000 items");
    const auto deeper = [](std::size_t rounds) {
        return R"({"reduce":[)" + numbers(rounds) + R"(,[{"var":"accumulator"}],[]]})";
    };
    EXPECT_NE(outcome(deeper(value_depth_max - 1)).substr(0, 1), "!");
    EXPECT_EQ(outcome(deeper(value_depth_max)), "! has lists nested deeper than 64");
}

TEST(RulesLimits, Data) {
    EXPECT_EQ(outcome("1", repeated("[", value_depth_max) + repeated("]", value_depth_max)), "1");
    EXPECT_EQ(outcome("1", repeated("[", value_depth_max + 1) + repeated("]", value_depth_max + 1)),
              "! has lists nested deeper than 64");
    EXPECT_EQ(outcome("1", "[" + repeated("1,", value_size_max - 2) + "1]"), "1");
    EXPECT_EQ(outcome("1", "[" + repeated("1,", value_size_max - 1) + "1]"),
              "! makes a value of more than 200,000 items");
}

TEST(RulesLimits, Issues) {
    const std::string bad = R"({"x":1})";
    std::string logic = bad;
    for (std::size_t i = 0; i < 2 * issues_max; ++i) logic += "," + bad;
    EXPECT_EQ(compile_untyped(json_of("[" + logic + "]")).error().size(), issues_max);
}

TEST(RulesLimits, Reads) {
    sample::OrderFacts facts;
    facts.lines.assign(100, {"A", 1, 1, {"t", "u", "v", "w", "x"}});
    const auto program = compile(json_of(R"({"map":[{"var":"order.lines"},{"map":[{"var":"tags"},{"var":""}]}]})"),
                                 sample::model, NamedLists());
    Scratch scratch;
    std::vector<ReadFact> reads;
    ASSERT_TRUE(evaluate_explained(*program, facts, scratch, reads));
    EXPECT_EQ(reads.size(), reads_max);
}

}  // namespace
}  // namespace waybill::rules

// Which values are equal, in order, numbers and true: one table of JavaScript's rules, and where we differ.

#include "core/rules/coerce.hpp"

#include <gtest/gtest.h>

#include "core/rules/evaluate.hpp"
#include "json/json_value_of.hpp"
#include "json/parse.hpp"

namespace waybill::rules {
namespace {

class Coerce : public testing::Test {
protected:
    Value of(std::string_view text) {
        const auto document = json::parse(text);
        EXPECT_TRUE(document) << text;
        return *value_of(json::json_value_of(document->root()), scratch_);
    }
    std::string number(std::string_view text, bool is_addend = false) {
        WorkMeter work;
        const auto number = is_addend ? addend_of(of(text), work) : number_of(of(text), work);
        std::string out;
        if (!number) return number.error() == EvalFault::out_of_range ? "range" : "none";
        append_decimal(out, *number);
        return out;
    }
    bool equal(std::string_view a, std::string_view b) {
        WorkMeter work;
        const bool one = *loosely_equal(of(a), of(b), work);
        EXPECT_EQ(one, *loosely_equal(of(b), of(a), work)) << a << " and " << b;
        return one;
    }
    std::string order(std::string_view a, std::string_view b) {
        WorkMeter work;
        const auto order = order_of(of(a), of(b), work);
        if (!order) return "fault";
        constexpr std::string_view names[] = {"less", "equal", "greater", "none"};
        return std::string(names[static_cast<std::size_t>(*order)]);
    }

    Scratch scratch_;
};

TEST_F(Coerce, Numbers) {
    EXPECT_EQ(number("null"), "0");
    EXPECT_EQ(number("true"), "1");
    EXPECT_EQ(number("false"), "0");
    EXPECT_EQ(number("\"\""), "0");
    EXPECT_EQ(number("\" 7.5 \""), "7.5");
    EXPECT_EQ(number("\"7 kg\""), "none");
    EXPECT_EQ(number("[]"), "0");
    EXPECT_EQ(number("[7]"), "7");
    EXPECT_EQ(number("[[\"7\"]]"), "7");
    EXPECT_EQ(number("[null]"), "0");
    EXPECT_EQ(number("[true]"), "none");
    EXPECT_EQ(number("[1,2]"), "none");
    EXPECT_EQ(number("{}"), "none");
    EXPECT_EQ(number("\"1e11\""), "range");
    // Of + and *: what parseFloat makes no number of is none.
    EXPECT_EQ(number("\"7.5\"", true), "7.5");
    for (const std::string_view none : {"null", "true", "\"\"", "\" \"", "[]", "[null]", "{}", "\"7 kg\""}) {
        EXPECT_EQ(number(none, true), "none") << none;
    }
}

TEST_F(Coerce, LooseEquality) {
    const std::vector<std::pair<std::string_view, std::string_view>> equals{
        {"null", "null"},
        {"1", "1"},
        {"1", "\"1\""},
        {"1", "true"},
        {"0", "false"},
        {"0", "\"\""},
        {"0", "\" \""},
        {"0", "[]"},
        {"5", "[5]"},
        {"\"a\"", "[\"a\"]"},
        {"\"\"", "[]"},
        {"\"1,2\"", "[1,2]"},
        {"true", "\"1\""},
        {"false", "[]"},
        {"[1,[2]]", "[1,[2]]"},
        {"{\"a\":[1]}", "{\"a\":[1]}"},
        {"\",\"", "[null,null]"},
    };
    for (const auto& [a, b] : equals) EXPECT_TRUE(equal(a, b)) << a << " and " << b;
    const std::vector<std::pair<std::string_view, std::string_view>> differ{
        {"null", "0"},      {"null", "false"},
        {"null", "\"\""},   {"null", "[]"},
        {"1", "\"one\""},   {"1", "2"},
        {"true", "2"},      {"true", "\"true\""},
        {"5", "[5,5]"},     {"{}", "\"[object Object]\""},
        {"{}", "0"},        {"[{}]", "\"x\""},
        {"[1,2]", "[2,1]"}, {"{\"a\":1}", "{\"b\":1}"},
        {"1", "\"1e11\""},  {"\"a\"", "\"A\""},
    };
    for (const auto& [a, b] : differ) EXPECT_FALSE(equal(a, b)) << a << " and " << b;
}

TEST_F(Coerce, Order) {
    EXPECT_EQ(order("1", "2"), "less");
    EXPECT_EQ(order("2", "\"10\""), "less");
    EXPECT_EQ(order("\"2\"", "\"10\""), "greater");
    EXPECT_EQ(order("\"a\"", "\"a\""), "equal");
    EXPECT_EQ(order("null", "1"), "less");
    EXPECT_EQ(order("true", "1"), "equal");
    EXPECT_EQ(order("[3]", "2"), "greater");
    EXPECT_EQ(order("[3]", "\"2\""), "greater");
    EXPECT_EQ(order("\"x\"", "1"), "none");
    EXPECT_EQ(order("{}", "1"), "none");
    EXPECT_EQ(order("[{}]", "1"), "none");
    EXPECT_EQ(order("\"1e11\"", "1"), "fault");
}

TEST_F(Coerce, Truth) {
    for (const std::string_view yes : {"true", "1", "-0.5", "\"0\"", "\"false\"", "\" \"", "[0]", "[[]]", "{}"}) {
        EXPECT_TRUE(truthy(of(yes))) << yes;
    }
    for (const std::string_view no : {"false", "0", "-0.0", "\"\"", "[]", "null"}) EXPECT_FALSE(truthy(of(no))) << no;
    EXPECT_TRUE(truthy(Value::of(RecordRef{0, 0})));
}

}  // namespace
}  // namespace waybill::rules

// The parser: what it refuses, where it says the fault is, and that it can be used again and again.

#include <gtest/gtest.h>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <utility>

#include "json/parse.hpp"

namespace waybill::json {

namespace {

std::string fault(std::string_view text, ParseLimits limits = {}) {
    const auto document = parse(text, limits);
    return document ? "" : document.error().pointer + " " + document.error().rule;
}

TEST(JsonParse, TakesOneValueWithBlanksAroundIt) {
    EXPECT_EQ(fault(" {\"a\": [1, 2]} \n"), "");
    EXPECT_EQ(fault("5"), "");
    EXPECT_EQ(fault("\"x\""), "");
    for (const std::string_view text :
         {"",   " ",  "{",  "[1,]",  "{\"a\":1,}", "{'a':1}", "{a:1}", "nul",    "NaN",     "01",
          "+1", "1.", ".5", "[1] 2", "{} {}",      "// c\n1", "\"a",   "\"\t\"", "\"\\x\"", "1 x"}) {
        EXPECT_EQ(fault(text), " syntax") << text;
    }
}

TEST(JsonParse, SaysAtWhichByte) {
    EXPECT_NE(parse("[1, 2, x]").error().detail.find("at byte 7"), std::string::npos)
        << parse("[1, 2, x]").error().detail;
    EXPECT_NE(parse("[1]  5").error().detail.find("at byte 5"), std::string::npos) << parse("[1]  5").error().detail;
}

TEST(JsonParse, RefusesWhatIsNoUnicode) {
    EXPECT_EQ(parse(R"("\ud83d\ude00")")->root().as_string(), "😀");
    EXPECT_EQ(parse(R"("\u00e9\u6f22")")->root().as_string(), "é漢");
    for (const std::string_view text : {R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ud83d\u0041")", "\"\xff\"",
                                        "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe6\xbc\""}) {
        EXPECT_EQ(fault(text), " syntax") << text;
    }
}

TEST(JsonParse, NamesTheLimitOfDepth) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_EQ(fault(nested(32)), "");
    EXPECT_EQ(fault(nested(33)), " depth");
    EXPECT_EQ(fault(nested(5), {.max_depth = 4}), " depth");
    EXPECT_EQ(parse(nested(100'000)).error().detail, "is nested deeper than the limit max_depth, 32");
}

TEST(JsonParse, NamesTheLimitOfBytes) {
    EXPECT_EQ(fault("[1,2]", {.bytes_max = 5}), "");
    EXPECT_EQ(parse("[1,2] ", {.bytes_max = 5}).error().detail, "is longer than the limit bytes_max, 5");
}

TEST(JsonParse, RefusesRepeatedKeys) {
    EXPECT_EQ(fault(R"({"a":1,"a":2})"), "/a duplicate_key");
    EXPECT_EQ(fault(R"({"a":1,"\u0061":2})"), "/a duplicate_key") << "the same key, spelled otherwise";
    EXPECT_EQ(fault(R"({"x":[1,{"y":0},[{"b/c":{},"d":{"b/c":1},"b/c":2}]]})"), "/x/2/0/b~1c duplicate_key");
    EXPECT_EQ(fault(R"({"a":{"a":{"a":1}},"b":{"a":1},"c":[{"a":1},{"a":1}]})"), "") << "other objects may repeat it";
    EXPECT_EQ(fault(R"({"":1,"":2})"), "/ duplicate_key");
}

TEST(JsonParse, FindsRepeatedKeysInLargeObjects) {
    for (const int size : {2, 3, 18, 19, 63, 64, 65, 1000, 100'000}) {
        std::string text = "{";
        for (int i = 0; i < size; ++i) text += "\"key" + std::to_string(i) + "\":" + std::to_string(i) + ",";
        EXPECT_EQ(fault(text + "\"last\":0}"), "") << size;
        EXPECT_EQ(fault(text + "\"key1\":0}"), "/key1 duplicate_key") << size;
    }
}

TEST(JsonParse, KeepsDoublesExactAndFinite) {
    EXPECT_EQ(parse("0.1")->root().as_double(), 0.1);
    EXPECT_EQ(parse("1.7976931348623157e308")->root().as_double(), 1.7976931348623157e308);
    EXPECT_EQ(parse("123456789.123456789")->root().as_double(), 123456789.123456789);
    EXPECT_EQ(fault("1e400"), " syntax");
    EXPECT_EQ(fault("1e999999999999"), " syntax");
}

TEST(JsonParser, IsUsedAgainAfterSuccessAndFault) {
    Parser parser;
    std::string large = "[";
    for (int i = 0; i < 20'000; ++i) large += "{\"key\":\"a text that is longer than the small string buffer\"},";
    large += "0]";
    for (int round = 0; round < 3; ++round) {
        ASSERT_TRUE(parser.parse(large));
        ASSERT_FALSE(parser.parse(R"({"a":[1,2,{"b":"text)"));
        ASSERT_FALSE(parser.parse(R"({"a":1,"a":2})"));
        const auto root = parser.parse(R"({"a":"b"})");
        ASSERT_TRUE(root);
        EXPECT_EQ((*root)->at("a").as_string(), "b");
    }
}

TEST(JsonParser, ManyTextsLargerThanItsBufferNeedNoMoreMemoryThanOne) {
    Parser parser;
    const std::string text = "[\"" + std::string(100'000, 'x') + "\"]";
    for (int round = 0; round < 200; ++round) ASSERT_TRUE(parser.parse(text)) << round;
}

TEST(JsonDocument, MovesWithItsMemory) {
    auto document = parse(R"({"a":["some text that is not stored inside the value itself"]})");
    ASSERT_TRUE(document);
    const Document moved = *std::move(document);
    EXPECT_EQ(moved.root().at("a").at(0).as_string(), "some text that is not stored inside the value itself");
}

TEST(JsonPointer, EscapesAndCounts) {
    const Pointer root;
    const Pointer key(root, "a/b~c");
    const Pointer index(key, 12);
    EXPECT_EQ(root.text(), "");
    EXPECT_EQ(index.text(), "/a~1b~0c/12");
}

}  // namespace

}  // namespace waybill::json

// Text on the way out: escapes, answers rendered by hand, data that is passed through.

#include <gtest/gtest.h>

#include "json/json_test_types.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"

namespace waybill::json {

namespace {

TEST(JsonWriter, EscapesWhatJsonNeeds) {
    const auto written = [](std::string_view text) {
        std::string out;
        append_string(out, text);
        return out;
    };
    EXPECT_EQ(written(""), R"("")");
    EXPECT_EQ(written("plain text, long enough"), R"("plain text, long enough")");
    EXPECT_EQ(written("a\"b\\c/d"), R"("a\"b\\c/d")");
    EXPECT_EQ(written(std::string_view("\0\x01\x1f\b\f\n\r\t\x7f", 9)), "\"\\u0000\\u0001\\u001f\\b\\f\\n\\r\\t\x7f\"");
    EXPECT_EQ(written("é漢😀"), "\"é漢😀\"");
    // Every byte that needs an escape, at every place in and around the words of eight that are looked at together.
    for (std::size_t size = 1; size < 20; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            for (const char letter : {'"', '\\', '\x01', '\x1f', ' ', '!', '#', '[', ']', '\x7f', '\xc3'}) {
                std::string text(size, 'a');
                text[at] = letter;
                const bool is_escaped = letter == '"' || letter == '\\' || letter == '\x01' || letter == '\x1f';
                const std::size_t escape_bytes = static_cast<unsigned char>(letter) < 0x20 ? 5 : is_escaped ? 1 : 0;
                EXPECT_EQ(written(text).size(), size + 2 + escape_bytes) << size << " " << at << " " << int{letter};
            }
        }
    }
}

TEST(JsonWriter, RendersAnswersByHand) {
    std::string out;
    {
        ObjectWriter object(out);
        object.field("id", shop::OrderId(4)).field("name", "a\"b").field("none", std::optional<int>());
        object.raw_field("x", "[1]").null_field("y");
        {
            auto lines = object.array("lines");
            lines.value(1).value(shop::Kind::third_party).raw_value("{}");
            auto inner = lines.object();
            inner.field("at", Instant(0)).field("flag", true);
        }
        auto empty = object.object("empty");
        empty.end();
        object.field("tags", std::vector<std::string>{"a", "b"});
        object.field("odd \"name\"", -5);
    }
    EXPECT_EQ(out, R"({"id":"ord_4","name":"a\"b","x":[1],"y":null,"lines":[1,"3pl",{},{"at":"1970-01-01T00:00:00Z",)"
                   R"("flag":true}],"empty":{},"tags":["a","b"],"odd \"name\"":-5})");
}

TEST(JsonWriter, KeepsFreeFormDataExactly) {
    for (const std::string_view text :
         {R"({"a":0.1,"b":1.0,"c":-1e-07,"d":18446744073709551615,"e":[true,false,null,"x"],"f":{}})", "[]", "1.5e+300",
          R"("x")", "null", "-5"}) {
        const auto document = parse(text);
        ASSERT_TRUE(document);
        std::string out;
        append_free_form(out, document->root());
        EXPECT_EQ(out, text);
    }
}

TEST(JsonEnum, HasTextBothWays) {
    static_assert(enum_text(shop::Kind::third_party) == "3pl");
    static_assert(parse_enum<shop::Kind>("3pl") == shop::Kind::third_party);
    static_assert(!parse_enum<shop::Kind>("third_party"));
    static_assert(enum_text(shop::Speed::default_) == "default");
}

}  // namespace

}  // namespace waybill::json

// JsonValue as a member of described structs: read, written, compared, in both profiles.

#include <gtest/gtest.h>
#include <boost/describe.hpp>
#include <boost/json/value.hpp>

#include "json/json_value_of.hpp"
#include "json/read.hpp"
#include "json/schema.hpp"
#include "json/write.hpp"

namespace waybill::shop {

struct Rule {
    std::int64_t rank = 0;
    JsonValue when;
    std::vector<JsonValue> more;
    std::optional<JsonValue> last;
};
BOOST_DESCRIBE_STRUCT(Rule, (), (rank, when, more, last))

}  // namespace waybill::shop

namespace waybill::json {
namespace {

using shop::Rule;

template <class Profile>
std::string again(std::string_view text) {
    const auto rule = read_text<Profile, Rule>(text);
    return rule ? to_text<Profile>(*rule) : "refused " + rule.error().front().pointer;
}

TEST(JsonValue, IsWrittenAsItWasRead) {
    for (const std::string when :
         {"null", "true", "false", "0", "-12", "18446744073709551615", "0.1", "-2.5", "1e+300", R"("")",
          R"("a \"quoted\" \\ line\nand a \u0001")", "[]", "{}", R"([1,[null,"x"],{"b":1,"a":[{}]}])",
          R"({"and":[{">":[{"var":"order.total"},99.95]},{"in_list":[{"var":"ship_to.postcode"},"islands"]}]})"}) {
        const std::string text = R"({"rank":1,"when":)" + when + R"(,"more":[)" + when + R"(,7],"last":)" +
                                 (when == "null" ? "3" : when) + "}";
        EXPECT_EQ(again<Stored>(text), when == "null" ? R"({"rank":1,"more":[null,7],"last":3})" : text);
        if (when.find("\\u0001") != std::string::npos) continue;  // the API takes no control characters
        EXPECT_EQ(again<Api>(text), text);
    }
}

TEST(JsonValue, NumbersGetTheirShortestText) {
    EXPECT_EQ(again<Stored>(R"({"when":[1.0,0.10,1e3,1E-7,-0.0,0.30000000000000004,100000000000000000000]})"),
              R"({"when":[1,0.1,1000,1e-07,0,0.30000000000000004,1e+20]})");
}

TEST(JsonValue, IsStrictInTheApi) {
    EXPECT_EQ(again<Api>(R"({"rank":1,"when":{"a":["x\u0000"]},"more":[]})"), "refused /when/a/0");
    EXPECT_EQ(again<Api>(R"({"rank":1,"more":[]})"), "refused /when");
    EXPECT_EQ(schema_of<Rule>().find("when")->type.type, SchemaType::any);
}

TEST(JsonValue, IsComparedByValue) {
    const auto of = [](std::string_view text) { return json_value_of(parse(text)->root()); };
    EXPECT_EQ(of(R"({"a":[1,{"b":null}]})"), of(R"({"a":[1,{"b":null}]})"));
    EXPECT_FALSE(of(R"({"a":[1,{"b":null}]})") == of(R"({"a":[1,{"b":0}]})"));
    EXPECT_FALSE(of("1") == of(R"("1")"));
    EXPECT_TRUE(same(Rule{}, Rule{}));
    EXPECT_EQ(of(R"({"a":1,"b":2})").find("b")->text, "2");
    EXPECT_EQ(of(R"({"a":1})").find("c"), nullptr);
}

TEST(JsonValue, IsBuiltByHand) {
    std::string out;
    append_json(out,
                JsonValue::make_object(
                    {{"a\t", JsonValue::make_list({JsonValue::make_number("1.50"), JsonValue::make_boolean(true)})},
                     {"b", JsonValue::make_text("x")},
                     {"c", {}}}));
    EXPECT_EQ(out, R"({"a\t":[1.50,true],"b":"x","c":null})");
}

}  // namespace
}  // namespace waybill::json

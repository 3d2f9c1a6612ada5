// Typed conditions: what is checked before one ever runs, and in which words a person is told.

#include "core/rules/compile.hpp"

#include <gtest/gtest.h>

#include "core/rules/rules_test_model.hpp"
#include "json/json_value_of.hpp"
#include "json/parse.hpp"

namespace waybill::rules {
namespace {

NamedLists lists() {
    const NamedList islands{"islands", ListKind::postcodes, {"967*"}};
    return *NamedLists::make({&islands, 1});
}

/// Every fault, one on a line; empty: it compiles.
std::string faults(std::string_view logic) {
    const auto document = json::parse(logic, {.max_depth = 200});
    EXPECT_TRUE(document) << logic;
    const auto program = compile(json::json_value_of(document->root()), sample::model, lists());
    if (program) return "";
    std::string out;
    for (const CompileIssue& issue : program.error()) {
        if (!out.empty()) out += '\n';
        out += issue.pointer + " " + issue.detail;
    }
    return out;
}

StaticKind kind(std::string_view logic) {
    const auto document = json::parse(logic);
    const auto program = compile(json::json_value_of(document->root()), sample::model, lists());
    EXPECT_TRUE(program) << logic << ": " << faults(logic);
    return program ? program->result_kind() : StaticKind::any;
}

TEST(RulesCompile, GoodConditions) {
    for (
        const std::string_view logic : {
            R"({">":[{"var":"order.total"},100]})",
            R"({"==":[{"var":"order.total"},"100"]})",
            R"({"<":[10,{"var":"order.total"},"20"]})",
            R"({"==":[{"var":"order.note"},null]})",
            R"({"in":[{"var":"order.ship_to.country"},["GB","IE"]]})",
            R"({"in":["vip",{"var":"order.tags"}]})",
            R"({"in":["W-",{"var":"order.reference"}]})",
            R"({"some":[{"var":"order.lines"},{"in":["cold",{"var":"tags"}]}]})",
            R"({"some":[{"var":"order.tags"},{"==":[{"var":""},"vip"]}]})",
            R"({">":[{"reduce":[{"var":"order.lines"},{"+":[{"var":"accumulator"},{"var":"current.quantity"}]},0]},5]})",
            R"({"in_list":[{"var":"order.ship_to.postcode"},"islands"]})",
            R"({"missing":["order.note","order.ship_to.postcode"]})",
            R"({"missing_some":[1,["order.note","order.reference"]]})",
            R"({">":[{"var":"order.lines.length"},3]})",
            R"({"==":[{"var":"order.lines.0.sku"},"A"]})",
            R"({">":[{"var":["order.lines.0.weight",0]},1]})",
            R"({"all":[{"filter":[{"var":"order.lines"},{">":[{"var":"quantity"},1]}]},{"!=":[{"var":"sku"},"X"]}]})",
            R"({"==":[{"+":[{"var":"order.reference"}]},7]})",
            R"({"if":[{"var":"order.gift"},{"var":"order.total"},0]})",
            R"({"!":{"var":"previous"}})",
            R"({"none":[{"map":[{"var":"order.lines"},{"*":[{"var":"quantity"},2]}]},{">":[{"var":""},10]}]})",
        }) {
        EXPECT_EQ(faults(logic), "") << logic;
    }
}

TEST(RulesCompile, ResultKinds) {
    EXPECT_EQ(kind(R"({">":[1,2]})"), StaticKind::boolean);
    EXPECT_EQ(kind(R"({"var":"order.total"})"), StaticKind::number);
    EXPECT_EQ(kind(R"({"if":[{"var":"order.gift"},1]})"), StaticKind::number);
    EXPECT_EQ(kind(R"({"if":[{"var":"order.gift"},1,"x"]})"), StaticKind::any);
    EXPECT_EQ(kind(R"({"and":[{"var":"order.gift"},true]})"), StaticKind::boolean);
    EXPECT_EQ(kind(R"({"cat":["x",{"var":"order.total"}]})"), StaticKind::text);
    EXPECT_EQ(kind(R"({"map":[{"var":"order.lines"},1]})"), StaticKind::list);
    EXPECT_EQ(kind(R"({"var":"order"})"), StaticKind::record);
    EXPECT_EQ(kind("null"), StaticKind::null);
}

TEST(RulesCompile, NamesThatDoNotExist) {
    EXPECT_EQ(faults(R"({">":[{"var":"order.totl"},1]})"),
              "/>/0/var `order.totl` does not exist, did you mean `order.total`");
    EXPECT_EQ(faults(R"({"var":["order.shipto.country","GB"]})"),
              "/var/0 `order.shipto.country` does not exist, did you mean `order.ship_to`");
    EXPECT_EQ(faults(R"({"var":"ordr.total"})"), "/var `ordr.total` does not exist, did you mean `order`");
    EXPECT_EQ(faults(R"({"var":"order.colour"})"), "/var `order.colour` does not exist");
    EXPECT_EQ(faults(R"({"var":"order.total.amount"})"),
              "/var `order.total.amount` does not exist: `order.total` is a number");
    EXPECT_EQ(faults(R"({"var":"order.lines.sku"})"),
              "/var `order.lines.sku` does not exist: `order.lines` is a list, whose items have numbers and which has "
              "a `length`");
    EXPECT_EQ(faults(R"({"some":[{"var":"order.lines"},{"==":[{"var":"skus"},"A"]}]})"),
              "/some/1/==/0/var `skus` does not exist, did you mean `sku`");
    EXPECT_EQ(faults(R"({"some":[{"var":"order.lines"},{"var":"order.gift"}]})"),
              "/some/1/var `order.gift` does not exist here: inside a loop names are those of the item, which is a "
              "record (`order_line`)");
    EXPECT_EQ(
        faults(R"({"some":[{"var":"order.tags"},{"var":"order.gift"}]})"),
        "/some/1/var `order.gift` does not exist here: inside a loop names are those of the item, which is a text");
    EXPECT_EQ(faults(R"({"reduce":[{"var":"order.lines"},{"+":[{"var":"curent.quantity"},1]},0]})"),
              "/reduce/1/+/0/var `curent.quantity` does not exist inside `reduce`, did you mean `current.quantity`");
    EXPECT_EQ(
        faults(R"({"reduce":[{"var":"order.lines"},{"var":"quantity"},0]})"),
        "/reduce/1/var `quantity` does not exist inside `reduce`, where names begin with `current` or `accumulator`");
    EXPECT_EQ(faults(R"({"reduce":[{"var":"order.lines"},{"var":"current.quantty"},0]})"),
              "/reduce/1/var `current.quantty` does not exist, did you mean `current.quantity`");
    EXPECT_EQ(faults(R"({"missing":["order.note","order.nota"]})"),
              "/missing/1 `order.nota` does not exist, did you mean `order.note`");
    EXPECT_EQ(faults(R"({"missing_some":[1,["order.x","order.note"]]})"), "/missing_some/1/0 `order.x` does not exist");
    EXPECT_EQ(faults(R"({"var":{"cat":["order.","total"]}})"),
              "/var the name in `var` is a literal text here, so that it can be checked");
    EXPECT_EQ(faults(R"({"missing":{"merge":["order.note"]}})"),
              "/missing the names in `missing` are literal texts here, so that they can be checked");
    EXPECT_EQ(faults(R"({"in_list":[{"var":"order.ship_to.postcode"},"island"]})"),
              "/in_list/1 there is no list `island`, did you mean `islands`");
    EXPECT_EQ(faults(R"({"in_list":["x",{"var":"order.reference"}]})"),
              "/in_list/1 `in_list` takes the name of a list as a literal text");
}

TEST(RulesCompile, TypesThatDoNotFit) {
    EXPECT_EQ(faults(R"({"==":[{"var":"order.total"},"much"]})"),
              "/== `==` compares a number with a text, which are never equal");
    EXPECT_EQ(faults(R"({"===":[{"var":"order.total"},"100"]})"),
              "/=== `===` compares a number with a text, which are never equal");
    EXPECT_EQ(faults(R"({"!=":[{"var":"order.gift"},1]})"),
              "/!= `!=` compares true or false with a number, which are never equal");
    EXPECT_EQ(faults(R"({"==":[{"var":"order.lines"},0]})"),
              "/== `==` compares a list with a number, which are never equal");
    EXPECT_EQ(faults(R"({"<":[{"var":"order.reference"},5]})"),
              "/< `<` can not compare a text with a number: it takes two numbers or two texts");
    EXPECT_EQ(faults(R"({"<":[1,{"var":"order.total"},"x"]})"),
              "/< `<` can not compare a number with a text: it takes two numbers or two texts");
    EXPECT_EQ(faults(R"({">=":[{"var":"order.tags"},{"var":"order.tags"}]})"),
              "/>= `>=` can not compare a list with a list: it takes two numbers or two texts");
    EXPECT_EQ(faults(R"({"in":[5,{"var":"order.tags"}]})"),
              "/in `in` looks for a number in a list whose items are each a text");
    EXPECT_EQ(faults(R"({"in":[5,{"var":"order.reference"}]})"),
              "/in `in` looks for a text in a text, not for a number");
    EXPECT_EQ(faults(R"({"in":["x",{"var":"order.total"}]})"),
              "/in `in` looks into a list or a text, not into a number");
    EXPECT_EQ(faults(R"({"in":["x",{"var":"order.lines"}]})"),
              "/in `in` looks for a text in a list whose items are each a record (`order_line`)");
    EXPECT_EQ(faults(R"({"+":[{"var":"order.total"},{"var":"order.reference"}]})"),
              "/+ `+` calculates with numbers, not with a text; {\"+\": [text]} makes a number of one");
    EXPECT_EQ(faults(R"({"max":[{"var":"order.lines"}]})"), "/max `max` calculates with numbers, not with a list");
    EXPECT_EQ(faults(R"({"filter":[{"var":"order.total"},true]})"),
              "/filter `filter` goes through a list, not through a number");
    EXPECT_EQ(faults(R"({"cat":["x",{"var":"order"}]})"), "/cat `cat` makes a text, which a record (`order`) has not");
    EXPECT_EQ(faults(R"({"substr":["x",{"var":"order.reference"}]})"),
              "/substr `substr` takes numbers after the text, not a text");
    EXPECT_EQ(faults(R"({"in_list":[{"var":"order.tags"},"islands"]})"),
              "/in_list `in_list` looks for a text or a number, not for a list");
    EXPECT_EQ(faults(R"({"missing_some":["1",["order.note"]]})"),
              "/missing_some `missing_some` takes how many are needed as a number");
    EXPECT_EQ(faults(R"({"missing_some":[1,"order.note"]})"),
              "/missing_some/1 `missing_some` takes how many are needed and a list of names");
}

TEST(RulesCompile, EveryFaultIsTold) {
    EXPECT_EQ(faults(R"({"and":[{"var":"order.x"},{"a/b~":1},{"==":[1]},{"a":1,"b":2},12345678901]})"),
              "/and/0/var `order.x` does not exist\n"
              "/and/1/a~1b~0 `a/b~` is no operator\n"
              "/and/2/== `==` takes 2 arguments, not 1\n"
              "/and/3 an operator is an object with one member, not with 2\n"
              "/and/4 12345678901 is beyond what can be calculated with, 9,223,372,036");
}

}  // namespace
}  // namespace waybill::rules

// Typed reading and writing: round trips in both profiles, and every kind of issue with its pointer.

#include <gtest/gtest.h>
#include <limits>
#include <random>

#include "json/json_test_types.hpp"
#include "json/read.hpp"
#include "json/write.hpp"

namespace waybill::json {

namespace {

using shop::Input;
using shop::Line;
using shop::Order;

std::string refused(const Issues& issues) {
    std::string out;
    for (const Issue& issue : issues) out += issue.pointer + " " + issue.rule + "\n";
    return out;
}

template <class T, class Profile = Api>
std::string faults(std::string_view text) {
    const auto result = read_text<Profile, T>(text);
    return result ? "" : refused(result.error());
}

constexpr std::string_view good_input = R"({"sku":"A1","gtin":"12345678","weight_g":5,"tags":["x"]})";

std::string with(std::string_view field) {
    return std::string(good_input.substr(0, good_input.size() - 1)) + "," + std::string(field) + "}";
}

class Dice {
public:
    explicit Dice(std::uint64_t seed) : random_(seed) {}
    std::int64_t upto(std::int64_t most) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most + 1));
    }
    std::int64_t any() { return upto(3) == 0 ? 0 : static_cast<std::int64_t>(random_()); }
    std::string text() {
        static constexpr std::array<std::string_view, 12> pieces{"a",  "Z", "\"", "\\", "/", "\n",
                                                                 "\t", "é", "漢", "😀",  "{", "long plain run of text"};
        std::string out;
        for (std::int64_t n = upto(6); n > 0; --n) out += pieces[static_cast<std::size_t>(upto(11))];
        return out;
    }

private:
    std::mt19937_64 random_;
};

Line some_line(Dice& dice) {
    Line line;
    line.note = dice.upto(1) == 0 ? "" : "note";
    line.no = shop::LineNo(static_cast<std::uint16_t>(dice.upto(3)));
    line.sku = "sku" + std::to_string(dice.upto(99));
    line.quantity = static_cast<std::int32_t>(1 + dice.upto(2));
    for (std::int64_t n = dice.upto(2); n > 0; --n) line.tags.push_back(dice.text());
    return line;
}

Order some_order(Dice& dice) {
    Order order;
    order.id = shop::OrderId(static_cast<std::uint64_t>(1 + dice.upto(1'000'000)));
    order.kind = static_cast<shop::Kind>(dice.upto(3));
    order.speed = static_cast<shop::Speed>(dice.upto(1));
    order.placed_at = Instant(dice.upto(2'000'000'000'000'000));
    order.due = CivilDate(static_cast<std::int32_t>(dice.upto(30'000)));
    order.currency = *Currency::parse(dice.upto(1) == 0 ? "GBP" : "JPY");
    order.class_ = dice.upto(1) == 0;
    order.total = dice.any();
    order.small = static_cast<std::uint8_t>(dice.upto(255));
    order.wide = static_cast<std::uint64_t>(dice.upto(std::numeric_limits<std::int64_t>::max() - 1));
    if (dice.upto(1) == 0) order.email = dice.text();
    order.bonus = dice.upto(2) == 0 ? std::nullopt : std::optional<std::int64_t>(dice.upto(6));
    order.first = some_line(dice);
    for (std::int64_t n = dice.upto(3); n > 0; --n) order.lines.push_back(some_line(dice));
    for (std::int64_t n = dice.upto(3); n > 0; --n) order.counts[dice.text()] = dice.any();
    order.pair = {static_cast<std::int16_t>(dice.upto(9)), -3};
    if (dice.upto(1) == 0) order.event = shop::Cancelled{dice.text(), dice.upto(1) == 0};
    if (dice.upto(3) == 0) order.event = shop::Nothing{};
    if (const auto* placed = std::get_if<shop::Placed>(&order.event); placed != nullptr) {
        order.event = shop::Placed{shop::OrderId(7)};
    }
    order.metadata["a"] = {1, -2.5, true, nullptr, dice.text()};
    order.extra = boost::json::object{{dice.text(), 1e300}, {"whole", 3.0}};
    return order;
}

TEST(JsonRoundTrip, KeepsRandomOrdersInBothProfiles) {
    Dice dice(20261122);
    for (int i = 0; i < 2000; ++i) {
        Order order = some_order(dice);
        const std::string stored = to_text<Stored>(order);
        const auto from_stored = read_text<Stored, Order>(stored);
        ASSERT_TRUE(from_stored) << stored << refused(from_stored.error());
        ASSERT_TRUE(same(*from_stored, order)) << stored << "\n" << to_text<Stored>(*from_stored);

        // The Api has no way to say "no value" where that is not what a missing field means.
        if (!order.bonus) order.bonus = 5;
        const std::string api = to_text<Api>(order);
        const auto from_api = read_text<Api, Order>(api);
        ASSERT_TRUE(from_api) << api << refused(from_api.error());
        ASSERT_TRUE(same(*from_api, order)) << api << "\n" << to_text<Api>(*from_api);
        ASSERT_LT(stored.size(), api.size());
    }
}

TEST(JsonStored, LeavesOutDefaultsOfTheEnclosingStruct) {
    EXPECT_EQ(to_text<Stored>(Order{}), "{}");
    Order order;
    order.bonus.reset();          // its default is 5, so no value has to be said
    order.kind = shop::Kind::dc;  // zero, but not the default
    order.first.quantity = 0;
    EXPECT_EQ(to_text<Stored>(order), R"({"kind":"dc","bonus":null,"first":{"quantity":0}})");
    const auto back = read_text<Stored, Order>(to_text<Stored>(order));
    ASSERT_TRUE(back);
    EXPECT_TRUE(same(*back, order));
    EXPECT_TRUE(same((*read_text<Stored, Order>("{}")), Order{}));
}

struct Shelf {
    Line line = [] {
        Line out;
        out.sku = "preset";
        out.quantity = 9;
        return out;
    }();
};
BOOST_DESCRIBE_STRUCT(Shelf, (), (line))

TEST(JsonStored, ReadsNestedStructFromItsOwnDefaults) {
    Shelf shelf;
    shelf.line.sku.clear();
    EXPECT_EQ(to_text<Stored>(shelf), R"({"line":{"quantity":9}})");
    const auto back = read_text<Stored, Shelf>(to_text<Stored>(shelf));
    ASSERT_TRUE(back);
    EXPECT_TRUE(same(*back, shelf));
    EXPECT_EQ((read_text<Stored, Shelf>("{}")->line.sku), "preset");
}

TEST(JsonStored, WritesNumbersForInstantsDatesAndIds) {
    Order order;
    order.id = shop::OrderId(123);
    order.placed_at = Instant(1'700'000'000'000'000);
    order.due = CivilDate(20'000);
    order.currency = *Currency::parse("GBP");
    order.wide = std::numeric_limits<std::uint64_t>::max();
    order.event = shop::Cancelled{"late", true};
    EXPECT_EQ(to_text<Stored>(order),
              R"({"id":123,"placed_at":1700000000000000,"due":20000,"currency":"GBP","wide":18446744073709551615,)"
              R"("event":{"t":"cancelled","reason":"late"}})");
    EXPECT_TRUE((same(*read_text<Stored, Order>(to_text<Stored>(order)), order)));
}

TEST(JsonStored, IgnoresUnknownFieldsAndRefusesUnknownAlternatives) {
    EXPECT_TRUE((read_text<Stored, Order>(R"({"later":[1],"total":7,"event":{"t":"placed","later":1}})")));
    EXPECT_EQ((faults<Order, Stored>(R"({"event":{"t":"later"},"kind":"later","total":"7"})")),
              "/event/t enum\n/kind enum\n/total type\n");
}

TEST(JsonApi, WritesTextThatPeopleRead) {
    Order order;
    order.id = shop::OrderId(123);
    order.kind = shop::Kind::third_party;
    order.placed_at = *parse_instant("2026-11-22T08:18:12Z");
    order.due = *parse_date("2026-11-22");
    order.currency = *Currency::parse("GBP");
    order.bonus.reset();
    order.event = shop::Nothing{};
    EXPECT_EQ(to_text<Api>(order),
              R"({"id":"ord_123","kind":"3pl","speed":"default","placed_at":"2026-11-22T08:18:12Z","due":"2026-11-22",)"
              R"("currency":"GBP","class":false,"total":0,"small":0,"wide":0,"first":{"note":"","no":1,"sku":"",)"
              R"("quantity":1,"tags":[]},"lines":[],"counts":{},"pair":[0,0],"event":{"type":"nothing"},"metadata":{},)"
              R"("extra":null})");
}

TEST(JsonApi, ReadsAGoodInput) {
    const auto input = read_text<Api, Input>(with(R"("label":null,"kind":"3pl","order":"ord_9","active":false)"));
    ASSERT_TRUE(input) << refused(input.error());
    EXPECT_EQ(input->sku, "A1");
    EXPECT_FALSE(input->label);
    EXPECT_EQ(input->kind, shop::Kind::third_party);
    EXPECT_EQ(input->order, shop::OrderId(9));
    EXPECT_FALSE(input->active);
    EXPECT_TRUE((read_text<Api, Input>(good_input)->active)) << "a defaulted field keeps what the struct starts with";
}

TEST(JsonApi, ReportsEveryFaultAtOnce) {
    EXPECT_EQ(faults<Input>(R"({"sku":"","gtin":"1234567x","weight_g":1001,"tags":[],"colour":1,
                               "lines":[{"sku":"ok","quantity":1},{"sku":7,"quantity":0,"note":"too long"}],
                               "names":{"a/b~c":"abc"},"label":"x","kind":"shed"})"),
              "/sku min_length\n"
              "/gtin pattern\n"
              "/weight_g maximum\n"
              "/tags min_items\n"
              "/colour unknown_field\n"
              "/lines/1/sku type\n"
              "/lines/1/quantity minimum\n"
              "/lines/1/note max_length\n"
              "/names/a~1b~0c max_length\n"
              "/label min_length\n"
              "/kind enum\n");
    EXPECT_EQ(faults<Input>("{}"), "/sku required\n/gtin required\n/weight_g required\n/tags required\n");
}

TEST(JsonApi, RefusesWrongTypesOneByOne) {
    EXPECT_EQ(faults<Input>("[]"), " type\n");
    EXPECT_EQ(faults<Input>(with(R"("active":1)")), "/active type\n");
    EXPECT_EQ(faults<Input>(with(R"("active":null)")), "/active type\n") << "null is only for optional fields";
    EXPECT_EQ(faults<Input>(with(R"("lines":{})")), "/lines type\n");
    EXPECT_EQ(faults<Input>(with(R"("lines":[1])")), "/lines/0 type\n");
    EXPECT_EQ(faults<Input>(with(R"("names":[])")), "/names type\n");
    EXPECT_EQ(faults<Input>(with(R"("names":{"a":"b","c":"d"})")), "/names max_items\n");
    EXPECT_EQ(faults<Input>(with(R"("kind":3)")), "/kind type\n");
    EXPECT_EQ(faults<Input>(with(R"("metadata":[])")), "/metadata type\n");
    EXPECT_EQ(faults<Input>(with(R"("at":5)")), "/at type\n");
    EXPECT_EQ(faults<Input>(with(R"("at":"2026-02-30T00:00:00Z")")), "/at format\n");
    EXPECT_EQ(faults<Input>(with(R"("on":"22.11.2026")")), "/on format\n");
    EXPECT_EQ(faults<Input>(with(R"("currency":"XQZ")")), "/currency format\n");
    EXPECT_EQ(faults<Input>(R"({"sku":"A","gtin":"12345678","weight_g":1,"tags":["a","b","c"]})"), "/tags max_items\n");
    EXPECT_EQ(faults<Input>(R"({"sku":"A","gtin":"12345678","weight_g":1,"tags":["a",""]})"), "/tags/1 min_length\n");
}

TEST(JsonApi, ReadsIdsInOneTextOnly) {
    for (const std::string_view bad :
         {"123", "ord_", "ord_0", "ord_012", "ord_-1", "ord_1x", "ord_1 ", "cus_1", "ord_18446744073709551616"}) {
        EXPECT_EQ(faults<Input>(with("\"order\":\"" + std::string(bad) + "\"")), "/order format\n") << bad;
        EXPECT_FALSE(parse_id<shop::OrderId>(bad)) << bad;
    }
    EXPECT_EQ(faults<Input>(with(R"("order":123)")), "/order type\n");
    EXPECT_EQ(parse_id<shop::OrderId>("ord_18446744073709551615")->raw(), 18446744073709551615u);
}

TEST(JsonApi, NamesTheAlternativesOfAVariant) {
    EXPECT_EQ(faults<Input>(with(R"("event":{"type":"cancelled","reason":"x","restock":false})")), "");
    EXPECT_EQ(faults<Input>(with(R"("event":{"reason":"x"})")), "/event/type required\n");
    EXPECT_EQ(faults<Input>(with(R"("event":{"type":"exploded"})")), "/event/type enum\n");
    EXPECT_EQ(faults<Input>(with(R"("event":{"type":4})")), "/event/type type\n");
    EXPECT_EQ(faults<Input>(with(R"("event":4)")), "/event type\n");
    EXPECT_EQ(faults<Input>(with(R"("event":{"type":"placed","t":1})")),
              "/event/t unknown_field\n/event/order required\n");
    const auto result = read_text<Api, Input>(with(R"("event":{"type":"exploded"})"));
    EXPECT_EQ(result.error().at(0).detail, "must be one of placed, cancelled, nothing");
}

TEST(JsonApi, TellsPeopleWhatIsWanted) {
    const auto result = read_text<Api, Input>(with(R"("kind":"shed","label":"x","order":"7")"));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().at(0).detail, "must be one of dc, store, supplier, 3pl");
    EXPECT_EQ(result.error().at(1).detail, "must have at least 2 characters");
    EXPECT_EQ(result.error().at(2).detail, "must be an id that begins with ord_, such as \"ord_123\"");
}

TEST(JsonApi, KeepsAtMostIssuesMaxAndSaysSo) {
    std::string text = "{";
    for (int i = 0; i < 500; ++i) text += "\"x" + std::to_string(i) + "\":0,";
    text += R"("n":1})";
    const auto result = read_text<Api, shop::Number>(text);
    ASSERT_FALSE(result);
    ASSERT_EQ(result.error().size(), issues_max + 1);
    EXPECT_EQ(result.error().back().rule, rule::too_many);
    EXPECT_EQ(result.error()[issues_max - 1].pointer, "/x99");
}

TEST(JsonApi, TakesWholeNumbersOnly) {
    const auto number = [](std::string_view text) {
        return read_text<Api, shop::Number>("{\"n\":" + std::string(text) + "}");
    };
    EXPECT_EQ(number("9223372036854775807")->n, INT64_MAX);
    EXPECT_EQ(number("-9223372036854775808")->n, INT64_MIN);
    EXPECT_EQ(number("-0")->n, 0);
    const auto rule_of = [&](std::string_view text) { return number(text).error().at(0).rule; };
    for (const std::string_view text : {"1.0", "1e2", "1E2", "0.5", "-0.0", "1e-400"})
        EXPECT_FALSE(number(text)) << text;
    for (const std::string_view text : {"1.0", "1e2", "0.5", "-0.0"}) EXPECT_EQ(rule_of(text), rule::type) << text;
    EXPECT_EQ(rule_of("9223372036854775808"), rule::maximum);
    EXPECT_EQ(rule_of("18446744073709551616"), rule::maximum);
    EXPECT_EQ(rule_of("123456789012345678901234567890"), rule::maximum);
    EXPECT_EQ(rule_of("-9223372036854775809"), rule::minimum);
    EXPECT_EQ(rule_of("\"1\""), rule::type);
    EXPECT_EQ(rule_of("true"), rule::type);
    EXPECT_EQ((faults<Order, Stored>(R"({"small":256,"pair":[32768,-32769]})")),
              "/small maximum\n/pair/0 maximum\n/pair/1 minimum\n");
    EXPECT_EQ((faults<Order, Stored>(R"({"small":-1,"pair":[1],"wide":18446744073709551616})")),
              "/small minimum\n/pair min_items\n/wide maximum\n");
    EXPECT_NE(faults<Order>(R"({"wide":9223372036854775808})").find("/wide maximum\n"), std::string::npos)
        << "beyond int64 is refused from outside";
}

TEST(JsonApi, CountsCodePointsAndRefusesControlCharacters) {
    EXPECT_EQ(faults<Input>(R"({"sku":"éé漢😀","gtin":"12345678","weight_g":1,"tags":["x"]})"), "");
    EXPECT_EQ(faults<Input>(R"({"sku":"éé漢😀a","gtin":"12345678","weight_g":1,"tags":["x"]})"), "/sku max_length\n");
    EXPECT_EQ(faults<Input>(with(R"("label":"é")")), "/label min_length\n") << "two bytes are one character";
    EXPECT_EQ(faults<shop::Text>(R"({"t":"a\nb\tc"})"), "");
    for (const std::string_view bad : {"\\u0000", "\\r", "\\u001b", "\\u007f"}) {
        EXPECT_EQ(faults<shop::Text>("{\"t\":\"a" + std::string(bad) + "\"}"), "/t format\n") << bad;
        EXPECT_EQ((faults<shop::Text, Stored>("{\"t\":\"a" + std::string(bad) + "\"}")), "") << bad;
    }
    EXPECT_EQ(faults<Input>(with(R"("metadata":{"a":[1,{"b":"\u0001"}],"\u0002":1})")),
              "/metadata/a/1/b format\n/metadata/\x02 format\n");
}

TEST(JsonApi, ChecksPatterns) {
    const auto judge = [](std::string_view amount, std::string_view slug, std::string_view time) {
        return faults<shop::Hour>("{\"amount\":\"" + std::string(amount) + "\",\"decimal\":\"-1.5\",\"slug\":\"" +
                                  std::string(slug) + "\",\"code\":\"A.b_c-1\",\"country\":\"GB\",\"time\":\"" +
                                  std::string(time) + "\",\"hex\":\"0af\",\"trimmed\":\"a b\"}");
    };
    EXPECT_EQ(judge("12.50", "north-1", "23:59"), "");
    EXPECT_EQ(judge("-1", "North", "24:00"), "/amount pattern\n/slug pattern\n/time pattern\n");
    EXPECT_EQ(judge("1.", "_a", "12:60"), "/amount pattern\n/slug pattern\n/time pattern\n");
    EXPECT_EQ(judge("1.2.3", "", "1:00"), "/amount pattern\n/slug pattern\n/time pattern\n");
    EXPECT_EQ(faults<shop::Hour>(R"({"amount":".5","decimal":"--1","slug":"a","code":"a b","country":"gb",
                                    "time":"00:00","hex":"AF","trimmed":" a"})"),
              "/amount pattern\n/decimal pattern\n/code pattern\n/country pattern\n/hex pattern\n/trimmed pattern\n");
}

TEST(JsonApi, ReadsIntoAPlaceOfALargerDocument) {
    Issues issues;
    Line line;
    const auto document = parse(R"({"sku":5})");
    ASSERT_TRUE(document);
    const Pointer root;
    const Pointer orders(root, "orders");
    const Pointer third(orders, 3);
    EXPECT_FALSE(read_into<Api>(document->root(), line, issues, third));
    EXPECT_EQ(refused(issues), "/orders/3/sku type\n/orders/3/quantity required\n");
}

}  // namespace

}  // namespace waybill::json

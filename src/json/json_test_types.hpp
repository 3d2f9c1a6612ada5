#pragma once
// The structs that the tests of reading and writing share: one of each kind of member that the codec knows.

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "json/describe.hpp"

namespace waybill::shop {

struct OrderId final : StrongId<OrderId, std::uint64_t> {
    using StrongId::StrongId;
    static constexpr std::string_view prefix = "ord_";
};
struct LineNo final : StrongId<LineNo, std::uint16_t> {
    using StrongId::StrongId;
};

enum class Kind { dc, store, supplier, third_party };
BOOST_DESCRIBE_ENUM(Kind, dc, store, supplier, third_party)
// NOLINTNEXTLINE(readability-identifier-naming): the trailing underscore is what is tested
enum class Speed { default_, next_day };
BOOST_DESCRIBE_ENUM(Speed, default_, next_day)

struct Noted {
    std::string note;
};
BOOST_DESCRIBE_STRUCT(Noted, (), (note))

struct Line : Noted {
    LineNo no{1};
    std::string sku;
    std::int32_t quantity = 1;
    std::vector<std::string> tags;
};
BOOST_DESCRIBE_STRUCT(Line, (Noted), (no, sku, quantity, tags))

struct Placed {
    static constexpr std::string_view type_name = "placed";
    OrderId order;
};
BOOST_DESCRIBE_STRUCT(Placed, (), (order))
struct Cancelled {
    static constexpr std::string_view type_name = "cancelled";
    std::string reason;
    bool restock = true;
};
BOOST_DESCRIBE_STRUCT(Cancelled, (), (reason, restock))
struct Nothing {
    static constexpr std::string_view type_name = "nothing";
};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

struct Order {
    OrderId id{1};
    Kind kind = Kind::store;
    Speed speed = Speed::default_;
    Instant placed_at;
    CivilDate due;
    Currency currency;
    // NOLINTNEXTLINE(readability-identifier-naming)
    bool class_ = false;
    std::int64_t total = 0;
    std::uint8_t small = 0;
    std::uint64_t wide = 0;
    std::optional<std::string> email;
    std::optional<std::int64_t> bonus = 5;
    Line first;
    std::vector<Line> lines;
    std::map<std::string, std::int64_t> counts;
    std::array<std::int16_t, 2> pair{};
    std::variant<Placed, Cancelled, Nothing> event;
    boost::json::object metadata;
    boost::json::value extra;
};
BOOST_DESCRIBE_STRUCT(Order, (),
                      (id, kind, speed, placed_at, due, currency, class_, total, small, wide, email, bonus, first,
                       lines, counts, pair, event, metadata, extra))

struct Input {
    std::string sku;
    std::string gtin;
    std::int64_t weight_g = 0;
    std::vector<std::string> tags;
    std::vector<Line> lines;
    std::map<std::string, std::string> names;
    bool active = true;
    std::optional<std::string> label;
    std::optional<OrderId> order;
    std::optional<Instant> at;
    std::optional<CivilDate> on;
    std::optional<Currency> currency;
    std::optional<Kind> kind;
    std::optional<std::variant<Placed, Cancelled, Nothing>> event;
    std::optional<boost::json::object> metadata;
};
BOOST_DESCRIBE_STRUCT(Input, (),
                      (sku, gtin, weight_g, tags, lines, names, active, label, order, at, on, currency, kind, event,
                       metadata))

struct Hour {
    std::string amount, decimal, slug, code, country, time, hex, trimmed;
};
BOOST_DESCRIBE_STRUCT(Hour, (), (amount, decimal, slug, code, country, time, hex, trimmed))

struct Number {
    std::int64_t n = 0;
};
BOOST_DESCRIBE_STRUCT(Number, (), (n))
struct Text {
    std::string t;
};
BOOST_DESCRIBE_STRUCT(Text, (), (t))

}  // namespace waybill::shop

namespace waybill::json {

template <>
struct WireName<shop::Kind> {
    static constexpr std::string_view of(shop::Kind kind) { return kind == shop::Kind::third_party ? "3pl" : ""; }
};
template <>
struct Rules<shop::Noted> {
    static constexpr auto fields = std::array{text("note", 0, 5).defaulted()};
};
template <>
struct Rules<shop::Line> {
    static constexpr auto fields =
        std::array{defaulted("no"), text("sku", 1, 8), integer("quantity", 1, 100), defaulted("tags")};
};
template <>
struct Rules<shop::Input> {
    static constexpr auto fields = std::array{
        text("sku", 1, 4),
        text("gtin", 8, 14).pattern(Pattern::digits),
        integer("weight_g", 0, 1'000),
        items("tags", 1, 2).text(1, 3),
        defaulted("lines"),
        items("names", 0, 1).text(0, 2).defaulted(),
        defaulted("active"),
        text("label", 2, 3),
    };
};
template <>
struct Rules<shop::Hour> {
    static constexpr auto fields = std::array{
        pattern("amount", Pattern::amount), pattern("decimal", Pattern::decimal), pattern("slug", Pattern::slug),
        pattern("code", Pattern::code),     pattern("country", Pattern::country), pattern("time", Pattern::hour_minute),
        pattern("hex", Pattern::hex),       pattern("trimmed", Pattern::trimmed)};
};

}  // namespace waybill::json

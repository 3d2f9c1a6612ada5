#include "bench/retailer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/instant.hpp"

namespace waybill::bench {
namespace {

// 2024-01-01T00:00:00Z.
constexpr std::int64_t first_placed_s = 1'704'067'200;
constexpr std::int64_t between_orders_s = 3;
constexpr std::uint32_t placed_spread_s = 1'200;

constexpr std::string_view given[] = {"Robin", "Alex",  "Sam",   "Maria", "John",  "Anna",  "Peter", "Laura",
                                      "David", "Emma",  "James", "Sofia", "Paul",  "Nina",  "Mark",  "Julia",
                                      "Tom",   "Clara", "Ben",   "Irene", "Felix", "Hanna", "Oscar", "Vera",
                                      "Hugo",  "Edith", "Boris", "Greta", "Cyril", "Tilda", "Ivo",   "Zelda"};
constexpr std::string_view surnames[] = {
    "Smith",   "Jones",    "Taylor",  "Brown",   "Williams", "Wilson", "Johnson", "Davies",  "Patel",    "Wright",
    "Walker",  "White",    "Edwards", "Hughes",  "Green",    "Hall",   "Lewis",   "Harris",  "Clarke",   "Jackson",
    "Wood",    "Turner",   "Martin",  "Cooper",  "Hill",     "Ward",   "Morris",  "Moore",   "Clark",    "Lee",
    "King",    "Baker",    "Morgan",  "Allen",   "James",    "Scott",  "Young",   "Carter",  "Mitchell", "Parker",
    "Collins", "Bennett",  "Shaw",    "Cook",    "Murphy",   "Bailey", "Bell",    "Miller",  "Cox",      "Marsh",
    "Price",   "Richards", "Barker",  "Foster",  "Holmes",   "Mills",  "Webb",    "Chapman", "Palmer",   "Ellis",
    "Quill",   "Zeller",   "Yarrow",  "Thackray"};
static_assert(std::size(given) == given_names && std::size(surnames) == family_names);
constexpr std::int64_t units_each = 1'000'000;
constexpr std::size_t moves_in_command = 1'000;

/// SplitMix64: the next state is an addition, the output a mix of it.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
    /// 0 .. below - 1. The bias is below 2^-32 for what is drawn here.
    std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>((next() >> 32) * bound >> 32); }

private:
    std::uint64_t state_;
};

bool holds(const Shape& shape, std::uint32_t location, std::uint32_t item) {
    return location < shape.warehouses || (item + location) % 3 == 0;
}

/// The lower of two draws squared: the first of a list of names comes up most.
std::uint32_t draw_rank(Random& random, std::uint32_t count) {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(random.below(count)) * random.below(count) / count);
}

/// In millionths of a degree.
struct Coordinates {
    std::int32_t latitude_e6;
    std::int32_t longitude_e6;
};

/// Great Britain, more or less.
Coordinates draw_place(Random& random) {
    Coordinates place{};
    place.latitude_e6 = 50'500'000 + static_cast<std::int32_t>(random.below(5'500'000));
    place.longitude_e6 = -3'500'000 + static_cast<std::int32_t>(random.below(4'500'000));
    return place;
}

core::GeoPoint point_of(Coordinates place) {
    constexpr double to_radians = 3.14159265358979323846 / 180e6;
    const double latitude = place.latitude_e6 * to_radians;
    const double longitude = place.longitude_e6 * to_radians;
    const auto metres = [](double share) {
        return static_cast<std::int32_t>(std::lround(share * core::earth_radius_m));
    };
    return {metres(std::cos(latitude) * std::cos(longitude)), metres(std::cos(latitude) * std::sin(longitude)),
            metres(std::sin(latitude))};
}

std::string degrees(std::int32_t e6) {
    const std::int64_t size = std::abs(static_cast<std::int64_t>(e6));
    return fmt::format("{}{}.{:06}", e6 < 0 ? "-" : "", size / 1'000'000, size % 1'000'000);
}

std::int64_t price_micros(std::uint32_t item) { return (100 + static_cast<std::int64_t>(item) * 37 % 4'900) * 10'000; }

/// Cumulative weights 10^9 / rank: an item is drawn by one number and a binary search.
std::vector<std::uint64_t> popularity(std::uint32_t items) {
    std::vector<std::uint64_t> out;
    std::uint64_t sum = 0;
    for (std::uint32_t rank = 1; rank <= items; ++rank) {
        sum += 1'000'000'000ULL / rank;
        out.push_back(sum);
    }
    return out;
}

std::uint32_t draw_item(Random& random, const std::vector<std::uint64_t>& cumulative) {
    const std::uint64_t at = random.next() % cumulative.back();
    const auto found = std::upper_bound(cumulative.begin(), cumulative.end(), at);
    return static_cast<std::uint32_t>(std::distance(cumulative.begin(), found));
}

core::PutLocation make_location(const Shape& shape, std::uint32_t number, Random& random) {
    core::PutLocation put;
    core::Location& location = put.location;
    location.code = place_of(shape, number);
    location.name = location.code;
    location.kind = number < shape.warehouses ? core::LocationKind::dc : core::LocationKind::store;
    location.address.country = "GB";
    const Coordinates place = draw_place(random);
    location.latitude_e6 = place.latitude_e6;
    location.longitude_e6 = place.longitude_e6;
    location.point = point_of(place);
    location.zone = "Europe/London";
    return put;
}

std::string_view draw_channel(Random& random) {
    const std::uint32_t share = random.below(100);
    return channel_codes[share < 70 ? 0 : share < 90 ? 1 : share < 99 ? 2 : 3];
}

void append_lines(std::string& out, const Shape& shape, Random& random, const std::vector<std::uint64_t>& cumulative) {
    const std::uint32_t lines = shape.lines_min + random.below(shape.lines_max - shape.lines_min + 1);
    for (std::uint32_t line = 1; line <= lines; ++line) {
        const std::uint32_t item = draw_item(random, cumulative);
        const std::int64_t cents = price_micros(item) / 10'000;
        fmt::format_to(std::back_inserter(out),
                       R"({}{{"channel_line_id":"{}","sku":"{}","quantity":{},"unit_price":"{}.{:02}"}})",
                       line > 1 ? "," : "", line, sku_of(item), 1 + random.below(3), cents / 100, cents % 100);
    }
}

void append_order(std::string& out, std::uint64_t number, const Shape& shape, Random& random,
                  const std::vector<std::uint64_t>& cumulative) {
    const Coordinates place = draw_place(random);
    const std::string_view first = given[draw_rank(random, given_names)];
    const std::string_view last = surnames[draw_rank(random, family_names)];
    const std::int64_t micros_late = static_cast<std::int64_t>(random.below(placed_spread_s)) * 1'000'000;
    const Instant placed = Instant(placed_about(number).micros() + micros_late);
    const std::string_view channel = draw_channel(random);
    const std::uint32_t customer = random.below(shape.customers);
    fmt::format_to(std::back_inserter(out),
                   R"({{"channel":"{0}","channel_order_id":"W-{1}","placed_at":"{2}","currency":"GBP",)"
                   R"("customer":{{"external_id":"C{3}","name":"{4} {5}","email":"c{3}@example.org"}},)"
                   R"("ship_to":{{"name":"{4} {5}","line1":"2 High Street","city":"York",)",
                   channel, number, format_instant(placed), customer, first, last);
    if (random.below(5) > 0) {
        fmt::format_to(std::back_inserter(out), R"("postcode":"YO{} 7HH","latitude":{},"longitude":{},)",
                       1 + random.below(30), degrees(place.latitude_e6), degrees(place.longitude_e6));
    }
    out += R"("country":"GB"},"lines":[)";
    append_lines(out, shape, random, cumulative);
    out += R"(],"charges":[{"kind":"shipping","code":"STD","amount":"4.95"}]})";
}

core::MoveInventory opening_stock() {
    core::MoveInventory receive;
    receive.reference = "opening stock";
    return receive;
}

}  // namespace

std::string sku_of(std::uint32_t item) { return fmt::format("SKU-{:05}", item); }
std::string place_of(const Shape& shape, std::uint32_t location) {
    return fmt::format("{}-{:02}", location < shape.warehouses ? "dc" : "store", location);
}
std::string_view given_name(std::uint32_t rank) { return given[rank]; }
std::string_view family_name(std::uint32_t rank) { return surnames[rank]; }
Instant placed_about(std::uint64_t number) {
    return Instant((first_placed_s + static_cast<std::int64_t>(number) * between_orders_s) * 1'000'000);
}

std::vector<core::Command> set_up_commands(const Shape& shape) {
    Random random(shape.seed);
    std::vector<core::Command> out;
    for (std::uint32_t i = 0; i < shape.locations; ++i) out.emplace_back(make_location(shape, i, random));
    for (const std::string_view code : channel_codes) {
        core::PutChannel channel;
        channel.channel.code = code;
        channel.channel.name = code;
        out.emplace_back(std::move(channel));
    }
    for (std::uint32_t i = 0; i < shape.items; ++i) {
        core::PutItem put;
        put.item.sku = sku_of(i);
        put.item.title = fmt::format("Item {}", i);
        put.item.units = {{"each", 1, ""}};
        put.item.weight_g = 100 + static_cast<std::int64_t>(i) * 53 % 3'000;
        put.item.price_micros = price_micros(i);
        out.emplace_back(std::move(put));
    }
    core::MoveInventory receive = opening_stock();
    for (std::uint32_t item = 0; item < shape.items; ++item) {
        for (std::uint32_t place = 0; place < shape.locations; ++place) {
            if (!holds(shape, place, item)) continue;
            core::MoveInput move;
            move.sku = sku_of(item);
            move.location = place_of(shape, place);
            move.quantity = units_each;
            receive.moves.push_back(std::move(move));
            if (receive.moves.size() < moves_in_command) continue;
            out.emplace_back(std::move(receive));
            receive = opening_stock();
        }
    }
    if (!receive.moves.empty()) out.emplace_back(std::move(receive));
    return out;
}

OrderMaker::OrderMaker(const Shape& shape) : shape_(shape), popularity_(popularity(shape.items)) {}

std::string OrderMaker::make(std::uint64_t number) const {
    // The numbers' own bits are mixed before they are drawn from, or neighbours would draw alike.
    Random random(Random(shape_.seed ^ (number * 0xD1342543DE82EF95)).next());
    std::string out;
    out.reserve(1'024);
    append_order(out, number, shape_, random, popularity_);
    return out;
}

std::vector<std::string> OrderMaker::make(std::uint64_t first, std::uint64_t count) const {
    std::vector<std::string> out;
    out.reserve(count);
    for (std::uint64_t i = 0; i < count; ++i) out.push_back(make(first + i));
    return out;
}

}  // namespace waybill::bench

#include "app/bench_orders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace waybill::app {
namespace {

constexpr std::uint32_t warehouses = 4;
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

std::string sku_of(std::uint32_t item) { return fmt::format("SKU-{:05}", item); }
std::string place_of(std::uint32_t location) {
    return fmt::format("{}-{:02}", location < warehouses ? "dc" : "store", location);
}

bool holds(std::uint32_t location, std::uint32_t item) { return location < warehouses || (item + location) % 3 == 0; }

/// In millionths of a degree.
struct Place {
    std::int32_t latitude_e6;
    std::int32_t longitude_e6;
};

/// Great Britain, more or less.
Place draw_place(Random& random) {
    Place place{};
    place.latitude_e6 = 50'500'000 + static_cast<std::int32_t>(random.below(5'500'000));
    place.longitude_e6 = -3'500'000 + static_cast<std::int32_t>(random.below(4'500'000));
    return place;
}

core::GeoPoint point_of(Place place) {
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

core::PutLocation make_location(std::uint32_t number, Random& random) {
    core::PutLocation put;
    core::Location& location = put.location;
    location.code = place_of(number);
    location.name = location.code;
    location.kind = number < warehouses ? core::LocationKind::dc : core::LocationKind::store;
    location.address.country = "GB";
    const Place place = draw_place(random);
    location.latitude_e6 = place.latitude_e6;
    location.longitude_e6 = place.longitude_e6;
    location.point = point_of(place);
    location.zone = "Europe/London";
    return put;
}

void append_order(std::string& out, std::uint64_t number, Random& random,
                  const std::vector<std::uint64_t>& cumulative) {
    const Place place = draw_place(random);
    fmt::format_to(
        std::back_inserter(out),
        R"({{"channel":"web","channel_order_id":"W-{0}","placed_at":"2026-11-{1:02}T{2:02}:{3:02}:{4:02}Z",)"
        R"("currency":"GBP","customer":{{"external_id":"C{5}","name":"Customer {5}","email":"c{5}@example.org"}},)",
        number, 1 + random.below(20), random.below(24), random.below(60), random.below(60), random.below(50'000));
    out += R"("ship_to":{"name":"Robin Example","line1":"2 High Street","city":"York",)";
    if (random.below(5) > 0) {
        fmt::format_to(std::back_inserter(out), R"("postcode":"YO{} 7HH","latitude":{},"longitude":{},)",
                       1 + random.below(30), degrees(place.latitude_e6), degrees(place.longitude_e6));
    }
    out += R"("country":"GB"},"lines":[)";
    const std::uint32_t lines = 1 + random.below(5);
    for (std::uint32_t line = 1; line <= lines; ++line) {
        const std::uint32_t item = draw_item(random, cumulative);
        const std::int64_t cents = price_micros(item) / 10'000;
        fmt::format_to(std::back_inserter(out),
                       R"({}{{"channel_line_id":"{}","sku":"{}","quantity":{},"unit_price":"{}.{:02}"}})",
                       line > 1 ? "," : "", line, sku_of(item), 1 + random.below(3), cents / 100, cents % 100);
    }
    out += R"(],"charges":[{"kind":"shipping","code":"STD","amount":"4.95"}]})";
}

}  // namespace

std::vector<core::Command> bench_setup(const BenchShape& shape) {
    Random random(shape.seed);
    std::vector<core::Command> out;
    for (std::uint32_t i = 0; i < shape.locations; ++i) out.emplace_back(make_location(i, random));
    core::PutChannel channel;
    channel.channel.code = "web";
    channel.channel.name = "Web shop";
    out.emplace_back(channel);
    for (std::uint32_t i = 0; i < shape.items; ++i) {
        core::PutItem put;
        put.item.sku = sku_of(i);
        put.item.title = fmt::format("Item {}", i);
        put.item.units = {{"each", 1, ""}};
        put.item.weight_g = 100 + static_cast<std::int64_t>(i) * 53 % 3'000;
        put.item.price_micros = price_micros(i);
        out.emplace_back(std::move(put));
    }
    core::MoveInventory receive;
    receive.reference = "opening stock";
    const auto flush = [&] {
        if (!receive.moves.empty()) out.emplace_back(receive);
        receive.moves.clear();
    };
    for (std::uint32_t item = 0; item < shape.items; ++item) {
        for (std::uint32_t place = 0; place < shape.locations; ++place) {
            if (!holds(place, item)) continue;
            core::MoveInput move;
            move.sku = sku_of(item);
            move.location = place_of(place);
            move.quantity = units_each;
            receive.moves.push_back(std::move(move));
            if (receive.moves.size() == moves_in_command) flush();
        }
    }
    flush();
    return out;
}

std::vector<std::string> bench_orders(const BenchShape& shape, std::uint64_t count) {
    Random random(shape.seed ^ 0x6F7264657273);
    const auto cumulative = popularity(shape.items);
    std::vector<std::string> out(count);
    for (std::uint64_t i = 0; i < count; ++i) append_order(out[i], i + 1, random, cumulative);
    return out;
}

}  // namespace waybill::app

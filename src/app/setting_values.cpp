#include "app/setting_values.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace waybill::app {
namespace {

struct UnitFactor {
    std::string_view suffix;
    std::uint64_t factor;
};
// Largest first, so that formatting finds the shortest text.
constexpr std::array<UnitFactor, 4> byte_units{
    {{"GiB", 1ULL << 30}, {"MiB", 1ULL << 20}, {"KiB", 1ULL << 10}, {"", 1}}};
constexpr std::array<UnitFactor, 5> span_units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

std::optional<std::uint64_t> parse_with(std::string_view text, std::span<const UnitFactor> units) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    for (const UnitFactor& unit : units) {
        if (text.substr(digits) != unit.suffix) continue;
        const auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / unit.factor;
        const auto count = parse_count(text.substr(0, digits), most);
        if (!count) return std::nullopt;
        return *count * unit.factor;
    }
    return std::nullopt;
}

std::string format_with(std::uint64_t value, std::span<const UnitFactor> units) {
    for (const UnitFactor& unit : units) {
        if (value >= unit.factor && value % unit.factor == 0) {
            return std::to_string(value / unit.factor) + std::string(unit.suffix);
        }
    }
    return "0" + std::string(units.back().suffix);
}

}  // namespace

std::optional<std::uint64_t> parse_count(std::string_view text, std::uint64_t most) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value > most) return std::nullopt;
    return value;
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) { return parse_with(text, byte_units); }
std::string format_bytes(std::uint64_t bytes) { return format_with(bytes, byte_units); }

std::optional<std::chrono::milliseconds> parse_span(std::string_view text) {
    const auto millis = parse_with(text, span_units);
    if (!millis) return std::nullopt;
    return std::chrono::milliseconds(static_cast<std::int64_t>(*millis));
}

std::string format_span(std::chrono::milliseconds span) {
    return format_with(static_cast<std::uint64_t>(span.count()), span_units);
}

}  // namespace waybill::app

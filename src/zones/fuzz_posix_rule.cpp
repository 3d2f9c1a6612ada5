// Fuzzes the rule of a zone: any text is refused or means two changes in every year.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.hpp"
#include "zones/posix_rule.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace waybill;
    constexpr std::int32_t offset_max = 8 * 24 * 3600;  // RFC 8536 lets the hours of a change go up to 167
    constexpr std::int64_t year_micros = std::int64_t{366} * 24 * 3600 * micros_per_second;
    const std::string text(data, data + size);
    const auto rule = zones::parse_posix_rule(text);
    if (!rule) return 0;
    WAYBILL_ASSERT(rule->standard_offset > -offset_max && rule->standard_offset < offset_max);
    if (!rule->summer) return 0;
    for (int year = 2000; year < 2050; ++year) {
        const std::int64_t begin = rule->summer_begins(year).micros();
        const std::int64_t next = rule->summer_begins(year + 1).micros();
        WAYBILL_ASSERT(next > begin && next - begin < 2 * year_micros);
        WAYBILL_ASSERT(rule->summer_ends(year + 1) > rule->summer_ends(year));
    }
    return 0;
}

#pragma once
// The rule by which a zone's clocks change every year for ever, as the footer of a TZif file gives it:
// "GMT0BST,M3.5.0/1,M10.5.0". (The header of the date library that reads these does not compile as C++20.)

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/instant.hpp"

namespace waybill::zones {

/// A day of every year and a time of it.
struct YearlyChange {
    enum class Kind : std::uint8_t {
        weekday_of_month,  ///< week 1 to 5 of the month, 5 is the last
        day_of_year,       ///< 1 to 365, 29 February is never counted
        day_from_zero,     ///< 0 to 365, 29 February is counted
    };
    Kind kind = Kind::weekday_of_month;
    int month = 1;
    int week = 1;
    int weekday = 0;  ///< 0 is Sunday
    int day = 0;
    std::int32_t seconds = 2 * 3600;  ///< after local midnight; may be negative or more than a day

    /// Local midnight of the day in `year`.
    [[nodiscard]] CivilDate in(int year) const;
};

struct PosixRule {
    std::int32_t standard_offset = 0;  ///< seconds; local = UTC + offset
    struct Summer {
        std::int32_t offset = 0;
        YearlyChange begin;
        YearlyChange end;
    };
    std::optional<Summer> summer;

    [[nodiscard]] Instant summer_begins(int year) const;
    [[nodiscard]] Instant summer_ends(int year) const;
};

/// Errors: nullopt for any other text. Source: POSIX.1 (TZ) with the extensions of RFC 8536, section 3.3.1.
[[nodiscard]] std::optional<PosixRule> parse_posix_rule(std::string_view text);

}  // namespace waybill::zones

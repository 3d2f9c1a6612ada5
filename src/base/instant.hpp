#pragma once
// Instant: a point in time, UTC microseconds since 1970. CivilDate: a calendar day with no zone of its own; going from
// one to the other needs a zone and is spelled out where it happens (core/network/zone_rules.hpp).

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waybill {

class Instant {
public:
    constexpr Instant() = default;
    constexpr explicit Instant(std::int64_t micros) : micros_(micros) {}

    [[nodiscard]] constexpr std::int64_t micros() const { return micros_; }
    [[nodiscard]] constexpr bool is_set() const { return micros_ != 0; }
    friend constexpr auto operator<=>(Instant, Instant) = default;

private:
    std::int64_t micros_ = 0;
};

inline constexpr std::int64_t micros_per_second = 1'000'000;
inline constexpr std::int64_t micros_per_day = 86'400 * micros_per_second;

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
class CivilDate {
public:
    constexpr CivilDate() = default;
    constexpr explicit CivilDate(std::int32_t days) : days_(days) {}
    [[nodiscard]] static CivilDate from_ymd(int year, int month, int day);

    struct Ymd {
        int year;
        int month;
        int day;
    };
    [[nodiscard]] Ymd ymd() const;
    [[nodiscard]] constexpr std::int32_t days() const { return days_; }
    /// 0 is Monday, 6 is Sunday.
    [[nodiscard]] int weekday() const;
    [[nodiscard]] constexpr CivilDate plus_days(int count) const { return CivilDate(days_ + count); }
    friend constexpr auto operator<=>(CivilDate, CivilDate) = default;

private:
    std::int32_t days_ = 0;
};

/// RFC 3339 date-time with any offset, up to six decimals of a second. Errors: nullopt on anything else, a day that the
/// calendar does not have, or a year outside 1900..9999. A leap second is read as the following second.
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);
/// "2026-11-22T08:18:12Z", with decimals only where they are not zero.
[[nodiscard]] std::string format_instant(Instant instant);
void append_instant(std::string& out, Instant instant);

[[nodiscard]] std::optional<CivilDate> parse_date(std::string_view text);
[[nodiscard]] std::string format_date(CivilDate date);

}  // namespace waybill

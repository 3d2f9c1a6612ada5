#include "base/instant.hpp"

#include <chrono>

namespace waybill {
namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return std::nullopt;
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

void append_padded(std::string& out, std::int64_t value, int width) {
    char buffer[20];
    int used = 0;
    while (value > 0 || used < width) {
        buffer[used++] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    while (used > 0) out += buffer[--used];
}

}  // namespace

CivilDate CivilDate::from_ymd(int year, int month, int day) {
    const std::chrono::year_month_day ymd{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                          std::chrono::day(static_cast<unsigned>(day))};
    return CivilDate(static_cast<std::int32_t>(std::chrono::sys_days(ymd).time_since_epoch().count()));
}

CivilDate::Ymd CivilDate::ymd() const {
    const std::chrono::year_month_day ymd{std::chrono::sys_days(std::chrono::days(days_))};
    return {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
            static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

int CivilDate::weekday() const {
    // 1970-01-01 was a Thursday.
    return static_cast<int>(((days_ % 7) + 7 + 3) % 7);
}

std::optional<CivilDate> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = digits(text, 0, 4);
    const auto month = digits(text, 5, 2);
    const auto day = digits(text, 8, 2);
    if (!year || !month || !day || *year < 1900) return std::nullopt;
    const std::chrono::year_month_day ymd{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                          std::chrono::day(static_cast<unsigned>(*day))};
    if (!ymd.ok()) return std::nullopt;
    return CivilDate::from_ymd(*year, *month, *day);
}

std::string format_date(CivilDate date) {
    const auto [year, month, day] = date.ymd();
    std::string out;
    append_padded(out, year, 4);
    out += '-';
    append_padded(out, month, 2);
    out += '-';
    append_padded(out, day, 2);
    return out;
}

std::optional<Instant> parse_instant(std::string_view text) {
    if (text.size() < 20) return std::nullopt;
    const auto date = parse_date(text.substr(0, 10));
    if (!date || (text[10] != 'T' && text[10] != 't' && text[10] != ' ')) return std::nullopt;
    const auto hour = digits(text, 11, 2);
    const auto minute = digits(text, 14, 2);
    const auto second = digits(text, 17, 2);
    if (!hour || !minute || !second || text[13] != ':' || text[16] != ':') return std::nullopt;
    if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    std::size_t at = 19;
    std::int64_t fraction = 0;
    if (text[at] == '.') {
        std::int64_t unit = 100'000;
        const std::size_t from = ++at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
            // What is finer than a microsecond is not kept; it must still be a digit.
            fraction += unit * (text[at] - '0');
            unit /= 10;
        }
        if (at == from) return std::nullopt;
    }
    if (at >= text.size()) return std::nullopt;
    std::int64_t offset_seconds = 0;
    if (text[at] == 'Z' || text[at] == 'z') {
        if (at + 1 != text.size()) return std::nullopt;
    } else {
        const auto hours = digits(text, at + 1, 2);
        const auto minutes = digits(text, at + 4, 2);
        if ((text[at] != '+' && text[at] != '-') || !hours || !minutes || text[at + 3] != ':' ||
            at + 6 != text.size() || *hours > 23 || *minutes > 59) {
            return std::nullopt;
        }
        offset_seconds = (text[at] == '-' ? -1 : 1) * (*hours * 3600 + *minutes * 60);
    }
    const std::int64_t seconds =
        std::int64_t{date->days()} * 86'400 + *hour * 3600 + *minute * 60 + *second - offset_seconds;
    return Instant(seconds * micros_per_second + fraction);
}

void append_instant(std::string& out, Instant instant) {
    std::int64_t day = instant.micros() / micros_per_day;
    std::int64_t rest = instant.micros() % micros_per_day;
    if (rest < 0) {
        rest += micros_per_day;
        --day;
    }
    out += format_date(CivilDate(static_cast<std::int32_t>(day)));
    out += 'T';
    const std::int64_t seconds = rest / micros_per_second;
    append_padded(out, seconds / 3600, 2);
    out += ':';
    append_padded(out, seconds / 60 % 60, 2);
    out += ':';
    append_padded(out, seconds % 60, 2);
    if (std::int64_t fraction = rest % micros_per_second; fraction != 0) {
        out += '.';
        const std::size_t from = out.size();
        append_padded(out, fraction, 6);
        while (out.size() > from && out.back() == '0') out.pop_back();
    }
    out += 'Z';
}

std::string format_instant(Instant instant) {
    std::string out;
    append_instant(out, instant);
    return out;
}

}  // namespace waybill

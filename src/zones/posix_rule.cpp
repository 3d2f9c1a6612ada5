#include "zones/posix_rule.hpp"

namespace waybill::zones {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Takes the text apart from the left; every step says whether the text was as expected.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    [[nodiscard]] bool at_end() const { return text_.empty(); }
    bool take(char c) {
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    bool name() {
        std::size_t size = 0;
        if (take('<')) {
            size = text_.find('>');
            if (size == std::string_view::npos || size < 3) return false;
            text_.remove_prefix(size + 1);
            return true;
        }
        while (size < text_.size() && is_letter(text_[size])) ++size;
        text_.remove_prefix(size);
        return size >= 3;
    }
    bool number(int& out, int least, int most) {
        std::size_t digits = 0;
        int value = 0;
        while (digits < text_.size() && digits < 4 && is_digit(text_[digits]))
            value = value * 10 + (text_[digits++] - '0');
        text_.remove_prefix(digits);
        out = value;
        return digits > 0 && value >= least && value <= most;
    }
    /// [+-]hours[:minutes[:seconds]]
    bool time(std::int32_t& out) {
        const bool negative = take('-');
        if (!negative) take('+');
        int hours = 0;
        int minutes = 0;
        int seconds = 0;
        if (!number(hours, 0, 167)) return false;
        if (take(':') && !number(minutes, 0, 59)) return false;
        if (take(':') && !number(seconds, 0, 59)) return false;
        out = (hours * 60 + minutes) * 60 + seconds;
        if (negative) out = -out;
        return true;
    }
    bool change(YearlyChange& out) {
        if (take('M')) {
            out.kind = YearlyChange::Kind::weekday_of_month;
            const bool fits = number(out.month, 1, 12) && take('.') && number(out.week, 1, 5) && take('.') &&
                              number(out.weekday, 0, 6);
            if (!fits) return false;
        } else if (take('J')) {
            out.kind = YearlyChange::Kind::day_of_year;
            if (!number(out.day, 1, 365)) return false;
        } else {
            out.kind = YearlyChange::Kind::day_from_zero;
            if (!number(out.day, 0, 365)) return false;
        }
        return !take('/') || time(out.seconds);
    }

private:
    std::string_view text_;
};

bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

Instant instant_of(CivilDate day, std::int32_t seconds, std::int32_t offset) {
    return Instant((std::int64_t{day.days()} * 86'400 + seconds - offset) * micros_per_second);
}

}  // namespace

CivilDate YearlyChange::in(int year) const {
    const CivilDate new_year = CivilDate::from_ymd(year, 1, 1);
    switch (kind) {
        case Kind::day_from_zero:
            return new_year.plus_days(day);
        case Kind::day_of_year:
            return new_year.plus_days(day - 1 + (is_leap(year) && day >= 60 ? 1 : 0));
        case Kind::weekday_of_month: {
            const CivilDate first = CivilDate::from_ymd(year, month, 1);
            const int first_weekday = (first.weekday() + 1) % 7;
            CivilDate at = first.plus_days((weekday - first_weekday + 7) % 7 + 7 * (week - 1));
            // Week 5 is the last one, also in months that have four of the weekday.
            if (at.ymd().month != month) at = at.plus_days(-7);
            return at;
        }
    }
    return new_year;
}

Instant PosixRule::summer_begins(int year) const {
    return instant_of(summer->begin.in(year), summer->begin.seconds, standard_offset);
}

Instant PosixRule::summer_ends(int year) const {
    return instant_of(summer->end.in(year), summer->end.seconds, summer->offset);
}

std::optional<PosixRule> parse_posix_rule(std::string_view text) {
    Scanner scan(text);
    PosixRule out;
    // POSIX counts offsets westwards.
    if (!scan.name() || !scan.time(out.standard_offset)) return std::nullopt;
    out.standard_offset = -out.standard_offset;
    if (scan.at_end()) return out;
    PosixRule::Summer summer;
    summer.offset = out.standard_offset + 3600;
    if (!scan.name()) return std::nullopt;
    if (!scan.take(',')) {
        if (!scan.time(summer.offset)) return std::nullopt;
        summer.offset = -summer.offset;
        if (!scan.take(',')) return std::nullopt;
    }
    if (!scan.change(summer.begin) || !scan.take(',') || !scan.change(summer.end)) return std::nullopt;
    if (!scan.at_end()) return std::nullopt;
    out.summer = summer;
    return out;
}

}  // namespace waybill::zones

#include "json/read.hpp"

#include <array>
#include <bitset>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <string>

#include "json/json_value_of.hpp"

namespace waybill::json::detail {

namespace {

namespace bj = boost::json;

bool refuse_type(const bj::value& value, std::string_view expected, const Pointer& at, Issues& issues) {
    std::string detail = "must be ";
    detail += expected;
    if (value.is_null()) detail += ", not null";
    return add_issue(issues, at, rule::type, std::move(detail));
}

std::string at_least(std::int64_t bound) { return "must be at least " + std::to_string(bound); }
std::string at_most(std::int64_t bound) { return "must be at most " + std::to_string(bound); }

std::string counted(std::string_view bound, std::size_t count, std::string_view one, std::string_view many) {
    std::string out = "must have ";
    out += bound;
    out += std::to_string(count);
    out += ' ';
    out += count == 1 ? one : many;
    return out;
}

bool check_items(std::size_t size, const Constraints& limits, const Pointer& at, Issues& issues) {
    if (size < limits.min_items) {
        return add_issue(issues, at, rule::min_items, counted("at least ", limits.min_items, "entry", "entries"));
    }
    if (size > limits.max_items) {
        return add_issue(issues, at, rule::max_items, counted("at most ", limits.max_items, "entry", "entries"));
    }
    return true;
}

/// REQUIRES: UTF-8.
std::size_t count_code_points(std::string_view text) {
    std::size_t count = 0;
    for (const char letter : text) count += (static_cast<unsigned char>(letter) & 0xC0) != 0x80 ? 1 : 0;
    return count;
}

bool check_length(std::string_view text, const Constraints& limits, const Pointer& at, Issues& issues) {
    // A code point has one to four bytes, so most texts are judged without being counted.
    if (text.size() >= limits.min_length * 4 && text.size() <= limits.max_length) return true;
    const std::size_t length = count_code_points(text);
    if (length < limits.min_length) {
        return add_issue(issues, at, rule::min_length,
                         counted("at least ", limits.min_length, "character", "characters"));
    }
    if (length > limits.max_length) {
        return add_issue(issues, at, rule::max_length,
                         counted("at most ", limits.max_length, "character", "characters"));
    }
    return true;
}

/// Control characters have no place in names and notes: they break logs, labels, EDI and CSV further on.
bool check_characters(std::string_view text, const Pointer& at, Issues& issues) {
    for (const char letter : text) {
        const auto code = static_cast<unsigned char>(letter);
        if ((code < 0x20 && code != '\n' && code != '\t') || code == 0x7F) {
            return add_issue(issues, at, rule::format, "must have no control characters other than line feed and tab");
        }
    }
    return true;
}

bool check_free_form(const bj::value& value, const Pointer& at, Issues& issues);

bool check_free_form(const bj::object& object, const Pointer& at, Issues& issues) {
    bool is_good = true;
    for (const auto& entry : object) {
        const Pointer here(at, entry.key());
        is_good &= check_characters(entry.key(), here, issues);
        is_good &= check_free_form(entry.value(), here, issues);
    }
    return is_good;
}

bool check_free_form(const bj::value& value, const Pointer& at, Issues& issues) {
    if (const bj::string* text = value.if_string()) return check_characters(*text, at, issues);
    if (const bj::object* object = value.if_object()) return check_free_form(*object, at, issues);
    bool is_good = true;
    if (const bj::array* array = value.if_array()) {
        for (std::size_t i = 0; i < array->size(); ++i) {
            is_good &= check_free_form((*array)[i], Pointer(at, i), issues);
        }
    }
    return is_good;
}

constexpr std::size_t not_found = SIZE_MAX;

/// Documents mostly give fields in the order in which they are documented, so the member after the last one is tried
/// first.
std::size_t find_member(std::span<const MemberReader> members, std::size_t likely, std::string_view name) {
    if (likely < members.size() && members[likely].name == name) return likely;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (members[i].name == name) return i;
    }
    return not_found;
}

}  // namespace

bool read_members(const bj::value& value, void* object, std::span<const MemberReader> members, Strictness strictness,
                  std::string_view tag, const Pointer& at, Issues& issues) {
    const bj::object* fields = value.if_object();
    if (fields == nullptr) return refuse_type(value, "an object", at, issues);
    bool is_good = true;
    std::bitset<members_max> seen;
    std::size_t likely = 0;
    for (const auto& field : *fields) {
        const std::string_view name = field.key();
        const std::size_t found = find_member(members, likely, name);
        if (found != not_found) {
            is_good &= members[found].read(field.value(), object, Pointer(at, name), issues);
            seen.set(found);
            likely = found + 1;
        } else if (strictness == Strictness::strict && (tag.empty() || name != tag)) {
            is_good = add_issue(issues, Pointer(at, name), rule::unknown_field, "is not a field of this object");
        }
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (members[i].is_required && !seen.test(i)) {
            is_good = add_issue(issues, Pointer(at, members[i].name), rule::required, "is required");
        }
    }
    return is_good;
}

bool read_items(const bj::value& value, void* container, void (*prepare)(void*, std::size_t), ReadItem read,
                const Constraints& limits, const Pointer& at, Issues& issues) {
    const bj::array* items = value.if_array();
    if (items == nullptr) return refuse_type(value, "a list", at, issues);
    bool is_good = check_items(items->size(), limits, at, issues);
    // The items of a list that is too long are not looked at: the bound is there to bound the work.
    if (items->size() > limits.max_items) return false;
    prepare(container, items->size());
    for (std::size_t i = 0; i < items->size(); ++i) {
        is_good &= read((*items)[i], container, i, limits, Pointer(at, i), issues);
    }
    return is_good;
}

bool read_entries(const bj::value& value, void* container, ReadEntry read, Strictness strictness,
                  const Constraints& limits, const Pointer& at, Issues& issues) {
    const bj::object* entries = value.if_object();
    if (entries == nullptr) return refuse_type(value, "an object", at, issues);
    bool is_good = check_items(entries->size(), limits, at, issues);
    if (entries->size() > limits.max_items) return false;
    for (const auto& entry : *entries) {
        const Pointer here(at, entry.key());
        if (strictness == Strictness::strict) is_good &= check_characters(entry.key(), here, issues);
        is_good &= read(entry.value(), container, entry.key(), limits, here, issues);
    }
    return is_good;
}

std::optional<std::string_view> read_tag(const bj::value& value, std::string_view tag, const Pointer& at,
                                         Issues& issues) {
    const bj::object* object = value.if_object();
    if (object == nullptr) {
        refuse_type(value, "an object", at, issues);
        return std::nullopt;
    }
    const bj::value* found = object->if_contains(tag);
    if (found == nullptr) {
        add_issue(issues, Pointer(at, tag), rule::required, "is required");
        return std::nullopt;
    }
    return read_view(*found, Pointer(at, tag), issues);
}

bool is_null(const bj::value& value) { return value.is_null(); }

bool read_bool(const bj::value& value, bool& out, const Pointer& at, Issues& issues) {
    const bool* flag = value.if_bool();
    if (flag == nullptr) return refuse_type(value, "true or false", at, issues);
    out = *flag;
    return true;
}

bool read_signed(const bj::value& value, std::int64_t& out, std::int64_t minimum, std::int64_t maximum,
                 const Pointer& at, Issues& issues) {
    if (const std::int64_t* number = value.if_int64()) {
        if (*number < minimum) return add_issue(issues, at, rule::minimum, at_least(minimum));
        if (*number > maximum) return add_issue(issues, at, rule::maximum, at_most(maximum));
        out = *number;
        return true;
    }
    if (value.is_uint64()) return add_issue(issues, at, rule::maximum, at_most(maximum));
    if (const double* number = value.if_double()) {
        // The parser makes a double of a whole number that fits no 64 bits; one with a fraction is a fault of type.
        if (*number >= 0x1p64) return add_issue(issues, at, rule::maximum, at_most(maximum));
        if (*number <= -0x1p63) return add_issue(issues, at, rule::minimum, at_least(minimum));
        return refuse_type(value, "a whole number without point or exponent", at, issues);
    }
    return refuse_type(value, "a whole number", at, issues);
}

bool read_unsigned(const bj::value& value, std::uint64_t& out, const Pointer& at, Issues& issues) {
    if (const std::uint64_t* number = value.if_uint64()) {
        out = *number;
        return true;
    }
    std::int64_t number = 0;
    if (!read_signed(value, number, 0, INT64_MAX, at, issues)) return false;
    out = static_cast<std::uint64_t>(number);
    return true;
}

std::optional<std::string_view> read_view(const bj::value& value, const Pointer& at, Issues& issues) {
    const bj::string* text = value.if_string();
    if (text == nullptr) {
        refuse_type(value, "text", at, issues);
        return std::nullopt;
    }
    return std::string_view(text->data(), text->size());
}

bool read_string(const bj::value& value, std::string& out, const Pointer& at, Issues& issues) {
    const auto text = read_view(value, at, issues);
    if (!text) return false;
    out = *text;
    return true;
}

bool read_strict_string(const bj::value& value, std::string& out, const Constraints& limits, const Pointer& at,
                        Issues& issues) {
    const auto text = read_view(value, at, issues);
    if (!text) return false;
    bool is_good = check_length(*text, limits, at, issues);
    is_good &= check_characters(*text, at, issues);
    if (limits.pattern != Pattern::none && is_good && !matches(limits.pattern, *text)) {
        is_good = add_issue(issues, at, rule::pattern, std::string(requirement_of(limits.pattern)));
    }
    if (is_good) out = *text;
    return is_good;
}

std::optional<std::uint64_t> parse_id_digits(std::string_view text, std::string_view prefix, std::uint64_t maximum) {
    if (!text.starts_with(prefix)) return std::nullopt;
    text.remove_prefix(prefix.size());
    // One id has one text: leading zeros would be aliases, and zero is no id.
    if (text.empty() || text[0] < '1' || text[0] > '9') return std::nullopt;
    std::uint64_t raw = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), raw);
    if (fault != std::errc() || end != text.data() + text.size() || raw > maximum) return std::nullopt;
    return raw;
}

bool read_id_text(const bj::value& value, std::string_view prefix, std::uint64_t maximum, std::uint64_t& out,
                  const Pointer& at, Issues& issues) {
    const auto text = read_view(value, at, issues);
    if (!text) return false;
    const auto raw = parse_id_digits(*text, prefix, maximum);
    if (!raw) {
        return add_issue(
            issues, at, rule::format,
            "must be an id that begins with " + std::string(prefix) + ", such as \"" + std::string(prefix) + "123\"");
    }
    out = *raw;
    return true;
}

bool read_instant_text(const bj::value& value, Instant& out, const Pointer& at, Issues& issues) {
    const auto text = read_view(value, at, issues);
    if (!text) return false;
    const auto instant = parse_instant(*text);
    if (!instant) {
        return add_issue(issues, at, rule::format,
                         "must be a date and time with its offset, such as \"2026-11-22T08:18:12Z\"");
    }
    out = *instant;
    return true;
}

bool read_date_text(const bj::value& value, CivilDate& out, const Pointer& at, Issues& issues) {
    const auto text = read_view(value, at, issues);
    if (!text) return false;
    const auto date = parse_date(*text);
    if (!date) return add_issue(issues, at, rule::format, "must be a date, such as \"2026-11-22\"");
    out = *date;
    return true;
}

bool read_currency(const bj::value& value, Currency& out, const Pointer& at, Issues& issues) {
    const auto text = read_view(value, at, issues);
    if (!text) return false;
    const auto currency = Currency::parse(*text);
    if (!currency) return add_issue(issues, at, rule::format, "must be a currency of ISO 4217, such as \"GBP\"");
    out = *currency;
    return true;
}

bool read_free_form(const bj::value& value, bj::value& out, Strictness strictness, const Pointer& at, Issues& issues) {
    if (strictness == Strictness::strict && !check_free_form(value, at, issues)) return false;
    out = value;
    return true;
}

bool read_free_form(const bj::value& value, JsonValue& out, Strictness strictness, const Pointer& at, Issues& issues) {
    if (strictness == Strictness::strict && !check_free_form(value, at, issues)) return false;
    out = json_value_of(value);
    return true;
}

bool read_free_form(const bj::value& value, bj::object& out, Strictness strictness, const Constraints& limits,
                    const Pointer& at, Issues& issues) {
    const bj::object* object = value.if_object();
    if (object == nullptr) return refuse_type(value, "an object", at, issues);
    if (!check_items(object->size(), limits, at, issues)) return false;
    if (strictness == Strictness::strict && !check_free_form(*object, at, issues)) return false;
    out = *object;
    return true;
}

bool refuse_choice(std::span<const std::string_view> choices, const Pointer& at, Issues& issues) {
    std::string detail = "must be one of ";
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i != 0) detail += ", ";
        detail += choices[i];
    }
    return add_issue(issues, at, rule::one_of, std::move(detail));
}

Result<const bj::value*, Issue> parse_on_this_thread(std::string_view text, ParseLimits limits) {
    thread_local Parser parser;
    return parser.parse(text, limits);
}

}  // namespace waybill::json::detail

#include "json/text_writer.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <cstring>

#include "base/assert.hpp"

namespace waybill::json {

namespace {

/// 0: as it is; 'u': as \u00XX; anything else: the letter after a backslash.
constexpr std::array<char, 256> make_escapes() {
    std::array<char, 256> out{};
    for (std::size_t i = 0; i < 0x20; ++i) out[i] = 'u';
    out['"'] = '"';
    out['\\'] = '\\';
    out['\b'] = 'b';
    out['\f'] = 'f';
    out['\n'] = 'n';
    out['\r'] = 'r';
    out['\t'] = 't';
    return out;
}
constexpr std::array<char, 256> escapes = make_escapes();

/// True when one of eight bytes may need an escape. The usual subtract-and-mask test for "byte below n" and "byte equal
/// to n"; a borrow can mark a byte too many, which only sends the text through the slow loop.
bool may_need_escape(std::uint64_t eight) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t tops = 0x8080808080808080;
    const std::uint64_t quote = eight ^ (ones * '"');
    const std::uint64_t slash = eight ^ (ones * '\\');
    const std::uint64_t below = (eight - ones * 0x20) & ~eight;
    return ((below | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & tops) != 0;
}

std::uint64_t load_eight(const char* from) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, from, 8);
    return eight;
}

/// Length of the beginning of `text` that can be copied as it is.
std::size_t plain_prefix(std::string_view text) {
    std::size_t at = 0;
    while (at + 8 <= text.size() && !may_need_escape(load_eight(text.data() + at))) at += 8;
    // What is left is judged together with bytes before it that are known to be plain.
    if (at + 8 > text.size() && text.size() >= 8 && !may_need_escape(load_eight(text.data() + text.size() - 8))) {
        return text.size();
    }
    while (at < text.size() && escapes[static_cast<unsigned char>(text[at])] == 0) ++at;
    return at;
}

void append_escaped(std::string& out, char letter) {
    constexpr std::string_view hex = "0123456789abcdef";
    const auto code = static_cast<unsigned char>(letter);
    const char escape = escapes[code];
    out += '\\';
    out += escape;
    if (escape == 'u') {
        out += "00";
        out += hex[code >> 4];
        out += hex[code & 15];
    }
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
    out += '"';
    while (true) {
        const std::size_t plain = plain_prefix(text);
        out.append(text.data(), plain);
        if (plain == text.size()) break;
        append_escaped(out, text[plain]);
        text.remove_prefix(plain + 1);
    }
    out += '"';
}

void append_key(std::string& out, std::string_view name) {
    // No value ends with an opening brace, so this is the first key of its object exactly then.
    if (out.back() != '{') out += ',';
    append_string(out, name);
    out += ':';
}

void append_instant_string(std::string& out, Instant instant) {
    out += '"';
    append_instant(out, instant);
    out += '"';
}

void append_date_string(std::string& out, CivilDate date) {
    out += '"';
    out += format_date(date);
    out += '"';
}

namespace {

void append_double(std::string& out, double number) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
    const std::string_view text(digits, static_cast<std::size_t>(end - digits));
    out += text;
    // A whole double stays a double when it is read again.
    if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

}  // namespace

void append_free_form(std::string& out, const boost::json::object& object) {
    out += '{';
    for (const auto& entry : object) {
        append_key(out, entry.key());
        append_free_form(out, entry.value());
    }
    out += '}';
}

void append_free_form(std::string& out, const boost::json::value& value) {
    switch (value.kind()) {
        case boost::json::kind::null:
            out += "null";
            return;
        case boost::json::kind::bool_:
            out += value.get_bool() ? "true" : "false";
            return;
        case boost::json::kind::int64:
            append_integer(out, value.get_int64());
            return;
        case boost::json::kind::uint64:
            append_integer(out, value.get_uint64());
            return;
        case boost::json::kind::double_:
            append_double(out, value.get_double());
            return;
        case boost::json::kind::string:
            append_string(out, value.get_string());
            return;
        case boost::json::kind::array: {
            out += '[';
            bool is_first = true;
            for (const auto& item : value.get_array()) {
                if (!is_first) out += ',';
                is_first = false;
                append_free_form(out, item);
            }
            out += ']';
            return;
        }
        case boost::json::kind::object:
            append_free_form(out, value.get_object());
            return;
    }
    assertion_failed("JSON kind is known", __FILE__, __LINE__);
}

}  // namespace waybill::json

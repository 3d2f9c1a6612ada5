#include "mail/mail.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/assert.hpp"

namespace waybill::mail {
namespace {

constexpr std::size_t plain_bytes_max = 200;
constexpr std::size_t word_bytes_max = 45;  ///< of a word of RFC 2047, which has 75 characters at most

bool is_visible(char c) { return c >= ' ' && c <= '~'; }

std::string base64(std::string_view bytes) {
    std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(out.data(), out.size(),
                      reinterpret_cast<const unsigned char*>(bytes.data()),  // NOLINT: libsodium reads bytes
                      bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    out.pop_back();  // the zero at its end
    return out;
}

/// As many bytes as a word takes, and no character cut in two.
std::size_t word_bytes(std::string_view text) {
    std::size_t bytes = std::min(text.size(), word_bytes_max);
    const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
    while (bytes > 1 && bytes < text.size() && continues(bytes)) --bytes;
    return bytes;
}

std::string encoded_words(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t bytes = word_bytes(text);
        if (!out.empty()) out += "\r\n ";
        out += "=?UTF-8?B?" + base64(text.substr(0, bytes)) + "?=";
        text.remove_prefix(bytes);
    }
    return out;
}

bool is_plain(std::string_view text) {
    return text.size() <= plain_bytes_max && text.find("=?") == std::string_view::npos &&
           std::all_of(text.begin(), text.end(), is_visible);
}

}  // namespace

std::string message_id(core::TenantId tenant, core::Sequence event, std::string_view code, std::string_view recipient,
                       std::string_view domain) {
    const std::string hashed = std::string(code) + '\n' + std::string(recipient);
    std::array<unsigned char, 16> hash{};
    crypto_generichash(hash.data(), hash.size(),
                       reinterpret_cast<const unsigned char*>(hashed.data()),  // NOLINT: libsodium reads bytes
                       hashed.size(), nullptr, 0);
    std::array<char, 2 * hash.size() + 1> text{};
    sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
    return fmt::format("<waybill.{}.{}.{}@{}>", tenant.raw(), event.raw(), text.data(), domain);
}

std::string one_line(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool breaks = static_cast<unsigned char>(c) < ' ' || c == '\x7f';
        if (!breaks) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::string header_text(std::string_view text) {
    const std::string line = one_line(text);
    return is_plain(line) ? line : encoded_words(line);
}

std::string header_address(std::string_view name, std::string_view address) {
    const std::string line = one_line(name);
    const std::string bracketed = "<" + std::string(address) + ">";
    if (line.empty()) return bracketed;
    if (!is_plain(line)) return encoded_words(line) + "\r\n " + bracketed;
    std::string out = "\"";
    for (const char c : line) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\" " + bracketed;
}

std::string header_date(Instant at) {
    constexpr std::array<const char*, 7> days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    WAYBILL_ASSERT(at.micros() >= 0);
    const CivilDate day(static_cast<std::int32_t>(at.micros() / micros_per_day));
    const std::int64_t second = at.micros() % micros_per_day / micros_per_second;
    const CivilDate::Ymd ymd = day.ymd();
    return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} +0000", days[static_cast<std::size_t>(day.weekday())], ymd.day,
                       months[static_cast<std::size_t>(ymd.month - 1)], ymd.year, second / 3'600, second / 60 % 60,
                       second % 60);
}

std::string with_crlf(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 16);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        if (text[i] == '\n' || text[i] == '\r') {
            out += "\r\n";
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace waybill::mail

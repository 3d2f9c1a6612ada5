#include "storage/words.hpp"

#include <algorithm>
#include <cstdint>

namespace waybill::storage {

namespace {

constexpr std::uint32_t separator = 0;
constexpr std::uint32_t dropped = 1;

// Base letters of U+00C0..U+00FF and U+0100..U+017F; '*' is no letter.
constexpr std::string_view latin_1 = "aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo*ouuuuyty";
constexpr std::string_view latin_a =
    "aaaaaa"
    "cccccccc"
    "dddd"
    "eeeeeeeeee"
    "gggggggg"
    "hhhh"
    "iiiiiiiiii"
    "ii"
    "jj"
    "kkk"
    "llllllllll"
    "nnnnnnnnn"
    "oooooo"
    "oo"
    "rrrrrr"
    "ssssssss"
    "tttttt"
    "uuuuuuuuuuuu"
    "ww"
    "yyy"
    "zzzzzz"
    "s";
static_assert(latin_1.size() == 64 && latin_a.size() == 128);

/// The letter or digit that stands for `point` in a word, `separator` or `dropped`.
std::uint32_t folded(std::uint32_t point) {
    const auto byte = [](char c) { return static_cast<std::uint32_t>(static_cast<unsigned char>(c)); };
    if (point < 0x80) {
        if (point >= 'A' && point <= 'Z') return point + ('a' - 'A');
        const bool is_word = (point >= 'a' && point <= 'z') || (point >= '0' && point <= '9');
        return is_word ? point : separator;
    }
    if (point < 0xC0) return separator;
    if (point <= 0xFF) return latin_1[point - 0xC0] == '*' ? separator : byte(latin_1[point - 0xC0]);
    if (point <= 0x17F) return byte(latin_a[point - 0x100]);
    if (point >= 0x300 && point <= 0x36F) return dropped;  // combining accents
    if (point >= 0x391 && point <= 0x3A9) return point + 0x20;
    if (point >= 0x400 && point <= 0x40F) return point + 0x50;
    if (point >= 0x410 && point <= 0x42F) return point + 0x20;
    if ((point >= 0x2000 && point <= 0x206F) || (point >= 0x3000 && point <= 0x303F)) return separator;
    return point;
}

/// Reads one code point at `at` and moves past it; `separator` for what is no UTF-8.
std::uint32_t next_point(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
    const std::uint32_t first = byte(at++);
    if (first < 0x80) return first;
    const std::size_t more = first >= 0xF0 && first < 0xF5   ? 3
                             : first >= 0xE0 && first < 0xF0 ? 2
                             : first >= 0xC2 && first < 0xE0 ? 1
                                                             : 0;
    if (more == 0 || at + more > text.size()) return separator;
    std::uint32_t point = first & (0x3FU >> more);
    for (std::size_t i = 0; i < more; ++i) {
        if ((byte(at + i) & 0xC0U) != 0x80) return separator;
        point = (point << 6) | (byte(at + i) & 0x3FU);
    }
    const std::uint32_t smallest = more == 3 ? 0x10000 : more == 2 ? 0x800 : 0x80;
    if (point < smallest || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return separator;
    at += more;
    return point;
}

void append_utf8(std::string& out, std::uint32_t point) {
    const auto push = [&](std::uint32_t byte) { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
    if (point < 0x80) {
        push(point);
    } else if (point < 0x800) {
        push(0xC0 | (point >> 6));
        push(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        push(0xE0 | (point >> 12));
        push(0x80 | ((point >> 6) & 0x3F));
        push(0x80 | (point & 0x3F));
    } else {
        push(0xF0 | (point >> 18));
        push(0x80 | ((point >> 12) & 0x3F));
        push(0x80 | ((point >> 6) & 0x3F));
        push(0x80 | (point & 0x3F));
    }
}

struct Cut {
    std::vector<std::string> words;  ///< as they come
    bool last_is_open = false;       ///< the text ends inside the last word
};

Cut cut(std::string_view text) {
    Cut out;
    for (std::size_t at = 0; at < text.size();) {
        const std::uint32_t letter = folded(next_point(text, at));
        if (letter == separator) {
            out.last_is_open = false;
            continue;
        }
        if (letter == dropped) continue;
        if (!out.last_is_open) out.words.emplace_back();
        out.last_is_open = true;
        if (out.words.back().size() + 4 <= word_bytes_max) append_utf8(out.words.back(), letter);
    }
    return out;
}

void make_distinct(std::vector<std::string>& words) {
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words = cut(text).words;
    make_distinct(words);
    return words;
}

std::vector<std::string> words_of_document(std::string_view doc) {
    std::vector<std::string> words;
    std::string value;
    for (std::size_t at = 0; at < doc.size(); ++at) {
        if (doc[at] != '"') continue;
        value.clear();
        for (++at; at < doc.size() && doc[at] != '"'; ++at) {
            // Our writer escapes nothing but quotes, backslashes and control characters, and all of them separate
            // words.
            if (doc[at] != '\\') {
                value += doc[at];
                continue;
            }
            value += ' ';
            at += at + 1 < doc.size() && doc[at + 1] == 'u' ? std::size_t{5} : std::size_t{1};
        }
        const bool is_name = at + 1 < doc.size() && doc[at + 1] == ':';
        if (is_name) continue;
        for (std::string& word : cut(value).words) words.push_back(std::move(word));
    }
    make_distinct(words);
    return words;
}

WordQuery word_query(std::string_view text) {
    Cut found = cut(text);
    WordQuery query;
    if (found.last_is_open && found.words.back().size() >= prefix_bytes_min) {
        query.prefix = std::move(found.words.back());
        found.words.pop_back();
    }
    query.whole = std::move(found.words);
    make_distinct(query.whole);
    return query;
}

bool WordQuery::matches(const std::vector<std::string>& words) const {
    if (is_empty() || !std::includes(words.begin(), words.end(), whole.begin(), whole.end())) return false;
    if (prefix.empty()) return true;
    const auto at = std::lower_bound(words.begin(), words.end(), prefix);
    return at != words.end() && at->starts_with(prefix);
}

std::string prefix_end(std::string_view prefix) {
    // 0xFF is in no UTF-8 text, so this is above all that begin with the prefix and below everything after them.
    return std::string(prefix) + '\xFF';
}

}  // namespace waybill::storage

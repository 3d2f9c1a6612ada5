#include "sim/happening.hpp"

#include <fmt/format.h>
#include <array>
#include <charconv>
#include <string_view>

namespace waybill::sim {
namespace {

/// What follows the word of a line.
enum class HappeningTakes : std::uint8_t { which, which_micros, which_dice, which_fault, micros, micros_dice, dice };

struct Form {
    std::string_view word;
    HappeningTakes takes;
};

/// `fault` has the word of its call.
constexpr std::array<Form, happening_kinds> forms{{{"run", HappeningTakes::micros_dice},
                                                   {"start", HappeningTakes::dice},
                                                   {"crash", HappeningTakes::which},
                                                   {"leave", HappeningTakes::which},
                                                   {"pause", HappeningTakes::which_micros},
                                                   {"cut", HappeningTakes::which},
                                                   {"mute", HappeningTakes::which},
                                                   {"heal", HappeningTakes::which},
                                                   {"", HappeningTakes::which_fault},
                                                   {"wall", HappeningTakes::which_micros},
                                                   {"store_clock", HappeningTakes::micros},
                                                   {"look", HappeningTakes::which_dice}}};

template <class Number>
bool read(const std::string& text, Number& out, int base = 10) {
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out, base);
    return code == std::errc() && end == text.data() + text.size();
}

bool read_fault(const std::string& text, NetFault& out) {
    for (std::size_t i = 1; i < net_fault_kinds; ++i) {
        out = static_cast<NetFault>(i);
        if (name_of(out) == text) return true;
    }
    return false;
}

bool read_call(const std::string& text, Call& out) {
    for (std::size_t i = 0; i < call_kinds; ++i) {
        out = static_cast<Call>(i);
        if (name_of(out) == text) return true;
    }
    return false;
}

bool read_rest(const std::vector<std::string>& words, HappeningTakes takes, Happening& out) {
    const std::size_t count = words.size();
    switch (takes) {
        case HappeningTakes::which:
            return count == 2 && read(words[1], out.which);
        case HappeningTakes::which_micros:
            return count == 3 && read(words[1], out.which) && read(words[2], out.micros);
        case HappeningTakes::which_dice:
            return count == 3 && read(words[1], out.which) && read(words[2], out.dice, 16);
        case HappeningTakes::which_fault:
            return count == 3 && read(words[1], out.which) && read_fault(words[2], out.fault);
        case HappeningTakes::micros:
            return count == 2 && read(words[1], out.micros) && out.micros >= 0;
        case HappeningTakes::micros_dice:
            return count == 3 && read(words[1], out.micros) && out.micros >= 0 && read(words[2], out.dice, 16);
        case HappeningTakes::dice:
            return count == 2 && read(words[1], out.dice, 16);
    }
    return false;
}

}  // namespace

std::string line_of(const Happening& happening) {
    const Form& form = forms[static_cast<std::size_t>(happening.kind)];
    switch (form.takes) {
        case HappeningTakes::which:
            return fmt::format("{} {}", form.word, happening.which);
        case HappeningTakes::which_micros:
            return fmt::format("{} {} {}", form.word, happening.which, happening.micros);
        case HappeningTakes::which_dice:
            return fmt::format("{} {} {:x}", form.word, happening.which, happening.dice);
        case HappeningTakes::which_fault:
            return fmt::format("{} {} {}", name_of(happening.call), happening.which, name_of(happening.fault));
        case HappeningTakes::micros:
            return fmt::format("{} {}", form.word, happening.micros);
        case HappeningTakes::micros_dice:
            return fmt::format("{} {} {:x}", form.word, happening.micros, happening.dice);
        case HappeningTakes::dice:
            return fmt::format("{} {:x}", form.word, happening.dice);
    }
    return {};
}

std::optional<Happening> parse_happening(const std::vector<std::string>& words) {
    Happening out;
    const bool is_fault = read_call(words[0], out.call);
    if (!is_fault) out.call = Call::commit;
    for (std::size_t i = 0; i < happening_kinds; ++i) {
        out.kind = static_cast<HappeningKind>(i);
        const bool fits = is_fault ? out.kind == HappeningKind::fault : forms[i].word == words[0];
        if (!fits) continue;
        if (!read_rest(words, forms[i].takes, out)) return std::nullopt;
        return out;
    }
    return std::nullopt;
}

}  // namespace waybill::sim

#include "core/messages/check_template.hpp"

#include <algorithm>
#include <vector>

#include "core/limits.hpp"
#include "core/messages/message_fields.hpp"

namespace waybill::core {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// Reads a template from tag to tag, with the sections that are open.
class TemplateReader {
public:
    explicit TemplateReader(std::string_view text) : text_(text) {}

    std::optional<std::string> fault() {
        std::size_t at = 0;
        while ((at = text_.find("{{", at)) != std::string_view::npos) {
            const std::size_t end = text_.find("}}", at + 2);
            if (end == std::string_view::npos) return "a tag is not closed: " + quoted(text_.substr(at));
            whole_ = text_.substr(at, end + 2 - at);
            if (whole_.find_first_of("\r\n") != std::string_view::npos) return wrong("must be on one line");
            if (auto found = read_tag(text_.substr(at + 2, end - at - 2))) return found;
            at = end + 2;
        }
        if (open_.empty()) return std::nullopt;
        return "the section {{#" + std::string(open_.back().name) + "}} is not closed";
    }

private:
    struct Section {
        std::string_view name;
        const MessageField* field;
        bool is_inverted;
    };

    static std::string quoted(std::string_view tag) {
        constexpr std::size_t shown_max = 60;
        std::string out;
        for (const char c : tag.substr(0, shown_max)) out += c >= ' ' && c <= '~' ? c : '?';
        return out + (tag.size() > shown_max ? "..." : "");
    }

    std::optional<std::string> wrong(std::string_view why) const { return quoted(whole_) + " " + std::string(why); }

    std::optional<std::string> read_tag(std::string_view inside) {
        inside = trimmed(inside);
        const char mark = inside.empty() ? ' ' : inside.front();
        switch (mark) {
            case '!':
                return std::nullopt;
            case '{':
            case '&':
                return wrong("would not be escaped: write it with two braces");
            case '>':
                return wrong("would include another text, which is not possible");
            case '=':
                return wrong("would change what tags begin with, which is not possible");
            case '#':
            case '^':
                return open(trimmed(inside.substr(1)), mark == '^');
            case '/':
                return close(trimmed(inside.substr(1)));
            default:
                return read_value(inside);
        }
    }

    /// As Mustache finds a name: in the innermost section first, then further out.
    [[nodiscard]] const MessageField* find(std::string_view name) const {
        for (auto section = open_.rbegin(); section != open_.rend(); ++section) {
            if (section->is_inverted || section->field->kind == MessageField::Kind::text) continue;
            const std::string inner = std::string(section->field->path) + "." + std::string(name);
            if (const auto* field = find_message_field(inner)) return field;
        }
        const MessageField* field = find_message_field(name);
        // Of a list, what belongs to its rows is there inside of it only.
        return field != nullptr && is_in_reach(field->path) ? field : nullptr;
    }

    [[nodiscard]] bool is_in_reach(std::string_view path) const {
        for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
            const MessageField* above = find_message_field(path.substr(0, dot));
            if (above != nullptr && above->kind == MessageField::Kind::list) return false;
        }
        return true;
    }

    std::optional<std::string> unknown(std::string_view name) const {
        std::string why = "names no field of a message";
        if (name.empty()) return wrong(why);
        const MessageField* field = find_message_field(name);
        if (field != nullptr) {
            const std::string_view list = field->path.substr(0, field->path.rfind('.'));
            why = "is there inside of {{#" + std::string(list) + "}} only";
        } else if (const std::string_view near = nearest_message_field(name); !near.empty()) {
            why += "; did you mean " + std::string(near) + "?";
        }
        return wrong(why);
    }

    std::optional<std::string> read_value(std::string_view name) const {
        const MessageField* field = find(name);
        if (field == nullptr) return unknown(name);
        if (field->kind == MessageField::Kind::text) return std::nullopt;
        return wrong("is no text: begin a section with {{#" + std::string(name) + "}}");
    }

    std::optional<std::string> open(std::string_view name, bool is_inverted) {
        const MessageField* field = find(name);
        if (field == nullptr) return unknown(name);
        if (open_.size() >= limits::message_sections_max) return wrong("is in too many sections");
        // A list in a list that is not its own would be as many rows as the one times the other.
        if (!is_inverted && field->kind == MessageField::Kind::list) {
            const auto outer = std::find_if(open_.rbegin(), open_.rend(), [](const Section& section) {
                return !section.is_inverted && section.field->kind == MessageField::Kind::list;
            });
            if (outer != open_.rend() && !field->path.starts_with(std::string(outer->field->path) + ".")) {
                return wrong("is a list inside of another one that it does not belong to");
            }
        }
        open_.push_back({name, field, is_inverted});
        return std::nullopt;
    }

    std::optional<std::string> close(std::string_view name) {
        if (open_.empty()) return wrong("closes a section that is not open");
        if (open_.back().name != name) {
            return wrong("should close {{#" + std::string(open_.back().name) + "}} first");
        }
        open_.pop_back();
        return std::nullopt;
    }

    std::string_view text_;
    std::string_view whole_;  ///< the tag that is being read
    std::vector<Section> open_;
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<std::string> fault_of_template(std::string_view text) { return TemplateReader(text).fault(); }

bool is_locale(std::string_view text) {
    if (text.size() > limits::locale_bytes_max) return false;
    bool is_first = true;
    while (true) {
        const std::size_t dash = text.find('-');
        const std::string_view part = text.substr(0, dash);
        const bool is_right =
            is_first ? part.size() >= 2 && part.size() <= 3 && std::all_of(part.begin(), part.end(), is_letter)
                     : !part.empty() && part.size() <= 8 &&
                           std::all_of(part.begin(), part.end(), [](char c) { return is_letter(c) || is_digit(c); });
        if (!is_right) return false;
        if (dash == std::string_view::npos) return true;
        text.remove_prefix(dash + 1);
        is_first = false;
    }
}

bool is_mail_address(std::string_view text) {
    const std::size_t at = text.find('@');
    if (text.size() > limits::mail_address_bytes_max || at == 0 || at == std::string_view::npos) return false;
    constexpr std::string_view never = "\"(),:;<>@[\\]";
    const auto is_fine = [&](char c) { return c > ' ' && c <= '~' && never.find(c) == std::string_view::npos; };
    const std::string_view local = text.substr(0, at);
    const std::string_view host = text.substr(at + 1);
    const auto is_host = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '.'; };
    if (host.empty() || host.front() == '.' || host.back() == '.' || host.find("..") != std::string_view::npos)
        return false;
    return std::all_of(local.begin(), local.end(), is_fine) && std::all_of(host.begin(), host.end(), is_host);
}

}  // namespace waybill::core

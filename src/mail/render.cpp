#include "mail/render.hpp"

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <string_view>

#include "base/assert.hpp"

namespace waybill::mail {
namespace {

namespace km = kainjow::mustache;

/// What is empty is nothing, so that it can be asked for by a section.
km::data data_of(const MessageData& data) {
    km::data out;
    for (const auto& [name, text] : data.texts) {
        if (text.empty()) {
            out.set(name, km::data(false));
        } else {
            out.set(name, km::data(text));
        }
    }
    for (const auto& [name, rows] : data.lists) {
        km::data list(km::data::type::list);
        for (const MessageData& row : rows) list.push_back(data_of(row));
        out.set(name, list);
    }
    for (const auto& [name, object] : data.objects) out.set(name, data_of(object));
    return out;
}

/// What ends a line as long as the library has the text, which would leave out lines of its own choice.
constexpr char line_end = '\x01';

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// A line with the tag of a section, or a comment, and nothing else.
bool is_lone_tag(std::string_view line) {
    while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
    while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
    constexpr std::string_view marks = "#^/!";
    const std::size_t mark = line.find_first_not_of(" \t", 2);
    return line.starts_with("{{") && mark != std::string_view::npos &&
           marks.find(line[mark]) != std::string_view::npos && line.find("}}") == line.size() - 2;
}

/// As Mustache has it such a line is no line of what is written; the library leaves it where a section is not there.
std::string without_lone_tags(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const bool has_end = end != std::string_view::npos;
        std::string_view line = text.substr(0, end);
        text.remove_prefix(has_end ? end + 1 : text.size());
        const bool is_tag = is_lone_tag(line);
        if (is_tag) {
            line.remove_prefix(line.find("{{"));
            line = line.substr(0, line.find("}}") + 2);
        }
        out += line;
        if (out.ends_with('\r')) out.pop_back();
        if (has_end && !is_tag) out += '\n';
    }
    return out;
}

}  // namespace

std::string render(const std::string& text, const MessageData& data, Escape escape) {
    std::string lines = without_lone_tags(text);
    std::replace(lines.begin(), lines.end(), '\n', line_end);
    km::mustache made(lines);
    WAYBILL_ASSERT(made.is_valid());  // it was checked when it was saved
    if (escape == Escape::none) made.set_custom_escape([](const std::string& value) { return value; });
    std::string out = made.render(data_of(data));
    std::replace(out.begin(), out.end(), line_end, '\n');
    return out;
}

}  // namespace waybill::mail

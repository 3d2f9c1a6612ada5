#include "app/line_units.hpp"

#include <boost/json/array.hpp>
#include <charconv>
#include <utility>

namespace waybill::app {
namespace {

std::optional<std::int64_t> number_in(std::string_view text) {
    std::int64_t out = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), out);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size() || out < 0) return std::nullopt;
    return out;
}

}  // namespace

std::optional<LineUnits> line_units(std::string_view text) {
    const std::size_t sign = text.find('=');
    const auto line_no = number_in(text.substr(0, sign));
    if (!line_no || *line_no > UINT32_MAX) return std::nullopt;
    if (sign == std::string_view::npos) return LineUnits{*line_no, std::nullopt};
    const auto units = number_in(text.substr(sign + 1));
    if (!units) return std::nullopt;
    return LineUnits{*line_no, units};
}

std::string check_line(const std::string& text) {
    const auto line = line_units(text);
    return line && line->units ? std::string() : "must be LINE=UNITS, such as 1=2";
}

std::string check_line_or_units(const std::string& text) {
    return line_units(text) ? std::string() : "must be LINE or LINE=UNITS, such as 1=2";
}

CLI::Option* add_line_option(CLI::App& command, const std::string& name, std::vector<std::string>& lines,
                             const std::string& help, std::string (*check)(const std::string&)) {
    return command.add_option(name, lines, help + "; again for each line")->allow_extra_args(false)->check(check);
}

void add_lines(boost::json::object& body, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    boost::json::array out;
    for (const std::string& text : lines) {
        const auto named = line_units(text);
        boost::json::object line{{"line_no", named->line_no}};
        if (named->units) line["quantity"] = *named->units;
        out.push_back(std::move(line));
    }
    body["lines"] = std::move(out);
}

}  // namespace waybill::app

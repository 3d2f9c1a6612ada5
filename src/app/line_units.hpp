#pragma once
// Lines of an order on a command line: "1=2" is two units of line 1; "1" is all there is of it, where that may be said.

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::app {

struct LineUnits {
    std::int64_t line_no = 0;
    std::optional<std::int64_t> units;
};

/// Nothing: it is neither form.
[[nodiscard]] std::optional<LineUnits> line_units(std::string_view text);

/// The fault of an option's value, as CLI11 prints it; empty: none.
[[nodiscard]] std::string check_line(const std::string& text);
/// The same where the units may be left out.
[[nodiscard]] std::string check_line_or_units(const std::string& text);

/// An option that is given once for each line. The caller may make it required.
CLI::Option* add_line_option(CLI::App& command, const std::string& name, std::vector<std::string>& lines,
                             const std::string& help, std::string (*check)(const std::string&));

/// `lines` as the API takes them; nothing where none is named. REQUIRES: they were checked.
void add_lines(boost::json::object& body, const std::vector<std::string>& lines);

}  // namespace waybill::app

// The configuration file, in TOML.

#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "app/settings.hpp"

namespace waybill::app {
namespace {

std::string place(const std::string& path, const toml::source_region& where) {
    return path + ":" + std::to_string(where.begin.line);
}

bool is_known(std::string_view name) {
    const auto& settings = all_settings();
    return std::any_of(settings.begin(), settings.end(), [&](const Setting& each) { return each.name == name; });
}

bool is_section(std::string_view name) {
    const std::string start = std::string(name) + ".";
    const auto& settings = all_settings();
    return std::any_of(settings.begin(), settings.end(),
                       [&](const Setting& each) { return each.name.starts_with(start); });
}

std::string unknown_name(const std::string& origin, const std::string& name) {
    const std::string near = nearest_setting(name);
    return origin + ": there is no setting \"" + name + "\"" + (near.empty() ? "" : "; did you mean \"" + near + "\"?");
}

/// Adds what one table says. Returns what is wrong, or an empty text.
std::string collect(const std::string& path, const std::string& section, const toml::table& table, Given& out) {
    for (const auto& [key, node] : table) {
        const std::string name = section + std::string(key.str());
        const std::string origin = place(path, node.source());
        if (const auto* inner = node.as_table()) {
            if (!is_section(name)) return unknown_name(origin, name);
            std::string fault = collect(path, name + ".", *inner, out);
            if (!fault.empty()) return fault;
            continue;
        }
        if (!is_known(name)) return unknown_name(origin, name);
        if (const auto text = node.value_exact<std::string>()) {
            out[name] = {*text, origin};
        } else if (const auto number = node.value_exact<std::int64_t>()) {
            out[name] = {std::to_string(*number), origin};
        } else if (const auto truth = node.value_exact<bool>()) {
            out[name] = {*truth ? "true" : "false", origin};
        } else {
            return origin + ": " + name + " must be a text or a whole number, or true or false";
        }
    }
    return {};
}

}  // namespace

Result<Given, std::string> read_config_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail("can not read the configuration file " + path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    try {
        const toml::table table = toml::parse(text);
        Given out;
        if (std::string fault = collect(path, "", table, out); !fault.empty()) return fail(std::move(fault));
        return out;
    } catch (const toml::parse_error& error) {
        return fail(place(path, error.source()) + ": " + std::string(error.description()));
    }
}

}  // namespace waybill::app

#include "app/rule_lines.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "core/rules/compile.hpp"
#include "core/rules/evaluate.hpp"
#include "core/rules/limits.hpp"
#include "json/json_value_of.hpp"
#include "json/parse.hpp"

namespace waybill::app {
namespace {

/// An operator is two levels of JSON, an object and a list; data has its own bound.
constexpr json::ParseLimits limits{.max_depth = 2 * rules::depth_max + rules::value_depth_max};

std::string error_line(std::string_view text) {
    std::string out = "{\"error\":";
    append_json_string(out, text);
    out += '}';
    return out;
}

/// What is wrong with a condition, in one line.
std::string issues_text(const rules::CompileIssues& issues) {
    std::string out;
    for (const rules::CompileIssue& issue : issues) {
        if (!out.empty()) out += "; ";
        out += "logic";
        out += issue.pointer;
        out += ": ";
        out += issue.detail;
    }
    return out;
}

}  // namespace

std::string evaluate_line(std::string_view line) {
    const auto document = json::parse(line, limits);
    if (!document) return error_line(document.error().detail);
    const boost::json::object* const members = document->root().if_object();
    const boost::json::value* const logic = members != nullptr ? members->if_contains("logic") : nullptr;
    if (logic == nullptr) return error_line("is no object with `logic` and `data`");
    const boost::json::value* const data = members->if_contains("data");
    if (members->size() != (data != nullptr ? 2 : 1)) return error_line("has members beside `logic` and `data`");

    const auto program = rules::compile_untyped(json::json_value_of(*logic));
    if (!program) return error_line(issues_text(program.error()));
    rules::Scratch scratch;
    const auto value = rules::value_of(data != nullptr ? json::json_value_of(*data) : JsonValue{}, scratch);
    if (!value) return error_line("data " + std::string(rules::fault_text(value.error())));
    const auto result = rules::evaluate(*program, *value, scratch);
    if (!result) return error_line(rules::fault_text(result.error()));
    std::string out = "{\"result\":";
    append_json(out, *result);
    out += '}';
    return out;
}

}  // namespace waybill::app

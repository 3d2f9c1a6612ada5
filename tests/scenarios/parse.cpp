#include "tests/scenarios/read_actions.hpp"
#include "tests/scenarios/read_checks.hpp"
#include "tests/scenarios/scenario.hpp"
#include "tests/scenarios/words.hpp"

namespace waybill::scenarios {
namespace {

Instant read_instant(Words& words) {
    const Instant instant = words.instant();
    words.expect_end();
    return instant;
}

std::string_view take_row(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view row = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return row;
}

/// The lines at the front of `text` that begin with `|`, without it.
std::string take_block(std::string_view& text, int& line) {
    std::string out;
    while (true) {
        const std::size_t mark = text.find_first_not_of(" \t");
        if (mark == std::string_view::npos || text[mark] != '|') return out;
        out += take_row(text).substr(mark + 1);
        out += '\n';
        ++line;
    }
}

std::vector<std::string> read_only(Words& words) {
    std::vector<std::string> out;
    while (!words.at_end()) {
        out.push_back(words.take("a driver"));
        const std::string& name = out.back();
        if (name != "core" && name != "engine" && name != "http") throw BadWord{"there is no driver " + name};
    }
    return out;
}

Preview read_preview_of(Words& words, const FileContext& file) {
    std::optional<std::string> rules;
    if (words.take_if("by")) rules = words.take("the rule set's name");
    words.expect("order");
    Preview out{read_order(words, file)};
    out.order.tried_rules = std::move(rules);
    return out;
}

Try read_try(Words& words) {
    Try out{words.take("the order's name"), std::nullopt};
    if (words.take_if("by")) out.rules = words.take("the rule set's name");
    words.expect_end();
    return out;
}

void read_statement(Words& words, int line, std::string text, FileContext& file, Scenario& out) {
    const std::string first = words.take("a statement");
    Step step{line, std::move(text), SetClock{}};
    if (first == "only") {
        out.only = read_only(words);
        return;
    }
    if (first == "at") {
        step.what = SetClock{read_instant(words)};
    } else if (first == "by") {
        const std::string key = words.take("a key");
        step.what = SetActor{key == "admin" ? "" : key};
        words.expect_end();
    } else if (first == "then") {
        step.what = read_check(words, file);
    } else if (first == "given" || first == "when") {
        if (words.take_if("preview")) {
            step.what = read_preview_of(words, file);
        } else if (words.take_if("try")) {
            step.what = read_try(words);
        } else {
            step.what = Act{first == "given" ? Mood::given : Mood::when, read_action(words, file)};
        }
    } else {
        throw BadWord{"unknown word '" + first + "'"};
    }
    out.steps.push_back(std::move(step));
}

}  // namespace

Result<Scenario, std::string> parse_scenario(std::string path, std::string_view text) {
    Scenario out;
    out.path = std::move(path);
    FileContext file;
    int line = 0;
    while (!text.empty()) {
        const int first = ++line;
        const std::string_view row = take_row(text);
        try {
            Words words(row, take_block(text, line));
            if (words.at_end()) {
                words.expect_end();
            } else {
                read_statement(words, first, std::string(row), file, out);
            }
        } catch (const BadWord& bad) {
            return fail(out.path + ":" + std::to_string(first) + ": " + bad.text);
        }
    }
    if (out.steps.empty()) return fail(out.path + ":1: an empty scenario");
    return out;
}

}  // namespace waybill::scenarios

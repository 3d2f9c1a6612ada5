#include "tests/scenarios/read_actions.hpp"
#include "tests/scenarios/read_checks.hpp"
#include "tests/scenarios/scenario.hpp"
#include "tests/scenarios/words.hpp"

namespace waybill::scenarios {
namespace {

Instant read_instant(Words& words) {
    const std::string word = words.take("an instant");
    const auto instant = parse_instant(word);
    if (!instant) throw BadWord{"'" + word + "' is no RFC 3339 instant"};
    words.expect_end();
    return *instant;
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
            words.expect("order");
            step.what = Preview{read_order(words, file)};
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
        ++line;
        const std::size_t end = text.find('\n');
        std::string_view row = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        try {
            Words words(row);
            if (!words.at_end()) read_statement(words, line, std::string(row), file, out);
        } catch (const BadWord& bad) {
            return fail(out.path + ":" + std::to_string(line) + ": " + bad.text);
        }
    }
    if (out.steps.empty()) return fail(out.path + ":1: an empty scenario");
    return out;
}

}  // namespace waybill::scenarios

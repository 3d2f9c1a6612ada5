// waybill rules save, check, activate, rollback, list, explain, moments, try: rule sets of a running server, from a
// terminal.

#include "app/rules_remote.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

#include "app/remote_answer.hpp"

namespace waybill::app {
namespace {

namespace bj = boost::json;

struct RulesAsked {
    Remote remote;
    std::string file = "-";
    std::uint32_t number = 0;
    std::string at;
    std::string reason;
    std::string order;
    std::uint64_t sequence = 0;
    std::optional<std::uint32_t> version;
    bool as_json = false;
};

Exit save(const RulesAsked& asked) {
    std::string body;
    if (asked.file == "-") {
        body.assign(std::istreambuf_iterator<char>(std::cin), {});
    } else {
        std::ifstream in(asked.file, std::ios::binary);
        if (!in) {
            complain(asked.file + " can not be opened");
            return Exit::usage;
        }
        body.assign(std::istreambuf_iterator<char>(in), {});
    }
    const auto answer = ask(asked.remote, {.method = "POST", .target = "/v1/rule-sets", .headers = {}, .body = body});
    if (!answer) return Exit::failed;
    if (asked.as_json) return print(answer->root());
    std::cout << "rule set " << text_of(answer->root().as_object(), "number") << '\n';
    return Exit::ok;
}

Exit check(const RulesAsked& asked) {
    const std::string target = "/v1/rule-sets/" + std::to_string(asked.number) + "/check";
    const auto answer = ask(asked.remote, {.method = "POST", .target = target, .headers = {}, .body = {}});
    if (!answer) return Exit::failed;
    const bj::object& result = answer->root().as_object();
    const bool passed = result.at("passed").as_bool();
    if (asked.as_json) {
        print(answer->root());
        return passed ? Exit::ok : Exit::failed;
    }
    const bj::array& golden = result.at("golden_orders").as_array();
    for (const auto& row : golden) {
        const bj::object& order = row.as_object();
        std::cout << (order.at("passed").as_bool() ? "as expected  " : "DIFFERS      ") << text_of(order, "code")
                  << '\n';
        for (const auto& difference : order.at("differences").as_array()) {
            std::cout << "             " << std::string(difference.as_string()) << '\n';
        }
    }
    std::cout << golden.size() << " golden orders, " << (passed ? "all as expected" : "not all as expected") << '\n';
    return passed ? Exit::ok : Exit::failed;
}

Exit answer_activation(const RulesAsked& asked, const std::string& target, const bj::object& body) {
    const auto answer =
        ask(asked.remote, {.method = "POST", .target = target, .headers = {}, .body = bj::serialize(body)});
    if (!answer) return Exit::failed;
    if (asked.as_json) return print(answer->root());
    const bj::object& made = answer->root().as_object();
    const std::string number = text_of(made, "rule_set");
    std::cout << (number == "0" ? "no rules decide" : "rule set " + number + " decides") << " from "
              << text_of(made, "from") << '\n';
    return Exit::ok;
}

Exit activate(const RulesAsked& asked) {
    bj::object body{{"rule_set", asked.number}, {"reason", asked.reason}};
    if (!asked.at.empty()) body["at"] = asked.at;
    return answer_activation(asked, "/v1/rule-activations", body);
}

Exit roll_back(const RulesAsked& asked) {
    return answer_activation(asked, "/v1/rule-activations/rollback", {{"reason", asked.reason}});
}

Exit list_rule_sets(const RulesAsked& asked) {
    const auto current =
        ask(asked.remote, {.method = "GET", .target = "/v1/rule-activations/current", .headers = {}, .body = {}});
    if (!current) return Exit::failed;
    const std::string decides = text_of(current->root().as_object(), "rule_set");
    std::string cursor;
    while (true) {
        const std::string target = "/v1/rule-sets" + (cursor.empty() ? "" : "?cursor=" + cursor);
        const auto answer = ask(asked.remote, {.method = "GET", .target = target, .headers = {}, .body = {}});
        if (!answer) return Exit::failed;
        const bj::object& page = answer->root().as_object();
        for (const auto& row : page.at("data").as_array()) {
            const bj::object& version = row.as_object();
            if (asked.as_json) {
                std::cout << bj::serialize(row) << '\n';
                continue;
            }
            std::cout << (text_of(version, "number") == decides ? "* " : "  ") << text_of(version, "number") << "  "
                      << text_of(version, "saved_at") << "  " << text_of(version, "saved_by") << "  "
                      << text_of(version, "name") << '\n';
        }
        cursor = text_of(page, "next_cursor");
        if (cursor.empty()) return Exit::ok;
    }
}

Exit explain_order(const RulesAsked& asked) {
    const std::string target = "/v1/orders/" + asked.order + "/routing";
    const auto answer = ask(asked.remote, {.method = "GET", .target = target, .headers = {}, .body = {}});
    if (!answer) return Exit::failed;
    if (asked.as_json) return print(answer->root());
    std::cout << text_of(answer->root().as_object(), "summary") << '\n';
    return Exit::ok;
}

/// What rules made of an order that was placed, a line for each thing.
void tell_changes(const bj::object& changes) {
    for (const auto& row : changes.at("substitutes").as_array()) {
        const bj::object& by = row.as_object();
        std::cout << "  line " << text_of(by, "line_no") << "  " << text_of(by, "quantity") << ' ' << text_of(by, "sku")
                  << " in place of " << text_of(by, "ordered_quantity") << ' ' << text_of(by, "ordered_sku") << '\n';
    }
    if (const bj::value* set = changes.if_contains("set_method")) {
        const std::string place = text_of(set->as_object(), "pickup_location");
        std::cout << "  method  " << text_of(set->as_object(), "method") << (place.empty() ? "" : " at " + place)
                  << '\n';
    }
    if (const bj::value* required = changes.if_contains("required_sources")) {
        std::cout << "  only from";
        for (const char* list : {"kinds", "locations"}) {
            for (const auto& source : required->as_object().at(list).as_array()) {
                std::cout << "  " << std::string(source.as_string());
            }
        }
        std::cout << '\n';
    }
}

/// "routed at 2026-...: rule set 2", and a line for each rule with the facts that it read.
void tell_moment(const bj::object& moment) {
    std::cout << text_of(moment, "moment") << " at " << text_of(moment, "at") << ": rule set "
              << text_of(moment, "rule_set") << '\n';
    for (const auto& row : moment.at("automation").as_array()) {
        const bj::object& rule = row.as_object();
        std::cout << "  " << text_of(rule, "verdict") << "  " << text_of(rule, "code");
        for (const auto& read : rule.at("read").as_array()) {
            std::cout << "  " << text_of(read.as_object(), "fact") << '=' << text_of(read.as_object(), "value");
        }
        std::cout << '\n';
    }
    for (const auto& hold : moment.at("holds").as_array()) {
        std::cout << "  on hold  " << text_of(hold.as_object(), "code") << "  " << text_of(hold.as_object(), "reason")
                  << '\n';
    }
    if (const bj::value* changes = moment.if_contains("changes")) tell_changes(changes->as_object());
}

Exit tell_moments(const RulesAsked& asked) {
    std::string target = "/v1/orders/" + asked.order + "/rules";
    if (asked.sequence > 0) target += "?sequence=" + std::to_string(asked.sequence);
    const auto answer = ask(asked.remote, {.method = "GET", .target = target, .headers = {}, .body = {}});
    if (!answer) return Exit::failed;
    if (asked.as_json) return print(answer->root());
    const bj::object& told = answer->root().as_object();
    for (const auto& moment : told.at("moments").as_array()) tell_moment(moment.as_object());
    std::cout << "moments came with the events " << text_of(told, "sequences") << '\n';
    return Exit::ok;
}

Exit try_order(const RulesAsked& asked) {
    std::string target = "/v1/orders/" + asked.order + "/preview";
    if (asked.version) target += "?rule_set=" + std::to_string(*asked.version);
    const auto answer = ask(asked.remote, {.method = "POST", .target = target, .headers = {}, .body = {}});
    if (!answer) return Exit::failed;
    if (asked.as_json) return print(answer->root());
    const bj::object& tried = answer->root().as_object();
    std::cout << text_of(tried.at("explanation").as_object(), "summary") << '\n';
    const bj::array& differences = tried.at("differences").as_array();
    const std::string number = text_of(tried, "rule_set");
    std::cout << (number == "0" ? "without rules" : "by rule set " + number) << ": "
              << (differences.empty() ? "as when it was placed" : "otherwise than when it was placed") << '\n';
    for (const auto& row : differences) std::cout << "  " << text_of(row.as_object(), "text") << '\n';
    return Exit::ok;
}

}  // namespace

void add_remote_rules(CLI::App& rules, Run& run) {
    const auto asked = std::make_shared<RulesAsked>();
    add_asked(rules, run, asked, "save", "Save a rule set as the next version; it decides nothing yet", &save)
        ->add_option("FILE", asked->file, "The rule set as JSON (docs/domain/rules.md), - is standard input")
        ->capture_default_str();
    add_asked(rules, run, asked, "check", "Run the golden orders of a version; exit code 1 when one differs", &check)
        ->add_option("NUMBER", asked->number, "Of the version")
        ->required();
    CLI::App* on = add_asked(rules, run, asked, "activate", "Let a version decide from the next order on", &activate);
    on->add_option("NUMBER", asked->number, "Of the version; 0: no rules")->required();
    on->add_option("--at", asked->at, "From this instant on, such as 2026-12-01T00:00:00Z");
    on->add_option("--reason", asked->reason, "Why, for those who look later");
    add_asked(rules, run, asked, "rollback", "Let the version before decide again", &roll_back)
        ->add_option("--reason", asked->reason, "Why, for those who look later");
    add_asked(rules, run, asked, "list", "The versions, the one that decides marked by *", &list_rule_sets);
    add_asked(rules, run, asked, "explain", "Why an order goes where it goes, in sentences", &explain_order)
        ->add_option("ORDER", asked->order, "Its id, such as ord_12")
        ->required();
    CLI::App* moments =
        add_asked(rules, run, asked, "moments",
                  "What automation did with an order, rule by rule, when it was last looked at", &tell_moments);
    moments->add_option("ORDER", asked->order, "Its id, such as ord_12")->required();
    moments->add_option("--sequence", asked->sequence, "With this event of the order, not with the last one");
    CLI::App* again = add_asked(rules, run, asked, "try",
                                "What the rules would do with an order if it came now; takes nothing", &try_order);
    again->add_option("ORDER", asked->order, "Its id, such as ord_12")->required();
    again->add_option("--version", asked->version, "By this version, not by the one that decides; 0: no rules");
}

}  // namespace waybill::app

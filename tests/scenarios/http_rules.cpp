// What the API says of rules.

#include <algorithm>

#include "tests/scenarios/http_driver.hpp"
#include "tests/scenarios/json_fields.hpp"
#include "tests/scenarios/views.hpp"

namespace waybill::scenarios {

std::string loss_text(const json::value& loss) {
    const bool by_criterion = text_of(loss, "at") == "criterion";
    return text_of(loss, by_criterion ? "criterion" : "at") + " " + std::to_string(number_of(loss, "by"));
}

RulesView rules_from(const json::value& explanation) {
    RulesView out;
    const json::value* rules = explanation.as_object().if_contains("rules");
    if (rules == nullptr || rules->is_null()) return out;
    out.rule_set = static_cast<std::uint32_t>(number_of(*rules, "rule_set"));
    for (const json::value& rule : rules->at("automation").as_array()) {
        if (text_of(rule, "verdict") == "fired") out.fired.push_back(text_of(rule, "code"));
        if (text_of(rule, "verdict") == "failed") out.failed.push_back(text_of(rule, "code"));
    }
    for (const json::value& branch : rules->at("branches").as_array()) {
        if (text_of(branch, "verdict") == "fired") out.branches.push_back(text_of(branch, "code"));
    }
    out.strategy = text_of(*rules, "strategy");
    out.reproduced = flag_of(*rules, "reproduced");
    return out;
}

RulesView HttpDriver::rules_of(std::uint64_t order) {
    return rules_from(get("/v1/orders/ord_" + std::to_string(order) + "/routing").body);
}

std::optional<RulesView> HttpDriver::moment_of(std::uint64_t order, core::Moment moment) {
    const std::string path = "/v1/orders/ord_" + std::to_string(order) + "/rules";
    const json::array sequences = get(path).body.at("sequences").as_array();
    for (auto at = sequences.rbegin(); at != sequences.rend(); ++at) {
        const Reply reply = get(path + "?sequence=" + std::to_string(at->as_int64()));
        for (const json::value& passed : reply.body.at("moments").as_array()) {
            if (text_of(passed, "moment") != name_of_enum(moment)) continue;
            json::object rules = passed.as_object();
            rules["branches"] = json::array();
            rules["strategy"] = "";
            return rules_from(json::object{{"rules", std::move(rules)}});
        }
    }
    return std::nullopt;
}

std::uint32_t HttpDriver::rule_set_in_force() {
    return static_cast<std::uint32_t>(number_of(get("/v1/rule-activations/current").body, "rule_set"));
}

std::vector<std::uint64_t> HttpDriver::search_orders(const std::string& word) {
    std::vector<std::uint64_t> out;
    const Reply reply = get("/v1/orders?q=" + percent_encoded(word));
    for (const json::value& row : reply.body.at("data").as_array()) out.push_back(id_of(text_of(row, "id")));
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace waybill::scenarios

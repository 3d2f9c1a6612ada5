// What the API says of rules.

#include <algorithm>

#include "http/urls.hpp"
#include "tests/scenarios/http_driver.hpp"
#include "tests/scenarios/json_fields.hpp"
#include "tests/scenarios/views.hpp"

namespace waybill::scenarios {

std::string loss_text(const json::value& loss) {
    const bool by_criterion = text_of(loss, "at") == "criterion";
    return text_of(loss, by_criterion ? "criterion" : "at") + " " + std::to_string(number_of(loss, "by"));
}

namespace {

ContrastView contrast_from(const json::value& contrast) {
    ContrastView out;
    if (const json::value* units = contrast.as_object().if_contains("units")) {
        for (const json::value& row : units->as_array()) {
            out.units.emplace_back(text_of(row, "sku"), number_of(row, "units"));
        }
    }
    if (contrast.as_object().contains("per_shipment_under")) {
        out.shipment_under_micros = decimal_of(contrast, "per_shipment_under", micros_places);
    }
    out.capacity_units = number_of(contrast, "capacity_units");
    out.capacity_orders = number_of(contrast, "capacity_orders");
    return out;
}

}  // namespace

std::vector<CandidateView> candidates_from(const json::value& explanation) {
    std::vector<CandidateView> out;
    for (const json::value& row : explanation.at("candidates").as_array()) {
        CandidateView& candidate = out.emplace_back();
        candidate.location = text_of(row, "location");
        candidate.chosen = flag_of(row, "chosen");
        candidate.ineligible = text_of(row, "reason");
        const json::object& members = row.as_object();
        if (members.contains("loses_by")) candidate.loses_by_micros = decimal_of(row, "loses_by", micros_places);
        if (const json::value* loss = members.if_contains("loses_at")) candidate.loses_at = loss_text(*loss);
        if (const json::value* by = members.if_contains("refused_by")) candidate.filter = text_of(*by, "filter");
        if (const json::value* contrast = members.if_contains("contrast")) {
            candidate.wins = wins_of(contrast_from(*contrast));
        }
    }
    return out;
}

std::vector<CandidateView> HttpDriver::candidates_of(std::uint64_t order) {
    return candidates_from(get("/v1/orders/ord_" + std::to_string(order) + "/routing").body);
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

std::vector<std::pair<std::uint64_t, std::string>> HttpDriver::exception_queue() {
    std::vector<std::pair<std::uint64_t, std::string>> out;
    std::string cursor;
    do {
        // Pages of one, so that cursors are walked.
        const Reply reply = get("/v1/exceptions?limit=1" + (cursor.empty() ? "" : "&cursor=" + cursor));
        for (const json::value& row : reply.body.at("data").as_array()) {
            out.emplace_back(id_of(text_of(row, "order_id")), text_of(row, "kind"));
        }
        cursor = text_of(reply.body, "next_cursor");
    } while (!cursor.empty());
    return out;
}

std::vector<std::pair<std::uint64_t, std::uint32_t>> HttpDriver::open_work(const std::string& location) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> out;
    std::string cursor;
    do {
        const Reply reply = get("/v1/fulfillment-orders?limit=1&location=" + http::percent_encoded(location) +
                                (cursor.empty() ? "" : "&cursor=" + cursor));
        for (const json::value& row : reply.body.at("data").as_array()) {
            const std::string id = text_of(row, "id");  // "ful_12-1"
            out.emplace_back(id_of(text_of(row, "order")), std::stoul(id.substr(id.find('-') + 1)));
        }
        cursor = text_of(reply.body, "next_cursor");
    } while (!cursor.empty());
    return out;
}

std::vector<std::pair<std::uint64_t, std::uint32_t>> HttpDriver::open_returns(const std::string& location) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> out;
    std::string cursor;
    do {
        const Reply reply = get("/v1/returns?limit=1&location=" + http::percent_encoded(location) +
                                (cursor.empty() ? "" : "&cursor=" + cursor));
        for (const json::value& row : reply.body.at("data").as_array()) {
            const std::string id = text_of(row, "id");  // "ret_12-1"
            out.emplace_back(id_of(text_of(row, "order_id")), std::stoul(id.substr(id.find('-') + 1)));
        }
        cursor = text_of(reply.body, "next_cursor");
    } while (!cursor.empty());
    return out;
}

/// An order names its returns; each says the rest itself.
ReturnView HttpDriver::return_from(const std::string& id) {
    const json::value body = get("/v1/returns/" + id).body;
    ReturnView out;
    out.location = text_of(body, "location");
    out.status = text_of(body, "status");
    for (const json::value& action : body.at("allowed_actions").as_array())
        out.actions.emplace_back(action.as_string());
    for (const json::value& line : body.at("lines").as_array()) {
        out.lines.push_back({number_of(line, "line_no"), number_of(line, "expected"), number_of(line, "restocked"),
                             number_of(line, "quarantined"), number_of(line, "to_vendor"), number_of(line, "destroyed"),
                             number_of(line, "dropped")});
    }
    return out;
}

std::vector<std::uint64_t> HttpDriver::search_orders(const std::string& word) {
    std::vector<std::uint64_t> out;
    const Reply reply = get("/v1/orders?q=" + http::percent_encoded(word));
    for (const json::value& row : reply.body.at("data").as_array()) out.push_back(id_of(text_of(row, "id")));
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace waybill::scenarios

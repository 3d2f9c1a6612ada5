#include "api/explanation_text.hpp"

#include <algorithm>
#include <vector>

#include "api/amounts.hpp"
#include "base/decimal.hpp"
#include "json/describe.hpp"

namespace waybill::api {
namespace {

constexpr std::size_t places_told_max = 3;  // of those not chosen; the list of candidates has all

std::string joined(const std::vector<std::string>& parts, std::string_view last) {
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) out += i + 1 == parts.size() ? std::string(last) : ", ";
        out += parts[i];
    }
    return out;
}

std::string place(const CandidateOutput& candidate) {
    return candidate.name.empty() ? candidate.location : candidate.name + " (" + candidate.location + ")";
}

std::string sku_of(const ExplanationOutput& explanation, core::LineNo line_no) {
    for (const ExplainedLineOutput& line : explanation.lines) {
        if (line.line_no == line_no) return line.sku;
    }
    return "line " + std::to_string(line_no.raw());
}

/// Whether some place has units of the line that the plan leaves there.
bool is_somewhere(const ExplanationOutput& explanation, core::LineNo line_no) {
    for (const CandidateOutput& candidate : explanation.candidates) {
        if (!candidate.lines) continue;
        for (const ExplainedSupplyOutput& supply : *candidate.lines) {
            if (supply.line_no == line_no && supply.available > supply.chosen) return true;
        }
    }
    return false;
}

/// "2 MUG-1 and 1 TEE come from London (LDN)."
void tell_sources(const ExplanationOutput& explanation, std::string& out) {
    for (const CandidateOutput& candidate : explanation.candidates) {
        if (!candidate.chosen || !candidate.lines) continue;
        std::vector<std::string> parts;
        std::int64_t units = 0;
        for (const ExplainedSupplyOutput& supply : *candidate.lines) {
            if (supply.chosen == 0) continue;
            units += supply.chosen;
            parts.push_back(std::to_string(supply.chosen) + " x " + sku_of(explanation, supply.line_no));
        }
        out += joined(parts, " and ") + (units == 1 ? " comes from " : " come from ") + place(candidate) + ". ";
    }
    std::vector<std::string> nowhere;
    std::vector<std::string> left_over;
    for (const ExplainedLineOutput& line : explanation.lines) {
        if (line.short_units == 0) continue;
        auto& units = is_somewhere(explanation, line.line_no) ? left_over : nowhere;
        units.push_back(std::to_string(line.short_units) + " x " + line.sku);
    }
    if (!nowhere.empty()) out += "No place can supply " + joined(nowhere, " and ") + " now. ";
    if (!left_over.empty()) {
        out += joined(left_over, " and ") + (left_over.size() == 1 ? " stays" : " stay") +
               " short: no plan that is allowed and worth it sends more. ";
    }
    if (explanation.status == core::RoutingStatus::unknown) {
        out += "No plan was found within what a decision may take. ";
    }
}

/// "Rules have line 1 served with 4 x MUG-2 in place of MUG-1."
void tell_changes(const ChangesOutput& changes, std::string& out) {
    std::vector<std::string> parts;
    for (const SubstituteOutput& by : changes.substitutes) {
        parts.push_back("have line " + std::to_string(by.line_no.raw()) + " served with " +
                        std::to_string(by.quantity) + " x " + by.sku + " in place of " + by.ordered_sku);
    }
    if (changes.set_method) {
        const auto& place = changes.set_method->pickup_location;
        parts.push_back(place ? "have it collected at " + *place : "have it shipped");
    }
    if (changes.required_sources) {
        std::vector<std::string> sources;
        for (const PlaceKind kind : changes.required_sources->kinds) {
            sources.push_back("any " + std::string(json::enum_text(kind)));
        }
        for (const std::string& location : changes.required_sources->locations) sources.push_back(location);
        parts.push_back("let it come from " + joined(sources, " or ") + " only");
    }
    out += "Rules " + joined(parts, " and ") + ". ";
}

void tell_how(const ExplanationOutput& explanation, std::string& out) {
    if (explanation.rules && explanation.rules->strategy) {
        out += "Rule set " + std::to_string(explanation.rules->rule_set) + " chose the strategy " +
               *explanation.rules->strategy + ". ";
    } else if (explanation.status == core::RoutingStatus::optimal) {
        out += "This is proved to be the cheapest way, at " + explanation.costs.total + ' ' +
               std::string(explanation.currency.code()) + ". ";
    } else if (explanation.status == core::RoutingStatus::feasible && explanation.gap) {
        out += "It costs at most " + *explanation.gap + ' ' + std::string(explanation.currency.code()) +
               " more than the cheapest way. ";
    }
    if (!explanation.rules) return;
    if (explanation.rules->changes) tell_changes(*explanation.rules->changes, out);
    std::vector<std::string> fired;
    for (const ExplainedRuleOutput& rule : explanation.rules->automation) {
        if (rule.verdict == core::RuleVerdict::fired) fired.push_back(rule.name.empty() ? rule.code : rule.name);
    }
    if (!fired.empty()) out += "Rules that applied: " + joined(fired, ", ") + ". ";
}

std::string why_not(const ExplanationOutput& explanation, const CandidateOutput& candidate) {
    const bool costs_the_same = candidate.loses_by && candidate.loses_by->find_first_not_of("0.") == std::string::npos;
    if (costs_the_same) return " would cost the same";
    if (candidate.loses_by) {
        return " would be " + *candidate.loses_by + ' ' + std::string(explanation.currency.code()) + " dearer";
    }
    if (candidate.loses_at && candidate.loses_at->criterion) {
        return " ranks lower by " + std::string(json::enum_text(*candidate.loses_at->criterion));
    }
    if (candidate.refused_by) {
        const RefusalOutput& by = *candidate.refused_by;
        return " is ruled out by " + (by.reason.empty() ? by.filter : by.reason);
    }
    if (candidate.reason == core::Ineligible::no_stock) return " has none of it to sell";
    if (candidate.reason == core::Ineligible::no_rate) return " has no service that goes there";
    if (candidate.reason == core::Ineligible::capacity_full) return " has no capacity left that day";
    return {};
}

/// A price that is no higher than the one given, and short enough to be read out.
std::string price_below(const std::string& exact, Currency currency) {
    const auto micros = parse_decimal(exact, micros_places);
    if (!micros) return exact;
    std::int64_t step = 1;
    for (int places = currency.exponent(); places < micros_places; ++places) step *= 10;
    const std::int64_t whole = *micros - *micros % step;
    return whole > 0 ? micros_text(whole, currency) : exact;
}

/// "with 1 more unit of MUG-1, or at a rate under 6.10 GBP a shipment"
std::string changes_that_do(const ExplanationOutput& explanation, const ContrastOutput& contrast) {
    const auto more = [](std::int64_t units, const std::string& of) {
        return std::to_string(units) + " more " + of + (units == 1 ? "" : "s");
    };
    std::vector<std::string> ways;
    if (contrast.units) {
        std::vector<std::string> parts;
        for (const ContrastUnitsOutput& row : *contrast.units) {
            parts.push_back(more(row.units, "unit") + " of " + row.sku);
        }
        ways.push_back("with " + joined(parts, " and "));
    }
    if (contrast.per_shipment_under) {
        ways.push_back("at a rate under " + price_below(*contrast.per_shipment_under, explanation.currency) + ' ' +
                       std::string(explanation.currency.code()) + " a shipment");
    }
    std::vector<std::string> room;
    if (contrast.capacity_units) room.push_back(more(*contrast.capacity_units, "unit"));
    if (contrast.capacity_orders) room.push_back(more(*contrast.capacity_orders, "order"));
    if (!room.empty()) ways.push_back("with capacity for " + joined(room, " and ") + " that day");
    return joined(ways, ", or ");
}

void tell_others(const ExplanationOutput& explanation, std::string& out) {
    std::size_t told = 0;
    for (const CandidateOutput& candidate : explanation.candidates) {
        if (candidate.chosen || told == places_told_max) continue;
        const std::string reason = why_not(explanation, candidate);
        if (reason.empty() && !candidate.contrast) continue;
        out += place(candidate) + reason;
        if (candidate.contrast) {
            out += (reason.empty() ? " would be chosen " : "; it would be chosen ") +
                   changes_that_do(explanation, *candidate.contrast);
        }
        out += ". ";
        ++told;
    }
}

}  // namespace

std::string summary_of(const ExplanationOutput& explanation) {
    if (explanation.status == core::RoutingStatus::held) {
        return "The order was put on hold before a place was looked for. It is routed when the hold is released.";
    }
    std::string out;
    tell_sources(explanation, out);
    tell_how(explanation, out);
    tell_others(explanation, out);
    if (!out.empty()) out.pop_back();
    return out;
}

}  // namespace waybill::api

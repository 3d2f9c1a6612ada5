#include "sim/foretell.hpp"

#include <fmt/format.h>
#include <optional>

#include "sim/check_state.hpp"

namespace waybill::sim {
namespace {

std::optional<core::Reject> version_conflict(const Model& model, const Request& request) {
    if (!request.if_version) return std::nullopt;
    const auto order = model.orders.find(changed_order(request.command));
    if (order == model.orders.end() || order->second.version == *request.if_version) return std::nullopt;
    return core::Reject::precondition_failed;
}

}  // namespace

Verdict foretell(Model& model, const Request& request, Instant now, const std::vector<core::Event>& logged) {
    if (const auto stale = version_conflict(model, request)) {
        Verdict refused;
        refused.refused = stale;
        return refused;
    }
    Moment moment;
    moment.now = now;
    moment.scope.insert(request.scope.begin(), request.scope.end());
    moment.has_person = !request.person_word.empty();
    moment.person_word = request.person_word;
    moment.logged = &logged;
    return model.take(request.command, moment);
}

std::string outcome_difference(const Verdict& verdict, const core::Outcome& outcome) {
    if (!(outcome.object == verdict.object)) {
        return fmt::format("the answer names object {}, not {}", outcome.object.id, verdict.object.id);
    }
    if (outcome.already_applied != verdict.already_applied) return "already_applied is wrong";
    bool same = outcome.skipped.size() == verdict.skipped.size();
    for (std::size_t i = 0; same && i < outcome.skipped.size(); ++i) {
        same =
            outcome.skipped[i].row == verdict.skipped[i].first && outcome.skipped[i].code == verdict.skipped[i].second;
    }
    return same ? "" : "other rows were skipped than should have been";
}

std::string order_difference(const OrderModel& expected, const core::Order* order) {
    if (order == nullptr) return "the answer has no order";
    const std::string found = difference(expected, *order);
    return found.empty() ? found : "the answer's order: " + found;
}

}  // namespace waybill::sim

#include "core/fulfillment/find_work.hpp"

#include <boost/describe/enum_to_string.hpp>

#include "core/access/scope.hpp"

namespace waybill::core {
namespace {

std::string allowed_text(const FulfillmentOrder& fulfillment, const Order& order) {
    std::string out;
    for (const FulfillmentAction action : allowed_actions(fulfillment, order)) {
        out += (out.empty() ? "" : ", ") + std::string(boost::describe::enum_to_string(action, ""));
    }
    return out.empty() ? "nothing" : out;
}

}  // namespace

Result<Work, Rejection> find_work(OrderId id, std::uint32_t number, FulfillmentAction action, const TenantState& state,
                                  const Context& context) {
    const Order* order = state.working.find_order(id);
    const FulfillmentOrder* fulfillment = order == nullptr ? nullptr : order->find_fulfillment(number);
    if (fulfillment == nullptr) return reject(Reject::unknown_fulfillment_order);
    // As in reads: of what lies elsewhere a key that is limited to locations knows nothing.
    if (!in_scope(context, fulfillment->location)) return reject(Reject::unknown_fulfillment_order);
    if (!fulfillment->allows(action)) {
        return reject(Reject::fulfillment_state,
                      "it is " + std::string(boost::describe::enum_to_string(fulfillment->status(), "")) +
                          "; allowed: " + allowed_text(*fulfillment, *order));
    }
    return Work{order, fulfillment};
}

Decision decision_on(const Order& order) {
    Decision decision;
    decision.outcome.object = {AggregateKind::order, order.id.raw()};
    return decision;
}

LineUnits line_units(const FulfillmentOrder& fulfillment, LineNo line_no) {
    LineUnits out;
    for (const FulfillmentLine& work : fulfillment.lines) {
        if (work.line_no != line_no) continue;
        out.to_pick += work.to_pick();
        out.picked += work.picked;
        out.packed += fulfillment.packed(line_no, work.capacity_day);
    }
    return out;
}

std::vector<LineNo> lines_of(const FulfillmentOrder& fulfillment) {
    std::vector<LineNo> out;
    for (const FulfillmentLine& work : fulfillment.lines) {
        if (out.empty() || out.back() != work.line_no) out.push_back(work.line_no);
    }
    return out;
}

}  // namespace waybill::core

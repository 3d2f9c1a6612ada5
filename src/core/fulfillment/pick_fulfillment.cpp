#include "core/fulfillment/pick_fulfillment.hpp"

#include <algorithm>

#include "core/fulfillment/find_work.hpp"
#include "core/fulfillment/reject_fulfillment.hpp"
#include "core/fulfillment/scanned_units.hpp"
#include "core/order/order_steps.hpp"

namespace waybill::core {
namespace {

const std::string short_pick = "short_pick";

/// Of a line, the earliest day first.
void pick_units(const FulfillmentOrder& fulfillment, LineNo line_no, std::int64_t units,
                std::vector<WorkedUnits>& out) {
    for (const FulfillmentLine& work : fulfillment.lines) {
        const std::int64_t taken = work.line_no == line_no ? std::min(units, work.to_pick()) : 0;
        if (taken == 0) continue;
        out.push_back({line_no, work.capacity_day, taken});
        units -= taken;
    }
    WAYBILL_ASSERT(units == 0);
}

}  // namespace

Result<Decision, Rejection> decide(const PickFulfillment& command, const TenantState& state, const Context& context) {
    const auto work = find_work(command.order, command.number, FulfillmentAction::pick, state, context);
    if (!work) return fail(work.error());
    const FulfillmentOrder& fulfillment = *work->fulfillment;
    Faults faults;
    check_lines_or_scans(*work->order, command.lines, faults);
    if (faults.any()) return faults.take();
    FulfillmentPicked picked{command.order, command.number, {}};
    std::vector<GivenBack> missing;
    UnitsLeft all_left;
    UnitsLeft found;
    for (const LineNo line_no : lines_of(fulfillment)) all_left[line_no] = line_units(fulfillment, line_no).to_pick;
    if (command.lines.empty()) found = all_left;
    for (std::size_t i = 0; i < command.lines.size(); ++i) {
        const PickLineInput& input = command.lines[i];
        if (!input.gtin.empty()) {
            if (input.missing != 0) {
                faults.add(at("/lines", i, "missing"), Reject::invalid_request, "name the line of what is missing");
            }
            take_scanned(*work, {input.gtin, input.quantity}, at("/lines", i), "to be picked", state, all_left, found,
                         faults);
            continue;
        }
        std::int64_t& left = all_left[input.line_no];
        const bool is_sane = input.quantity >= 0 && input.missing >= 0 && input.quantity <= left &&
                             input.missing <= left - input.quantity && input.quantity + input.missing > 0;
        if (!is_sane) {
            const char* member = input.quantity < 0 || input.quantity > left ? "quantity" : "missing";
            faults.add(at("/lines", i, input.missing == 0 ? "quantity" : member), Reject::quantity_not_in_work,
                       std::to_string(left) + " units are to be picked");
            continue;
        }
        if (input.missing > 0) {
            check_kit(*work->order, input.line_no, StockFinding::missing, at("/lines", i, "missing"), faults);
            missing.push_back({input.line_no, input.missing});
        }
        left -= input.quantity + input.missing;
        found[input.line_no] += input.quantity;
    }
    if (faults.any()) return faults.take();
    for (const auto& [line_no, units] : found) pick_units(fulfillment, line_no, units, picked.lines);
    Decision decision = decision_on(*work->order);
    OrderSteps steps(work->order, state, context, decision);
    if (!picked.lines.empty()) steps.add(std::move(picked));
    if (missing.empty()) return decision;
    give_back(command.number, missing, short_pick, StockFinding::missing, steps);
    return decision;
}

}  // namespace waybill::core

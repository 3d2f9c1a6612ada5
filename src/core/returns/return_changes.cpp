#include "core/returns/return_changes.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace waybill::core {
namespace {

OrderReturn& return_of(Order& order, std::uint32_t number) {
    WAYBILL_ASSERT(number >= 1 && number <= order.returns.size());
    return order.returns[number - 1];
}

void drop_expected(OrderReturn& made, const std::string& reason) {
    for (ReturnLine& line : made.lines) line.dropped += line.expected();
    made.reason = reason;
}

std::int64_t& units_of(ReturnLine& line, Disposition disposition) {
    switch (disposition) {
        case Disposition::restock:
            return line.restocked;
        case Disposition::quarantine:
            return line.quarantined;
        case Disposition::vendor:
            return line.to_vendor;
        case Disposition::destroy:
            return line.destroyed;
    }
    return line.destroyed;
}

}  // namespace

void apply(Order& order, const ReturnRequested& event) {
    WAYBILL_ASSERT(event.made.number == order.returns.size() + 1);
    order.returns.push_back(event.made);
}

void apply(Order& order, const ReturnApproved& event, Instant at) { return_of(order, event.number).approved_at = at; }

void apply(Order& order, const ReturnDeclined& event) {
    OrderReturn& made = return_of(order, event.number);
    made.declined = true;
    drop_expected(made, event.reason);
}

void apply(Order& order, const ReturnReceived& event) {
    OrderReturn& made = return_of(order, event.number);
    for (const ReceivedUnits& units : event.lines) {
        const auto line = std::find_if(made.lines.begin(), made.lines.end(),
                                       [&](const ReturnLine& of) { return of.line_no == units.line_no; });
        WAYBILL_ASSERT(line != made.lines.end() && units.quantity > 0 && units.quantity <= line->expected());
        units_of(*line, units.disposition) += units.quantity;
    }
}

void apply(Order& order, const ReturnCancelled& event) { drop_expected(return_of(order, event.number), event.reason); }

}  // namespace waybill::core

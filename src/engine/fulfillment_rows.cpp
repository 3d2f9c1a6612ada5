#include "engine/fulfillment_rows.hpp"

#include "base/mutant.hpp"
#include "engine/codec.hpp"

namespace waybill::engine {

FulfillmentDoc fulfillment_doc(const core::Order& order, const core::FulfillmentOrder& fulfillment) {
    FulfillmentDoc doc{order.id, order.channel, order.channel_order_id, order.method, order.priority, fulfillment, {}};
    for (const core::FulfillmentLine& line : fulfillment.lines) {
        doc.items.push_back(order.lines[line.line_no.raw() - 1].item);
    }
    return doc;
}

void FulfillmentRows::note(const core::Order* before, const core::Order& now) {
    const bool is_marked_anew = before != nullptr && before->priority != now.priority;
    for (std::size_t f = 0; f < now.fulfillments.size(); ++f) {
        const core::FulfillmentOrder& fulfillment = now.fulfillments[f];
        const bool is_known = before != nullptr && f < before->fulfillments.size();
        if (is_known && !is_marked_anew && before->fulfillments[f] == fulfillment) continue;
        FulfillmentRow row;
        row.order = now.id;
        row.number = fulfillment.number;
        row.location = fulfillment.location;
        row.status = fulfillment.status();
        row.is_open = fulfillment.is_open() || WAYBILL_MUTANT(finished_work_listed);
        row.due = fulfillment.due();
        row.priority = now.priority;
        row.doc = encode_doc(fulfillment_doc(now, fulfillment));
        rows_[{now.id, fulfillment.number}] = std::move(row);
    }
}

}  // namespace waybill::engine

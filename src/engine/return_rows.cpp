#include "engine/return_rows.hpp"

#include "base/mutant.hpp"
#include "engine/codec.hpp"

namespace waybill::engine {

ReturnDoc return_doc(const core::Order& order, const core::OrderReturn& made) {
    ReturnDoc doc{order.id, order.channel, order.channel_order_id, made, {}};
    for (const core::ReturnLine& line : made.lines) {
        doc.items.push_back(order.lines[line.line_no.raw() - 1].item);
    }
    return doc;
}

void ReturnRows::note(const core::Order* before, const core::Order& now) {
    for (std::size_t r = 0; r < now.returns.size(); ++r) {
        const core::OrderReturn& made = now.returns[r];
        const bool is_known = before != nullptr && r < before->returns.size();
        if (is_known && (before->returns[r] == made || WAYBILL_MUTANT(return_row_stays))) continue;
        ReturnRow row;
        row.order = now.id;
        row.number = made.number;
        row.location = made.location;
        row.status = made.status();
        row.is_open = made.is_open();
        row.requested_at = made.requested_at;
        row.doc = encode_doc(return_doc(now, made));
        rows_[{now.id, made.number}] = std::move(row);
    }
}

}  // namespace waybill::engine

#include "api/fulfillment_json.hpp"

#include <utility>

#include "api/order_value_id.hpp"
#include "json/describe.hpp"
#include "json/read.hpp"

namespace waybill::api {
namespace {

core::ReleaseOrder command_of(core::OrderId order, ReleaseOrderInput input) {
    return {order, std::move(input.location).value_or(std::string())};
}

core::AcceptFulfillment command_of(FulfillmentId id, const AcceptInput&) { return {id.order, id.number}; }

core::PickFulfillment command_of(FulfillmentId id, const PickInput& input) {
    core::PickFulfillment out{id.order, id.number, {}};
    for (const PickLineJson& line : input.lines) out.lines.push_back({line.line_no, line.quantity, line.missing});
    return out;
}

core::RejectFulfillment command_of(FulfillmentId id, RejectInput input) {
    core::RejectFulfillment out{id.order, id.number, {}, std::move(input.reason), input.stock};
    for (const RejectLineJson& line : input.lines) out.lines.push_back({line.line_no, line.quantity});
    return out;
}

core::RecallFulfillment command_of(FulfillmentId id, RecallInput input) {
    return {id.order, id.number, std::move(input.reason)};
}

core::ShipFulfillment command_of(FulfillmentId id, ShipFulfillmentInput input) {
    core::ShipFulfillment out{id.order, id.number, {}, std::move(input.carrier), std::move(input.tracking)};
    for (const ShipLineJson& line : input.lines) out.lines.push_back({line.line_no, line.quantity});
    return out;
}

template <class Input, class Id>
using CommandOf = decltype(command_of(std::declval<Id>(), std::declval<Input>()));

template <class Input, class Id>
Result<CommandOf<Input, Id>, Problem> read_one(std::string_view text, Id id) {
    auto input = json::read_text<json::Api, Input>(text);
    if (!input) return fail(problem_of(input.error()));
    return command_of(id, std::move(*input));
}

/// A line of a bulk, which names its fulfillment order.
template <class Input>
Result<CommandOf<Input, FulfillmentId>, Problem> read_named(std::string_view text) {
    auto input = json::read_text<json::Api, Input>(text);
    if (!input) return fail(problem_of(input.error()));
    const auto id = parse_fulfillment_id(input->fulfillment_order);
    if (!id) {
        return fail(problem_of(FieldErrors{{"/fulfillment_order", std::string(json::rule::format),
                                            "must be the id of a fulfillment order, such as ful_12-1"}}));
    }
    return command_of(*id, std::move(*input));
}

FulfillmentOutput render(const engine::FulfillmentDoc& doc, const core::Order& order, const engine::TenantView& view,
                         const Caller& caller) {
    const core::FulfillmentOrder& fulfillment = doc.fulfillment;
    FulfillmentOutput out;
    out.id = core::fulfillment_name(doc.order, fulfillment.number);
    out.order = doc.order;
    out.channel = view.channel(doc.channel).code;
    out.channel_order_id = doc.channel_order_id;
    out.location = view.location(fulfillment.location).code;
    out.status = fulfillment.status();
    out.method = doc.method;
    out.priority = doc.priority;
    out.due = fulfillment.due();
    out.released_at = fulfillment.released_at;
    // As with holds: who works with the order elsewhere is not theirs to know.
    if (!caller.is_scoped()) out.released_by = fulfillment.released_by;
    if (fulfillment.accepted_at.is_set()) out.accepted_at = fulfillment.accepted_at;
    if (!fulfillment.reason.empty()) out.reason = fulfillment.reason;
    for (std::size_t i = 0; i < fulfillment.lines.size(); ++i) {
        const core::FulfillmentLine& work = fulfillment.lines[i];
        if (out.lines.empty() || out.lines.back().line_no != work.line_no) {
            out.lines.push_back({work.line_no, view.item(doc.items[i]).sku, 0, 0, 0, 0, 0, 0});
        }
        FulfillmentLineOutput& line = out.lines.back();
        line.quantity += work.quantity;
        line.to_pick += work.to_pick();
        line.picked += work.picked;
        line.shipped += work.shipped;
        line.rejected += work.rejected;
        line.recalled += work.recalled;
    }
    for (const core::FulfillmentAction action : core::allowed_actions(fulfillment, order)) {
        out.allowed_actions.emplace_back(json::enum_text(action));
    }
    return out;
}

}  // namespace

std::optional<FulfillmentId> parse_fulfillment_id(std::string_view text) {
    const auto id = parse_order_value_id("ful_", text);
    if (!id) return std::nullopt;
    return FulfillmentId{id->order, id->number};
}

Result<core::ReleaseOrder, Problem> read_release_order(std::string_view text, core::OrderId order) {
    return read_one<ReleaseOrderInput>(text, order);
}

Result<core::ReleaseOrder, Problem> read_bulk_release_order(std::string_view text) {
    auto input = json::read_text<json::Api, BulkReleaseOrderInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return command_of(input->order, std::move(*input));
}

Result<core::AcceptFulfillment, Problem> read_accept(std::string_view text, FulfillmentId id) {
    return read_one<AcceptInput>(text, id);
}

Result<core::AcceptFulfillment, Problem> read_bulk_accept(std::string_view text) {
    return read_named<BulkAcceptInput>(text);
}

Result<core::PickFulfillment, Problem> read_pick(std::string_view text, FulfillmentId id) {
    return read_one<PickInput>(text, id);
}

Result<core::PickFulfillment, Problem> read_bulk_pick(std::string_view text) { return read_named<BulkPickInput>(text); }

Result<core::RejectFulfillment, Problem> read_reject(std::string_view text, FulfillmentId id) {
    return read_one<RejectInput>(text, id);
}

Result<core::RejectFulfillment, Problem> read_bulk_reject(std::string_view text) {
    return read_named<BulkRejectInput>(text);
}

Result<core::RecallFulfillment, Problem> read_recall(std::string_view text, FulfillmentId id) {
    return read_one<RecallInput>(text, id);
}

Result<core::RecallFulfillment, Problem> read_bulk_recall(std::string_view text) {
    return read_named<BulkRecallInput>(text);
}

Result<core::ShipFulfillment, Problem> read_ship(std::string_view text, FulfillmentId id) {
    return read_one<ShipFulfillmentInput>(text, id);
}

Result<core::ShipFulfillment, Problem> read_bulk_ship(std::string_view text) {
    return read_named<BulkShipFulfillmentInput>(text);
}

FulfillmentOutput render_fulfillment(const core::FulfillmentOrder& fulfillment, const core::Order& order,
                                     const engine::TenantView& view, const Caller& caller) {
    return render(engine::fulfillment_doc(order, fulfillment), order, view, caller);
}

FulfillmentOutput render_fulfillment(const engine::FulfillmentDoc& doc, const engine::TenantView& view,
                                     const Caller& caller) {
    static const core::Order without_holds;
    return render(doc, without_holds, view, caller);
}

}  // namespace waybill::api

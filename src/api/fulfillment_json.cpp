#include "api/fulfillment_json.hpp"

#include <algorithm>
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
    for (const PickLineJson& line : input.lines) {
        out.lines.push_back(
            {line.line_no.value_or(core::LineNo()), line.quantity, line.missing, line.gtin.value_or(std::string())});
    }
    return out;
}

core::PackFulfillment command_of(FulfillmentId id, PackInput input) {
    core::PackFulfillment out;
    out.order = id.order;
    out.number = id.number;
    out.parcel = input.number.value_or(0);
    for (const PackLineJson& line : input.lines) {
        out.lines.push_back({line.line_no.value_or(core::LineNo()), line.quantity, line.gtin.value_or(std::string())});
    }
    out.sscc = std::move(input.sscc);
    out.weight_g = input.weight_g;
    out.length_mm = input.length_mm;
    out.width_mm = input.width_mm;
    out.height_mm = input.height_mm;
    out.carrier = std::move(input.carrier);
    out.service = std::move(input.service);
    out.tracking = std::move(input.tracking);
    return out;
}

core::UnpackParcel command_of(FulfillmentId id, UnpackInput input) {
    return {id.order, id.number, {input.number.value_or(0), std::move(input.sscc)}};
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
    core::ShipFulfillment out{id.order, id.number, {}, std::move(input.carrier), std::move(input.tracking), {}};
    for (const ShipLineJson& line : input.lines) out.lines.push_back({line.line_no, line.quantity});
    for (ShipParcelJson& parcel : input.parcels) {
        out.parcels.push_back({{parcel.number.value_or(0), std::move(parcel.sscc)},
                               std::move(parcel.carrier),
                               std::move(parcel.service),
                               std::move(parcel.tracking)});
    }
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

std::optional<std::string> if_said(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<std::int64_t> if_known(std::int64_t measure) {
    return measure == 0 ? std::nullopt : std::optional(measure);
}

/// `work`: the lines of its fulfillment order.
ParcelOutput render(const core::Parcel& parcel, const std::vector<FulfillmentLineOutput>& work) {
    ParcelOutput out;
    out.number = parcel.number;
    out.status = parcel.status();
    out.sscc = if_said(parcel.sscc);
    for (const core::ParcelUnits& units : parcel.lines) {
        if (out.lines.empty() || out.lines.back().line_no != units.line_no) {
            const auto of = std::find_if(work.begin(), work.end(), [&](const FulfillmentLineOutput& line) {
                return line.line_no == units.line_no;
            });
            out.lines.push_back({units.line_no, of == work.end() ? std::string() : of->sku, 0});
        }
        out.lines.back().quantity += units.quantity;
    }
    out.weight_g = if_known(parcel.weight_g);
    out.length_mm = if_known(parcel.length_mm);
    out.width_mm = if_known(parcel.width_mm);
    out.height_mm = if_known(parcel.height_mm);
    out.carrier = if_said(parcel.carrier);
    out.service = if_said(parcel.service);
    out.tracking = if_said(parcel.tracking);
    out.packed_at = parcel.packed_at;
    if (parcel.shipped_at.is_set()) out.shipped_at = parcel.shipped_at;
    return out;
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
            out.lines.push_back({work.line_no, view.item(doc.items[i]).sku, 0, 0, 0, 0, 0, 0, 0});
        }
        FulfillmentLineOutput& line = out.lines.back();
        line.quantity += work.quantity;
        line.to_pick += work.to_pick();
        line.picked += work.picked;
        line.packed += fulfillment.packed(work.line_no, work.capacity_day);
        line.shipped += work.shipped;
        line.rejected += work.rejected;
        line.recalled += work.recalled;
    }
    for (const core::Parcel& parcel : fulfillment.parcels) out.parcels.push_back(render(parcel, out.lines));
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

Result<core::PackFulfillment, Problem> read_pack(std::string_view text, FulfillmentId id) {
    return read_one<PackInput>(text, id);
}

Result<core::PackFulfillment, Problem> read_bulk_pack(std::string_view text) { return read_named<BulkPackInput>(text); }

Result<core::UnpackParcel, Problem> read_unpack(std::string_view text, FulfillmentId id) {
    return read_one<UnpackInput>(text, id);
}

Result<core::UnpackParcel, Problem> read_bulk_unpack(std::string_view text) {
    return read_named<BulkUnpackInput>(text);
}

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

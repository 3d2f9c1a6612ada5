#include "api/return_json.hpp"

#include <utility>

#include "api/order_value_id.hpp"
#include "json/describe.hpp"
#include "json/read.hpp"

namespace waybill::api {
namespace {

core::RequestReturn return_command_of(core::OrderId order, RequestReturnInput input) {
    core::RequestReturn out{order, {}, std::move(input.location).value_or(std::string()), input.override_policy};
    for (ReturnLineJson& line : input.lines) out.lines.push_back({line.line_no, line.quantity, std::move(line.reason)});
    return out;
}

core::ApproveReturn return_command_of(ReturnId id, const ApproveReturnInput&) { return {id.order, id.number}; }

core::DeclineReturn return_command_of(ReturnId id, DeclineReturnInput input) {
    return {id.order, id.number, std::move(input.reason)};
}

core::ReceiveReturn return_command_of(ReturnId id, ReceiveReturnInput input) {
    core::ReceiveReturn out{id.order, id.number, std::move(input.location), {}, input.disposition};
    for (const ReceiveLineJson& line : input.lines)
        out.lines.push_back({line.line_no, line.quantity, line.disposition});
    return out;
}

core::CancelReturn return_command_of(ReturnId id, CancelReturnInput input) {
    return {id.order, id.number, std::move(input.reason)};
}

template <class Input, class Id>
using ReturnCommandOf = decltype(return_command_of(std::declval<Id>(), std::declval<Input>()));

template <class Input, class Id>
Result<ReturnCommandOf<Input, Id>, Problem> read_return_command(std::string_view text, Id id) {
    auto input = json::read_text<json::Api, Input>(text);
    if (!input) return fail(problem_of(input.error()));
    return return_command_of(id, std::move(*input));
}

/// A line of a bulk, which names its return.
template <class Input>
Result<ReturnCommandOf<Input, ReturnId>, Problem> read_named_return(std::string_view text) {
    auto input = json::read_text<json::Api, Input>(text);
    if (!input) return fail(problem_of(input.error()));
    const auto id = parse_return_id(input->return_id);
    if (!id) {
        return fail(problem_of(FieldErrors{
            {"/return_id", std::string(json::rule::format), "must be the id of a return, such as ret_12-1"}}));
    }
    return return_command_of(*id, std::move(*input));
}

ReturnOutput render_made(const engine::ReturnDoc& doc, const core::Order& order, const engine::TenantView& view,
                         const Caller& caller) {
    const core::OrderReturn& made = doc.made;
    ReturnOutput out;
    out.id = core::return_name(doc.order, made.number);
    out.order_id = doc.order;
    out.channel = view.channel(doc.channel).code;
    out.channel_order_id = doc.channel_order_id;
    out.status = made.status();
    if (made.location != core::no_index) out.location = view.location(made.location).code;
    out.requested_at = made.requested_at;
    // As with holds: who works with the order elsewhere is not theirs to know.
    if (!caller.is_scoped()) out.requested_by = made.requested_by;
    if (made.approved_at.is_set()) out.approved_at = made.approved_at;
    if (!made.reason.empty()) out.reason = made.reason;
    for (std::size_t i = 0; i < made.lines.size(); ++i) {
        const core::ReturnLine& line = made.lines[i];
        out.lines.push_back({line.line_no, view.item(doc.items[i]).sku, line.reason, line.quantity, line.expected(),
                             line.restocked, line.quarantined, line.to_vendor, line.destroyed, line.dropped});
    }
    for (const core::ReturnAction action : core::allowed_actions(made, order)) {
        out.allowed_actions.emplace_back(json::enum_text(action));
    }
    return out;
}

}  // namespace

std::optional<ReturnId> parse_return_id(std::string_view text) {
    const auto id = parse_order_value_id("ret_", text);
    if (!id) return std::nullopt;
    return ReturnId{id->order, id->number};
}

Result<core::RequestReturn, Problem> read_request_return(std::string_view text, core::OrderId order) {
    return read_return_command<RequestReturnInput>(text, order);
}

Result<core::RequestReturn, Problem> read_bulk_request_return(std::string_view text) {
    auto input = json::read_text<json::Api, BulkRequestReturnInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return return_command_of(input->order_id, std::move(*input));
}

Result<core::ApproveReturn, Problem> read_approve_return(std::string_view text, ReturnId id) {
    return read_return_command<ApproveReturnInput>(text, id);
}

Result<core::ApproveReturn, Problem> read_bulk_approve_return(std::string_view text) {
    return read_named_return<BulkApproveReturnInput>(text);
}

Result<core::DeclineReturn, Problem> read_decline_return(std::string_view text, ReturnId id) {
    return read_return_command<DeclineReturnInput>(text, id);
}

Result<core::DeclineReturn, Problem> read_bulk_decline_return(std::string_view text) {
    return read_named_return<BulkDeclineReturnInput>(text);
}

Result<core::ReceiveReturn, Problem> read_receive_return(std::string_view text, ReturnId id) {
    return read_return_command<ReceiveReturnInput>(text, id);
}

Result<core::ReceiveReturn, Problem> read_bulk_receive_return(std::string_view text) {
    return read_named_return<BulkReceiveReturnInput>(text);
}

Result<core::CancelReturn, Problem> read_cancel_return(std::string_view text, ReturnId id) {
    return read_return_command<CancelReturnInput>(text, id);
}

Result<core::CancelReturn, Problem> read_bulk_cancel_return(std::string_view text) {
    return read_named_return<BulkCancelReturnInput>(text);
}

ReturnOutput render_return(const core::OrderReturn& made, const core::Order& order, const engine::TenantView& view,
                           const Caller& caller) {
    return render_made(engine::return_doc(order, made), order, view, caller);
}

ReturnOutput render_return(const engine::ReturnDoc& doc, const engine::TenantView& view, const Caller& caller) {
    static const core::Order without_holds;
    return render_made(doc, without_holds, view, caller);
}

}  // namespace waybill::api

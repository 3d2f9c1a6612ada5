// The model's exceptions.

#include "sim/marks.hpp"
#include "sim/model.hpp"

namespace waybill::sim {

using core::AggregateKind;
using core::Reject;

namespace {

Verdict about_order(const OrderModel& order) {
    Verdict out;
    out.object = {AggregateKind::order, order.id};
    out.events = 1;
    return out;
}

}  // namespace

void Model::mark_exceptions(OrderModel& order, const Marks& marks, std::uint64_t sequence) {
    for (const std::string& kind : marks.resolved) {
        if (!marks.raised.contains(kind)) resolve_exception(order, kind);
    }
    for (const auto& [kind, exception] : marks.raised) {
        ExceptionModel raised = exception;
        raised.raised_in = sequence;
        order.exceptions.emplace(kind, std::move(raised));
    }
}

void Model::resolve_exception(OrderModel& order, const std::string& kind) {
    const auto at = order.exceptions.find(kind);
    if (at == order.exceptions.end()) return;
    resolved.emplace(at->second.raised_in, kind);
    order.exceptions.erase(at);
}

void Model::settle_no_supply(OrderModel& order) {
    const auto at = order.exceptions.find("no_supply");
    // One that somebody else raised is theirs to resolve.
    if (at == order.exceptions.end() || at->second.raised_by != "waybill" || order.waits()) return;
    resolve_exception(order, "no_supply");
}

void Model::close_exceptions_of_cancelled(OrderModel& order) {
    for (const LineModel& line : order.lines) {
        if (line.open() + line.reserved() + line.shipped() > 0) return;
    }
    while (!order.exceptions.empty()) resolve_exception(order, std::string(order.exceptions.begin()->first));
}

Verdict Model::take_one(const core::RaiseException& command, const Moment& moment) {
    const auto at = orders.find(command.order.raw());
    if (at == orders.end()) return refused(Reject::unknown_order);
    OrderModel& order = at->second;
    if (const auto code = scope_fault(order, moment)) return refused(*code);
    if (command.kind.empty() || command.kind == "rule_failed") return refused(Reject::invalid_request);
    if (order.exceptions.contains(command.kind)) return refused(Reject::already_raised);
    order.exceptions[command.kind] = {command.reason, command.severity, command.owner, command.due_at, "", head + 1};
    changed(order, moment, order.status_reason);
    return about_order(order);
}

Verdict Model::take_one(const core::ChangeException& command, const Moment& moment) {
    const auto at = orders.find(command.order.raw());
    if (at == orders.end()) return refused(Reject::unknown_order);
    OrderModel& order = at->second;
    if (const auto code = scope_fault(order, moment)) return refused(*code);
    if (!command.owner && !command.severity && !command.due_at) return refused(Reject::invalid_request);
    const auto exception = order.exceptions.find(command.kind);
    if (exception == order.exceptions.end()) return refused(Reject::unknown_exception);
    exception->second.owner = command.owner.value_or(exception->second.owner);
    exception->second.severity = command.severity.value_or(exception->second.severity);
    exception->second.due_at = command.due_at.value_or(exception->second.due_at);
    changed(order, moment, order.status_reason);
    return about_order(order);
}

Verdict Model::take_one(const core::ResolveException& command, const Moment& moment) {
    const auto at = orders.find(command.order.raw());
    if (at == orders.end()) return refused(Reject::unknown_order);
    OrderModel& order = at->second;
    if (const auto code = scope_fault(order, moment)) return refused(*code);
    if (!order.exceptions.contains(command.kind)) return refused(Reject::unknown_exception);
    resolve_exception(order, command.kind);
    changed(order, moment, order.status_reason);
    return about_order(order);
}

}  // namespace waybill::sim

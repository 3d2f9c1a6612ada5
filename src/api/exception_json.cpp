#include "api/exception_json.hpp"

#include "json/read.hpp"

namespace waybill::api {
namespace {

template <class Input>
core::RaiseException raise_of(core::OrderId order, Input& input) {
    return {order,          std::move(input.kind),  std::move(input.reason),
            input.severity, std::move(input.owner), input.due_at.value_or(Instant())};
}

template <class Input>
core::ChangeException change_of(core::OrderId order, Input& input) {
    return {order, std::move(input.kind), std::move(input.owner), input.severity, input.due_at};
}

std::optional<std::string> unless_empty(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return text;
}

std::optional<Instant> if_set(Instant instant) {
    if (!instant.is_set()) return std::nullopt;
    return instant;
}

}  // namespace

Result<core::RaiseException, Problem> read_exception(std::string_view text, core::OrderId order) {
    auto input = json::read_text<json::Api, ExceptionInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return raise_of(order, *input);
}

Result<core::RaiseException, Problem> read_bulk_exception(std::string_view text) {
    auto input = json::read_text<json::Api, BulkExceptionInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return raise_of(input->order_id, *input);
}

Result<core::ChangeException, Problem> read_exception_change(std::string_view text, core::OrderId order) {
    auto input = json::read_text<json::Api, ExceptionChangeInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return change_of(order, *input);
}

Result<core::ChangeException, Problem> read_bulk_exception_change(std::string_view text) {
    auto input = json::read_text<json::Api, BulkExceptionChangeInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return change_of(input->order_id, *input);
}

Result<core::ResolveException, Problem> read_resolution(std::string_view text, core::OrderId order) {
    auto input = json::read_text<json::Api, ResolutionInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return core::ResolveException{order, std::move(input->kind), std::move(input->resolution)};
}

Result<core::ResolveException, Problem> read_bulk_resolution(std::string_view text) {
    auto input = json::read_text<json::Api, BulkResolutionInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return core::ResolveException{input->order_id, std::move(input->kind), std::move(input->resolution)};
}

OpenExceptionOutput render_open_exception(const core::OrderException& exception, bool to_scoped) {
    OpenExceptionOutput out;
    out.kind = exception.kind;
    out.severity = exception.severity;
    out.due_at = if_set(exception.due_at);
    out.raised_at = exception.raised_at;
    if (to_scoped) return out;
    out.reason = exception.reason;
    out.owner = unless_empty(exception.owner);
    out.raised_by = exception.raised_by;
    return out;
}

ExceptionOutput render_exception(const engine::ExceptionDoc& doc, const engine::TenantView& view) {
    const core::OrderException& exception = doc.exception;
    ExceptionOutput out;
    out.order_id = doc.order;
    out.channel = view.channel(doc.channel).code;
    out.channel_order_id = doc.channel_order_id;
    out.kind = exception.kind;
    out.severity = exception.severity;
    out.reason = exception.reason;
    out.owner = unless_empty(exception.owner);
    out.due_at = if_set(exception.due_at);
    out.raised_at = exception.raised_at;
    out.raised_by = exception.raised_by;
    out.raised_in = exception.raised_in;
    if (!doc.end.at.is_set()) {
        out.allowed_actions = {"change_exception", "resolve_exception"};
        return out;
    }
    out.status = ExceptionStatus::resolved;
    out.resolved_at = doc.end.at;
    out.resolved_by = doc.end.by;
    out.resolution = unless_empty(doc.end.resolution);
    return out;
}

}  // namespace waybill::api

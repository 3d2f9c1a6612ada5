#include "engine/exception_rows.hpp"

#include "base/mutant.hpp"
#include "core/order/order_exceptions.hpp"
#include "engine/codec.hpp"

namespace waybill::engine {

namespace {

/// Where a rule did it, the rule set is named.
ExceptionEnd end_of_exception(const core::Order& now, const core::Event& event, Instant at, const std::string& actor) {
    if (const auto* resolved = std::get_if<core::OrderExceptionResolved>(&event)) {
        return {at, actor, resolved->resolution};
    }
    if (const auto* marked = std::get_if<core::OrderMarked>(&event)) {
        return {at, "rule_set_" + std::to_string(marked->rules.rule_set), {}};
    }
    const core::OrderUnits units = core::units_of(now);
    const bool lives = units.allocated + units.shipped > 0;
    return {at, actor, std::string(lives ? nothing_waits_resolution : order_cancelled_resolution)};
}

/// `end`: nullptr where it is open.
ExceptionRow make_row(const core::Order& order, const core::OrderException& exception, const ExceptionEnd* end) {
    ExceptionRow row;
    row.raised_in = exception.raised_in;
    row.kind = exception.kind;
    row.order = order.id;
    row.severity = exception.severity;
    row.owner = exception.owner;
    row.due_at = exception.due_at;
    row.is_open = end == nullptr || WAYBILL_MUTANT(resolved_exception_queued);
    ExceptionDoc doc{order.id, order.channel, order.channel_order_id, exception, {}};
    if (end != nullptr) doc.end = *end;
    row.doc = encode_doc(doc);
    return row;
}

}  // namespace

void ExceptionRows::note(const core::Order* before, const core::Order& now, const core::Event& event, Instant at,
                         const std::string& actor) {
    if ((before == nullptr || before->exceptions.empty()) && now.exceptions.empty()) return;
    for (const core::OrderException& exception : now.exceptions) {
        const auto* known = before == nullptr ? nullptr : core::find_exception(*before, exception.kind);
        if (known != nullptr && *known == exception) continue;
        rows_[{exception.raised_in, exception.kind}] = make_row(now, exception, nullptr);
    }
    if (before == nullptr) return;
    for (const core::OrderException& exception : before->exceptions) {
        const auto* still = core::find_exception(now, exception.kind);
        if (still != nullptr && still->raised_in == exception.raised_in) continue;
        const ExceptionEnd end = end_of_exception(now, event, at, actor);
        rows_[{exception.raised_in, exception.kind}] = make_row(now, exception, &end);
    }
}

}  // namespace waybill::engine

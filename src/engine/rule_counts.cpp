#include "engine/rule_counts.hpp"

#include <variant>

namespace waybill::engine {
namespace {

std::uint64_t units_of(const core::FulfillmentRejected& event) {
    std::int64_t sum = 0;
    for (const core::LineChange& line : event.lines) {
        for (const core::AllocationPart& part : line.released) sum += part.quantity;
    }
    return static_cast<std::uint64_t>(sum);
}

}  // namespace

void RuleCounts::add(const core::Event& event) {
    const auto add_route = [this](const core::RoutingTrace& trace) {
        if (trace.strategy > 1) ++fallback;
        if (trace.relaxed > 0) ++relaxed;
    };
    if (const auto* placed = std::get_if<core::OrderPlaced>(&event)) {
        raised += placed->order.exceptions.size();
        if (placed->rules.rule_set == 0) return;
        ++orders;
        fired += placed->rules.fired.size();
        failed += placed->rules.failed.size();
        add_route(placed->routing);
    } else if (const auto* rerouted = std::get_if<core::OrderRerouted>(&event)) {
        add_route(rerouted->routing);
    } else if (const auto* marked = std::get_if<core::OrderMarked>(&event)) {
        fired += marked->rules.fired.size();
        failed += marked->rules.failed.size();
        raised += marked->raised.size();
        resolved += marked->resolved.size();
    } else if (std::holds_alternative<core::OrderExceptionRaised>(event)) {
        ++raised;
    } else if (std::holds_alternative<core::OrderExceptionResolved>(event)) {
        ++resolved;
    } else if (const auto* to_work = std::get_if<core::FulfillmentReleased>(&event)) {
        released += to_work->fulfillments.size();
    } else if (const auto* rejected = std::get_if<core::FulfillmentRejected>(&event)) {
        const std::uint64_t units = units_of(*rejected);
        given_back += units;
        if (rejected->stock == core::StockFinding::missing) missing += units;
    } else if (std::holds_alternative<core::FulfillmentPacked>(event)) {
        ++packed;
    } else if (const auto* left = std::get_if<core::OrderShipped>(&event)) {
        shipped += left->parcels.size();
    } else if (std::holds_alternative<core::RuleSetActivated>(event)) {
        ++activations;
    } else if (std::holds_alternative<core::ReturnRequested>(event)) {
        ++returns;
    } else if (const auto* received = std::get_if<core::ReturnReceived>(&event)) {
        for (const core::ReceivedUnits& line : received->lines) returned += static_cast<std::uint64_t>(line.quantity);
    }
}

void RuleCounts::add(const core::Rejection& rejection) {
    if (rejection.code == core::Reject::golden_order_failed) ++refused;
}

void RuleCounters::add(const RuleCounts& counts) {
    const auto grow = [](std::atomic<std::uint64_t>& sum, std::uint64_t by) {
        // Most batches of most tenants have nothing to add.
        if (by != 0) sum.fetch_add(by, std::memory_order_relaxed);
    };
    grow(orders_, counts.orders);
    grow(fired_, counts.fired);
    grow(failed_, counts.failed);
    grow(fallback_, counts.fallback);
    grow(relaxed_, counts.relaxed);
    grow(activations_, counts.activations);
    grow(refused_, counts.refused);
    grow(raised_, counts.raised);
    grow(resolved_, counts.resolved);
    grow(released_, counts.released);
    grow(given_back_, counts.given_back);
    grow(missing_, counts.missing);
    grow(packed_, counts.packed);
    grow(shipped_, counts.shipped);
    grow(returns_, counts.returns);
    grow(returned_, counts.returned);
}

RuleCounts RuleCounters::read() const {
    const auto now = [](const std::atomic<std::uint64_t>& sum) { return sum.load(std::memory_order_relaxed); };
    return {now(orders_),  now(fired_),   now(failed_),   now(fallback_), now(relaxed_),    now(activations_),
            now(refused_), now(raised_),  now(resolved_), now(released_), now(given_back_), now(missing_),
            now(packed_),  now(shipped_), now(returns_),  now(returned_)};
}

}  // namespace waybill::engine

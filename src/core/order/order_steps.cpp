#include "core/order/order_steps.hpp"

#include <utility>

#include "core/automation/after_event.hpp"
#include "core/evolve.hpp"

namespace waybill::core {

OrderSteps::OrderSteps(const Order* before, const TenantState& state, const Context& context, Decision& decision)
    : state_(state), context_(context), decision_(decision) {
    if (before != nullptr) order_ = std::make_shared<Order>(*before);
    for (std::size_t n = 0; n < decision.events.size(); ++n) {
        if (aggregate_of(decision.events[n]).kind == AggregateKind::order) follow(decision.events[n], n);
    }
    WAYBILL_ASSERT(order_ != nullptr);
}

void OrderSteps::add(Event event) {
    follow(event, decision_.events.size());
    decision_.events.push_back(std::move(event));
}

void OrderSteps::look_at_rules(Moment moment, std::string_view spared) {
    const std::size_t known = decision_.events.size();
    add_automation(moment, *order_, state_, context_, decision_, spared);
    for (std::size_t n = known; n < decision_.events.size(); ++n) follow(decision_.events[n], n);
}

void OrderSteps::follow(const Event& event, std::size_t n) {
    order_ = evolve_order(event, {Sequence(context_.next.raw() + n), context_.now}, order_.get());
}

}  // namespace waybill::core

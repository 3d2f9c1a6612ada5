#pragma once
// OrderSteps: the events of a decision on one order, and the order as they leave it.

#include <memory>
#include <string_view>

#include "core/decide.hpp"
#include "core/order/order.hpp"

namespace waybill::core {

class OrderSteps {
public:
    /// `before`: the order without the events that `decision` has already; nullptr: one of them places it. Everything
    /// given has to outlive it.
    OrderSteps(const Order* before, const TenantState& state, const Context& context, Decision& decision);

    [[nodiscard]] const Order& order() const { return *order_; }
    [[nodiscard]] const TenantState& state() const { return state_; }
    [[nodiscard]] const Context& context() const { return context_; }

    /// The sequence of the next event.
    [[nodiscard]] Sequence next() const { return Sequence(context_.next.raw() + decision_.events.size()); }
    void add(Event event);
    /// Looks at the rules of a moment on the order as it is now, and does what they say
    /// (core/automation/after_event.hpp).
    void look_at_rules(Moment moment, std::string_view spared = {});

private:
    void follow(const Event& event, std::size_t n);

    std::shared_ptr<const Order> order_;
    const TenantState& state_;
    const Context& context_;
    Decision& decision_;
};

}  // namespace waybill::core

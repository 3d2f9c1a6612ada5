// Orders that wait for supply: routed again as a server does it, and at the end nobody waits who could be served.

#include <fmt/format.h>
#include <future>

#include "core/order/reroute_order.hpp"
#include "engine/backorder_retrier.hpp"
#include "engine/codec.hpp"
#include "sim/runner.hpp"

namespace waybill::sim {

/// A new engine follows nobody, and tenants come.
void Runner::follow_backorders() {
    auto reader = world_.reader();
    if (!reader) return problem("the store can not be read: " + reader.error().detail);
    for (const core::TenantId tenant : tenants_) {
        if (!engine::follow_backorders(world_.engine(), **reader, tenant)) problem("backorders can not be read");
        engine::tell_backorders_of_today(world_.engine(), tenant);
    }
    world_.wait_until_idle();
}

void Runner::retry_backorders(const Op& op) {
    const std::size_t at = at_++;
    check_backorders();
    if (!result_.problems.empty()) return;
    const auto tenant = static_cast<std::uint32_t>(op.tenant % models_.size());
    std::vector<Request> requests;
    std::vector<core::OrderId> orders;
    while (requests.size() < queue_commands_max) {
        std::optional<core::OrderId> order;
        if (const auto view = world_.engine().view(tenants_[tenant])) {
            order = world_.engine().backorders().take(tenants_[tenant], view->state());
        }
        if (!order) break;
        expect_in_turn(tenant, orders, *order);
        orders.push_back(*order);
        Request request;
        request.tenant = tenant;
        request.command = core::RerouteOrder{*order, true, {}, std::string(engine::supply_reason)};
        requests.push_back(std::move(request));
    }
    if (requests.empty() || !result_.problems.empty()) return;
    result_.comments[at] = fmt::format("{} orders are routed again", requests.size());
    const std::vector<Answer> answers = send(std::move(requests), std::vector(orders.size(), at), Fault::none);
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const bool was_tried = answers[i] || std::holds_alternative<core::Rejection>(answers[i].error());
        if (!was_tried) world_.engine().backorders().put_back(tenants_[tenant], orders[i]);
    }
}

/// By priority, then by age.
void Runner::expect_in_turn(std::uint32_t tenant, const std::vector<core::OrderId>& before, core::OrderId order) {
    const auto& orders = models_[tenant].orders;
    const auto at = orders.find(order.raw());
    if (at == orders.end()) return problem("an order that does not exist waits");
    if (before.empty()) return;
    const OrderModel& last = orders.at(before.back().raw());
    const bool is_in_turn = std::pair(last.priority, before.back()) < std::pair(at->second.priority, order);
    if (!is_in_turn) problem(fmt::format("order {} is routed again after one that has to wait longer", order.raw()));
}

namespace {

/// Limits hold for one decision: what waits for them finds its place in the next.
bool is_limited(const core::RoutingPolicy& policy) {
    return policy.max_shipments || policy.max_line_shipments || !policy.allow_split || policy.ship_complete ||
           policy.on_shortage == core::OnShortage::wait;
}

}  // namespace

/// Who is not due would not be served.
void Runner::check_backorders() {
    follow_backorders();
    if (unresolved_) return;
    auto reader = world_.reader();
    if (!reader) return problem("the store can not be read: " + reader.error().detail);
    for (std::size_t tenant = 0; tenant < models_.size(); ++tenant) {
        for (const auto& [id, model] : models_[tenant].orders) {
            const core::OrderId order_id(id);
            const auto stored = (*reader)->order(tenants_[tenant], order_id);
            if (!stored || !*stored) continue;
            const auto order = engine::decode_order(**stored);
            if (!order || core::waiting_units(*order).empty() || is_limited(order->routing)) continue;
            if (world_.engine().backorders().is_due(tenants_[tenant], order_id)) continue;
            if (finds_supply(tenants_[tenant], *order)) {
                problem(fmt::format("order {} waits, and nobody is about to route it, though supply is there", id));
            }
        }
    }
}

bool Runner::finds_supply(core::TenantId tenant, const core::Order& order) {
    std::promise<bool> found;
    world_.engine().inspect(tenant, [&](const core::TenantState* state, const core::Context& context) {
        if (state == nullptr) return found.set_value(false);
        const auto routed = core::reroute(order, core::Resourced::open_units, {}, {}, *state, context);
        // A strategy has limits of its own.
        found.set_value(!routed.event.lines.empty() && routed.event.routing.strategy == 0);
    });
    return found.get_future().get();
}

}  // namespace waybill::sim

#include "core/access/scope.hpp"

#include <algorithm>

#include "base/mutant.hpp"

namespace waybill::core {

bool in_scope(const Context& context, LocationIx location) {
    return context.scope.empty() || WAYBILL_MUTANT(scope_ignored) ||
           std::binary_search(context.scope.begin(), context.scope.end(), location);
}

bool knows_of(const Context& context, const Order& order) {
    if (context.scope.empty()) return true;
    return std::any_of(order.lines.begin(), order.lines.end(), [&](const OrderLine& line) {
        return std::any_of(line.allocations.begin(), line.allocations.end(),
                           [&](const Allocation& allocation) { return in_scope(context, allocation.location); });
    });
}

Result<Unit, Rejection> check_order_in_scope(const Context& context, const Order& order) {
    if (!knows_of(context, order)) return reject(Reject::unknown_order);
    for (const OrderLine& line : order.lines) {
        for (const Allocation& allocation : line.allocations) {
            if (in_scope(context, allocation.location) || allocation.quantity == allocation.shipped) continue;
            return reject(Reject::out_of_scope, "units are reserved at locations that the key is not for");
        }
    }
    return Unit{};
}

Result<Unit, Rejection> check_unscoped(const Context& context) {
    if (context.scope.empty()) return Unit{};
    return reject(Reject::out_of_scope, "a key that is limited to locations can not do this");
}

}  // namespace waybill::core

#include "core/access/scope.hpp"

#include <algorithm>

#include "base/mutant.hpp"

namespace waybill::core {

bool in_scope(const Context& context, LocationIx location) {
    return context.scope.empty() || WAYBILL_MUTANT(scope_ignored) ||
           std::binary_search(context.scope.begin(), context.scope.end(), location);
}

Result<Unit, Rejection> check_order_in_scope(const Context& context, const Order& order) {
    if (context.scope.empty()) return Unit{};
    bool is_seen = false;
    bool is_elsewhere = false;
    for (const OrderLine& line : order.lines) {
        for (const Allocation& allocation : line.allocations) {
            const bool is_here = in_scope(context, allocation.location);
            is_seen = is_seen || is_here;
            is_elsewhere = is_elsewhere || (!is_here && allocation.quantity > allocation.shipped);
        }
    }
    if (!is_seen) return reject(Reject::unknown_order);
    if (is_elsewhere) return reject(Reject::out_of_scope, "units are reserved at locations that the key is not for");
    return Unit{};
}

Result<Unit, Rejection> check_unscoped(const Context& context) {
    if (context.scope.empty()) return Unit{};
    return reject(Reject::out_of_scope, "a key that is limited to locations can not do this");
}

}  // namespace waybill::core

#include "core/state.hpp"

namespace waybill::core {

const Order* WorkingSet::find_order(OrderId id) const {
    const auto at = orders.find(id);
    return at == orders.end() ? nullptr : at->second.get();
}

const Customer* WorkingSet::find_customer(CustomerId id) const {
    const auto at = customers.find(id);
    return at == customers.end() ? nullptr : &at->second;
}

void WorkingSet::clear() {
    orders.clear();
    channel_orders.clear();
    customers.clear();
    identities.clear();
}

const ItemDemand* TenantState::demand_of(ItemIx item) const {
    const auto ix = demand.find(items[item].sku);
    return ix ? &demand[*ix] : nullptr;
}

void TenantState::seal() {
    each_table([](auto& table) { table.seal(); });
}

void TenantState::accept_sealed() {
    each_table([](auto& table) { table.accept_sealed(); });
}

void TenantState::accept() {
    each_table([](auto& table) { table.accept(); });
}

void TenantState::drop() {
    each_table([](auto& table) { table.drop(); });
    working.clear();
    new_supply = {};
}

void TenantState::drop_sealed() {
    each_table([](auto& table) { table.drop_sealed(); });
}

}  // namespace waybill::core

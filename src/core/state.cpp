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

void TenantState::accept() {
    settings.accept();
    items.accept();
    locations.accept();
    channels.accept();
    keys.accept();
    feeds.accept();
    postcode_areas.accept();
    levels.accept();
    capacity.accept();
    gtins.accept();
    gtin_items.accept();
}

void TenantState::drop() {
    settings.drop();
    items.drop();
    locations.drop();
    channels.drop();
    keys.drop();
    feeds.drop();
    postcode_areas.drop();
    levels.drop();
    capacity.drop();
    gtins.drop();
    gtin_items.drop();
    working.clear();
}

}  // namespace waybill::core

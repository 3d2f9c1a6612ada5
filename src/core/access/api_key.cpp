#include "core/access/api_key.hpp"

namespace waybill::core {
namespace {

bool is_read(Permission permission) {
    return permission == Permission::read_configuration || permission == Permission::read_inventory ||
           permission == Permission::read_orders;
}

}  // namespace

bool allows(Role role, Permission permission) {
    using enum Permission;
    switch (role) {
        case Role::operator_:
            return permission == manage_tenants;
        case Role::admin:
            return permission != manage_tenants;
        case Role::integrator:
            return permission != manage_tenants && permission != manage_keys && permission != erase_persons;
        case Role::operations:
            return is_read(permission) || permission == change_inventory || permission == place_orders ||
                   permission == change_orders || permission == ship_orders || permission == read_customers ||
                   permission == change_customers || permission == read_events;
        case Role::store:
            return is_read(permission) || permission == change_inventory || permission == ship_orders ||
                   permission == read_customers;
        case Role::vendor:
            return is_read(permission) || permission == feed_inventory || permission == ship_orders ||
                   permission == read_customers;
        case Role::viewer:
            return is_read(permission) || permission == read_events;
    }
    return false;
}

bool needs_scope(Role role) { return role == Role::store || role == Role::vendor; }

}  // namespace waybill::core

#pragma once
// API keys: who may ask for what. The secret is never here; what is kept is its hash.

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "core/ids.hpp"

namespace waybill::core {

enum class Role : std::uint8_t {
    operator_,   ///< runs the process: tenants and their first keys; sees no tenant's data
    admin,       ///< everything of one tenant
    integrator,  ///< systems: orders, inventory, catalogue, events
    operations,  ///< people: orders, customers, inventory corrections
    store,       ///< staff of some locations
    vendor,      ///< staff of one supplier
    viewer,      ///< reads, without personal data
};
BOOST_DESCRIBE_ENUM(Role, operator_, admin, integrator, operations, store, vendor, viewer)

/// What a role may do. A route names the permission that it needs; tests walk every route with every role.
enum class Permission : std::uint8_t {
    manage_tenants,
    manage_keys,
    configure,  ///< catalogue, network, channels
    read_configuration,
    read_inventory,
    change_inventory,
    feed_inventory,
    read_orders,
    place_orders,
    change_orders,  ///< cancel, re-route
    ship_orders,
    read_customers,  ///< personal data
    change_customers,
    erase_persons,
    read_events,
};
BOOST_DESCRIBE_ENUM(Permission, manage_tenants, manage_keys, configure, read_configuration, read_inventory,
                    change_inventory, feed_inventory, read_orders, place_orders, change_orders, ship_orders,
                    read_customers, change_customers, erase_persons, read_events)

[[nodiscard]] bool allows(Role role, Permission permission);
/// Roles that must be limited to locations: `store` to one or more, `vendor` to exactly one of kind supplier.
[[nodiscard]] bool needs_scope(Role role);

struct ApiKey {
    KeyId id;
    std::string name;
    Role role = Role::viewer;
    std::vector<LocationIx> locations;  ///< scope; empty: all
    std::string hash;                   ///< BLAKE2b-256 of the secret, lower-case hexadecimal
    Instant issued_at;
    Instant revoked_at;  ///< not set: in force
    bool operator==(const ApiKey&) const = default;
};
BOOST_DESCRIBE_STRUCT(ApiKey, (), (id, name, role, locations, hash, issued_at, revoked_at))

}  // namespace waybill::core

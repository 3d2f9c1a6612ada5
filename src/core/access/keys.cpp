#include "core/access/keys.hpp"

#include <algorithm>

#include "core/field_checks.hpp"

namespace waybill::core {

Result<Decision, Rejection> decide(const IssueKey& command, const TenantState& state, const Context& context) {
    Faults faults;
    check_text(faults, "/name", command.key_name, 1, limits::name_bytes_max);
    if (command.locations.size() > limits::named_locations_max) {
        faults.add("/locations", Reject::invalid_request,
                   "at most " + std::to_string(limits::named_locations_max) + " locations");
        return faults.take();
    }
    ApiKey key;
    key.id = KeyId(context.next.raw());
    key.name = command.key_name;
    key.role = command.role;
    key.hash = command.hash;
    key.issued_at = context.now;
    for (std::size_t i = 0; i < command.locations.size(); ++i) {
        const auto ix = state.locations.find(command.locations[i]);
        if (!ix) {
            faults.add(at("/locations", i), Reject::unknown_location,
                       "no location has the code " + command.locations[i]);
            continue;
        }
        if (command.role == Role::vendor && state.locations[*ix].kind != LocationKind::supplier) {
            faults.add(at("/locations", i), Reject::invalid_request,
                       "a vendor's key is for a location of kind supplier");
        }
        key.locations.push_back(*ix);
    }
    if (needs_scope(command.role) && command.locations.empty()) {
        faults.add("/locations", Reject::invalid_request, "this role is limited to locations: name at least one");
    }
    if (command.role == Role::vendor && command.locations.size() > 1) {
        faults.add("/locations", Reject::invalid_request, "a vendor's key is for exactly one supplier");
    }
    if (!needs_scope(command.role) && command.role != Role::operations && command.role != Role::viewer &&
        !command.locations.empty()) {
        faults.add("/locations", Reject::invalid_request, "this role can not be limited to locations");
    }
    if (faults.any()) return faults.take();
    std::sort(key.locations.begin(), key.locations.end());
    key.locations.erase(std::unique(key.locations.begin(), key.locations.end()), key.locations.end());
    Decision decision;
    decision.outcome.object = {AggregateKind::key, key.id.raw()};
    decision.events.emplace_back(KeyIssued{std::move(key)});
    return decision;
}

Result<Decision, Rejection> decide(const RevokeKey& command, const TenantState& state, const Context&) {
    for (std::uint32_t ix = 0; ix < state.keys.size(); ++ix) {
        const ApiKey& key = state.keys[ix];
        if (key.id != command.id) continue;
        Decision decision;
        decision.outcome.object = {AggregateKind::key, key.id.raw()};
        if (!key.revoked_at.is_set()) decision.events.emplace_back(KeyRevoked{key.id});
        return decision;
    }
    return reject(Reject::unknown_key);
}

}  // namespace waybill::core

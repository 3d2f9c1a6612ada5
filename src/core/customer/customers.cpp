#include "core/customer/customers.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "core/field_checks.hpp"

namespace waybill::core {
namespace {

void resolve_identities(const PutCustomer& command, Customer& customer, const TenantState& state, Faults& faults) {
    for (std::size_t i = 0; i < command.identities.size(); ++i) {
        const IdentityInput& input = command.identities[i];
        check_code(faults, at("/identities", i, "external_id"), input.external_id, limits::code_bytes_max);
        const auto channel = state.channels.find(input.channel);
        if (!channel) {
            faults.add(at("/identities", i, "channel"), Reject::unknown_channel,
                       "no channel has the code " + input.channel);
            continue;
        }
        const CustomerIdentity identity{*channel, input.external_id};
        const auto owner = state.working.identities.find(identity);
        if (owner != state.working.identities.end() && owner->second != customer.id) {
            faults.add(at("/identities", i), Reject::identity_taken,
                       "belongs to customer cus_" + std::to_string(owner->second.raw()));
            continue;
        }
        customer.identities.push_back(identity);
    }
    auto& list = customer.identities;
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    if (list.size() > limits::customer_identities_max) {
        faults.add("/identities", Reject::invalid_request,
                   "at most " + std::to_string(limits::customer_identities_max) + " identities");
    }
}

}  // namespace

Result<Decision, Rejection> decide(const PutCustomer& command, const TenantState& state, const Context& context) {
    Faults faults;
    Customer customer;
    if (command.id.is_set()) {
        const Customer* known = state.working.find_customer(command.id);
        if (known == nullptr) return reject(Reject::unknown_customer);
        if (known->merged_into.is_set()) {
            return reject(Reject::customer_merged, "into cus_" + std::to_string(known->merged_into.raw()));
        }
        customer = *known;
    } else {
        customer.id = CustomerId(context.next.raw());
    }
    resolve_identities(command, customer, state, faults);
    if (command.group) {
        check_text(faults, "/group", *command.group, 0, limits::code_bytes_max);
        customer.group = *command.group;
    }
    if (command.blocked) {
        check_text(faults, "/blocked_reason", command.blocked_reason, 0, limits::name_bytes_max);
        customer.blocked = *command.blocked;
        customer.blocked_reason = customer.blocked ? command.blocked_reason : "";
    }
    if (faults.any()) return faults.take();
    if (command.has_person) customer.person = PersonId(customer.id.raw());
    customer.version = context.next.raw();
    Decision decision;
    decision.outcome.object = {AggregateKind::customer, customer.id.raw()};
    decision.events.emplace_back(CustomerPut{std::move(customer)});
    return decision;
}

Result<Decision, Rejection> decide(const MergeCustomers& command, const TenantState& state, const Context&) {
    const Customer* from = state.working.find_customer(command.from);
    const Customer* into = state.working.find_customer(command.into);
    if (from == nullptr || into == nullptr) return reject(Reject::unknown_customer);
    if (command.from == command.into)
        return reject(Reject::invalid_request, "a customer can not be merged into itself");
    const bool gone = from->merged_into.is_set() || into->merged_into.is_set();
    if (gone && !WAYBILL_MUTANT(merged_again)) return reject(Reject::customer_merged);
    if (from->identities.size() + into->identities.size() > limits::customer_identities_max) {
        return reject(Reject::invalid_request,
                      "a customer has at most " + std::to_string(limits::customer_identities_max) + " identities");
    }
    Decision decision;
    decision.outcome.object = {AggregateKind::customer, command.into.raw()};
    decision.events.emplace_back(CustomersMerged{command.from, command.into});
    return decision;
}

Result<Decision, Rejection> decide(const ErasePerson& command, const TenantState& state, const Context&) {
    if (state.working.find_customer(command.customer) == nullptr) return reject(Reject::unknown_customer);
    Decision decision;
    decision.outcome.object = {AggregateKind::customer, command.customer.raw()};
    decision.events.emplace_back(PersonErased{command.customer});
    return decision;
}

}  // namespace waybill::core

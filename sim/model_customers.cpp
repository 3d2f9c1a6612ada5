// The model's customers and their personal data.

#include "sim/model.hpp"

namespace waybill::sim {

using core::AggregateKind;
using core::Reject;

void Model::keep_person(std::uint64_t id, PersonModel person) {
    if (const auto before = persons.find(id); before != persons.end()) gone_words.insert(before->second.word);
    persons[id] = std::move(person);
}

Verdict Model::take_one(const core::PutCustomer& command, const Moment& moment) {
    Verdict out;
    std::uint64_t id = head + 1;
    CustomerModel customer;
    if (command.id.is_set()) {
        id = command.id.raw();
        const auto known = customers.find(id);
        if (known == customers.end()) {
            out.refused = Reject::unknown_customer;
            return out;
        }
        if (known->second.merged_into != 0) {
            out.refused = Reject::customer_merged;
            return out;
        }
        customer = known->second;
    }
    std::vector<Reject> faults;
    for (const core::IdentityInput& input : command.identities) {
        const auto channel = find_channel(input.channel);
        if (!channel) {
            faults.push_back(Reject::unknown_channel);
            continue;
        }
        const auto owner = find_identity(*channel, input.external_id);
        if (owner && *owner != id) {
            faults.push_back(Reject::identity_taken);
        } else {
            customer.identities.insert({*channel, input.external_id});
        }
    }
    if (const auto code = one_name(faults)) {
        out.refused = code;
        return out;
    }
    if (command.group) customer.group = *command.group;
    if (command.blocked) {
        customer.blocked = *command.blocked;
        customer.blocked_reason = *command.blocked ? command.blocked_reason : "";
    }
    customer.version = head + 1;
    if (moment.has_person) {
        customer.person = id;
        keep_person(id, {id, 0, moment.person_word});
    }
    customers[id] = std::move(customer);
    out.object = {AggregateKind::customer, id};
    out.events = 1;
    return out;
}

Verdict Model::take_one(const core::MergeCustomers& command, const Moment&) {
    Verdict out;
    const auto from = customers.find(command.from.raw());
    const auto into = customers.find(command.into.raw());
    if (from == customers.end() || into == customers.end()) {
        out.refused = Reject::unknown_customer;
    } else if (from == into) {
        out.refused = Reject::invalid_request;
    } else if (from->second.merged_into != 0 || into->second.merged_into != 0) {
        out.refused = Reject::customer_merged;
    }
    if (out.refused) return out;
    into->second.identities.merge(from->second.identities);
    from->second.identities.clear();
    from->second.merged_into = into->first;
    from->second.version = head + 1;
    into->second.version = head + 1;
    out.object = {AggregateKind::customer, into->first};
    out.events = 1;
    return out;
}

Verdict Model::take_one(const core::ErasePerson& command, const Moment&) {
    Verdict out;
    const auto customer = customers.find(command.customer.raw());
    if (customer == customers.end()) {
        out.refused = Reject::unknown_customer;
        return out;
    }
    const std::set<std::uint64_t> all = same_person(customer->first);
    for (auto person = persons.begin(); person != persons.end();) {
        const auto order = orders.find(person->second.order);
        const bool theirs =
            all.contains(person->second.customer) || (order != orders.end() && all.contains(order->second.customer));
        if (theirs) gone_words.insert(person->second.word);
        person = theirs ? persons.erase(person) : std::next(person);
    }
    customer->second.person = 0;
    customer->second.version = head + 1;
    out.object = {AggregateKind::customer, customer->first};
    out.events = 1;
    return out;
}

}  // namespace waybill::sim

#include "api/customer_json.hpp"

#include <boost/json/value.hpp>

#include "json/parse.hpp"
#include "json/read.hpp"

namespace waybill::api {

Result<CustomerInput, Problem> read_customer(std::string_view text) {
    auto input = json::read_text<json::Api, CustomerInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return std::move(*input);
}

Result<core::CustomerId, Problem> read_merge(std::string_view text) {
    auto input = json::read_text<json::Api, MergeInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return input->into;
}

PersonFields read_person_fields(std::string_view doc) {
    PersonFields out;
    const auto document = json::parse(doc);
    const boost::json::object* object = document ? document->root().if_object() : nullptr;
    if (object == nullptr) return out;
    // The row of an order has the customer's fields in a section of their own.
    if (const auto* section = object->if_contains("customer")) object = section->if_object();
    const auto member = [&](std::string_view name) -> std::optional<std::string> {
        const auto* value = object == nullptr ? nullptr : object->if_contains(name);
        if (value == nullptr || !value->is_string()) return std::nullopt;
        return std::string(value->get_string());
    };
    out.name = member("name");
    out.email = member("email");
    out.phone = member("phone");
    return out;
}

core::PutCustomer customer_command(const CustomerInput& input, core::CustomerId id) {
    core::PutCustomer out;
    out.id = id;
    for (const IdentityJson& identity : input.identities) {
        out.identities.push_back({identity.channel, identity.external_id});
    }
    out.group = input.group;
    out.blocked = input.blocked;
    out.blocked_reason = input.blocked_reason.value_or(std::string());
    return out;
}

CustomerOutput render_customer(const core::Customer& customer, PersonFields person, const engine::TenantView& view) {
    CustomerOutput out;
    out.id = customer.id;
    for (const core::CustomerIdentity& identity : customer.identities) {
        out.identities.push_back({view.channel(identity.channel).code, identity.external_id});
    }
    out.name = std::move(person.name);
    out.email = std::move(person.email);
    out.phone = std::move(person.phone);
    out.group = customer.group;
    out.blocked = customer.blocked;
    if (!customer.blocked_reason.empty()) out.blocked_reason = customer.blocked_reason;
    if (customer.merged_into.is_set()) out.merged_into = customer.merged_into;
    out.version = customer.version;
    return out;
}

}  // namespace waybill::api

#pragma once
// Customers as JSON. Name, e-mail and telephone come from and go to the person row.

#include <array>
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.hpp"
#include "core/commands.hpp"
#include "core/customer/customer.hpp"
#include "core/limits.hpp"
#include "engine/engine.hpp"
#include "json/rules.hpp"

namespace waybill::api {

struct IdentityJson {
    static constexpr std::string_view schema_name = "Identity";
    std::string channel;
    std::string external_id;
};
BOOST_DESCRIBE_STRUCT(IdentityJson, (), (channel, external_id))

/// Makes a customer, or changes the members that are given.
struct CustomerInput {
    std::vector<IdentityJson> identities;
    std::optional<std::string> name;
    std::optional<std::string> email;
    std::optional<std::string> phone;
    std::optional<std::string> group;
    std::optional<bool> blocked;
    std::optional<std::string> blocked_reason;
};
BOOST_DESCRIBE_STRUCT(CustomerInput, (), (identities, name, email, phone, group, blocked, blocked_reason))

struct MergeInput {
    core::CustomerId into;
};
BOOST_DESCRIBE_STRUCT(MergeInput, (), (into))

struct CustomerOutput {
    static constexpr std::string_view schema_name = "Customer";
    core::CustomerId id;
    std::vector<IdentityJson> identities;
    std::optional<std::string> name;
    std::optional<std::string> email;
    std::optional<std::string> phone;
    std::string group;
    bool blocked = false;
    std::optional<std::string> blocked_reason;
    std::optional<core::CustomerId> merged_into;
    std::uint64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(CustomerOutput, (),
                      (id, identities, name, email, phone, group, blocked, blocked_reason, merged_into, version))

/// Errors: malformed_json, invalid_request.
[[nodiscard]] Result<CustomerInput, Problem> read_customer(std::string_view text);
[[nodiscard]] Result<core::CustomerId, Problem> read_merge(std::string_view text);

/// What of a customer is personal.
struct PersonFields {
    std::optional<std::string> name;
    std::optional<std::string> email;
    std::optional<std::string> phone;
};
[[nodiscard]] PersonFields read_person_fields(std::string_view doc);

[[nodiscard]] core::PutCustomer customer_command(const CustomerInput& input, core::CustomerId id);
[[nodiscard]] CustomerOutput render_customer(const core::Customer& customer, PersonFields person,
                                             const engine::TenantView& view);

}  // namespace waybill::api

namespace waybill::json {

template <>
struct Rules<api::IdentityJson> {
    static constexpr auto fields = std::array{text("channel", 1, core::limits::code_bytes_max),
                                              text("external_id", 1, core::limits::code_bytes_max)};
};
template <>
struct Rules<api::CustomerInput> {
    static constexpr auto fields = std::array{items("identities", 0, core::limits::customer_identities_max).defaulted(),
                                              text("name", 0, core::limits::name_bytes_max),
                                              text("email", 0, core::limits::name_bytes_max),
                                              text("phone", 0, core::limits::name_bytes_max),
                                              text("group", 0, core::limits::code_bytes_max),
                                              text("blocked_reason", 0, core::limits::name_bytes_max)};
};

}  // namespace waybill::json

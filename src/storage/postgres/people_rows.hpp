#pragma once
// Customers, the identities they are known by, and personal data.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/postgres/batch_statements.hpp"

namespace waybill::storage::postgres {

/// Errors, of the statements: conflict for an identity that another customer has.
void write_people(BatchStatements& statements, const engine::TenantBatch& batch);

using NamedDoc = std::pair<core::CustomerId, std::string>;
[[nodiscard]] Connection::Answer<std::vector<NamedDoc>> read_customers(Connection& connection, core::TenantId tenant,
                                                                       const std::vector<core::CustomerId>& ids);
using Known = std::pair<core::CustomerIdentity, core::CustomerId>;
[[nodiscard]] Connection::Answer<std::vector<Known>> find_identities(
    Connection& connection, core::TenantId tenant, const std::vector<core::CustomerIdentity>& identities);
/// Ascending; with a text only those that a person with its words belongs to.
[[nodiscard]] Connection::Answer<std::vector<std::string>> scan_customers(Connection& connection, core::TenantId tenant,
                                                                          core::CustomerId after, std::string_view text,
                                                                          std::uint32_t limit);
/// Rows with an id of at least `from`, ascending.
[[nodiscard]] Connection::Answer<std::vector<engine::PersonRow>> scan_persons(Connection& connection,
                                                                              core::TenantId tenant,
                                                                              core::PersonId from, std::uint32_t limit);

/// What person_of reads, in this order.
inline constexpr std::string_view person_columns = "id, customer, of_order, doc";
[[nodiscard]] engine::PersonRow person_of(const Rows& rows, int row);

}  // namespace waybill::storage::postgres

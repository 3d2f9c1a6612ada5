#pragma once
// Customers, the identities they are known by, and personal data.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/postgres/batch_statements.hpp"

namespace waybill::storage::postgres {

/// Errors, of the statements: conflict for an identity that another customer has.
void write_people(BatchStatements& statements, const engine::TenantBatch& batch);

using NamedDoc = std::pair<core::CustomerId, std::string>;
/// Queues a statement; customers_of reads its answer.
void ask_customers(Connection& connection, core::TenantId tenant, const std::vector<core::CustomerId>& ids);
[[nodiscard]] std::vector<NamedDoc> customers_of(const Rows& rows);

struct Known {
    core::CustomerIdentity identity;
    core::CustomerId customer;
    std::optional<std::string> doc;  ///< of the customer, if there is one
};
/// Queues a statement; identities_of reads its answer.
void ask_identities(Connection& connection, core::TenantId tenant,
                    const std::vector<core::CustomerIdentity>& identities);
[[nodiscard]] std::vector<Known> identities_of(const Rows& rows);

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

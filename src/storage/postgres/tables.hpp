#pragma once
// Tables: the names of all that a store on PostgreSQL has beside waybill_schema, for whatever goes over all of them.

#include <span>
#include <string>
#include <string_view>

namespace waybill::storage::postgres {

/// Small, and unique over all tenants: on a distributed database every node has a copy.
inline constexpr std::string_view names_table = "tenant_names";

/// Of the processes that share the store; whole, beside what is divided.
inline constexpr std::string_view processes_table = "processes";

/// Divided by tenant_id; `tenants` is the first, and every other one is kept where it is.
[[nodiscard]] std::span<const std::string_view> tenant_tables();

/// Those and the names, as an SQL array of texts.
[[nodiscard]] std::string divided_tables_sql();
/// Of every kind.
[[nodiscard]] std::string all_tables_sql();

}  // namespace waybill::storage::postgres

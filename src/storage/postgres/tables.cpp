#include "storage/postgres/tables.hpp"

#include <fmt/format.h>

namespace waybill::storage::postgres {

namespace {

constexpr std::string_view by_tenant[] = {
    "tenants",          "events",    "movements",           "configuration", "inventory_levels",
    "capacity_days",    "orders",    "order_blocks",        "order_search",  "exceptions",
    "fulfillment_rows", "customers", "customer_identities", "persons",       "replies",
    "return_rows",
};

}  // namespace

std::span<const std::string_view> tenant_tables() { return by_tenant; }

std::string divided_tables_sql() { return fmt::format("ARRAY['{}', '{}']", names_table, fmt::join(by_tenant, "', '")); }

std::string all_tables_sql() { return fmt::format("(ARRAY['{}'] || {})", processes_table, divided_tables_sql()); }

}  // namespace waybill::storage::postgres

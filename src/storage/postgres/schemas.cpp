#include "storage/postgres/schemas.hpp"

#include <fmt/format.h>

#include "storage/postgres/connection.hpp"

namespace waybill::storage::postgres {

namespace {

constexpr std::chrono::seconds patience{600};

Result<Unit, engine::IoError> run(const std::string& uri, const std::string& script) {
    auto connection = Connection::open(uri, patience);
    if (!connection) return fail(std::move(connection.error()));
    return (*connection)->run_script(script);
}

}  // namespace

std::string address_of_schema(const std::string& uri, const std::string& schema) {
    // The extension is found in public, wherever the tables are.
    const char separator = uri.find('?') == std::string::npos ? '?' : '&';
    return fmt::format("{}{}options=-csearch_path%3D{}%2Cpublic", uri, separator, schema);
}

Result<Unit, engine::IoError> make_schema_anew(const std::string& uri, const std::string& schema) {
    return run(uri, fmt::format("CREATE EXTENSION IF NOT EXISTS btree_gin SCHEMA public;"
                                "DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}",
                                schema));
}

Result<Unit, engine::IoError> drop_schema(const std::string& uri, const std::string& schema) {
    return run(uri, fmt::format("DROP SCHEMA IF EXISTS {} CASCADE", schema));
}

std::uint64_t bytes_of_schema(const std::string& uri, const std::string& schema) {
    auto connection = Connection::open(uri, patience);
    if (!connection) return 0;
    const auto rows = (*connection)
                          ->run(fmt::format("SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class"
                                            " WHERE relkind = 'r' AND relnamespace = '{}'::regnamespace",
                                            schema));
    return rows ? rows->number(0, 0) : 0;
}

}  // namespace waybill::storage::postgres

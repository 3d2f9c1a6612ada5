#include "storage/postgres/distribution.hpp"

#include <fmt/format.h>

#include "storage/postgres/tables.hpp"

namespace waybill::storage::postgres {

using engine::IoError;
using engine::IoFailure;

namespace {

std::string call_for(std::string_view table) {
    if (table == names_table) return fmt::format("SELECT create_reference_table('{}')", table);
    if (table == tenant_tables().front())
        return fmt::format("SELECT create_distributed_table('{}', 'tenant_id')", table);
    return fmt::format("SELECT create_distributed_table('{}', 'tenant_id', colocate_with => '{}')", table,
                       tenant_tables().front());
}

}  // namespace

Connection::Answer<std::vector<std::string>> distribute(Connection& connection) {
    const std::string extension = "SELECT FROM pg_extension WHERE extname = 'citus'";
    const auto found = connection.run(extension);
    if (!found) return fail(found.error());
    if (found->size() == 0) {
        return fail(IoError{
            IoFailure::unavailable,
            fmt::format(
                "{}: the extension citus is not in this database; its superuser adds it with CREATE EXTENSION citus",
                connection.name())});
    }
    const auto left =
        connection.run(fmt::format("SELECT name FROM unnest({}) WITH ORDINALITY all_tables (name, n) WHERE NOT EXISTS"
                                   " (SELECT FROM pg_dist_partition WHERE logicalrelid = name::regclass) ORDER BY n",
                                   divided_tables_sql()));
    if (!left) return fail(left.error());
    std::vector<std::string> done;
    for (int row = 0; row < left->size(); ++row) {
        const std::string table = left->text(row, 0);
        if (auto called = connection.run_script(call_for(table)); !called) return fail(std::move(called.error()));
        done.push_back(table);
    }
    return done;
}

}  // namespace waybill::storage::postgres

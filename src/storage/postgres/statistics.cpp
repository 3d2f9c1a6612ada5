#include "storage/postgres/statistics.hpp"

#include <bit>

namespace waybill::storage::postgres {

void analyse_young_tables(Connection& connection, std::uint64_t commits) {
    static const Statement young{
        "SELECT 'ANALYZE (SKIP_LOCKED) ' || string_agg(quote_ident(relname), ', ') FROM pg_stat_user_tables"
        " WHERE schemaname = current_schema() AND n_live_tup BETWEEN 100 AND 200000"
        " AND n_mod_since_analyze > n_live_tup / 4"};
    if (!std::has_single_bit(commits)) return;
    const auto rows = connection.run(young, {});
    if (!rows || rows->size() == 0 || rows->is_null(0, 0)) return;
    const std::string analyse = rows->text(0, 0);
    // Commits wait meanwhile, and how many rows there are matters more than how they differ: a tenth of the usual
    // sample.
    connection.queue_control("BEGIN");
    connection.queue_control("SET LOCAL default_statistics_target = 10");
    connection.queue_control(analyse.c_str());
    connection.queue_control("COMMIT");
    if (connection.finish() || connection.is_lost()) return;
    connection.queue_control("ROLLBACK");
    static_cast<void>(connection.finish());
}

}  // namespace waybill::storage::postgres

#include "storage/postgres/session.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <thread>

namespace waybill::storage::postgres {

using engine::IoError;
using engine::IoFailure;

namespace {

constexpr int oldest_server = 130'000;

/// A transaction that its process left open, paused or cut off, holds the tenant's row no longer than this.
constexpr std::chrono::milliseconds left_open_max{5'000};

}  // namespace

Connection::Answer<Connection*> Session::live() {
    if (connection_ && !connection_->is_lost()) return connection_.get();
    connection_.reset();
    auto opened = Connection::open(uri_, options_.patience);
    if (!opened) return fail(std::move(opened.error()));
    if (auto ready = set_up(**opened); !ready) return fail(std::move(ready.error()));
    connection_ = std::move(*opened);
    is_known_ = true;
    return connection_.get();
}

Connection::Answer<Unit> Session::set_up(Connection& connection) const {
    if (connection.server_version() < oldest_server) {
        return fail(IoError{IoFailure::not_a_store,
                            fmt::format("{}: the server is older than PostgreSQL 13", connection.name())});
    }
    if (connection.server_setting("server_encoding") != "UTF8") {
        return fail(IoError{IoFailure::not_a_store,
                            fmt::format("{}: the database has encoding {}; Waybill needs one with UTF8",
                                        connection.name(), connection.server_setting("server_encoding"))});
    }
    // The server gives a statement up a little before the client would give up the server, and notices within half a
    // minute that the client is gone.
    const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(options_.patience).count() * 9 / 10;
    auto done = connection.run_script(fmt::format(
        "SET statement_timeout = {0}; SET lock_timeout = {0}; SET idle_in_transaction_session_timeout = {1};"
        "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;"
        "SET default_transaction_read_only = {2}; SET default_transaction_isolation = 'read committed'",
        millis, left_open_max.count(), access_ == Access::read_only ? "on" : "off"));
    if (!done || access_ == Access::read_only) return done;

    return take_lock(connection);
}

Connection::Answer<Unit> Session::take_lock(Connection& connection) const {
    // 1465470028 is Waybill's own number for this lock; beside it stands the schema, since a database may hold several.
    const std::string sql =
        "SELECT pg_is_in_recovery(), CASE WHEN pg_is_in_recovery() THEN false ELSE"
        " pg_try_advisory_lock(1465470028, current_schema()::regnamespace::oid::integer) END";
    // A session of this process that was lost has the lock until the server notices.
    const int tries = is_known_ ? 100 : 1;
    for (int n = 0; n < tries; ++n) {
        if (n > 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        const auto taken = connection.run(sql);
        if (!taken) return fail(taken.error());
        if (taken->is_null(0, 1)) {
            return fail(IoError{IoFailure::not_a_store,
                                fmt::format("{}: no schema of the search path exists", connection.name())});
        }
        if (taken->integer(0, 0) != 0) {
            return fail(IoError{IoFailure::read_only,
                                fmt::format("{}: is a standby, which takes no writes", connection.name())});
        }
        if (taken->integer(0, 1) != 0) return Unit{};
    }
    return fail(IoError{IoFailure::locked, connection.name()});
}

}  // namespace waybill::storage::postgres

#include "storage/postgres/session.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string_view>

namespace waybill::storage::postgres {

using engine::IoError;
using engine::IoFailure;

namespace {

constexpr int oldest_server = 130'000;

/// As the lock of migrations, one number further.
constexpr std::string_view import_lock = "1465470030, current_schema()::regnamespace::oid::integer";

/// A transaction that its process left open between two journeys, paused or cut off, holds the tenant's row no longer
/// than this. In the middle of one the server does not count; whoever takes the tenant over ends it (PostgresLeases).
constexpr std::chrono::milliseconds left_open_max{5'000};
/// One that only reads holds nothing but its view of the rows, and may take its time over what it has read.
constexpr std::chrono::milliseconds view_left_open_max{600'000};

}  // namespace

Connection::Answer<Connection*> Session::live() {
    if (connection_ && !connection_->is_lost()) return connection_.get();
    if (moment_ != nullptr) {
        return fail(IoError{IoFailure::unavailable, "the connection is lost, and with it the moment that was read"});
    }
    connection_.reset();
    auto opened = Connection::open(uri_, options_.patience);
    if (!opened) return fail(std::move(opened.error()));
    if (auto ready = set_up(**opened); !ready) return fail(std::move(ready.error()));
    connection_ = std::move(*opened);
    return connection_.get();
}

Connection::Answer<Unit> Session::hold_moment() {
    auto connection = live();
    if (!connection) return fail(std::move(connection.error()));
    moment_ = std::make_unique<ReadScope>(**connection);
    // The transaction's view begins with its first statement. Who reads may take its time between two of them.
    (*connection)->queue_control("SET LOCAL idle_in_transaction_session_timeout = 0");
    if (auto begun = (*connection)->run(std::string("SELECT 1 FROM tenants LIMIT 1")); !begun) {
        moment_.reset();
        return fail(std::move(begun.error()));
    }
    return Unit{};
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
    // The server notices within half a minute that the client is gone.
    auto done = connection.run_script(fmt::format(
        "SET statement_timeout = {0}; SET lock_timeout = {0}; SET idle_in_transaction_session_timeout = {1};"
        "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;"
        "SET default_transaction_read_only = {2}; SET default_transaction_isolation = 'read committed'",
        server_patience().count(), (purpose_ == Purpose::read ? view_left_open_max : left_open_max).count(),
        purpose_ == Purpose::read ? "on" : "off"));
    if (done && purpose_ != Purpose::read) done = check_writable(connection);
    if (done && imports_) done = take_import_lock(connection);
    return done;
}

Connection::Answer<Unit> Session::check_writable(Connection& connection) {
    const auto found =
        connection.run(std::string("SELECT pg_is_in_recovery(), current_schema() IS NULL,"
                                   " format('%s:%s', inet_server_addr(), inet_server_port())"));
    if (!found) return fail(found.error());
    if (found->integer(0, 0) != 0) {
        return fail(
            IoError{IoFailure::read_only, fmt::format("{}: is a standby, which takes no writes", connection.name())});
    }
    if (found->integer(0, 1) != 0) {
        return fail(
            IoError{IoFailure::not_a_store, fmt::format("{}: no schema of the search path exists", connection.name())});
    }
    connection.is_of(found->text(0, 2));
    return Unit{};
}

Connection::Answer<Unit> Session::lock_imports() {
    auto connection = live();
    if (!connection) return fail(std::move(connection.error()));
    auto taken = take_import_lock(**connection);
    imports_ = taken.has_value();
    return taken;
}

Connection::Answer<Unit> Session::take_import_lock(Connection& connection) {
    const auto taken = connection.run(fmt::format("SELECT pg_try_advisory_lock({})", import_lock));
    if (!taken) return fail(taken.error());
    if (taken->integer(0, 0) == 0) {
        return fail(IoError{IoFailure::locked, fmt::format("{}: another import is under way", connection.name())});
    }
    return Unit{};
}

std::chrono::milliseconds Session::server_patience() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(options_.patience) * 9 / 10;
}

}  // namespace waybill::storage::postgres

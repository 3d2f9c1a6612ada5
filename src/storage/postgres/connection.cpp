#include "storage/postgres/connection.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include "base/assert.hpp"
#include "storage/postgres/address.hpp"

namespace waybill::storage::postgres {

using engine::IoError;
using engine::IoFailure;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds connect_patience_max{10};

/// One line: libpq's messages end lines as they like.
std::string one_line(std::string_view message) {
    std::string out;
    for (const char c : message) out += c == '\n' || c == '\t' ? ' ' : c;
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

/// What the five characters of an SQLSTATE mean for who called.
IoFailure failure_of(std::string_view state, std::string_view message) {
    // Citus copies rows to the node of their shard and tells what that node refused without its SQLSTATE.
    if (state == "XX000" && message.starts_with("duplicate key value ")) return IoFailure::conflict;
    constexpr std::array<std::pair<std::string_view, IoFailure>, 12> by_prefix{{
        {"53100", IoFailure::full},         // disk full
        {"25006", IoFailure::read_only},    // a standby, or a session that may only read
        {"42501", IoFailure::read_only},    // missing rights
        {"55P03", IoFailure::locked},       // a lock not to be had in the time for it
        {"23", IoFailure::conflict},        // a constraint: somebody else wrote
        {"XX001", IoFailure::corrupt},      // data corrupted
        {"XX002", IoFailure::corrupt},      // index corrupted
        {"3D", IoFailure::not_a_store},     // no such database
        {"28", IoFailure::not_a_store},     // not let in
        {"3F", IoFailure::not_a_store},     // no such schema
        {"42P01", IoFailure::not_a_store},  // a table is missing
        {"42703", IoFailure::not_a_store},  // a column is missing
    }};
    for (const auto& [prefix, kind] : by_prefix) {
        if (state.starts_with(prefix)) return kind;
    }
    return IoFailure::unavailable;
}

/// "postgresql://host:port/name": where the session goes, without who and how.
std::string name_of(const PGconn* handle) {
    const char* host = PQhost(handle);
    return fmt::format("postgresql://{}:{}/{}", host == nullptr ? "" : host, PQport(handle), PQdb(handle));
}

/// What is wrong with an address. libpq's own words repeat parts of it, so they are kept to those without a password.
std::optional<std::string> fault_of(const std::string& uri) {
    constexpr std::string_view encode =
        "in the user's name and the password, letters and digits stand for themselves and everything else is written as"
        " %40 for @, %2F for /, %3A for :, %25 for %";
    if (is_ambiguous(uri)) return fmt::format("the address can be read in two ways: {}", encode);
    char* message = nullptr;
    PQconninfoOption* parsed = PQconninfoParse(uri.c_str(), &message);
    std::optional<std::string> out;
    if (parsed == nullptr) {
        out = without_password(uri) == uri ? one_line(message == nullptr ? "no memory" : message)
                                           : fmt::format("the address can not be read: {}", encode);
    }
    PQfreemem(message);
    PQconninfoFree(parsed);
    return out;
}

bool is_null_result(const PGresult* result) { return result == nullptr; }

bool is_sync_result(const PGresult* result) {
    return result != nullptr && PQresultStatus(result) == PGRES_PIPELINE_SYNC;
}

IoFailure connect_failure(std::string_view message) {
    // Refusals while connecting carry no SQLSTATE; these are the operator's to mend, not time's.
    const bool is_refused = message.find("does not exist") != std::string_view::npos ||
                            message.find("invalid ") != std::string_view::npos ||
                            message.find("authentication failed") != std::string_view::npos ||
                            message.find("no pg_hba.conf entry") != std::string_view::npos;
    return is_refused && message.find("No such file") == std::string_view::npos ? IoFailure::not_a_store
                                                                                : IoFailure::unavailable;
}

}  // namespace

std::uint64_t Rows::changed() const {
    const std::string_view text = PQcmdTuples(result_.get());
    std::uint64_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

std::int64_t Rows::integer(int row, int column) const {
    const std::string_view wire = bytes(row, column);
    WAYBILL_ASSERT(!wire.empty() && wire.size() <= 8);
    // The sign is that of the first byte, whatever the width.
    std::uint64_t out = (static_cast<unsigned char>(wire[0]) & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
    for (const char byte : wire) out = out << 8 | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(out);
}

std::string_view Rows::bytes(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

Connection::Answer<std::unique_ptr<Connection>> Connection::open(const std::string& uri,
                                                                 std::chrono::seconds patience) {
    if (auto fault = fault_of(uri)) return fail(IoError{IoFailure::not_a_store, std::move(*fault)});
    const std::string seconds = std::to_string(std::min(patience, connect_patience_max).count());
    const std::string millis = std::to_string(patience.count() * 1'000);
    // What the address says comes after and wins.
    const std::array<const char*, 8> keys{
        "connect_timeout",           "tcp_user_timeout", "keepalives_idle", "keepalives_interval",
        "fallback_application_name", "client_encoding",  "dbname",          nullptr};
    const std::array<const char*, 8> values{seconds.c_str(), millis.c_str(), "10",        "5",
                                            "waybill",       "UTF8",         uri.c_str(), nullptr};
    PGconn* handle = PQconnectdbParams(keys.data(), values.data(), 1);
    std::unique_ptr<Connection> out(new Connection(handle, patience));
    if (handle == nullptr) return fail(IoError{IoFailure::unavailable, "no memory for a connection"});
    out->name_ = name_of(handle);
    if (PQstatus(handle) != CONNECTION_OK) {
        const std::string message = one_line(PQerrorMessage(handle));
        return fail(IoError{connect_failure(message), message});
    }
    // Notices are the server's talk with people; nobody reads them here.
    PQsetNoticeReceiver(
        handle, [](void*, const PGresult*) {}, nullptr);
    const bool is_ready = PQsetnonblocking(handle, 1) == 0 && PQenterPipelineMode(handle) == 1;
    if (!is_ready) return fail(out->lost());
    return out;
}

Connection::~Connection() { PQfinish(handle_); }

std::string_view Connection::server_setting(const char* setting) const {
    const char* value = PQparameterStatus(handle_, setting);
    return value == nullptr ? "" : value;
}

void Connection::send_parameters(const char* name, const char* sql, const Values& values) {
    const auto count = values.size();
    std::vector<const char*> pointers(count);
    std::vector<int> lengths(count);
    const std::vector<int> formats(count, 1);
    for (std::size_t at = 0; at < count; ++at) {
        pointers[at] = values.bytes(at).data();
        lengths[at] = static_cast<int>(values.bytes(at).size());
    }
    constexpr int binary_rows = 1;
    const int sent = name != nullptr ? PQsendQueryPrepared(handle_, name, static_cast<int>(count), pointers.data(),
                                                           lengths.data(), formats.data(), binary_rows)
                                     : PQsendQueryParams(handle_, sql, static_cast<int>(count), values.types().data(),
                                                         pointers.data(), lengths.data(), formats.data(), binary_rows);
    if (sent != 1) send_failed_ = true;
}

void Connection::queue(const Statement& statement, const Values& values) {
    const auto [at, is_new] = prepared_.try_emplace(&statement);
    if (is_new) {
        at->second = fmt::format("w{}", ++names_given_);
        queued_.push_back({.has_answer = false, .prepares = &statement});
        const int sent = PQsendPrepare(handle_, at->second.c_str(), statement.sql.c_str(),
                                       static_cast<int>(values.size()), values.types().data());
        if (sent != 1) send_failed_ = true;
    }
    queued_.push_back({});
    send_parameters(at->second.c_str(), nullptr, values);
}

void Connection::queue(const std::string& sql, const Values& values) {
    queued_.push_back({});
    send_parameters(nullptr, sql.c_str(), values);
}

void Connection::queue_control(const char* sql) {
    queued_.push_back({.has_answer = false});
    send_parameters(nullptr, sql, {});
}

void Connection::send() {
    if (PQflush(handle_) < 0) send_failed_ = true;
}

bool Connection::wait(Clock::time_point until) {
    while (PQisBusy(handle_) != 0 || PQflush(handle_) == 1) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
        if (left <= 0) {
            fell_silent_ = true;
            return false;
        }
        const int unsent = PQflush(handle_);
        if (unsent < 0) return false;
        pollfd waited{PQsocket(handle_), static_cast<short>(unsent == 1 ? POLLIN | POLLOUT : POLLIN), 0};
        const int ready = ::poll(&waited, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
        if (ready < 0 && errno != EINTR) return false;
        if (ready > 0 && (waited.revents & ~POLLOUT) != 0 && PQconsumeInput(handle_) != 1) return false;
        if (PQstatus(handle_) != CONNECTION_OK) return false;
    }
    return true;
}

PGresult* Connection::next_result(Clock::time_point until) {
    if (!wait(until)) {
        is_lost_ = true;
        return nullptr;
    }
    return PQgetResult(handle_);
}

bool Connection::is_next(bool (*is_expected)(const PGresult*), Clock::time_point until) {
    PGresult* result = next_result(until);
    if (is_lost()) {
        PQclear(result);
        return false;
    }
    // A server that ends the session says so at any moment, after every statement was answered, too.
    if (!is_expected(result)) is_lost_ = true;
    PQclear(result);
    return !is_lost_;
}

IoError Connection::lost() {
    is_lost_ = true;
    std::string message = one_line(PQerrorMessage(handle_));
    if (fell_silent_ || message.empty()) message = fmt::format("no answer for {} seconds", patience_.count());
    return {IoFailure::unavailable, fmt::format("{}: {}", name_, message)};
}

IoError Connection::error_of(const PGresult* result) {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (state == nullptr) return lost();
    // Prepared statements that no longer fit the tables, or are gone: a new session prepares them again.
    const std::string_view code = state;
    if (code == "0A000" || code == "26000") is_lost_ = true;
    const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const std::string message = one_line(primary == nullptr ? "" : primary);
    return {failure_of(state, message), fmt::format("{}: {} ({})", name_, message, state)};
}

Connection::Answer<std::vector<Rows>> Connection::finish() {
    const std::vector<Queued> queued = std::exchange(queued_, {});
    const Clock::time_point until = Clock::now() + patience_;
    if (std::exchange(send_failed_, false) || is_lost() || PQpipelineSync(handle_) != 1) return fail(lost());
    std::vector<Rows> out;
    std::optional<IoError> first_error;
    for (const Queued& each : queued) {
        PGresult* result = next_result(until);
        if (result == nullptr) return fail(lost());
        const ExecStatusType status = PQresultStatus(result);
        const bool is_good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
        if (!is_good && !first_error) first_error = error_of(result);
        // What could not be prepared, or was not reached, has to be prepared the next time.
        if (!is_good && each.prepares != nullptr) prepared_.erase(each.prepares);
        if (is_good && each.has_answer) {
            out.emplace_back(result);
        } else {
            PQclear(result);
        }
        if (is_lost()) return fail(first_error ? std::move(*first_error) : lost());
        // A null marks the end of each statement's answer.
        if (!is_next(is_null_result, until)) return fail(first_error ? std::move(*first_error) : lost());
    }
    if (!is_next(is_sync_result, until)) return fail(first_error ? std::move(*first_error) : lost());
    if (first_error) return fail(std::move(*first_error));
    return out;
}

Connection::Answer<Rows> Connection::run(const Statement& statement, const Values& values) {
    queue(statement, values);
    auto rows = finish();
    if (!rows) return fail(std::move(rows.error()));
    return std::move(rows->front());
}

Connection::Answer<Rows> Connection::run(const std::string& sql, const Values& values) {
    queue(sql, values);
    auto rows = finish();
    if (!rows) return fail(std::move(rows.error()));
    return std::move(rows->front());
}

Connection::Answer<Unit> Connection::run_script(const std::string& sql) {
    WAYBILL_ASSERT(queued_.empty());
    if (is_lost() || PQexitPipelineMode(handle_) != 1 || PQsendQuery(handle_, sql.c_str()) != 1) return fail(lost());
    // Who runs a script waits for it: a schema takes the time it takes.
    const Clock::time_point until = Clock::now() + std::chrono::hours(24);
    std::optional<IoError> first_error;
    while (PGresult* result = next_result(until)) {
        const ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && !first_error) first_error = error_of(result);
        PQclear(result);
    }
    if (is_lost() || PQenterPipelineMode(handle_) != 1) return fail(first_error ? std::move(*first_error) : lost());
    if (first_error) return fail(std::move(*first_error));
    return Unit{};
}

ReadScope::ReadScope(Connection& connection) : connection_(connection.in_transaction() ? nullptr : &connection) {
    if (connection_ == nullptr) return;
    connection.queue_control("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

ReadScope::~ReadScope() {
    if (connection_ == nullptr || connection_->is_lost()) return;
    connection_->queue_control("COMMIT");
    // Nothing was changed, so nothing can be lost with it.
    static_cast<void>(connection_->finish());
}

}  // namespace waybill::storage::postgres

#include "storage/sqlite/connection.hpp"

#include <fmt/format.h>

namespace waybill::storage::sqlite {

using engine::IoError;
using engine::IoFailure;

namespace {

constexpr int busy_wait_ms = 5'000;

/// A path as a file: URI; everything that has a meaning in a URI is escaped.
std::string uri_of(const std::string& path) {
    std::string out = "file:";
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                           c == '.' || c == '-' || c == '_';
        if (plain) {
            out.push_back(c);
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

}  // namespace

IoFailure failure_of(int code) {
    switch (code & 0xFF) {
        case SQLITE_FULL:
        case SQLITE_TOOBIG:
            return IoFailure::full;
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return IoFailure::read_only;
        case SQLITE_CORRUPT:
        case SQLITE_FORMAT:
        case SQLITE_MISMATCH:
            return IoFailure::corrupt;
        case SQLITE_NOTADB:
            return IoFailure::not_a_store;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL:
            return IoFailure::locked;
        case SQLITE_CONSTRAINT:
            return IoFailure::conflict;
        case SQLITE_IOERR:
            return code == SQLITE_IOERR_CORRUPTFS || code == SQLITE_IOERR_DATA ? IoFailure::corrupt
                                                                               : IoFailure::unavailable;
        default:
            return IoFailure::unavailable;
    }
}

Result<std::unique_ptr<Connection>, IoError> Connection::open(const std::string& path, Mode mode) {
    // Counting every allocation takes a lock for each; nobody reads the counts. Refused, without harm, when the process
    // has used SQLite before.
    static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(uncounted);
    std::unique_ptr<Connection> connection(new Connection(path));
    const int base = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE;
    int code = SQLITE_OK;
    switch (mode) {
        case Mode::create:
            code = sqlite3_open_v2(path.c_str(), &connection->handle_,
                                   base | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
            break;
        case Mode::read_only:
            code = sqlite3_open_v2(path.c_str(), &connection->handle_, base | SQLITE_OPEN_READONLY, nullptr);
            break;
        case Mode::read_only_immutable:
            code = sqlite3_open_v2((uri_of(path) + "?immutable=1").c_str(), &connection->handle_,
                                   base | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
            break;
    }
    if (code == SQLITE_OK) code = sqlite3_busy_timeout(connection->handle_, busy_wait_ms);
    if (code != SQLITE_OK) connection->record(code, "open");
    if (auto error = connection->take_error()) return fail(std::move(*error));
    return connection;
}

Connection::~Connection() { sqlite3_close_v2(handle_); }

bool Connection::execute(const std::string& sql) {
    if (failed()) return false;
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) record(code, sql.substr(0, 80));
    return code == SQLITE_OK;
}

std::optional<std::int64_t> Connection::integer(const std::string& sql) {
    Statement statement(*this, sql);
    Cursor row = statement.query();
    if (!row.next()) return std::nullopt;
    return row.integer(0);
}

std::optional<IoError> Connection::take_error() {
    std::optional<IoError> out;
    out.swap(error_);
    return out;
}

void Connection::record(int code, std::string_view doing) {
    if (error_) return;
    const char* text = handle_ != nullptr && sqlite3_extended_errcode(handle_) == code ? sqlite3_errmsg(handle_)
                                                                                       : sqlite3_errstr(code);
    error_ = IoError{failure_of(code), fmt::format("{}: {} (sqlite {}, while: {})", path_, text, code, doing)};
}

void Connection::refuse(IoError error) {
    if (!error_) error_ = std::move(error);
}

Statement::Statement(Connection& connection, std::string_view sql) : connection_(&connection) {
    if (connection.failed()) return;
    const int code = sqlite3_prepare_v3(connection.handle(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
    if (code != SQLITE_OK) connection.record(code, sql.substr(0, 80));
}

bool Statement::ready() {
    if (connection_->failed()) return false;
    if (handle_ == nullptr) connection_->record(SQLITE_MISUSE, "statement was not prepared");
    return handle_ != nullptr;
}

bool Statement::finish() {
    int code = sqlite3_step(handle_);
    while (code == SQLITE_ROW) code = sqlite3_step(handle_);
    if (code != SQLITE_DONE) connection_->record(code, sqlite3_sql(handle_));
    sqlite3_reset(handle_);
    return code == SQLITE_DONE;
}

void Statement::bind(int at, std::int64_t value) {
    const int code = sqlite3_bind_int64(handle_, at, value);
    if (code != SQLITE_OK) connection_->record(code, "bind");
}

void Statement::bind(int at, std::string_view value) {
    const char* data = value.data() == nullptr ? "" : value.data();
    const int code = sqlite3_bind_text64(handle_, at, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK) connection_->record(code, "bind");
}

void Statement::bind(int at, std::span<const unsigned char> value) {
    const int code = sqlite3_bind_blob64(handle_, at, value.data(), value.size(), SQLITE_STATIC);
    if (code != SQLITE_OK) connection_->record(code, "bind");
}

void Statement::bind(int at, std::nullopt_t) {
    const int code = sqlite3_bind_null(handle_, at);
    if (code != SQLITE_OK) connection_->record(code, "bind");
}

void Statement::bind(int at, const Value& value) {
    std::visit([&](const auto& held) { bind(at, held); }, value);
}

Cursor Statement::query_values(std::span<const Value> values) {
    if (ready()) {
        int at = 0;
        for (const Value& value : values) bind(++at, value);
    }
    return Cursor(*this);
}

Cursor::~Cursor() {
    if (statement_->handle_ != nullptr) sqlite3_reset(statement_->handle_);
}

bool Cursor::next() {
    if (!statement_->ready()) return false;
    const int code = sqlite3_step(statement_->handle_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) statement_->connection_->record(code, sqlite3_sql(statement_->handle_));
    return false;
}

std::int64_t Cursor::integer(int column) const { return sqlite3_column_int64(statement_->handle_, column); }

bool Cursor::is_null(int column) const { return sqlite3_column_type(statement_->handle_, column) == SQLITE_NULL; }

std::string Cursor::text(int column) const {
    const auto bytes = blob(column);
    return {bytes.begin(), bytes.end()};
}

std::span<const unsigned char> Cursor::blob(int column) const {
    const auto* data = static_cast<const unsigned char*>(sqlite3_column_blob(statement_->handle_, column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_->handle_, column))};
}

ReadScope::~ReadScope() {
    // Nothing was written, so the end of the transaction has nothing to say; a failure before it is kept.
    if (connection_ != nullptr && connection_->in_transaction())
        sqlite3_exec(connection_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace waybill::storage::sqlite

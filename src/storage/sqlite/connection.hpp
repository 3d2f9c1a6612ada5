#pragma once
// Connection, Statement and Cursor: SQLite with owners for its handles and one way of failing.
//
// The first failure of a connection is kept until `take_error`; after it every call does nothing and says false, so
// that a sequence of calls needs one check at its end. Each SQLite result becomes an engine::IoFailure in one place.
//
// Threads: a connection and its statements belong to one thread at a time.

#include <sqlite3.h>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "base/instant.hpp"
#include "engine/store.hpp"

namespace waybill::storage::sqlite {

/// What a result code of SQLite means to the engine.
[[nodiscard]] engine::IoFailure failure_of(int code);

class Connection {
public:
    enum class Mode : std::uint8_t { create, read_only, read_only_immutable };

    /// Errors: any IoFailure that opening can have; the file's content is looked at by others (schema.hpp).
    [[nodiscard]] static Result<std::unique_ptr<Connection>, engine::IoError> open(const std::string& path, Mode mode);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Runs any number of statements without parameters; rows are ignored.
    bool execute(const std::string& sql);
    /// The first column of the first row, for pragmas and counts. Nothing on failure and when there is no row.
    [[nodiscard]] std::optional<std::int64_t> integer(const std::string& sql);

    [[nodiscard]] bool failed() const { return error_.has_value(); }
    [[nodiscard]] std::optional<engine::IoError> take_error();
    void record(int code, std::string_view doing);
    /// Keeps a failure that SQLite did not find itself.
    void refuse(engine::IoError error);
    /// The latest INSERT, UPDATE or DELETE changed a row.
    [[nodiscard]] bool has_changed_rows() const { return sqlite3_changes(handle_) > 0; }
    [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
    [[nodiscard]] sqlite3* handle() { return handle_; }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    explicit Connection(std::string path) : path_(std::move(path)) {}

    sqlite3* handle_ = nullptr;
    std::string path_;
    std::optional<engine::IoError> error_;
};

/// A value from the connection's state: the value when nothing failed, else the failure, which is taken.
template <class T>
[[nodiscard]] Result<std::decay_t<T>, engine::IoError> answer(Connection& connection, T&& value) {
    if (auto error = connection.take_error()) return fail(std::move(*error));
    return std::decay_t<T>(std::forward<T>(value));
}

class Statement;

/// A parameter whose type is known only when a statement is put together.
using Value = std::variant<std::int64_t, std::string>;

/// The rows of one running statement. The statement is free again when the cursor goes out of scope.
class Cursor {
public:
    explicit Cursor(Statement& statement) : statement_(&statement) {}
    ~Cursor();
    Cursor(const Cursor&) = delete;
    Cursor& operator=(const Cursor&) = delete;

    /// Moves to the next row; false at the end and on failure.
    [[nodiscard]] bool next();
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::uint64_t number(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    [[nodiscard]] std::uint32_t number32(int column) const { return static_cast<std::uint32_t>(integer(column)); }
    [[nodiscard]] Instant instant(int column) const { return Instant(integer(column)); }
    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::string text(int column) const;
    /// Valid until `next`.
    [[nodiscard]] std::span<const unsigned char> blob(int column) const;

private:
    Statement* statement_;
};

/// A prepared statement. Texts are bound by reference: they must live until `run` returns or the cursor is gone.
class Statement {
public:
    /// A statement that can not be prepared leaves its failure in the connection.
    Statement(Connection& connection, std::string_view sql);
    ~Statement() { sqlite3_finalize(handle_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// Binds in order and runs to the end. False on failure.
    template <class... Values>
    bool run(const Values&... values) {
        if (!ready()) return false;
        int at = 0;
        (bind(++at, values), ...);
        return finish();
    }
    template <class... Values>
    [[nodiscard]] Cursor query(const Values&... values) {
        if (ready()) {
            int at = 0;
            (bind(++at, values), ...);
        }
        return Cursor(*this);
    }

    /// Runs to the end with what `bind` has bound. False on failure.
    bool run_bound() { return ready() && finish(); }

    /// For statements that are put together (sql_text.hpp).
    [[nodiscard]] Cursor query_values(std::span<const Value> values);

    void bind(int at, std::int64_t value);
    void bind(int at, const Value& value);
    void bind(int at, std::uint64_t value) { bind(at, static_cast<std::int64_t>(value)); }
    void bind(int at, std::int32_t value) { bind(at, static_cast<std::int64_t>(value)); }
    void bind(int at, std::uint32_t value) { bind(at, static_cast<std::int64_t>(value)); }
    void bind(int at, std::uint16_t value) { bind(at, static_cast<std::int64_t>(value)); }
    void bind(int at, core::LevelUnits value) { bind(at, static_cast<std::int64_t>(value)); }
    void bind(int at, Instant value) { bind(at, value.micros()); }
    void bind(int at, std::string_view value);
    void bind(int at, const std::string& value) { bind(at, std::string_view(value)); }
    void bind(int at, std::span<const unsigned char> value);
    void bind(int at, std::nullopt_t);
    template <class T>
    void bind(int at, const std::optional<T>& value) {
        value ? bind(at, *value) : bind(at, std::nullopt);
    }
    template <class Id>
    requires requires(const Id& id) { id.raw(); }
    void bind(int at, const Id& id) { bind(at, id.raw()); }
    template <class E>
    requires std::is_enum_v<E>
    void bind(int at, E value) { bind(at, static_cast<std::int64_t>(value)); }

    [[nodiscard]] Connection& connection() { return *connection_; }
    /// Of a row that it gives.
    [[nodiscard]] int columns() const { return sqlite3_column_count(handle_); }

private:
    friend class Cursor;
    [[nodiscard]] bool ready();
    bool finish();

    Connection* connection_;
    sqlite3_stmt* handle_ = nullptr;
};

/// One unchanging view of the store for several statements of a reader. Inside another it is that one's view.
class ReadScope {
public:
    explicit ReadScope(Connection& connection) : connection_(connection.in_transaction() ? nullptr : &connection) {
        if (connection_ != nullptr) connection.execute("BEGIN");
    }
    ~ReadScope();
    ReadScope(const ReadScope&) = delete;
    ReadScope& operator=(const ReadScope&) = delete;

private:
    Connection* connection_;
};

}  // namespace waybill::storage::sqlite

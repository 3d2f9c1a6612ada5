#pragma once
// Connection: a session with a PostgreSQL server. Statements are queued and sent together, and one answer is waited
// for: a batch costs one journey, however many tables it changes.
//
// No call waits longer than the address's time limit: a server that does not answer by then is given up, and the
// session is lost. What a lost session had begun may still be going on in the server.
//
// Threads: one at a time.

#include <libpq-fe.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/store.hpp"
#include "storage/postgres/values.hpp"

namespace waybill::storage::postgres {

/// A text with `$1`, `$2` ...; prepared when it is first used on a connection. Lives as long as the program.
struct Statement {
    std::string sql;
};

/// The rows that a statement gave, or how many it changed.
class Rows {
public:
    explicit Rows(PGresult* result) : result_(result) {}

    [[nodiscard]] int size() const { return PQntuples(result_.get()); }
    [[nodiscard]] std::uint64_t changed() const;
    [[nodiscard]] bool is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
    /// A number of any width, or a boolean as 0 and 1.
    [[nodiscard]] std::int64_t integer(int row, int column) const;
    [[nodiscard]] std::uint64_t number(int row, int column) const {
        return static_cast<std::uint64_t>(integer(row, column));
    }
    [[nodiscard]] std::uint32_t number32(int row, int column) const {
        return static_cast<std::uint32_t>(integer(row, column));
    }
    [[nodiscard]] Instant instant(int row, int column) const { return Instant(integer(row, column)); }
    /// Valid as long as the rows.
    [[nodiscard]] std::string_view bytes(int row, int column) const;
    [[nodiscard]] std::string text(int row, int column) const { return std::string(bytes(row, column)); }

private:
    struct Clear {
        void operator()(PGresult* result) const { PQclear(result); }
    };
    std::unique_ptr<PGresult, Clear> result_;
};

class Connection {
public:
    template <class T>
    using Answer = Result<T, engine::IoError>;

    /// `uri` as libpq takes it. Errors: not_a_store for what is no such address, or names no database or user that the
    /// server knows; unavailable; newer_schema never.
    [[nodiscard]] static Answer<std::unique_ptr<Connection>> open(const std::string& uri,
                                                                  std::chrono::seconds patience);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Sends nothing yet. `statement` is prepared; a text that is put together is not.
    void queue(const Statement& statement, const Values& values);
    void queue(const std::string& sql, const Values& values = {});
    /// What begins or ends a transaction: it has no place among the answers.
    void queue_control(const char* sql);
    /// Sends what is queued as far as it goes without waiting. The answers come with `finish`.
    void send();
    /// Sends what is queued, and gives the answers in its order. Error: the first that failed; those after it were not
    /// run.
    [[nodiscard]] Answer<std::vector<Rows>> finish();
    [[nodiscard]] Answer<Rows> run(const Statement& statement, const Values& values);
    [[nodiscard]] Answer<Rows> run(const std::string& sql, const Values& values = {});
    /// Several statements in one text, without values.
    [[nodiscard]] Answer<Unit> run_script(const std::string& sql);

    /// The server or the way to it is gone; nothing works any more.
    [[nodiscard]] bool is_lost() const { return is_lost_ || PQstatus(handle_) != CONNECTION_OK; }
    /// Lost because the server said nothing for too long, not because it, or the way to it, ended.
    [[nodiscard]] bool fell_silent() const { return fell_silent_; }
    /// What was sent so far has begun a transaction that has not ended.
    [[nodiscard]] bool in_transaction() const { return PQtransactionStatus(handle_) != PQTRANS_IDLE; }
    /// Without a password.
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] int server_version() const { return PQserverVersion(handle_); }
    [[nodiscard]] std::string_view server_setting(const char* setting) const;
    /// Which server this is, of several that an address may lead to. Empty until somebody has asked it.
    [[nodiscard]] const std::string& server() const { return server_; }
    void is_of(std::string server) { server_ = std::move(server); }
    /// Nothing is asked of it any more.
    void give_up() { is_lost_ = true; }

private:
    Connection(PGconn* handle, std::chrono::seconds patience) : handle_(handle), patience_(patience) {}

    struct Queued {
        bool has_answer = true;
        const Statement* prepares = nullptr;  ///< else it runs
    };

    void send_parameters(const char* name, const char* sql, const Values& values);
    /// Waits until the server has something, writing what is left to be sent. False: lost, or it took too long.
    [[nodiscard]] bool wait(std::chrono::steady_clock::time_point until);
    /// Takes the next result. False: it is another one, and the session is lost.
    [[nodiscard]] bool is_next(bool (*is_expected)(const PGresult*), std::chrono::steady_clock::time_point until);
    [[nodiscard]] PGresult* next_result(std::chrono::steady_clock::time_point until);
    [[nodiscard]] engine::IoError lost();
    [[nodiscard]] engine::IoError error_of(const PGresult* result);

    PGconn* handle_;
    std::chrono::seconds patience_;
    std::string name_;
    std::string server_;
    std::unordered_map<const Statement*, std::string> prepared_;
    std::uint64_t names_given_ = 0;
    std::vector<Queued> queued_;
    bool send_failed_ = false;
    bool is_lost_ = false;
    bool fell_silent_ = false;
};

/// Begins a transaction that sees one moment, and ends it. Inside another it is that one's moment.
class ReadScope {
public:
    explicit ReadScope(Connection& connection);
    ~ReadScope();
    ReadScope(const ReadScope&) = delete;
    ReadScope& operator=(const ReadScope&) = delete;

private:
    Connection* connection_;
};

}  // namespace waybill::storage::postgres

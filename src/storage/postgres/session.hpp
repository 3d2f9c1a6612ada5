#pragma once
// Session: a connection that is made again when it was lost, set up for what it is to do.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "storage/options.hpp"
#include "storage/postgres/connection.hpp"

namespace waybill::storage::postgres {

enum class Purpose : std::uint8_t {
    read,
    write,
};

class Session {
public:
    Session(std::string uri, Purpose purpose, const StoreOptions& options)
        : uri_(std::move(uri)), purpose_(purpose), options_(options) {}

    /// The connection, made and set up if there is none.
    /// Errors: as Connection::open; read_only for a standby when it is to be written.
    [[nodiscard]] Connection::Answer<Connection*> live();

    /// The next `live` makes a new connection.
    void drop() { connection_.reset(); }

    /// Begins a transaction that sees one moment; until `end_moment` a lost connection is not made again.
    [[nodiscard]] Connection::Answer<Unit> hold_moment();
    void end_moment() { moment_.reset(); }

    /// No other session has this lock from now on; a connection that is made again takes it again before anything.
    /// Errors: locked.
    [[nodiscard]] Connection::Answer<Unit> lock_imports();

    /// Runs `read`, again when the connection was lost meanwhile: reading twice does no harm.
    template <class Read>
    auto read(const Read& read) -> decltype(read(std::declval<Connection&>())) {
        for (bool is_second = false;; is_second = true) {
            auto connection = live();
            if (!connection) return fail(std::move(connection.error()));
            auto out = read(**connection);
            if (out || is_second || !(*connection)->is_lost()) return out;
        }
    }

private:
    [[nodiscard]] Connection::Answer<Unit> set_up(Connection& connection) const;
    [[nodiscard]] static Connection::Answer<Unit> check_writable(Connection& connection);
    [[nodiscard]] static Connection::Answer<Unit> take_import_lock(Connection& connection);
    /// The server gives a statement up a little before the client would give up the server.
    [[nodiscard]] std::chrono::milliseconds server_patience() const;

    std::string uri_;
    Purpose purpose_;
    StoreOptions options_;
    bool imports_ = false;  ///< lock_imports was called
    std::unique_ptr<Connection> connection_;
    std::unique_ptr<ReadScope> moment_;  ///< last: it ends before the connection
};

}  // namespace waybill::storage::postgres

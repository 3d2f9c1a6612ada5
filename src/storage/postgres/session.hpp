#pragma once
// Session: a connection that is made again when it was lost, set up for writing or for reading.

#include <memory>
#include <string>

#include "storage/options.hpp"
#include "storage/postgres/connection.hpp"

namespace waybill::storage::postgres {

class Session {
public:
    Session(std::string uri, Access access, const StoreOptions& options)
        : uri_(std::move(uri)), access_(access), options_(options) {}

    /// The connection, made and set up if there is none. A writer's holds the lock that only one process has.
    /// Errors: as Connection::open; locked; read_only for a standby when it is to be written.
    [[nodiscard]] Connection::Answer<Connection*> live();

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
    /// Takes the lock that one process has.
    [[nodiscard]] Connection::Answer<Unit> take_lock(Connection& connection) const;

    std::string uri_;
    Access access_;
    StoreOptions options_;
    std::unique_ptr<Connection> connection_;
    bool is_known_ = false;  ///< it was connected before
};

}  // namespace waybill::storage::postgres

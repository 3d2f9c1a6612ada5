#pragma once
// PrivatePostgres: a PostgreSQL server of the test's own: a fresh cluster in a temporary folder, on a Unix socket there
// and on a free port of 127.0.0.1. Everybody may connect, as the superuser "postgres". It goes away with its object,
// and a moment after the process when that is killed. As root it runs as the user postgres, since a server refuses
// root.
//
// Nothing is synced: a test kills processes, not machines.
//
// Errors are std::runtime_error with what the command said that failed.
// Threads: any; but stop, start and restart_immediately one at a time.

#include <atomic>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/scratch_folder.hpp"

namespace waybill::conformance {

class PrivatePostgres {
public:
    /// `settings` are lines of postgresql.conf, for what a test wants otherwise.
    explicit PrivatePostgres(std::string_view settings = "");
    ~PrivatePostgres();
    PrivatePostgres(const PrivatePostgres&) = delete;
    PrivatePostgres& operator=(const PrivatePostgres&) = delete;

    /// One for all tests of the process, started when it is first asked for.
    [[nodiscard]] static PrivatePostgres& shared();

    /// The address of a new and empty database, over the Unix socket.
    [[nodiscard]] std::string fresh_database();
    /// The address of a new and empty schema of a database that all of them share: made three times as fast.
    [[nodiscard]] std::string fresh_schema();
    /// `database` is a name, here and below, or an address that fresh_database gave.
    [[nodiscard]] std::string uri_over_tcp(const std::string& database) const { return uri_over_tcp(database, port_); }
    /// Through whatever listens on that port of 127.0.0.1 and passes everything on.
    [[nodiscard]] static std::string uri_over_tcp(const std::string& database, unsigned short port);
    [[nodiscard]] unsigned short port() const { return port_; }

    /// Rows as lines of "a|b|c"; null is "-".
    std::string sql(const std::string& database, const std::string& text) const;

    /// Sessions are ended, and what they had not committed is gone.
    void stop();
    void start();
    /// As after a crash: the server recovers from its log. Returns when it accepts connections.
    void restart_immediately();

private:
    [[nodiscard]] std::string address_of(const std::string& database) const;
    void make_cluster(std::string_view settings) const;
    void stop_when_this_process_ends();
    void start_on_a_free_port();
    void set(std::string_view settings) const;
    [[nodiscard]] std::vector<std::string> server_command(std::string_view program,
                                                          const std::vector<std::string>& arguments) const;

    std::filesystem::path binaries_;
    ScratchFolder folder_;
    unsigned short port_ = 0;
    int end_of_process_ = -1;  ///< the writing end of a pipe that nobody writes to
    std::atomic<unsigned> databases_ = 0;
    std::once_flag shared_database_made_;
    std::atomic<unsigned> schemas_ = 0;
};

}  // namespace waybill::conformance

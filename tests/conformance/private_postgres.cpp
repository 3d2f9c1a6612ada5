#include "conformance/private_postgres.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "base/assert.hpp"

namespace waybill::conformance {

namespace {

using Command = std::vector<std::string>;

constexpr std::string_view settings_of_every_test =
    "listen_addresses = '127.0.0.1'\n"
    "fsync = off\n"
    "synchronous_commit = on\n"
    "shared_buffers = 32MB\n"
    "max_connections = 100\n"
    "autovacuum = off\n";

/// Linux takes ports for outgoing connections from 32768 up: below it none of those comes in between while the server
/// is down.
constexpr int first_port = 20'000;
constexpr int last_port = 32'767;
constexpr int starting_ports = 10'000;  ///< processes begin to look at different ones
constexpr int starts_max = 5;

constexpr std::size_t socket_path_max = 107;
constexpr std::string_view longest_socket_name = "/.s.PGSQL.32767.lock";

class ScratchFile {
public:
    ScratchFile() : file_(std::tmpfile(), &std::fclose) { WAYBILL_ASSERT(file_ != nullptr); }

    [[nodiscard]] int descriptor() const { return ::fileno(file_.get()); }
    [[nodiscard]] std::string content() const {
        std::rewind(file_.get());
        std::string out;
        std::array<char, 4096> piece{};
        while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), file_.get())) {
            out.append(piece.data(), size);
        }
        return out;
    }

private:
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

std::vector<char*> pointers(Command& words) {
    std::vector<char*> out;
    for (std::string& word : words) out.push_back(word.data());
    out.push_back(nullptr);
    return out;
}

/// Gives what the command wrote. It goes to files and not to pipes: a server that the command leaves behind would hold
/// those open. Nothing of the test's own surroundings reaches it, neither variables like PGHOST nor open files.
std::string run(Command command, int input = -1) {
    const ScratchFile out, err;
    posix_spawn_file_actions_t actions;
    WAYBILL_ASSERT(::posix_spawn_file_actions_init(&actions) == 0);
    bool is_set = input >= 0
                      ? ::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) == 0
                      : ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0;
    is_set = is_set && ::posix_spawn_file_actions_adddup2(&actions, out.descriptor(), STDOUT_FILENO) == 0;
    is_set = is_set && ::posix_spawn_file_actions_adddup2(&actions, err.descriptor(), STDERR_FILENO) == 0;
    is_set = is_set && ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1) == 0;
    is_set = is_set && ::posix_spawn_file_actions_addchdir_np(&actions, "/") == 0;
    WAYBILL_ASSERT(is_set);
    Command environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"};
    pid_t process = -1;
    const int failure = ::posix_spawn(&process, command.front().c_str(), &actions, nullptr, pointers(command).data(),
                                      pointers(environment).data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) {
        throw std::runtime_error(fmt::format("{}: {}", command.front(), std::generic_category().message(failure)));
    }
    int status = 0;
    WAYBILL_ASSERT(::waitpid(process, &status, 0) == process);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        throw std::runtime_error(fmt::format("{} failed: {}", fmt::join(command, " "), err.content()));
    }
    return out.content();
}

std::filesystem::path newest_binaries() {
    std::filesystem::path newest;
    int newest_version = 0;
    std::error_code no_such_folder;
    for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", no_such_folder)) {
        const int version = std::atoi(entry.path().filename().c_str());
        if (version <= newest_version || !std::filesystem::exists(entry.path() / "bin" / "postgres")) continue;
        newest_version = version;
        newest = entry.path() / "bin";
    }
    if (newest.empty()) throw std::runtime_error("there is no PostgreSQL server in /usr/lib/postgresql");
    return newest;
}

bool is_free(int port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    WAYBILL_ASSERT(socket >= 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool is_bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    return is_bound;
}

unsigned short free_port(int from) {
    for (int port = from; port <= last_port; ++port) {
        if (is_free(port)) return static_cast<unsigned short>(port);
    }
    throw std::runtime_error(fmt::format("no port between {} and {} is free", from, last_port));
}

/// For a path or a value of a URI.
std::string percent_encoded(std::string_view text) {
    std::string out;
    for (const char byte : text) {
        const auto code = static_cast<unsigned char>(byte);
        const bool is_plain = code < 0x80 && std::isalnum(code) != 0;
        if (is_plain || std::string_view("-._~/").find(byte) != std::string_view::npos) {
            out += byte;
        } else {
            out += fmt::format("%{:02X}", code);
        }
    }
    return out;
}

std::string percent_encoded_option(std::string_view setting, std::string_view value) {
    return "&options=" + percent_encoded(fmt::format("-c{}={}", setting, value));
}

/// Of a name, or of an address as fresh_database makes them; percent-encoded.
std::string encoded_name(const std::string& database) {
    const std::size_t user_end = database.find("@/");
    if (!database.starts_with("postgresql://") || user_end == std::string::npos) return percent_encoded(database);
    const std::size_t begin = user_end + 2;
    return database.substr(begin, database.find('?') - begin);
}

}  // namespace

PrivatePostgres& PrivatePostgres::shared() {
    static PrivatePostgres server;
    return server;
}

PrivatePostgres::PrivatePostgres(std::string_view settings) : binaries_(newest_binaries()) {
    if (folder_.path().native().size() + longest_socket_name.size() > socket_path_max) {
        throw std::runtime_error(fmt::format("{}: too long a path for a Unix socket", folder_.path().native()));
    }
    make_cluster(settings);
    stop_when_this_process_ends();
    start_on_a_free_port();
}

PrivatePostgres::~PrivatePostgres() {
    try {
        run(server_command("pg_ctl", {"-m", "immediate", "stop"}));
    } catch (const std::runtime_error&) {
        // The test has stopped it already.
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_.path(), ignored);
    ::close(end_of_process_);  // now the watcher finds nothing left to do
}

void PrivatePostgres::make_cluster(std::string_view settings) const {
    if (::geteuid() == 0) run({"/bin/chown", "postgres", folder_.path().native()});
    run(server_command("initdb", {"-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"}));
    set(settings_of_every_test);
    set(fmt::format("unix_socket_directories = '{}'\n", folder_.path().native()));
    set(settings);
}

/// A process of a session of its own, and a child of nobody here, reads a pipe whose other end only this process has:
/// it reads the end when this process is gone, however it went, and outlives those who kill a whole tree of processes.
void PrivatePostgres::stop_when_this_process_ends() {
    std::array<int, 2> ends{};
    WAYBILL_ASSERT(::pipe2(ends.data(), O_CLOEXEC) == 0);
    end_of_process_ = ends[1];
    Command watcher = {"/usr/bin/setsid",      "--fork", "/bin/sh", "-c", R"(read -r nothing; "$@"; rm -rf "$0")",
                       folder_.path().native()};
    for (std::string& word : server_command("pg_ctl", {"-m", "immediate", "stop"})) watcher.push_back(std::move(word));
    run(watcher, ends[0]);
    ::close(ends[0]);
}

void PrivatePostgres::start_on_a_free_port() {
    port_ = static_cast<unsigned short>(first_port + ::getpid() % starting_ports);
    for (int starts = 1;; ++starts, ++port_) {
        port_ = free_port(port_);
        set(fmt::format("port = {}\n", port_));
        try {
            return start();
        } catch (const std::runtime_error&) {
            // Somebody else may have taken the port meanwhile.
            if (starts == starts_max) throw;
        }
    }
}

void PrivatePostgres::set(std::string_view settings) const {
    std::ofstream(folder_.path() / "data" / "postgresql.conf", std::ios::app) << settings;
}

Command PrivatePostgres::server_command(std::string_view program, const Command& arguments) const {
    Command out;
    if (::geteuid() == 0) out = {"/sbin/runuser", "-u", "postgres", "--"};
    out.insert(out.end(), {(binaries_ / program).native(), "-D", folder_.file("data")});
    out.insert(out.end(), arguments.begin(), arguments.end());
    return out;
}

std::string PrivatePostgres::fresh_database() {
    const std::string name = fmt::format("test_{}", ++databases_);
    sql("postgres", fmt::format("CREATE DATABASE {}", name));
    return address_of(name);
}

std::string PrivatePostgres::fresh_schema() {
    const std::string database = "schemas";
    std::call_once(shared_database_made_, [&] {
        sql("postgres", fmt::format("CREATE DATABASE {}", database));
        // An extension is in one schema of a database, and goes with it.
        sql(database, "CREATE EXTENSION btree_gin");
    });
    const std::string name = fmt::format("test_{}", ++schemas_);
    sql(database, fmt::format("CREATE SCHEMA {}", name));
    return address_of(database) + percent_encoded_option("search_path", name + ",public");
}

std::string PrivatePostgres::address_of(const std::string& database) const {
    return fmt::format("postgresql://postgres@/{}?host={}&port={}", database, percent_encoded(folder_.path().native()),
                       port_);
}

std::string PrivatePostgres::uri_over_tcp(const std::string& database, unsigned short port) {
    return fmt::format("postgresql://postgres@127.0.0.1:{}/{}", port, encoded_name(database));
}

std::string PrivatePostgres::sql(const std::string& database, const std::string& text) const {
    return run({(binaries_ / "psql").native(), "-h", folder_.path().native(), "-p", std::to_string(port_), "-U",
                "postgres", "-d", database, "-XqAt", "-P", "null=-", "-v", "ON_ERROR_STOP=1", "-c", text});
}

void PrivatePostgres::stop() { run(server_command("pg_ctl", {"-m", "fast", "stop"})); }

void PrivatePostgres::start() {
    try {
        run(server_command("pg_ctl", {"-l", folder_.file("log"), "start"}));
    } catch (const std::runtime_error& error) {
        std::ifstream log(folder_.path() / "log");
        throw std::runtime_error(error.what() + std::string(std::istreambuf_iterator<char>(log), {}));
    }
}

void PrivatePostgres::restart_immediately() {
    run(server_command("pg_ctl", {"-l", folder_.file("log"), "-m", "immediate", "restart"}));
}

}  // namespace waybill::conformance

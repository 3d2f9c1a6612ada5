#include "http/server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <limits>
#include <list>
#include <mutex>
#include <utility>

#include "http/outbound_pool.hpp"
#include "http/server_connection.hpp"

namespace waybill::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Refused connections that may be waiting to take their 503; beyond that they are closed without a word.
constexpr std::size_t refused_connections_max = 128;
/// Files that are not connections being served: refused ones, the store and its readers, logs, what libraries open. A
/// flood of connections must not keep the store from opening its files.
constexpr std::size_t other_files_max = refused_connections_max + 128;
constexpr milliseconds sweep_interval_max{250};
constexpr milliseconds sweep_interval_min{5};

/// All deadlines are checked by one sweep rather than by a timer each: arming a timer for every request costs more than
/// parsing it. A deadline is met up to one interval late, so the interval follows the shortest limit.
milliseconds sweep_interval(const Limits& limits) {
    const milliseconds shortest = std::min({limits.header_wait_max, limits.body_wait_max, limits.idle_wait_max,
                                            limits.idle_wait_crowded_max, limits.write_wait_max});
    return std::clamp(shortest / 4, sweep_interval_min, sweep_interval_max);
}

/// Raises the limit on open files as far as it may be. Returns how many connections it leaves room for.
std::size_t make_room_for_connections() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::numeric_limits<std::size_t>::max();
    if (limit.rlim_cur != limit.rlim_max) {
        const rlim_t before = std::exchange(limit.rlim_cur, limit.rlim_max);
        if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
    }
    const std::size_t files = limit.rlim_cur;
    return files - std::min(other_files_max, files / 2);
}

class AsioServer final : public Server {
public:
    AsioServer(const ServerOptions& options, Handler& handler)
        : acceptor_(context_),
          sweep_timer_(context_),
          grace_timer_(context_),
          inbox_(std::make_shared<Inbox>([this] { asio::post(context_, [this] { deliver(); }); })),
          shared_(handler, options.limits, inbox_),
          sweep_interval_(sweep_interval(options.limits)) {
        shared_.closed = [this](std::uint32_t slot) { on_closed(slot); };
    }
    AsioServer(const AsioServer&) = delete;
    AsioServer& operator=(const AsioServer&) = delete;

    ~AsioServer() override {
        abort_all();
        inbox_->close();
    }

    [[nodiscard]] std::optional<std::string> bind(const ServerOptions& options);

    [[nodiscard]] std::uint16_t port() const override { return port_; }
    void run() override;
    void stop(milliseconds grace) override {
        asio::post(context_, [this, grace] { begin_stop(grace); });
    }
    void post(std::function<void()> work) override { asio::post(context_, std::move(work)); }
    void every(milliseconds interval, std::function<void()> work) override;
    Outbound& open_outbound(const OutboundLimits& limits) override {
        outbound_ = make_outbound_pool(context_, limits);
        return *outbound_;
    }
    [[nodiscard]] ServerStats stats() const override;

private:
    struct Periodic {
        Periodic(asio::io_context& context, milliseconds the_interval, std::function<void()> the_work)
            : timer(context), interval(the_interval), work(std::move(the_work)) {}
        asio::steady_timer timer;
        milliseconds interval;
        std::function<void()> work;
    };
    struct Slot {
        std::shared_ptr<Connection> connection;
        enum class Kind { served, refused } kind = Kind::served;
    };

    void accept();
    void on_accepted(tcp::socket socket);
    void on_closed(std::uint32_t slot);
    void deliver();
    void sweep();
    void arm(Periodic& periodic);
    void begin_stop(milliseconds grace);
    void end_if_stopped();
    void abort_all();
    template <class Visit>
    void each_connection(Visit&& visit);
    [[nodiscard]] bool is_crowded() const {
        const std::size_t most = shared_.limits.connections_max;
        return connections_open_.load(std::memory_order_relaxed) >= most - most / 8;
    }

    asio::io_context context_{1};
    tcp::acceptor acceptor_;
    asio::steady_timer sweep_timer_;
    asio::steady_timer grace_timer_;
    std::shared_ptr<Inbox> inbox_;
    ServerShared shared_;
    const milliseconds sweep_interval_;
    std::uint16_t port_ = 0;

    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_slots_;
    std::size_t refused_open_ = 0;
    std::vector<Delivery> deliveries_;
    std::list<Periodic> periodics_;
    std::unique_ptr<OutboundPool> outbound_;
    enum class Accepting { yes, paused, no } accepting_ = Accepting::no;

    std::atomic<std::uint64_t> connections_open_ = 0;
    std::atomic<std::uint64_t> connections_total_ = 0;
    std::atomic<std::uint64_t> connections_refused_ = 0;
};

std::optional<std::string> AsioServer::bind(const ServerOptions& options) {
    boost::system::error_code error;
    const auto failed = [&](std::string_view what) {
        return std::string(what) + " " + options.address + " port " + std::to_string(options.port) + ": " +
               error.message();
    };
    tcp::resolver resolver(context_);
    const auto found = resolver.resolve(options.address, std::to_string(options.port),
                                        tcp::resolver::passive | tcp::resolver::numeric_service, error);
    if (error) return failed("can not resolve");
    const tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor_.open(endpoint.protocol(), error);
    if (error) return failed("can not open a socket for");
    acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    acceptor_.bind(endpoint, error);
    if (error) return failed("can not bind");
    acceptor_.listen(tcp::acceptor::max_listen_connections, error);
    if (error) return failed("can not listen on");
    port_ = acceptor_.local_endpoint(error).port();
    if (error) return failed("can not read the address of");
    return std::nullopt;
}

void AsioServer::run() {
    inbox_->serve_on_this_thread();
    accepting_ = Accepting::yes;
    sweep();
    accept();
    context_.run();
    abort_all();
    if (outbound_) outbound_->close();
    inbox_->close();
}

void AsioServer::every(milliseconds interval, std::function<void()> work) {
    asio::post(context_,
               [this, interval, work = std::move(work)] { arm(periodics_.emplace_back(context_, interval, work)); });
}

void AsioServer::arm(Periodic& periodic) {
    periodic.timer.expires_after(periodic.interval);
    periodic.timer.async_wait([this, &periodic](const boost::system::error_code& error) {
        if (error || shared_.mode == ServerShared::Mode::stopping) return;
        periodic.work();
        arm(periodic);
    });
}

ServerStats AsioServer::stats() const {
    return {
        .connections_open = connections_open_.load(std::memory_order_relaxed),
        .connections_total = connections_total_.load(std::memory_order_relaxed),
        .connections_refused = connections_refused_.load(std::memory_order_relaxed),
        .connections_max = shared_.limits.connections_max,
        .requests_total = shared_.requests_total.load(std::memory_order_relaxed),
        .bytes_in = shared_.bytes_in.load(std::memory_order_relaxed),
        .bytes_out = shared_.bytes_out.load(std::memory_order_relaxed),
    };
}

void AsioServer::accept() {
    acceptor_.async_accept([this](const boost::system::error_code& error, tcp::socket socket) {
        if (accepting_ != Accepting::yes) return;
        if (!error) {
            on_accepted(std::move(socket));
        } else if (error != asio::error::connection_aborted) {
            // Out of file descriptors or memory: trying again at once would spin, the next sweep tries again.
            accepting_ = Accepting::paused;
            return;
        }
        accept();
    });
}

void AsioServer::on_accepted(tcp::socket socket) {
    const bool refused = connections_open_.load(std::memory_order_relaxed) >= shared_.limits.connections_max;
    ++(refused ? connections_refused_ : connections_total_);
    if (refused && refused_open_ >= refused_connections_max) return;
    if (free_slots_.empty()) {
        free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
        slots_.emplace_back();
    }
    const std::uint32_t slot = free_slots_.back();
    free_slots_.pop_back();
    const auto connection = std::make_shared<Connection>(std::move(socket), shared_, slot);
    slots_[slot] = {connection, refused ? Slot::Kind::refused : Slot::Kind::served};
    if (refused) {
        ++refused_open_;
        connection->start_refused();
    } else {
        ++connections_open_;
        connection->start();
    }
}

void AsioServer::on_closed(std::uint32_t slot) {
    if (slots_[slot].kind == Slot::Kind::refused) {
        --refused_open_;
    } else {
        --connections_open_;
    }
    slots_[slot] = Slot();
    free_slots_.push_back(slot);
    end_if_stopped();
}

void AsioServer::deliver() {
    inbox_->take(deliveries_);
    for (Delivery& delivery : deliveries_) {
        if (delivery.key.slot >= slots_.size()) continue;
        const std::shared_ptr<Connection> connection = slots_[delivery.key.slot].connection;
        if (connection && connection->exchange() == delivery.key.exchange) connection->deliver(std::move(delivery));
    }
    deliveries_.clear();
}

template <class Visit>
void AsioServer::each_connection(Visit&& visit) {
    for (std::size_t at = 0; at < slots_.size(); ++at) {
        // The copy keeps a connection alive that closes itself while it is visited.
        if (const std::shared_ptr<Connection> connection = slots_[at].connection) visit(*connection);
    }
}

void AsioServer::sweep() {
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    shared_.date = format_http_date(std::chrono::duration_cast<std::chrono::seconds>(wall).count());
    const auto now = steady_clock::now();
    const milliseconds idle_max = is_crowded()
                                      ? std::min(shared_.limits.idle_wait_crowded_max, shared_.limits.idle_wait_max)
                                      : shared_.limits.idle_wait_max;
    each_connection([&](Connection& connection) { connection.check_deadlines(now, idle_max); });
    if (accepting_ == Accepting::paused) {
        accepting_ = Accepting::yes;
        accept();
    }
    sweep_timer_.expires_after(sweep_interval_);
    sweep_timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) sweep();
    });
}

void AsioServer::begin_stop(milliseconds grace) {
    accepting_ = Accepting::no;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    shared_.mode = ServerShared::Mode::stopping;
    each_connection([](Connection& connection) { connection.retire(); });
    grace_timer_.expires_after(grace);
    grace_timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) context_.stop();
    });
    end_if_stopped();
}

void AsioServer::end_if_stopped() {
    if (shared_.mode == ServerShared::Mode::stopping && free_slots_.size() == slots_.size()) context_.stop();
}

void AsioServer::abort_all() {
    each_connection([](Connection& connection) { connection.abort(); });
}

}  // namespace

Result<std::unique_ptr<Server>, std::string> Server::listen(ServerOptions options, Handler& handler) {
    options.limits.connections_max = std::min(options.limits.connections_max, make_room_for_connections());
    options.limits.stream_chunk_bytes_max = std::max<std::size_t>(options.limits.stream_chunk_bytes_max, 1);
    auto server = std::make_unique<AsioServer>(options, handler);
    if (auto error = server->bind(options)) return fail(std::move(*error));
    return std::unique_ptr<Server>(std::move(server));
}

}  // namespace waybill::http

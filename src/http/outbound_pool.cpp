#include "http/outbound_pool.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "http/outbound_link.hpp"

namespace waybill::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using SteadyTime = Link::SteadyTime;
using Kind = OutboundFailure::Kind;

/// Deadlines are met up to this much late.
constexpr milliseconds outbound_sweep_interval{50};

class Exchange;

/// One address and the connections to it.
struct Peer {
    BaseUrl url;
    std::vector<std::shared_ptr<Link>> links;  ///< those that are shared by whole exchanges, one after the other
    std::deque<std::shared_ptr<Exchange>> waiting;
};

class Pool;

class Exchange final : public OutboundExchange, public LinkUser, public std::enable_shared_from_this<Exchange> {
public:
    Exchange(Pool& pool, OutboundRequest request, std::shared_ptr<OutboundSink> sink)
        : pool_(&pool), request_(std::move(request)), sink_(std::move(sink)) {}

    void write(std::string bytes) override {
        if (link_) link_->write(std::move(bytes));
    }
    void finish() override {
        if (link_) link_->finish();
    }
    [[nodiscard]] std::size_t queued_bytes() const override { return link_ ? link_->queued_bytes() : 0; }
    void resume() override {
        if (link_) link_->resume();
    }
    void cancel() override;

    // A sink that cancels is let go of, and must outlive its own call.
    void on_head(ClientResponse head) override { std::shared_ptr(sink_)->on_head(std::move(head)); }
    Flow on_body(std::string_view bytes) override { return std::shared_ptr(sink_)->on_body(bytes); }
    void on_drained() override { std::shared_ptr(sink_)->on_drained(); }
    void on_end() override { take_sink()->on_end(); }
    void on_failure(OutboundFailure failure) override { take_sink()->on_failure(std::move(failure)); }

    void run_on(const std::shared_ptr<Link>& link, const BaseUrl& url) {
        link_ = link;
        link_->begin(shared_from_this(), url, request_);
        request_.request.body = std::string();
    }
    void check_deadlines(SteadyTime now, const OutboundLimits& limits);
    /// Nobody hears of it any more.
    void abandon() {
        pool_ = nullptr;
        sink_.reset();
        if (const auto link = std::exchange(link_, nullptr)) link->drop();
    }
    [[nodiscard]] const OutboundRequest& request() const { return request_; }

private:
    /// The exchange is over for the pool; its sink is to be told.
    [[nodiscard]] std::shared_ptr<OutboundSink> take_sink();

    Pool* pool_;
    OutboundRequest request_;
    std::shared_ptr<OutboundSink> sink_;
    std::shared_ptr<Link> link_;
    const SteadyTime begun_ = steady_clock::now();
};

class Pool final : public OutboundPool {
public:
    Pool(boost::asio::io_context& context, const OutboundLimits& limits)
        : context_(context), limits_(limits), timer_(context) {}
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    ~Pool() override { close(); }

    std::shared_ptr<OutboundExchange> send(OutboundRequest request, std::shared_ptr<OutboundSink> sink) override;
    OutboundStats stats() const override;
    void close() override;

    /// The exchange has ended. It may have had a connection, or have waited for one.
    void remove(const std::shared_ptr<Exchange>& exchange);

private:
    enum class Sweeping { no, yes };

    void place(Peer& peer, const std::shared_ptr<Exchange>& exchange);
    [[nodiscard]] std::shared_ptr<Link> make_link(const std::string& address, const BaseUrl& url);
    void on_link_changed(const std::string& address, const std::shared_ptr<Link>& link);
    void sweep();
    void sweep_later();

    boost::asio::io_context& context_;
    const OutboundLimits limits_;
    boost::asio::steady_timer timer_;
    Sweeping sweeping_ = Sweeping::no;
    std::map<std::string, Peer, std::less<>> peers_;
    std::set<std::shared_ptr<Exchange>> live_;
};

void Exchange::cancel() {
    if (pool_ == nullptr) return;
    pool_->remove(shared_from_this());
    abandon();
}

std::shared_ptr<OutboundSink> Exchange::take_sink() {
    link_.reset();
    std::exchange(pool_, nullptr)->remove(shared_from_this());
    return std::exchange(sink_, nullptr);
}

void Exchange::check_deadlines(SteadyTime now, const OutboundLimits& limits) {
    const auto self = shared_from_this();
    const auto is_over = [now](SteadyTime since, milliseconds most) { return most.count() > 0 && now - since >= most; };
    if (is_over(begun_, request_.wait_max)) {
        if (link_) return link_->fail(Kind::timed_out, "no complete answer in time");
        return on_failure({Kind::timed_out, OutboundFailure::Sent::nothing, "no connection was free in time"});
    }
    if (!link_) return;
    if (link_->is_connecting()) {
        if (is_over(link_->last_moved(), limits.connect_wait_max)) {
            link_->fail(Kind::unreachable, "connecting took too long");
        }
    } else if (is_over(link_->last_moved(), request_.silence_max)) {
        link_->fail(Kind::timed_out, "nothing was sent or received for too long");
    }
}

std::shared_ptr<OutboundExchange> Pool::send(OutboundRequest request, std::shared_ptr<OutboundSink> sink) {
    const std::string address = request.address;
    auto exchange = std::make_shared<Exchange>(*this, std::move(request), std::move(sink));
    live_.insert(exchange);
    auto peer = peers_.find(address);
    if (peer == peers_.end()) {
        auto url = parse_base_url(address);
        if (!url) {
            boost::asio::post(context_, [this, exchange] {
                if (!live_.contains(exchange)) return;
                exchange->on_failure({Kind::unreachable, OutboundFailure::Sent::nothing, "the address is no address"});
            });
            return exchange;
        }
        peer = peers_.emplace(address, Peer{std::move(*url), {}, {}}).first;
    }
    if (exchange->request().body == OutboundRequest::Body::streamed) {
        const auto link = make_link({}, peer->second.url);
        exchange->run_on(link, peer->second.url);
    } else {
        place(peer->second, exchange);
    }
    sweep_later();
    return exchange;
}

void Pool::place(Peer& peer, const std::shared_ptr<Exchange>& exchange) {
    const auto links = peer.links;  // a link that turns out to be closed leaves the list
    for (auto link = links.rbegin(); link != links.rend(); ++link) {
        if ((*link)->is_usable()) return exchange->run_on(*link, peer.url);
    }
    if (peer.links.size() >= limits_.connections_per_address_max) {
        peer.waiting.push_back(exchange);
        return;
    }
    const auto link = make_link(exchange->request().address, peer.url);
    peer.links.push_back(link);
    exchange->run_on(link, peer.url);
}

/// `address` is that of the peer whose links it is one of; empty for one of its own.
std::shared_ptr<Link> Pool::make_link(const std::string& address, const BaseUrl& url) {
    auto link = std::make_shared<Link>(context_, [this, address](const std::shared_ptr<Link>& changed) {
        if (!address.empty()) on_link_changed(address, changed);
    });
    link->connect(url);
    return link;
}

void Pool::on_link_changed(const std::string& address, const std::shared_ptr<Link>& link) {
    const auto found = peers_.find(address);
    if (found == peers_.end()) return;
    Peer& peer = found->second;
    if (link->is_closed()) std::erase(peer.links, link);
    if (peer.waiting.empty()) return;
    const auto next = std::move(peer.waiting.front());
    peer.waiting.pop_front();
    place(peer, next);
}

void Pool::remove(const std::shared_ptr<Exchange>& exchange) {
    if (live_.erase(exchange) == 0) return;
    const auto peer = peers_.find(exchange->request().address);
    if (peer != peers_.end()) std::erase(peer->second.waiting, exchange);
}

void Pool::sweep_later() {
    if (sweeping_ == Sweeping::yes) return;
    sweeping_ = Sweeping::yes;
    timer_.expires_after(outbound_sweep_interval);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        sweeping_ = Sweeping::no;
        sweep();
    });
}

void Pool::sweep() {
    const auto now = steady_clock::now();
    const std::vector<std::shared_ptr<Exchange>> live(live_.begin(), live_.end());
    for (const auto& exchange : live) {
        if (live_.contains(exchange)) exchange->check_deadlines(now, limits_);
    }
    for (auto at = peers_.begin(); at != peers_.end();) {
        const auto links = at->second.links;
        for (const auto& link : links) {
            if (link->is_free() && now - link->last_moved() >= limits_.idle_wait_max) link->drop();
        }
        const bool is_unused = at->second.links.empty() && at->second.waiting.empty();
        at = is_unused ? peers_.erase(at) : std::next(at);
    }
    if (!live_.empty() || !peers_.empty()) sweep_later();
}

OutboundStats Pool::stats() const {
    OutboundStats out;
    for (const auto& [address, peer] : peers_) {
        out.connections_open += peer.links.size();
        out.waiting += peer.waiting.size();
    }
    return out;
}

void Pool::close() {
    for (const auto& exchange : std::exchange(live_, {})) exchange->abandon();
    auto peers = std::exchange(peers_, {});
    for (auto& [address, peer] : peers) {
        for (const auto& link : peer.links) link->drop();
    }
}

}  // namespace

std::unique_ptr<OutboundPool> make_outbound_pool(boost::asio::io_context& context, const OutboundLimits& limits) {
    return std::make_unique<Pool>(context, limits);
}

}  // namespace waybill::http

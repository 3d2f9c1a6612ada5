#pragma once
// One connection to another server and the exchange that is on it. A link that is free is still read from, so that it
// is known at once when the other side closes it.

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "http/byte_buffers.hpp"
#include "http/client_response.hpp"
#include "http/outbound.hpp"
#include "http/urls.hpp"

namespace waybill::http {

/// What a link tells about its exchange. Each may cancel the exchange, or begin others.
class LinkUser {
public:
    virtual ~LinkUser() = default;
    virtual void on_head(ClientResponse head) = 0;
    virtual Flow on_body(std::string_view bytes) = 0;
    virtual void on_drained() = 0;
    /// The response is complete and the link has let go of its user.
    virtual void on_end() = 0;
    /// Likewise; the link is closed.
    virtual void on_failure(OutboundFailure failure) = 0;
};

class Link : public std::enable_shared_from_this<Link> {
public:
    using SteadyTime = std::chrono::steady_clock::time_point;

    /// `changed` is called when the link has become free or closed.
    Link(boost::asio::io_context& context, std::function<void(const std::shared_ptr<Link>&)> changed);
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    void connect(const BaseUrl& url);
    /// REQUIRES: is_usable, or connecting without a user.
    void begin(std::shared_ptr<LinkUser> user, const BaseUrl& url, const OutboundRequest& request);
    void write(std::string bytes);
    void finish();
    void resume();
    /// Closes without a word to the user.
    void drop();
    /// Closes and tells the user.
    void fail(OutboundFailure::Kind kind, std::string_view reason);

    /// Connected, without a user, and the other side has said nothing.
    [[nodiscard]] bool is_usable();
    [[nodiscard]] bool is_free() const { return phase_ == Phase::open && !user_; }
    [[nodiscard]] bool is_connecting() const { return phase_ == Phase::connecting; }
    [[nodiscard]] bool is_closed() const { return phase_ == Phase::closed; }
    [[nodiscard]] std::size_t queued_bytes() const { return out_.size(); }
    /// When the connection was begun, or a byte last moved either way.
    [[nodiscard]] SteadyTime last_moved() const { return last_moved_; }

private:
    using tcp = boost::asio::ip::tcp;
    using ErrorCode = boost::system::error_code;
    enum class Phase { connecting, open, closed };
    enum class BodySide { ended, streaming };
    enum class Pending { no, yes };

    void on_connected(const ErrorCode& error);
    void read();
    void on_read(const ErrorCode& error, std::size_t bytes);
    /// Hands on what has been received.
    void use_received();
    void complete();
    void flush();
    void wait_writable();
    void close();

    tcp::socket socket_;
    tcp::resolver resolver_;
    std::function<void(const std::shared_ptr<Link>&)> changed_;
    std::string authority_;
    Phase phase_ = Phase::connecting;
    SteadyTime last_moved_ = std::chrono::steady_clock::now();

    std::shared_ptr<LinkUser> user_;
    std::unique_ptr<ResponseReader> reader_;
    enum class Head { awaited, told } head_ = Head::awaited;
    BodySide body_side_ = BodySide::ended;
    OutboundFailure::Sent sent_ = OutboundFailure::Sent::nothing;

    InBuffer in_;
    OutBuffer out_;
    Pending reading_ = Pending::no;
    Pending paused_ = Pending::no;
    Pending blocked_ = Pending::no;  // waiting for room to write
    Pending broken_ = Pending::no;   // nothing can be sent any more, but an answer may still be there
};

}  // namespace waybill::http

// A streamed exchange (a bulk, or events) with the process that serves the tenant. Both sides flow at the same time and
// neither is held: a side that does not take what comes makes the other one wait.
//
// The body of the request follows only when the other process has answered its head. Until then nothing can have been
// done there, so another process can be tried; from then on a cut of one side is a cut of the other.

#include <utility>

#include "api/bulk.hpp"
#include "api/forwarding.hpp"
#include "api/hop.hpp"
#include "api/stalled.hpp"

namespace waybill::api {
namespace {

using std::chrono::steady_clock;
using What = ForwardMetrics::What;

class StreamForward final : public http::OutboundSink,
                            public Awaiting,
                            public Stalled,
                            public std::enable_shared_from_this<StreamForward> {
public:
    StreamForward(Forwarding& forwarding, StreamCall call, Forwarding::OpenHere here)
        : forwarding_(forwarding), call_(std::move(call)), out_(call_->out), here_(std::move(here)) {
        forwarding_.metrics().begin(What::stream);
    }

    void begin(const std::string& hash, std::optional<core::TenantId> tenant) {
        if (tenant) {
            tenant_ = *tenant;
            return attempt();
        }
        forwarding_.find_tenant(hash, [self = shared_from_this()](Result<core::TenantId, Problem> found) {
            if (self->phase_ != Phase::seeking) return;
            if (!found) return self->refuse_with(found.error(), ForwardResult::answered);
            self->tenant_ = *found;
            self->attempt();
        });
    }

    // What waits for an owner.

    void attempt() override {
        if (phase_ != Phase::seeking) return;
        using Kind = Forwarding::Destination::Kind;
        const Forwarding::Destination to = forwarding_.destination(tenant_);
        switch (to.kind) {
            case Kind::here:
                return open_here();
            case Kind::nowhere:
                return try_later();
            case Kind::address:
                return send_to(to.address);
        }
    }

    void give_up() override {
        if (phase_ == Phase::seeking) {
            drop_exchange();
            refuse_with({core::Reject::no_owner, {}, {}, {}}, ForwardResult::no_owner);
        } else if (phase_ == Phase::relaying) {
            // An event stream, whose client comes back.
            if (const auto out = out_.lock()) out->finish();
            drop_exchange();
            end(ForwardResult::left);
        }
    }

    void look_again() override {
        if (!exchange_ || !forwarding_.has_gone(tenant_, sent_to_)) return;
        if (phase_ == Phase::seeking) {
            drop_exchange();
            attempt();
        } else if (call_ && call_->request.method == "GET") {
            give_up();
        }
        // The lines of a bulk that were sent may still be answered.
    }

    // The client's side.

    http::Flow take(std::string_view bytes) {
        switch (phase_) {
            case Phase::seeking:
                held_.append(bytes);
                return pause();
            case Phase::relaying:
                exchange_->write(std::string(bytes));
                return exchange_->queued_bytes() < unsent_max() ? http::Flow::more : pause();
            case Phase::local:
                return local_->on_data(bytes);
            case Phase::over:
                break;
        }
        return http::Flow::more;
    }

    void body_ended() {
        has_ended_ = true;
        if (phase_ == Phase::relaying) exchange_->finish();
        if (phase_ == Phase::local) local_->on_end();
    }

    void client_left() {
        if (phase_ == Phase::local) return local_->on_abort();
        drop_exchange();
        end(ForwardResult::left);
    }

    /// The client did not read; looked at again now and then.
    void retry() override {
        if (phase_ != Phase::relaying) return;
        const auto out = out_.lock();
        if (out && out->queued_bytes() >= unsent_max()) {
            retry_later(forwarding_.services(), weak_from_this());
        } else {
            exchange_->resume();
        }
    }

    // The owner's side.

    void on_head(http::ClientResponse head) override {
        if (head.status == misdirected_status) {
            drop_exchange();
            return try_later();
        }
        phase_ = Phase::relaying;
        status_ = head.status;
        call_->out->start(handed_back(std::move(head)));
        if (!held_.empty()) exchange_->write(std::exchange(held_, {}));
        if (has_ended_) exchange_->finish();
        if (exchange_->queued_bytes() < unsent_max()) go_on();
    }

    http::Flow on_body(std::string_view bytes) override {
        if (!call_->out->write(std::string(bytes))) {
            client_left();
            return http::Flow::pause;
        }
        if (call_->out->queued_bytes() < unsent_max()) return http::Flow::more;
        retry_later(forwarding_.services(), weak_from_this());
        return http::Flow::pause;
    }

    void on_drained() override { go_on(); }

    void on_end() override {
        exchange_.reset();
        if (phase_ != Phase::relaying) return;
        call_->out->finish();
        end(ForwardResult::answered);
    }

    void on_failure(http::OutboundFailure) override {
        exchange_.reset();
        if (phase_ == Phase::seeking) return try_later();
        // Letting go of the stream breaks the client's connection off, as the end of this process would.
        end(ForwardResult::cut);
    }

private:
    enum class Phase {
        seeking,   ///< who serves the tenant
        relaying,  ///< the owner has answered
        local,     ///< it is this process, or the exchange is refused
        over,
    };

    [[nodiscard]] std::size_t unsent_max() const { return forwarding_.services().options.forward_unsent_bytes_max; }

    http::Flow pause() {
        is_paused_ = true;
        return http::Flow::pause;
    }

    /// Reads from the client again.
    void go_on() {
        if (!is_paused_ || has_ended_) return;
        is_paused_ = false;
        if (const auto out = out_.lock()) out->resume();
    }

    void send_to(const std::string& address) {
        if (std::exchange(attempts_, attempts_ + 1) > 0) {
            forwarding_.metrics().repeat();
        } else {
            forwarding_.watch(weak_from_this());
        }
        sent_to_ = address;
        const ApiOptions& options = forwarding_.services().options;
        http::OutboundRequest out{.address = address,
                                  .request = handed_on(options, call_->request),
                                  .body = http::OutboundRequest::Body::streamed};
        out.silence_max = options.forward_silence_max;
        exchange_ = forwarding_.outbound().send(std::move(out), shared_from_this());
        if (call_->request.method == "GET") exchange_->finish();
    }

    void try_later() {
        const auto waited = steady_clock::now() - begun_;
        if (waited >= forwarding_.services().options.forward_wait_max) return give_up();
        if (!forwarding_.wait(shared_from_this())) give_up();
    }

    void refuse_with(const Problem& problem, ForwardResult result) {
        open_locally([&problem](StreamCall call) { return refuse_stream(std::move(call), problem); }, result);
    }

    void open_here() { open_locally(here_, ForwardResult::served_here); }

    /// The exchange goes on without the other process.
    void open_locally(const Forwarding::OpenHere& open, ForwardResult result) {
        StreamCall call = std::move(*call_);
        call_.reset();
        end(result);
        phase_ = Phase::local;
        local_ = open(std::move(call));
        auto flow = http::Flow::more;
        if (!held_.empty()) flow = local_->on_data(std::exchange(held_, {}));
        if (has_ended_) {
            local_->on_end();
        } else if (flow == http::Flow::more) {
            go_on();
        }
    }

    void drop_exchange() {
        if (const auto exchange = std::exchange(exchange_, nullptr)) exchange->cancel();
    }

    void end(ForwardResult result) {
        if (phase_ == Phase::over) return;
        phase_ = Phase::over;
        forwarding_.metrics().end(What::stream, result, steady_clock::now() - begun_);
        if (call_ && call_->ended) std::exchange(call_->ended, nullptr)(status_);
        call_.reset();
    }

    Forwarding& forwarding_;
    std::optional<StreamCall> call_;  ///< until it is over, or goes on locally
    const std::weak_ptr<http::StreamOut> out_;
    const Forwarding::OpenHere here_;
    const steady_clock::time_point begun_ = steady_clock::now();
    core::TenantId tenant_;
    Phase phase_ = Phase::seeking;
    int attempts_ = 0;
    std::string sent_to_;
    int status_ = 200;
    std::string held_;  ///< of the body, until there is somebody to take it
    bool is_paused_ = false;
    bool has_ended_ = false;
    std::shared_ptr<http::OutboundExchange> exchange_;
    std::unique_ptr<http::StreamIn> local_;
};

class StreamForwardIn final : public http::StreamIn {
public:
    explicit StreamForwardIn(std::shared_ptr<StreamForward> forward) : forward_(std::move(forward)) {}
    http::Flow on_data(std::string_view bytes) override { return forward_->take(bytes); }
    void on_end() override { forward_->body_ended(); }
    void on_abort() override { forward_->client_left(); }

private:
    std::shared_ptr<StreamForward> forward_;
};

}  // namespace

std::unique_ptr<http::StreamIn> Forwarding::open_stream(StreamCall call, const std::string& hash,
                                                        std::optional<core::TenantId> tenant, OpenHere here) {
    if (metrics_.under_way(What::stream) >= services_.options.forward_streams_max) {
        metrics_.refuse();
        return refuse_stream(std::move(call),
                             {core::Reject::engine_overloaded, "too many streams are being forwarded", {}, {}});
    }
    const bool lives_long = call.request.method == "GET";
    auto forward = std::make_shared<StreamForward>(*this, std::move(call), std::move(here));
    if (lives_long) add_event_stream(forward);
    forward->begin(hash, tenant);
    return std::make_unique<StreamForwardIn>(std::move(forward));
}

}  // namespace waybill::api

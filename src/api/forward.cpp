// A request whose body is known as a whole, on its way to the process that serves its tenant.

#include <algorithm>
#include <utility>

#include "api/forwarding.hpp"
#include "api/hop.hpp"

namespace waybill::api {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using What = ForwardMetrics::What;

bool only_reads(const http::Request& request) { return request.method == "GET" || request.method == "HEAD"; }

ForwardResult result_of(core::Reject code) {
    if (code == core::Reject::no_owner) return ForwardResult::no_owner;
    return code == core::Reject::outcome_unknown ? ForwardResult::outcome_unknown : ForwardResult::overloaded;
}

class Forward final : public http::OutboundSink, public Awaiting, public std::enable_shared_from_this<Forward> {
public:
    Forward(Forwarding& forwarding, CallPtr call, core::TenantId tenant, Forwarding::ServeHere here)
        : forwarding_(forwarding), call_(std::move(call)), tenant_(tenant), here_(std::move(here)) {
        forwarding_.metrics().begin(What::request);
    }

    void attempt() override {
        using Kind = Forwarding::Destination::Kind;
        const Forwarding::Destination to = forwarding_.destination(tenant_);
        switch (to.kind) {
            case Kind::here:
                return serve_here();
            case Kind::nowhere:
                return try_later();
            case Kind::address:
                return send_to(to.address);
        }
    }

    void give_up() override {
        if (maybe_done_ == Maybe::yes) return refuse_with(core::Reject::outcome_unknown);
        refuse_with(core::Reject::no_owner);
    }

    void look_again() override {
        // What may not be repeated stays with the process that may have carried it out.
        if (!exchange_ || !may_be_repeated(call_->request) || !forwarding_.has_gone(tenant_, sent_to_)) return;
        std::exchange(exchange_, nullptr)->cancel();
        if (!only_reads(call_->request)) maybe_done_ = Maybe::yes;
        attempt();
    }

    void on_head(http::ClientResponse head) override { head_ = std::move(head); }

    http::Flow on_body(std::string_view bytes) override {
        if (body_.size() + bytes.size() > options().forward_answer_bytes_max) {
            exchange_->cancel();
            exchange_.reset();
            end(ForwardResult::answered);
            answer(call_, refuse(core::Reject::internal_error, "the answer is larger than is handed on"));
            return http::Flow::pause;
        }
        body_.append(bytes);
        return http::Flow::more;
    }

    void on_end() override {
        exchange_.reset();
        if (head_.status == misdirected_status) return try_later();
        end(ForwardResult::answered);
        http::Response response = handed_back(std::move(head_));
        response.body = std::move(body_);
        call_->reply(std::move(response));
    }

    void on_failure(http::OutboundFailure failure) override {
        exchange_.reset();
        const bool was_sent = failure.sent == http::OutboundFailure::Sent::something;
        if (was_sent && !only_reads(call_->request)) {
            maybe_done_ = Maybe::yes;
            if (!may_be_repeated(call_->request)) return give_up();
        }
        // What took all of its time has none left for another attempt.
        if (failure.kind == http::OutboundFailure::Kind::timed_out) {
            return was_sent ? give_up() : refuse_with(core::Reject::engine_overloaded);
        }
        try_later();
    }

    void on_drained() override {}

    void try_later() {
        if (steady_clock::now() - call_->begun >= options().forward_wait_max) return give_up();
        if (!forwarding_.wait(shared_from_this())) give_up();
    }

private:
    enum class Maybe { no, yes };

    [[nodiscard]] const ApiOptions& options() const { return forwarding_.services().options; }

    void send_to(const std::string& address) {
        if (std::exchange(attempts_, attempts_ + 1) > 0) {
            forwarding_.metrics().repeat();
        } else {
            forwarding_.watch(weak_from_this());
        }
        sent_to_ = address;
        head_ = {};
        body_.clear();
        http::OutboundRequest out{.address = address,
                                  .request = handed_on(options(), call_->request),
                                  .body = http::OutboundRequest::Body::whole};
        out.request.body = call_->request.body;
        const auto spent = std::chrono::duration_cast<milliseconds>(steady_clock::now() - call_->begun);
        out.wait_max = std::max(options().forward_answer_wait_max - spent, milliseconds(1));
        exchange_ = forwarding_.outbound().send(std::move(out), shared_from_this());
    }

    void serve_here() {
        end(ForwardResult::served_here);
        // The tenant may go again before the request is decided.
        call_->go_elsewhere = [tenant = tenant_, here = here_](const CallPtr& again) {
            again->services.forwarding->forward(again, tenant, here, Forwarding::Begin::later);
        };
        here_(call_);
    }

    void refuse_with(core::Reject code) {
        end(result_of(code));
        answer(call_, refuse(code));
    }

    void end(ForwardResult result) { forwarding_.metrics().end(What::request, result, steady_clock::now() - begun_); }

    Forwarding& forwarding_;
    const CallPtr call_;
    const core::TenantId tenant_;
    const Forwarding::ServeHere here_;
    const steady_clock::time_point begun_ = steady_clock::now();
    int attempts_ = 0;
    std::string sent_to_;
    Maybe maybe_done_ = Maybe::no;
    std::shared_ptr<http::OutboundExchange> exchange_;
    http::ClientResponse head_;
    std::string body_;
};

}  // namespace

void Forwarding::forward(CallPtr call, core::TenantId tenant, ServeHere here, Begin begin) {
    if (metrics_.under_way(What::request) >= services_.options.forwards_max) {
        metrics_.refuse();
        return answer(call, refuse(core::Reject::engine_overloaded, "too many requests are being forwarded"));
    }
    const auto forward = std::make_shared<Forward>(*this, std::move(call), tenant, std::move(here));
    begin == Begin::later ? forward->try_later() : forward->attempt();
}

}  // namespace waybill::api

#pragma once
// Forwarding: requests of tenants that another process serves go there, and its answers come back. Where a tenant is
// served is the engine's knowledge (engine/placement.hpp); a process that turns out not to serve it says so, and then
// the engine is asked again, until somebody serves it or `forward_wait_max` is over. So a take-over is a short delay.
//
// A request that may have been carried out is sent again only when repeating it does no harm; else the client is told
// that the outcome is unknown.
//
// Threads: the HTTP thread only.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/call.hpp"
#include "api/forward_metrics.hpp"
#include "http/outbound.hpp"

namespace waybill::api {

/// What waits for somebody to serve a tenant, or for the answer of whoever does.
class Awaiting {
public:
    virtual ~Awaiting() = default;
    /// Asks again where to go.
    virtual void attempt() = 0;
    /// The process that was asked may be silent because it has stopped in the middle, and the tenant gone to another.
    virtual void look_again() = 0;
    /// The server is stopping.
    virtual void give_up() = 0;
};

class Forwarding {
public:
    explicit Forwarding(Services& services) : services_(services) {}
    Forwarding(const Forwarding&) = delete;
    Forwarding& operator=(const Forwarding&) = delete;

    void attach(http::Server& server);
    /// Whoever waits is refused, and event streams end.
    void end_streams();

    /// Whose key this is, by the store, for one that this process does not know. `then` is called at once or later.
    /// Errors: unauthenticated, engine_overloaded, store_unavailable.
    using Found = std::function<void(Result<core::TenantId, Problem>)>;
    void find_tenant(const std::string& hash, Found then);

    /// Sends a request to where the tenant is served, and answers it; runs `here` when that is this process. `later`:
    /// it was tried where the tenant seems to be, so that it has to wait before that is asked again.
    enum class Begin { now, later };
    using ServeHere = std::function<void(const CallPtr&)>;
    void forward(CallPtr call, core::TenantId tenant, ServeHere here, Begin begin = Begin::now);

    /// Opens a streamed exchange where the tenant of the key is served; by `here` when that is this process.
    /// `tenant`: when it is known; else the store is asked whose key `hash` is.
    using OpenHere = std::function<std::unique_ptr<http::StreamIn>(StreamCall)>;
    [[nodiscard]] std::unique_ptr<http::StreamIn> open_stream(StreamCall call, const std::string& hash,
                                                              std::optional<core::TenantId> tenant, OpenHere here);

    // For what is under way.

    [[nodiscard]] Services& services() { return services_; }
    [[nodiscard]] ForwardMetrics& metrics() { return metrics_; }
    /// The Prometheus text.
    void append_metrics(std::string& out) const;
    [[nodiscard]] http::Outbound& outbound() { return *outbound_; }
    /// Where to send a request of the tenant: an address, or nullopt when nobody serves it that can be reached.
    struct Destination {
        enum class Kind { here, address, nowhere } kind = Kind::nowhere;
        std::string address;
    };
    [[nodiscard]] Destination destination(core::TenantId tenant);
    /// Somebody else than the process at `address` serves the tenant now.
    [[nodiscard]] bool has_gone(core::TenantId tenant, const std::string& address);
    /// Calls `attempt` a little later. False: too many wait, or the server is stopping.
    [[nodiscard]] bool wait(std::shared_ptr<Awaiting> one);
    /// Calls `look_again` now and then as long as it lives.
    void watch(std::weak_ptr<Awaiting> one) { watched_.push_back(std::move(one)); }
    void add_event_stream(std::weak_ptr<Awaiting> stream) { event_streams_.push_back(std::move(stream)); }

private:
    void tick();

    Services& services_;
    ForwardMetrics metrics_;
    http::Outbound* outbound_ = nullptr;  ///< the server's
    std::vector<std::shared_ptr<Awaiting>> waiting_;
    std::vector<std::weak_ptr<Awaiting>> watched_;
    std::vector<std::weak_ptr<Awaiting>> event_streams_;
    std::unordered_map<std::string, core::TenantId> known_keys_;
    std::size_t lookups_ = 0;
    bool is_stopping_ = false;
};

}  // namespace waybill::api

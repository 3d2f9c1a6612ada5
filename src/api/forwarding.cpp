#include "api/forwarding.hpp"

#include <utility>

#include "api/metrics.hpp"

namespace waybill::api {
namespace {

constexpr std::chrono::milliseconds attempt_interval{50};

}  // namespace

void Forwarding::attach(http::Server& server) {
    http::OutboundLimits limits;
    limits.connections_per_address_max = services_.options.forward_connections_max;
    outbound_ = &server.open_outbound(limits);
    server.every(attempt_interval, [this] { tick(); });
}

void Forwarding::tick() {
    for (const auto& one : std::exchange(waiting_, {})) one->attempt();
    const auto watched = watched_;
    for (const auto& one : watched) {
        if (const auto live = one.lock()) live->look_again();
    }
    std::erase_if(watched_, [](const auto& one) { return one.expired(); });
    std::erase_if(event_streams_, [](const auto& stream) { return stream.expired(); });
}

void Forwarding::end_streams() {
    is_stopping_ = true;
    for (const auto& one : std::exchange(waiting_, {})) one->give_up();
    for (const auto& stream : std::exchange(event_streams_, {})) {
        if (const auto open = stream.lock()) open->give_up();
    }
}

void Forwarding::append_metrics(std::string& out) const {
    metrics_.append_to(out);
    append_metric(out, "waybill_followed_reads_total", "counter",
                  "Reads of other processes' tenants that were answered here.", services_.followed_reads.load());
    append_metric(out, "waybill_followed_tenants", "gauge", "Other processes' tenants whose configuration is kept.",
                  services_.followed.size());
    if (outbound_ == nullptr) return;
    const http::OutboundStats stats = outbound_->stats();
    append_metric(out, "waybill_forward_connections_open", "gauge",
                  "Connections to other processes, beside those of streams.", stats.connections_open);
    append_metric(out, "waybill_forwards_waiting", "gauge", "Requests that wait for such a connection.", stats.waiting);
}

bool Forwarding::wait(std::shared_ptr<Awaiting> one) {
    // A tenant that nobody serves for long must not take the room of those that are served.
    const std::size_t most = (services_.options.forwards_max + services_.options.forward_streams_max) / 4 + 1;
    if (is_stopping_ || waiting_.size() >= most) return false;
    waiting_.push_back(std::move(one));
    return true;
}

Forwarding::Destination Forwarding::destination(core::TenantId tenant) {
    engine::Placement placement = services_.engine.placement(tenant);
    using Kind = Destination::Kind;
    switch (placement.where) {
        case engine::Placement::Where::here:
            return {Kind::here, {}};
        case engine::Placement::Where::elsewhere:
            if (services_.options.cluster_key.empty()) return {Kind::nowhere, {}};
            return {Kind::address, std::move(placement.address)};
        case engine::Placement::Where::nowhere:
            break;
    }
    return {Kind::nowhere, {}};
}

bool Forwarding::has_gone(core::TenantId tenant, const std::string& address) {
    const Destination now = destination(tenant);
    return now.kind == Destination::Kind::here || (now.kind == Destination::Kind::address && now.address != address);
}

void Forwarding::find_tenant(const std::string& hash, Found then) {
    if (const auto known = known_keys_.find(hash); known != known_keys_.end()) return then(known->second);
    const auto overloaded = [] { return refuse(core::Reject::engine_overloaded, "too many reads are waiting"); };
    // A flood of keys that are none must leave room in the queue for the reads of others.
    if (lookups_ >= services_.options.key_lookups_max) return then(overloaded());
    // The answer comes back here whatever became of the reader.
    const auto finish = [this, hash](const Found& tell, Result<std::optional<core::TenantId>, engine::IoError> found) {
        --lookups_;
        if (!found) return tell(fail(problem_of(found.error())));
        if (!*found) return tell(refuse(core::Reject::unauthenticated));
        // Starting over costs a look-up for each key, once in a long while.
        if (known_keys_.size() >= services_.options.known_keys_max) known_keys_.clear();
        known_keys_.emplace(hash, **found);
        tell(**found);
    };
    auto shared = std::make_shared<Found>(std::move(then));
    ++lookups_;
    const bool taken = services_.readers->submit([this, hash, finish, shared](engine::Reader& reader) {
        services_.completions.push(
            [finish, shared, found = reader.tenant_of_key(hash)]() mutable { finish(*shared, std::move(found)); });
    });
    if (taken) return;
    --lookups_;
    (*shared)(overloaded());
}

}  // namespace waybill::api

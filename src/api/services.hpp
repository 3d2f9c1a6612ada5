#pragma once
// Services: what every handler may use. One per Api; outlives every call.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "api/configuration_cache.hpp"
#include "api/metrics.hpp"
#include "api/options.hpp"
#include "api/reader_pool.hpp"
#include "api/stalled.hpp"
#include "core/network/zone_rules.hpp"
#include "engine/engine.hpp"
#include "engine/followed_tenants.hpp"
#include "engine/store.hpp"
#include "http/server.hpp"

namespace waybill::api {

class EventStreams;
class Forwarding;

/// Carries work from the engine's writer thread to the HTTP thread, many pieces per wake-up, so that the writer spends
/// its time deciding and not rendering.
class Completions {
public:
    using Work = std::function<void()>;
    /// `post` runs a function on the HTTP thread.
    void run_by(std::function<void(Work)> post);
    /// Any thread. REQUIRES: run_by was called.
    void push(Work work);

private:
    void drain();

    std::mutex mutex_;
    std::vector<Work> waiting_;
    std::function<void(Work)> post_;
};

struct Services {
    Services(engine::Engine& used_engine, engine::Store& used_store, ApiOptions used_options)
        : engine(used_engine), store(used_store), options(std::move(used_options)) {}

    engine::Engine& engine;
    engine::Store& store;
    const ApiOptions options;
    std::unique_ptr<ReaderPool> readers;
    Metrics metrics;
    Completions completions;
    std::shared_ptr<EventStreams> streams;
    std::shared_ptr<Forwarding> forwarding;
    std::vector<std::weak_ptr<Stalled>> stalled;  ///< HTTP thread only
    ConfigurationCache configurations;
    engine::FollowedTenants followed{options.followed_tenants_max};
    std::atomic<std::uint64_t> followed_reads{0};
    const std::vector<core::ZoneRules>* zones = nullptr;  ///< the engine's
    std::function<http::ServerStats()> server_stats;      ///< set once a server is attached
};

}  // namespace waybill::api

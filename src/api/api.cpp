#include "api/api.hpp"

#include <future>
#include <utility>

#include "api/authentication.hpp"
#include "api/bulk.hpp"
#include "api/event_stream.hpp"
#include "api/followed_reads.hpp"
#include "api/forwarding.hpp"
#include "api/hop.hpp"
#include "api/problem_output.hpp"
#include "api/router.hpp"

namespace waybill::api {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds stalled_interval{20};
constexpr std::string_view unmatched = "(no route)";

/// What this process knows of a caller.
struct Home {
    std::string hash;                   ///< of the key
    std::optional<engine::KeyHit> hit;  ///< none: no tenant of this process has the key
    bool is_here = false;               ///< the tenant is served by this process
};

/// Errors: unauthenticated without a key; no_owner for a process that took this one for the tenant's.
Result<Home, Problem> find_home(Services& services, const http::Request& request, Hop hop) {
    auto hash = hash_of_key(request);
    if (!hash) return fail(std::move(hash.error()));
    Home out{std::move(*hash), std::nullopt, false};
    out.hit = services.engine.find_key(out.hash);
    out.is_here = out.hit && services.engine.placement(out.hit->tenant).where == engine::Placement::Where::here;
    if (!out.is_here && hop == Hop::cluster) return refuse(core::Reject::no_owner);
    if (!out.hit && !services.options.shares_store) return refuse(core::Reject::unauthenticated);
    return out;
}

void serve_here(const CallPtr& call, const Route& route, std::optional<engine::KeyHit> hit) {
    auto caller = admit(std::move(hit), *route.permission);
    if (!caller) return answer(call, fail(std::move(caller.error())));
    call->caller = std::move(*caller);
    if (route.made_of == MadeOf::rows) {
        call->head = call->engine().head(call->caller.tenant).value_or(core::Sequence());
        if (!has_come_to(call->request, call->head)) {
            return answer(call, refuse(core::Reject::invalid_request, "Waybill-Sequence is no position of the log"));
        }
    }
    route.handle(call);
}

std::unique_ptr<http::StreamIn> open_here(StreamCall call, const Route& route, std::optional<engine::KeyHit> hit) {
    auto caller = admit(std::move(hit), *route.permission);
    if (!caller) return refuse_stream(std::move(call), caller.error());
    call.caller = std::move(*caller);
    return route.open(std::move(call));
}

/// Serves a request on this process, or has it forwarded to the one that serves its tenant.
void serve(const CallPtr& call, const Route& route) {
    if (!route.permission) return route.handle(call);
    Services& services = call->services;
    auto home = find_home(services, call->request, call->hop);
    if (!home) return answer(call, fail(std::move(home.error())));
    // By the time that this process is found to serve the tenant after all, it knows the key.
    const auto here = [&route, hash = home->hash](const CallPtr& again) {
        serve_here(again, route, again->services.engine.find_key(hash));
    };
    if (home->is_here) {
        if (call->hop == Hop::client) {
            call->go_elsewhere = [here, tenant = home->hit->tenant](const CallPtr& again) {
                again->services.forwarding->forward(again, tenant, here, Forwarding::Begin::later);
            };
        }
        return serve_here(call, route, std::move(home->hit));
    }
    const auto go = [here, &route, hash = home->hash](const CallPtr& away, core::TenantId tenant) {
        const auto forward = [here, tenant](const CallPtr& unread) {
            unread->services.forwarding->forward(unread, tenant, here);
        };
        route.made_of == MadeOf::rows ? read_followed(away, route, tenant, hash, forward) : forward(away);
    };
    if (home->hit) return go(call, home->hit->tenant);
    services.forwarding->find_tenant(home->hash, [call, go](Result<core::TenantId, Problem> found) {
        if (!found) return answer(call, fail(std::move(found.error())));
        go(call, *found);
    });
}

/// The time zones that the engine decides with, so that explanations use the same.
const std::vector<core::ZoneRules>* zones_of(engine::Engine& engine) {
    std::promise<const std::vector<core::ZoneRules>*> zones;
    engine.inspect(engine::system_tenant, [&zones](const core::TenantState*, const core::Context& context) {
        zones.set_value(context.zones);
    });
    return zones.get_future().get();
}

Problem no_route(const Match& match) {
    if (match.allow.empty()) return {core::Reject::not_found, "no resource has this path", {}, {}};
    return {core::Reject::method_not_allowed, {}, {}, {{"allow", match.allow}}};
}

}  // namespace

Result<std::unique_ptr<Api>, engine::IoError> Api::open(engine::Engine& engine, engine::Store& store,
                                                        ApiOptions options) {
    auto readers = ReaderPool::open(store, options.reader_threads, options.reader_queue_max);
    if (!readers) return fail(std::move(readers.error()));
    auto services = std::make_unique<Services>(engine, store, std::move(options));
    services->readers = std::move(*readers);
    services->streams = EventStreams::make(*services);
    services->forwarding = std::make_shared<Forwarding>(*services);
    services->zones = zones_of(engine);
    return std::unique_ptr<Api>(new Api(std::move(services)));
}

Api::Api(std::unique_ptr<Services> services) : services_(std::move(services)) {}

// Readers may still hold jobs that use the other services.
Api::~Api() { services_->readers.reset(); }

void Api::attach(http::Server& server) {
    services_->completions.run_by([&server](Completions::Work work) { server.post(std::move(work)); });
    services_->server_stats = [&server] { return server.stats(); };
    server.every(stalled_interval, [services = services_.get()] {
        for (const auto& stalled : std::exchange(services->stalled, {})) {
            if (const auto alive = stalled.lock()) alive->retry();
        }
    });
    server.every(std::chrono::seconds(1), [services = services_.get()] { services->streams->beat(); });
    services_->forwarding->attach(server);
    services_->engine.on_commit([streams = services_->streams](const auto& heads) { streams->wake(heads); });
}

void Api::end_streams() {
    services_->streams->end_all();
    services_->forwarding->end_streams();
}

std::unique_ptr<http::StreamIn> Api::open_stream(const http::Request& head, std::shared_ptr<http::StreamOut> out) {
    const Match match = match_route(head.method, head.path);
    if (match.route == nullptr || match.route->open == nullptr) return nullptr;
    const Route& route = *match.route;
    StreamCall call{*services_, head, {}, std::move(out), {}};
    call.ended = [services = services_.get(), &route, begun = Clock::now()](int status) {
        services->metrics.record(route.method, route.pattern, status, Clock::now() - begun);
    };
    const auto hop = hop_of(services_->options, head);
    if (!hop) return refuse_stream(std::move(call), hop.error());
    call.hop = *hop;
    auto home = find_home(*services_, head, call.hop);
    if (!home) return refuse_stream(std::move(call), home.error());
    if (home->is_here) return open_here(std::move(call), route, std::move(home->hit));
    std::optional<core::TenantId> tenant;
    if (home->hit) tenant = home->hit->tenant;
    const auto here = [services = services_.get(), &route, hash = home->hash](StreamCall local) {
        return open_here(std::move(local), route, services->engine.find_key(hash));
    };
    return services_->forwarding->open_stream(std::move(call), home->hash, tenant, here);
}

void Api::handle(http::Request request, http::Reply reply) {
    const auto begun = Clock::now();
    Match match = match_route(request.method, request.path);
    const Route* route = match.route;
    http::Reply counted = [services = services_.get(), route, begun,
                           reply = std::move(reply)](http::Response response) {
        const auto took = Clock::now() - begun;
        if (route == nullptr) {
            services->metrics.record("*", unmatched, response.status, took);
        } else {
            services->metrics.record(route->method, route->pattern, response.status, took);
        }
        reply(std::move(response));
    };
    if (route == nullptr || route->handle == nullptr) return counted(to_response(no_route(match)));
    const auto hop = hop_of(services_->options, request);
    if (!hop) return counted(to_response(hop.error()));
    serve(std::make_shared<Call>(
              Call{*services_, std::move(request), std::move(match.parameters), {}, std::move(counted), *hop}),
          *route);
}

http::Response Api::error(int status, std::string_view detail) {
    const Problem problem{reject_of_status(status), std::string(detail), {}, {}};
    http::Response out = to_response(problem);
    // The server's own status is the more exact one (505, 417): the name says only what a program can do about it.
    ProblemOutput document = render_problem(problem);
    document.status = out.status = status;
    out.body = json::to_text<json::Api>(document);
    return out;
}

}  // namespace waybill::api

#include "api/api.hpp"

#include <future>
#include <utility>

#include "api/authentication.hpp"
#include "api/bulk.hpp"
#include "api/event_stream.hpp"
#include "api/problem_output.hpp"
#include "api/router.hpp"

namespace waybill::api {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds stalled_interval{20};
constexpr std::string_view unmatched = "(no route)";

/// The caller of a route. Errors: unauthenticated, key_revoked, forbidden.
Result<Caller, Problem> admit(Services& services, const Route& route, const http::Request& request) {
    if (!route.permission) return Caller{};
    auto caller = authenticate(services.engine, request);
    if (caller && !caller->may(*route.permission)) return refuse(core::Reject::forbidden);
    return caller;
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
    services_->engine.on_commit([streams = services_->streams](const auto& heads) { streams->wake(heads); });
}

void Api::end_streams() { services_->streams->end_all(); }

std::unique_ptr<http::StreamIn> Api::open_stream(const http::Request& head, std::shared_ptr<http::StreamOut> out) {
    const Match match = match_route(head.method, head.path);
    if (match.route == nullptr || match.route->open == nullptr) return nullptr;
    const Route& route = *match.route;
    auto caller = admit(*services_, route, head);
    StreamCall call{*services_, head, caller ? std::move(*caller) : Caller{}, std::move(out), {}};
    call.ended = [services = services_.get(), &route, begun = Clock::now()](int status) {
        services->metrics.record(route.method, route.pattern, status, Clock::now() - begun);
    };
    if (!caller) return refuse_stream(std::move(call), caller.error());
    return route.open(std::move(call));
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
    auto caller = admit(*services_, *route, request);
    if (!caller) return counted(to_response(caller.error()));
    route->handle(std::make_shared<Call>(
        Call{*services_, std::move(request), std::move(match.parameters), std::move(*caller), std::move(counted)}));
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

#pragma once
// Call: one request on its way through a handler, with who asks and how to answer. Handlers take it shared, since the
// answer often comes on another thread.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.hpp"
#include "api/services.hpp"
#include "core/access/api_key.hpp"
#include "http/server.hpp"

namespace waybill::api {

/// Who asks, as the API key says.
struct Caller {
    core::TenantId tenant;
    core::ApiKey key;

    [[nodiscard]] bool may(core::Permission permission) const { return core::allows(key.role, permission); }
    [[nodiscard]] bool is_scoped() const { return !key.locations.empty(); }
    [[nodiscard]] bool sees(core::LocationIx location) const;
    [[nodiscard]] engine::Actor actor() const;
};

using Answer = Result<http::Response, Problem>;

/// Who sent a request here: a client, or a process of the cluster that handed it on. What comes from the cluster is
/// never handed on again.
enum class Hop { client, cluster };
/// RFC 9110 section 15.5.20. Clients never see it.
inline constexpr int misdirected_status = 421;
/// Of an answer to a request that made something.
inline constexpr int created_status = 201;

struct Call {
    Services& services;
    http::Request request;
    std::vector<std::string> parameters;  ///< of the path pattern, in order
    Caller caller;
    http::Reply reply;
    Hop hop = Hop::client;
    std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
    /// Instead of the answer `no_owner`: a client's request goes to the process that serves the tenant after all.
    std::function<void(const std::shared_ptr<Call>&)> go_elsewhere = nullptr;
    /// What it asked for is durable, and asking somebody else for it again would do harm.
    bool is_done = false;

    // Of a read of rows.
    core::Sequence head{};                                        ///< the answer knows the log up to here; or unset
    std::shared_ptr<const core::TenantState> followed = nullptr;  ///< set when another process serves the tenant
    engine::Reader* reader = nullptr;                             ///< set when it is answered on the reader's thread

    [[nodiscard]] engine::Engine& engine() const { return services.engine; }
    /// Errors: no_owner: the tenant has gone to another process since the caller was admitted.
    [[nodiscard]] Result<engine::TenantView, Problem> view() const;
};
using CallPtr = std::shared_ptr<Call>;

/// The request of a streamed exchange. `ended` must be called once with the status that it came to.
struct StreamCall {
    Services& services;
    http::Request request;
    Caller caller;
    std::shared_ptr<http::StreamOut> out;
    std::function<void(int status)> ended;
    Hop hop = Hop::client;
};

/// As `to_response`. A process of the cluster is told by 421 that the tenant is not, or no longer, served here.
[[nodiscard]] http::Response to_response(const Problem& problem, Hop hop);

void answer(const CallPtr& call, Answer result);

/// Runs `job` on a reader thread and answers with its result. Errors: engine_overloaded when too many reads wait.
void answer_from_store(CallPtr call, std::function<Answer(const Call&, engine::Reader&)> job);

[[nodiscard]] http::Response json_response(int status, std::string body);
/// Tells the caller from which sequence of the log on reads see its change.
/// False for a request whose Waybill-Sequence is a later position of the log, or none.
[[nodiscard]] bool has_come_to(const http::Request& request, core::Sequence head);
void add_sequence(http::Response& response, core::Sequence sequence);

/// Errors: unsupported_media_type unless the body is JSON.
[[nodiscard]] Result<Unit, Problem> require_json(const http::Request& request);

}  // namespace waybill::api

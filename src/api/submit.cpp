#include "api/submit.hpp"

#include <algorithm>
#include <utility>

#include "api/authentication.hpp"
#include "api/hop.hpp"

namespace waybill::api {
namespace {

constexpr std::size_t idempotency_key_length_max = 255;

bool is_visible(char c) { return c > ' ' && c < '\x7f'; }

}  // namespace

Result<std::optional<engine::Idempotency>, Problem> read_idempotency(const http::Request& request) {
    const auto key = request.header("idempotency-key");
    if (!key) return std::optional<engine::Idempotency>{};
    if (key->empty() || key->size() > idempotency_key_length_max ||
        !std::all_of(key->begin(), key->end(), is_visible)) {
        return refuse(core::Reject::invalid_request, "Idempotency-Key must be 1 to 255 visible ASCII characters");
    }
    std::string asked = request.method;
    asked += '\n';
    asked += request.path;
    asked += '\n';
    asked += request.body;
    return std::optional(engine::Idempotency{std::string(*key), blake2b(asked)});
}

void submit(CallPtr call, Change change, Finish finish) {
    auto idempotency = read_idempotency(call->request);
    if (!idempotency) return answer(call, fail(std::move(idempotency.error())));

    engine::Submission submission;
    submission.tenant = call->caller.tenant;
    submission.actor = call->caller.actor();
    submission.command = std::move(change.command);
    submission.person = std::move(change.person);
    submission.idempotency = std::move(*idempotency);
    submission.if_version = change.if_version;
    submission.reply_status = static_cast<std::uint16_t>(change.status);
    submission.done = [call, finish = std::move(finish)](Result<engine::Receipt, engine::Failure> result) mutable {
        Services& services = call->services;
        services.completions.push(
            [call = std::move(call), finish = std::move(finish), result = std::move(result)]() mutable {
                if (!result) return answer(call, fail(problem_of(result.error())));
                call->is_done = !may_be_repeated(call->request);
                finish(call, std::move(*result));
            });
    };
    engine::Engine& engine = call->engine();
    engine.submit(std::move(submission));
}

void add_replayed(http::Response& response, const engine::Receipt& receipt) {
    if (receipt.replayed) response.headers.push_back({"idempotency-replayed", "true"});
}

int status_of(const engine::Receipt& receipt, int fresh) { return receipt.replayed ? receipt.replayed->status : fresh; }

}  // namespace waybill::api

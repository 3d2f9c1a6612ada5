#include "api/call.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace waybill::api {

bool Caller::sees(core::LocationIx location) const {
    return !is_scoped() || std::find(key.locations.begin(), key.locations.end(), location) != key.locations.end();
}

engine::Actor Caller::actor() const {
    return {std::string(core::KeyId::prefix) + std::to_string(key.id.raw()), key.locations};
}

Result<engine::TenantView, Problem> Call::view() const {
    if (followed) return engine::TenantView(followed);
    auto found = services.engine.view(caller.tenant);
    if (!found) return refuse(core::Reject::no_owner);
    return std::move(*found);
}

http::Response to_response(const Problem& problem, Hop hop) {
    http::Response out = to_response(problem);
    const bool is_misdirected = problem.code == core::Reject::no_owner || problem.code == core::Reject::shutting_down;
    if (hop == Hop::cluster && is_misdirected) out.status = misdirected_status;
    return out;
}

void answer(const CallPtr& call, Answer result) {
    if (!result && call->is_done && result.error().code == core::Reject::no_owner) {
        result = refuse(core::Reject::outcome_unknown,
                        "it was done, and the tenant went to another process before the answer was made");
    }
    if (!result && result.error().code == core::Reject::no_owner && call->go_elsewhere) {
        return call->services.completions.push([call] { std::exchange(call->go_elsewhere, nullptr)(call); });
    }
    call->reply(result ? std::move(*result) : to_response(result.error(), call->hop));
}

void answer_from_store(CallPtr call, std::function<Answer(const Call&, engine::Reader&)> job) {
    const auto run = [call, job = std::move(job)](engine::Reader& reader) {
        Answer out = job(*call, reader);
        if (out && call->head.is_set()) add_sequence(*out, call->head);
        answer(call, std::move(out));
    };
    if (call->reader != nullptr) return run(*call->reader);
    const bool taken = call->services.readers->submit(run);
    if (!taken) answer(call, refuse(core::Reject::engine_overloaded, "too many reads are waiting"));
}

http::Response json_response(int status, std::string body) {
    http::Response out;
    out.status = status;
    out.body = std::move(body);
    return out;
}

void add_sequence(http::Response& response, core::Sequence sequence) {
    response.headers.push_back({"waybill-sequence", std::to_string(sequence.raw())});
}

bool has_come_to(const http::Request& request, core::Sequence head) {
    const auto asked = request.header("waybill-sequence");
    if (!asked) return true;
    std::uint64_t number = 0;
    const auto end = std::from_chars(asked->data(), asked->data() + asked->size(), number);
    return end.ec == std::errc() && end.ptr == asked->data() + asked->size() && number <= head.raw();
}

Result<Unit, Problem> require_json(const http::Request& request) {
    const auto type = request.header("content-type");
    const std::string_view essence = type ? type->substr(0, type->find(';')) : std::string_view{};
    const bool is_json = essence == "application/json" || essence.ends_with("+json");
    if (!is_json) return refuse(core::Reject::unsupported_media_type, "send application/json");
    return Unit{};
}

}  // namespace waybill::api

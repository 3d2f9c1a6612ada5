#pragma once
// From a translated request to a durable change and its answer: the Idempotency-Key, the actor, the engine, and the way
// back from the writer thread.

#include <functional>
#include <optional>

#include "api/call.hpp"
#include "core/commands.hpp"
#include "engine/engine.hpp"

namespace waybill::api {

struct Change {
    core::Command command;
    std::optional<engine::PersonData> person;
    std::optional<std::uint32_t> if_version;
    int status = 200;  ///< of the answer to an accepted command
};

/// Makes the answer of an accepted change. Runs on the HTTP thread; must answer the call, at once or later.
/// `receipt.replayed` is set when the Idempotency-Key was known.
using Finish = std::function<void(const CallPtr& call, engine::Receipt receipt)>;

void submit(CallPtr call, Change change, Finish finish);

/// The Idempotency-Key of a request and the hash of what it asks. Errors: invalid_request for a key that is not 1 to
/// 255 visible ASCII characters.
[[nodiscard]] Result<std::optional<engine::Idempotency>, Problem> read_idempotency(const http::Request& request);

/// Marks an answer that was given before.
void add_replayed(http::Response& response, const engine::Receipt& receipt);

/// The status that this answer has: the one it had the first time.
[[nodiscard]] int status_of(const engine::Receipt& receipt, int fresh);

}  // namespace waybill::api

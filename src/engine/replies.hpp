#pragma once
// What is remembered with an Idempotency-Key, so that a repeated request gets the same answer: the status, the object
// and the sequence in columns, and what of the outcome can not be found again in the log in the body. No personal data.
//
// Only accepted commands are remembered. A rejected one changed nothing, so its repetition is decided afresh.

#include <string>

#include "base/result.hpp"
#include "core/decide.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

/// Empty when the outcome is the object alone.
[[nodiscard]] std::string encode_reply_body(const core::Outcome& outcome);
/// The outcome of the first time. Errors: one line; a stored reply that can not be read is corruption.
[[nodiscard]] Result<core::Outcome, std::string> decode_reply(const ReplyRow& row);

}  // namespace waybill::engine

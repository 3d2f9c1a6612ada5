#pragma once
// The answers of commands that make or change an order: the order as it is after the command, or, for a repeated
// Idempotency-Key, as it was after it the first time.

#include <string>

#include "api/submit.hpp"

namespace waybill::api {

/// Answers with the order of the receipt. Personal data is read from the store.
void answer_with_order(const CallPtr& call, engine::Receipt receipt, int status);

/// The same where the caller has just given the personal data.
void answer_with_order(const CallPtr& call, const engine::Receipt& receipt, int status, const std::string& person_doc);

/// "ord_12" of a path. Errors: unknown_order.
[[nodiscard]] Result<core::OrderId, Problem> read_order_id(const std::string& text);

/// The version that If-Match asks for. Errors: invalid_request for anything but one entity tag or `*`.
[[nodiscard]] Result<std::optional<std::uint32_t>, Problem> read_if_match(const http::Request& request);

/// A stored order that the caller may see. Errors: unknown_order, of the store.
[[nodiscard]] Result<core::Order, Problem> load_order(const Caller& caller, engine::Reader& reader, core::OrderId id);

}  // namespace waybill::api

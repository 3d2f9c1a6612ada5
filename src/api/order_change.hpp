#pragma once
// Handlers of commands on one order, and of such commands as lines of a bulk.

#include <utility>

#include "api/bulk.hpp"
#include "api/order_answer.hpp"

namespace waybill::api {

/// Decides under the caller's If-Match, and answers with the order.
void submit_for_order(CallPtr call, core::Command command, int status);

/// Reads the command from the body, `read(body, order)`, and submits it.
template <auto read, int status>
void change_order(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    const auto id = read_order_id(call->parameters[0]);
    if (!id) return answer(call, fail(id.error()));
    auto command = read(call->request.body, *id);
    if (!command) return answer(call, fail(std::move(command.error())));
    submit_for_order(std::move(call), std::move(*command), status);
}

/// The order, its channel's number and its status.
void render_changed(BulkResult& out, std::uint32_t n, const engine::Receipt& receipt, Currency currency);

/// A line that says all there is to know: `read(text)`.
template <auto read>
Result<BulkLine, Problem> read_line(std::string_view text) {
    auto command = read(text);
    if (!command) return fail(std::move(command.error()));
    return BulkLine{std::move(*command), {}, {}, 0};
}

/// A stream of such lines.
template <auto read, int status>
std::unique_ptr<http::StreamIn> change_orders(StreamCall call) {
    static const BulkVerb verb{&read_line<read>, nullptr, &render_changed, &BulkResult::channel_order_id, status};
    return open_bulk(std::move(call), verb);
}

}  // namespace waybill::api

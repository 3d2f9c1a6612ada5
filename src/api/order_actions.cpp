// Changing orders that exist, one at a time or many.

#include <utility>

#include "api/bulk.hpp"
#include "api/order_action_json.hpp"
#include "api/order_answer.hpp"
#include "api/order_output.hpp"
#include "api/resources.hpp"

namespace waybill::api {
namespace {

using core::Permission;
constexpr int created = 201;

void submit_for_order(CallPtr call, core::Command command, int status) {
    auto if_version = read_if_match(call->request);
    if (!if_version) return answer(call, fail(std::move(if_version.error())));
    submit(std::move(call), {std::move(command), {}, *if_version, status},
           [status](const CallPtr& done, engine::Receipt receipt) {
               answer_with_order(done, std::move(receipt), status);
           });
}

void cancel_order(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    const auto id = read_order_id(call->parameters[0]);
    if (!id) return answer(call, fail(id.error()));
    auto input = read_cancel(call->request.body);
    if (!input) return answer(call, fail(std::move(input.error())));
    if (!names_channel_lines(input->lines)) {
        auto command = cancel_command(*id, nullptr, std::move(input->reason), input->lines);
        if (!command) return answer(call, fail(std::move(command.error())));
        return submit_for_order(std::move(call), std::move(*command), 200);
    }
    const bool taken =
        call->services.readers->submit([call, id = *id, input = std::move(*input)](engine::Reader& reader) {
            const auto order = load_order(call->caller, reader, id);
            if (!order) return answer(call, fail(order.error()));
            auto command = cancel_command(id, &*order, input.reason, input.lines);
            if (!command) return answer(call, fail(std::move(command.error())));
            submit_for_order(call, std::move(*command), 200);
        });
    if (!taken) answer(call, refuse(core::Reject::engine_overloaded, "too many reads are waiting"));
}

void reroute_order(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    const auto id = read_order_id(call->parameters[0]);
    if (!id) return answer(call, fail(id.error()));
    auto command = read_reroute(call->request.body, *id);
    if (!command) return answer(call, fail(std::move(command.error())));
    submit_for_order(std::move(call), std::move(*command), 200);
}

void ship_order(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    const auto id = read_order_id(call->parameters[0]);
    if (!id) return answer(call, fail(id.error()));
    auto command = read_shipment(call->request.body, *id);
    if (!command) return answer(call, fail(std::move(command.error())));
    submit_for_order(std::move(call), std::move(*command), created);
}

void hold_order(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    const auto id = read_order_id(call->parameters[0]);
    if (!id) return answer(call, fail(id.error()));
    auto command = read_hold(call->request.body, *id);
    if (!command) return answer(call, fail(std::move(command.error())));
    submit_for_order(std::move(call), std::move(*command), created);
}

void release_hold(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    const auto id = read_order_id(call->parameters[0]);
    if (!id) return answer(call, fail(id.error()));
    auto command = read_release(call->request.body, *id);
    if (!command) return answer(call, fail(std::move(command.error())));
    submit_for_order(std::move(call), std::move(*command), 200);
}

/// The order that a line names by its channel. Errors: unknown_channel, unknown_order, of the store.
Result<core::OrderId, Problem> find_by_channel(const BulkCancelInput& input, const Caller& caller,
                                               engine::Engine& engine, engine::Reader& reader) {
    std::optional<core::ChannelIx> channel;
    if (const auto view = engine.view(caller.tenant)) channel = view->find_channel(*input.channel);
    if (!channel) return refuse(core::Reject::unknown_channel, "no channel has the code " + *input.channel);
    const auto id = reader.order_by_channel(caller.tenant, *channel, *input.channel_order_id);
    if (!id) return fail(problem_of(id.error()));
    if (!*id) return refuse(core::Reject::unknown_order);
    return **id;
}

Result<BulkLine, Problem> resolve_cancel(std::string_view text, const Caller& caller, engine::Engine& engine,
                                         engine::Reader& reader) {
    auto input = read_bulk_cancel(text);
    if (!input) return fail(std::move(input.error()));
    core::OrderId id = input->order_id.value_or(core::OrderId());
    if (!id.is_set()) {
        const auto found = find_by_channel(*input, caller, engine, reader);
        if (!found) return fail(found.error());
        id = *found;
    }
    std::optional<core::Order> order;
    if (names_channel_lines(input->lines)) {
        auto loaded = load_order(caller, reader, id);
        if (!loaded) return fail(std::move(loaded.error()));
        order = std::move(*loaded);
    }
    auto command = cancel_command(id, order ? &*order : nullptr, std::move(input->reason), input->lines);
    if (!command) return fail(std::move(command.error()));
    return BulkLine{std::move(*command), {}, input->channel_order_id.value_or(std::string()), 0};
}

/// A line that says all there is to know.
template <auto read>
Result<BulkLine, Problem> read_line(std::string_view text) {
    auto command = read(text);
    if (!command) return fail(std::move(command.error()));
    return BulkLine{std::move(*command), {}, {}, 0};
}

void render_changed(BulkResult& out, std::uint32_t, const engine::Receipt& receipt, Currency) {
    if (receipt.order == nullptr) return;
    out.id = std::string(core::OrderId::prefix) + std::to_string(receipt.order->id.raw());
    out.channel_order_id = receipt.order->channel_order_id;
    out.order_status = receipt.order->status();
}

std::unique_ptr<http::StreamIn> cancel_many(StreamCall call) {
    static const BulkVerb verb{nullptr, &resolve_cancel, &render_changed, &BulkResult::channel_order_id, 200};
    return open_bulk(std::move(call), verb);
}

std::unique_ptr<http::StreamIn> ship_many(StreamCall call) {
    static const BulkVerb verb{&read_line<&read_bulk_shipment>, nullptr, &render_changed, &BulkResult::channel_order_id,
                               created};
    return open_bulk(std::move(call), verb);
}

std::unique_ptr<http::StreamIn> hold_many(StreamCall call) {
    static const BulkVerb verb{&read_line<&read_bulk_hold>, nullptr, &render_changed, &BulkResult::channel_order_id,
                               created};
    return open_bulk(std::move(call), verb);
}

std::unique_ptr<http::StreamIn> release_many(StreamCall call) {
    static const BulkVerb verb{&read_line<&read_bulk_release>, nullptr, &render_changed, &BulkResult::channel_order_id,
                               200};
    return open_bulk(std::move(call), verb);
}

constexpr Route table[] = {
    {"POST", "/v1/orders/{id}/cancel", Permission::change_orders, &cancel_order},
    {"POST", "/v1/cancellations/bulk", Permission::change_orders, nullptr, &cancel_many},
    {"POST", "/v1/orders/{id}/reroute", Permission::change_orders, &reroute_order},
    {"POST", "/v1/orders/{id}/holds", Permission::change_orders, &hold_order},
    {"POST", "/v1/orders/{id}/holds/release", Permission::change_orders, &release_hold},
    {"POST", "/v1/holds/bulk", Permission::change_orders, nullptr, &hold_many},
    {"POST", "/v1/holds/release/bulk", Permission::change_orders, nullptr, &release_many},
    {"POST", "/v1/orders/{id}/shipments", Permission::ship_orders, &ship_order},
    {"POST", "/v1/shipments/bulk", Permission::ship_orders, nullptr, &ship_many},
};

}  // namespace

std::span<const Route> order_action_routes() { return table; }

}  // namespace waybill::api

// Changing orders that exist, one at a time or many.

#include <utility>

#include "api/order_action_json.hpp"
#include "api/order_change.hpp"
#include "api/order_output.hpp"
#include "api/resources.hpp"

namespace waybill::api {
namespace {

using core::Permission;

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

std::unique_ptr<http::StreamIn> cancel_many(StreamCall call) {
    static const BulkVerb verb{nullptr, &resolve_cancel, &render_changed, &BulkResult::channel_order_id, 200};
    return open_bulk(std::move(call), verb);
}

}  // namespace

std::span<const Route> order_action_routes() {
    static constexpr Route table[] = {
        {"POST", "/v1/orders/{id}/cancel", Permission::change_orders, &cancel_order},
        {"POST", "/v1/cancellations/bulk", Permission::change_orders, nullptr, &cancel_many},
        {"POST", "/v1/orders/{id}/reroute", Permission::change_orders, &change_order<&read_reroute, 200>},
        {"POST", "/v1/orders/{id}/holds", Permission::change_orders, &change_order<&read_hold, created_status>},
        {"POST", "/v1/orders/{id}/holds/release", Permission::change_orders, &change_order<&read_release, 200>},
        {"POST", "/v1/holds/bulk", Permission::change_orders, nullptr, &change_orders<&read_bulk_hold, created_status>},
        {"POST", "/v1/holds/release/bulk", Permission::change_orders, nullptr, &change_orders<&read_bulk_release, 200>},
        {"POST", "/v1/orders/{id}/shipments", Permission::ship_orders, &change_order<&read_shipment, created_status>},
        {"POST", "/v1/shipments/bulk", Permission::ship_orders, nullptr,
         &change_orders<&read_bulk_shipment, created_status>},
    };
    return table;
}

}  // namespace waybill::api

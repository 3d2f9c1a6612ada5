// What locations are asked to do: orders that are released to them, the lists that they work by, and what they say of
// their work, one at a time or many.

#include <algorithm>
#include <charconv>
#include <utility>

#include "api/fulfillment_json.hpp"
#include "api/location_filter.hpp"
#include "api/order_change.hpp"
#include "api/packing_slip.hpp"
#include "api/page.hpp"
#include "api/query.hpp"
#include "api/resources.hpp"
#include "engine/codec.hpp"
#include "engine/order_as_of.hpp"
#include "json/read.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

using core::Permission;
constexpr std::string_view fulfillments_cursor = "fulfillment-orders";

/// Numbers of a cursor are not negative.
constexpr std::int64_t priority_shift = core::limits::order_priority_max;

std::string cursor_after_fulfillment(const engine::FulfillmentRow& row) {
    return make_cursor(fulfillments_cursor, std::to_string(row.due.days()) + ':' +
                                                std::to_string(row.priority + priority_shift) + ':' +
                                                std::to_string(row.order.raw()) + ':' + std::to_string(row.number));
}

Result<engine::FulfillmentPosition, Problem> read_fulfillment_position(std::string_view cursor) {
    const auto numbers = read_cursor_numbers(fulfillments_cursor, cursor, 4);
    if (!numbers) return fail(numbers.error());
    const std::int64_t due = (*numbers)[0];
    const std::int64_t priority = (*numbers)[1];
    const std::int64_t number = (*numbers)[3];
    if (due > INT32_MAX || priority > 2 * priority_shift || number > UINT32_MAX) {
        return refuse(core::Reject::invalid_cursor);
    }
    return engine::FulfillmentPosition{
        CivilDate(static_cast<std::int32_t>(due)), static_cast<std::int32_t>(priority - priority_shift),
        core::OrderId(static_cast<std::uint64_t>((*numbers)[2])), static_cast<std::uint32_t>(number)};
}

void read_status(const Call& call, QueryReader& query, engine::FulfillmentQuery& out) {
    const auto status = call.request.query_value("status");
    if (!status || *status == "open" || *status == "done") {
        out.is_open = !status || *status == "open";
        return;
    }
    out.status = json::parse_enum<core::FulfillmentStatus>(*status);
    if (out.status) {
        using enum core::FulfillmentStatus;
        // The store finds open ones and done ones apart.
        out.is_open = *out.status != shipped && *out.status != rejected && *out.status != cancelled;
    } else {
        query.add_fault(
            "status", json::rule::one_of,
            "must be open, done, released, accepted, picking, picked, packed, shipped, rejected or cancelled");
    }
}

Result<engine::FulfillmentQuery, Problem> read_fulfillment_query(const Call& call) {
    QueryReader query(call.request, {"status", "location", "order", "due_until", "limit", "cursor"});
    engine::FulfillmentQuery out;
    out.limit = query.limit(call.services.options);
    read_status(call, query, out);
    if (const auto order = call.request.query_value("order")) {
        out.order = json::parse_id<core::OrderId>(*order);
        if (!out.order) query.add_fault("order", json::rule::format, "must be the id of an order, such as ord_12");
    }
    if (const auto day = call.request.query_value("due_until")) {
        out.due_until = parse_date(*day);
        if (!out.due_until) query.add_fault("due_until", json::rule::format, "must be a day, such as 2026-11-30");
    }
    if (!query.is_valid()) return query.take();
    if (const auto cursor = call.request.query_value("cursor")) {
        const auto after = read_fulfillment_position(*cursor);
        if (!after) return fail(after.error());
        out.after = *after;
    }
    auto locations = read_location_filter(call, query);
    if (!locations) return fail(std::move(locations.error()));
    out.locations = locations->empty() ? call.caller.key.locations : std::move(*locations);
    return out;
}

/// Whether a row is as it was written: rendering looks up what it names.
bool is_whole(const engine::FulfillmentDoc& doc, const engine::TenantView& view) {
    const core::TenantState& state = view.state();
    return !doc.fulfillment.lines.empty() && doc.items.size() == doc.fulfillment.lines.size() &&
           doc.channel < state.channels.rows.committed_size() &&
           doc.fulfillment.location < state.locations.rows.committed_size() &&
           std::all_of(doc.items.begin(), doc.items.end(),
                       [&](core::ItemIx item) { return item < state.items.rows.committed_size(); });
}

Answer fulfillment_page(const Call& call, engine::Reader& reader, const engine::FulfillmentQuery& query) {
    const auto rows = reader.fulfillments(call.caller.tenant, query);
    if (!rows) return fail(problem_of(rows.error()));
    const auto view = call.view();
    if (!view) return fail(view.error());
    const auto render = [&](const engine::FulfillmentRow& row) -> std::optional<FulfillmentOutput> {
        const auto doc = engine::decode_doc<engine::FulfillmentDoc>(row.doc);
        if (!doc || !is_whole(*doc, *view)) return std::nullopt;
        return render_fulfillment(*doc, *view, call.caller);
    };
    return stored_page(*rows, query.limit, render, &cursor_after_fulfillment);
}

void list_fulfillments(CallPtr call) {
    auto query = read_fulfillment_query(*call);
    if (!query) return answer(call, fail(std::move(query.error())));
    answer_from_store(std::move(call), [query = std::move(*query)](const Call& asked, engine::Reader& reader) {
        return fulfillment_page(asked, reader, query);
    });
}

/// One of an order, with the ETag of the order. A key that is limited to locations sees it by its location: the order
/// may have nothing there any more. Errors: unknown_fulfillment_order.
Answer render_one(const Call& call, const core::Order& order, std::uint32_t number, int status) {
    const core::FulfillmentOrder* const fulfillment = order.find_fulfillment(number);
    if (fulfillment == nullptr || !call.caller.sees(fulfillment->location)) {
        return refuse(core::Reject::unknown_fulfillment_order);
    }
    const auto view = call.view();
    if (!view) return fail(view.error());
    http::Response out =
        json_response(status, json::to_text<json::Api>(render_fulfillment(*fulfillment, order, *view, call.caller)));
    out.headers.push_back({"etag", '"' + std::to_string(order.version) + '"'});
    return out;
}

void get_fulfillment(CallPtr call) {
    QueryReader query(call->request, {});
    if (!query.is_valid()) return answer(call, query.take());
    const auto id = parse_fulfillment_id(call->parameters[0]);
    if (!id) return answer(call, refuse(core::Reject::unknown_fulfillment_order));
    answer_from_store(std::move(call), [id = *id](const Call& asked, engine::Reader& reader) -> Answer {
        const auto stored = reader.order(asked.caller.tenant, id.order);
        if (!stored) return fail(problem_of(stored.error()));
        if (!*stored) return refuse(core::Reject::unknown_fulfillment_order);
        const auto order = engine::decode_order(**stored);
        if (!order) return refuse(core::Reject::internal_error);
        return render_one(asked, *order, id.number, 200);
    });
}

std::optional<std::uint32_t> parse_parcel_number(std::string_view text) {
    std::uint32_t out = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), out);
    if (text.empty() || text.front() == '0' || end.ec != std::errc()) return std::nullopt;
    return end.ptr == text.data() + text.size() ? std::optional(out) : std::nullopt;
}

/// Errors: unknown_fulfillment_order, unknown_parcel.
Answer render_slip(const Call& call, engine::Reader& reader, const core::Order& order, FulfillmentId id,
                   std::uint32_t number) {
    const core::FulfillmentOrder* const fulfillment = order.find_fulfillment(id.number);
    if (fulfillment == nullptr || !call.caller.sees(fulfillment->location)) {
        return refuse(core::Reject::unknown_fulfillment_order);
    }
    const core::Parcel* const parcel = fulfillment->find_parcel(number);
    if (parcel == nullptr) return refuse(core::Reject::unknown_parcel);
    const auto person = read_person(order, call.caller, reader);
    if (!person) return fail(person.error());
    const auto view = call.view();
    if (!view) return fail(view.error());
    return json_response(
        200, json::to_text<json::Api>(render_packing_slip(*parcel, *fulfillment, order, *view, call.caller, *person)));
}

void get_packing_slip(CallPtr call) {
    QueryReader query(call->request, {});
    if (!query.is_valid()) return answer(call, query.take());
    const auto id = parse_fulfillment_id(call->parameters[0]);
    if (!id) return answer(call, refuse(core::Reject::unknown_fulfillment_order));
    const auto number = parse_parcel_number(call->parameters[1]);
    if (!number) return answer(call, refuse(core::Reject::unknown_parcel));
    answer_from_store(std::move(call),
                      [id = *id, number = *number](const Call& asked, engine::Reader& reader) -> Answer {
                          const auto stored = reader.order(asked.caller.tenant, id.order);
                          if (!stored) return fail(problem_of(stored.error()));
                          if (!*stored) return refuse(core::Reject::unknown_fulfillment_order);
                          const auto order = engine::decode_order(**stored);
                          if (!order) return refuse(core::Reject::internal_error);
                          return render_slip(asked, reader, *order, id, number);
                      });
}

Answer render_changed_one(const Call& call, const core::Order& order, std::uint32_t number,
                          const engine::Receipt& receipt) {
    auto out = render_one(call, order, number, status_of(receipt, 200));
    if (!out) return out;
    add_sequence(*out, receipt.sequence);
    add_replayed(*out, receipt);
    return out;
}

void answer_with_fulfillment(const CallPtr& call, engine::Receipt receipt, std::uint32_t number) {
    if (!receipt.replayed) return answer(call, render_changed_one(*call, *receipt.order, number, receipt));
    answer_from_store(
        call, [receipt = std::move(receipt), number](const Call& asked, engine::Reader& reader) -> Answer {
            const core::OrderId id(receipt.replayed->object.id);
            const auto order = engine::order_as_of(reader, asked.caller.tenant, id, receipt.replayed->sequence);
            if (!order) return fail(problem_of(order.error()));
            return render_changed_one(asked, *order, number, receipt);
        });
}

/// Reads the command from the body, `read(body, id)`, and answers with the fulfillment order as it leaves it.
template <auto read>
void change_fulfillment(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    const auto id = parse_fulfillment_id(call->parameters[0]);
    if (!id) return answer(call, refuse(core::Reject::unknown_fulfillment_order));
    auto command = read(call->request.body, *id);
    if (!command) return answer(call, fail(std::move(command.error())));
    auto if_version = read_if_match(call->request);
    if (!if_version) return answer(call, fail(std::move(if_version.error())));
    submit(std::move(call), {std::move(*command), {}, *if_version, 200},
           [number = id->number](const CallPtr& done, engine::Receipt receipt) {
               answer_with_fulfillment(done, std::move(receipt), number);
           });
}

template <auto read>
Result<BulkLine, Problem> read_fulfillment_line(std::string_view text) {
    auto command = read(text);
    if (!command) return fail(std::move(command.error()));
    std::string id = core::fulfillment_name(command->order, command->number);
    return BulkLine{std::move(*command), {}, std::move(id), 0};
}

/// The line has named it; of which order it is, and how far it is.
void render_worked(BulkResult& out, std::uint32_t, const engine::Receipt& receipt, Currency) {
    if (receipt.order == nullptr || !out.id) return;
    out.channel_order_id = receipt.order->channel_order_id;
    out.order_status = receipt.order->status();
    const auto id = parse_fulfillment_id(*out.id);
    const core::FulfillmentOrder* const worked = id ? receipt.order->find_fulfillment(id->number) : nullptr;
    if (worked != nullptr) out.fulfillment_status = worked->status();
}

template <auto read>
std::unique_ptr<http::StreamIn> change_fulfillments(StreamCall call) {
    static const BulkVerb verb{&read_fulfillment_line<read>, nullptr, &render_worked, &BulkResult::id, 200};
    return open_bulk(std::move(call), verb);
}

}  // namespace

std::span<const Route> fulfillment_routes() {
    static constexpr Route table[] = {
        {"POST", "/v1/orders/{id}/release", Permission::change_orders, &change_order<&read_release_order, 200>},
        {"POST", "/v1/releases/bulk", Permission::change_orders, nullptr,
         &change_orders<&read_bulk_release_order, 200>},
        {"GET", "/v1/fulfillment-orders", Permission::read_orders, &list_fulfillments, nullptr, MadeOf::rows},
        {"GET", "/v1/fulfillment-orders/{id}", Permission::read_orders, &get_fulfillment, nullptr, MadeOf::rows},
        {"GET", "/v1/fulfillment-orders/{id}/parcels/{number}/packing-slip", Permission::read_orders, &get_packing_slip,
         nullptr, MadeOf::rows},
        {"POST", "/v1/fulfillment-orders/{id}/accept", Permission::ship_orders, &change_fulfillment<&read_accept>},
        {"POST", "/v1/fulfillment-orders/{id}/pick", Permission::ship_orders, &change_fulfillment<&read_pick>},
        {"POST", "/v1/fulfillment-orders/{id}/pack", Permission::ship_orders, &change_fulfillment<&read_pack>},
        {"POST", "/v1/fulfillment-orders/{id}/unpack", Permission::ship_orders, &change_fulfillment<&read_unpack>},
        {"POST", "/v1/fulfillment-orders/{id}/reject", Permission::ship_orders, &change_fulfillment<&read_reject>},
        {"POST", "/v1/fulfillment-orders/{id}/ship", Permission::ship_orders, &change_fulfillment<&read_ship>},
        {"POST", "/v1/fulfillment-orders/{id}/recall", Permission::change_orders, &change_fulfillment<&read_recall>},
        {"POST", "/v1/fulfillment-orders/accept/bulk", Permission::ship_orders, nullptr,
         &change_fulfillments<&read_bulk_accept>},
        {"POST", "/v1/fulfillment-orders/pick/bulk", Permission::ship_orders, nullptr,
         &change_fulfillments<&read_bulk_pick>},
        {"POST", "/v1/fulfillment-orders/pack/bulk", Permission::ship_orders, nullptr,
         &change_fulfillments<&read_bulk_pack>},
        {"POST", "/v1/fulfillment-orders/unpack/bulk", Permission::ship_orders, nullptr,
         &change_fulfillments<&read_bulk_unpack>},
        {"POST", "/v1/fulfillment-orders/reject/bulk", Permission::ship_orders, nullptr,
         &change_fulfillments<&read_bulk_reject>},
        {"POST", "/v1/fulfillment-orders/ship/bulk", Permission::ship_orders, nullptr,
         &change_fulfillments<&read_bulk_ship>},
        {"POST", "/v1/fulfillment-orders/recall/bulk", Permission::change_orders, nullptr,
         &change_fulfillments<&read_bulk_recall>},
    };
    return table;
}

}  // namespace waybill::api

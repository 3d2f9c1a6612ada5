// Searching orders, and what happened to one.

#include <utility>

#include "api/event_json.hpp"
#include "api/order_answer.hpp"
#include "api/order_output.hpp"
#include "api/query.hpp"
#include "api/resources.hpp"
#include "engine/codec.hpp"
#include "json/read.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

using core::Permission;
constexpr std::string_view orders_cursor = "orders";

/// Filters by code need the configuration. Errors: unknown_*, out_of_scope.
Result<Unit, Problem> read_code_filters(const Call& call, QueryReader& reader, engine::OrderQuery& out) {
    const auto channel = reader.text("channel", code_length_max);
    const auto sku = reader.text("sku", code_length_max);
    const auto location = reader.text("location", code_length_max);
    if (!reader.is_valid()) return reader.take();
    const auto view = call.view();
    if (!view) return fail(view.error());
    if (channel) {
        out.channel = view->find_channel(*channel);
        if (!out.channel) return refuse(core::Reject::unknown_channel, "no channel has the code in `channel`");
    }
    if (sku) {
        out.item = view->find_item(*sku);
        if (!out.item) return refuse(core::Reject::unknown_sku, "no item has the SKU in `sku`");
    }
    if (location) {
        out.location = view->find_location(*location);
        if (!out.location) return refuse(core::Reject::unknown_location, "no location has the code in `location`");
        if (!call.caller.sees(*out.location)) return refuse(core::Reject::out_of_scope);
    }
    return Unit{};
}

Result<engine::OrderQuery, Problem> read_search(const Call& call) {
    QueryReader reader(call.request, {"status", "channel", "customer", "sku", "location", "placed_from",
                                      "placed_before", "q", "limit", "cursor"});
    engine::OrderQuery out;
    out.limit = reader.limit(call.services.options);
    for (const std::string& text : reader.list("status")) {
        const auto status = json::parse_enum<core::OrderStatus>(text);
        if (status) {
            out.statuses.push_back(*status);
        } else {
            reader.add_fault("status", json::rule::one_of, "names no status of an order: " + text);
        }
    }
    if (const auto customer = call.request.query_value("customer")) {
        out.customer = json::parse_id<core::CustomerId>(*customer);
        if (!out.customer)
            reader.add_fault("customer", json::rule::format, "must be the id of a customer, such as cus_7");
    }
    out.placed_from = reader.instant("placed_from");
    out.placed_before = reader.instant("placed_before");
    if (const auto text = reader.text("q", text_length_max)) out.text = *text;
    if (auto codes = read_code_filters(call, reader, out); !codes) return fail(std::move(codes.error()));
    out.scope = call.caller.key.locations;
    out.text_in_persons = call.caller.may(Permission::read_customers);
    if (const auto cursor = call.request.query_value("cursor")) {
        const auto numbers = read_cursor_numbers(orders_cursor, *cursor, 2);
        if (!numbers) return fail(numbers.error());
        out.after = {Instant((*numbers)[0]), core::OrderId(static_cast<std::uint64_t>((*numbers)[1]))};
    }
    return out;
}

Answer search(const Call& call, engine::Reader& reader, const engine::OrderQuery& query) {
    const auto page = reader.search_orders(call.caller.tenant, query, engine::Blocks::with);
    if (!page) return fail(problem_of(page.error()));
    std::vector<std::pair<core::Order, std::string>> found;
    for (const engine::OrderHit& hit : page->hits) {
        auto order = engine::decode_order(hit.order);
        if (!order) return refuse(core::Reject::internal_error);
        auto person = read_person(*order, call.caller, reader);
        if (!person) return fail(std::move(person.error()));
        found.emplace_back(std::move(*order), std::move(*person));
    }
    const auto view = call.view();
    if (!view) return fail(view.error());
    std::string body;
    {
        json::ObjectWriter out(body);
        auto data = out.array("data");
        for (const auto& [order, person] : found) data.value(render_order(order, *view, call.caller, person));
        data.end();
        if (page->next) {
            const auto& [placed_at, id] = *page->next;
            out.field("next_cursor",
                      make_cursor(orders_cursor, std::to_string(placed_at.micros()) + ':' + std::to_string(id.raw())));
        }
    }
    return json_response(200, std::move(body));
}

void search_orders(CallPtr call) {
    auto query = read_search(*call);
    if (!query) return answer(call, fail(std::move(query.error())));
    answer_from_store(std::move(call), [query = std::move(*query)](const Call& asked, engine::Reader& reader) {
        return search(asked, reader, query);
    });
}

Answer events_of(const Call& call, engine::Reader& reader, core::OrderId id, const engine::EventQuery& query) {
    const auto order = load_order(call.caller, reader, id);
    if (!order) return fail(order.error());
    return event_page(call, reader, query);
}

void list_order_events(CallPtr call) {
    const auto id = read_order_id(call->parameters[0]);
    if (!id) return answer(call, fail(id.error()));
    if (call->caller.is_scoped()) return answer(call, refuse(core::Reject::out_of_scope));
    auto query = read_event_query(*call, {"after", "limit"});
    if (!query) return answer(call, fail(std::move(query.error())));
    query->aggregate = core::Aggregate{core::AggregateKind::order, id->raw()};
    answer_from_store(std::move(call),
                      [id = *id, query = std::move(*query)](const Call& asked, engine::Reader& reader) {
                          return events_of(asked, reader, id, query);
                      });
}

}  // namespace

std::span<const Route> order_search_routes() {
    static constexpr Route table[] = {
        {"GET", "/v1/orders", Permission::read_orders, &search_orders, nullptr, MadeOf::rows},
        {"GET", "/v1/orders/{id}/events", Permission::read_orders, &list_order_events, nullptr, MadeOf::rows},
    };
    return table;
}

}  // namespace waybill::api

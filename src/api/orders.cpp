// Placing orders, one or many, and reading one.

#include <charconv>
#include <utility>

#include "api/bulk.hpp"
#include "api/order_answer.hpp"
#include "api/order_input.hpp"
#include "api/order_output.hpp"
#include "api/query.hpp"
#include "api/resources.hpp"
#include "engine/order_as_of.hpp"

namespace waybill::api {
namespace {

using core::Permission;
constexpr std::size_t as_of_length_max = 64;
constexpr std::uint32_t event_page = 500;

void place_order(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto place = read_order(call->request.body);
    if (!place) return answer(call, fail(std::move(place.error())));
    std::string person_doc = place->person ? place->person->doc : std::string();
    Change change{std::move(place->command), std::move(place->person), std::nullopt, created_status};
    submit(std::move(call), std::move(change),
           [person_doc = std::move(person_doc)](const CallPtr& done, const engine::Receipt& receipt) {
               answer_with_order(done, receipt, created_status, person_doc);
           });
}

Result<BulkLine, Problem> read_order_line(std::string_view text) {
    auto place = read_order(text);
    if (!place) return fail(std::move(place.error()));
    std::string label = place->command.channel_order_id;
    return BulkLine{std::move(place->command), std::move(place->person), std::move(label), 0};
}

void render_placed(BulkResult& out, std::uint32_t, const engine::Receipt& receipt, Currency costs) {
    const core::Aggregate object = receipt.replayed ? receipt.replayed->object : receipt.outcome.object;
    out.id = std::string(core::OrderId::prefix) + std::to_string(object.id);
    if (receipt.order == nullptr) return;
    SourcingOutput sourcing = render_sourcing(*receipt.order, receipt.routing, costs);
    out.order_status = receipt.order->status();
    out.shipments = sourcing.shipments;
    out.short_units = sourcing.short_units;
    out.cost = std::move(sourcing.cost);
    if (sourcing.status) out.proved = *sourcing.status == core::RoutingStatus::optimal;
}

std::unique_ptr<http::StreamIn> place_orders(StreamCall call) {
    static const BulkVerb verb{&read_order_line, nullptr, &render_placed, &BulkResult::channel_order_id,
                               created_status};
    return open_bulk(std::move(call), verb);
}

/// The last sequence of the order's events at or before `at`; not set: it came later.
Result<core::Sequence, Problem> sequence_at(const Call& call, engine::Reader& reader, core::OrderId id, Instant at) {
    core::Sequence found;
    engine::EventQuery query;
    query.aggregate = core::Aggregate{core::AggregateKind::order, id.raw()};
    query.limit = event_page;
    while (true) {
        const auto rows = reader.events(call.caller.tenant, query);
        if (!rows) return fail(problem_of(rows.error()));
        for (const engine::EventRow& row : *rows) {
            if (row.at > at) return found;
            found = row.sequence;
        }
        if (rows->size() < event_page) return found;
        query.after = rows->back().sequence;
    }
}

/// `as_of`: a sequence of the log, or an instant.
struct AsOf {
    std::optional<core::Sequence> sequence;
    Instant at;
};

std::optional<AsOf> parse_as_of(std::string_view text) {
    std::uint64_t number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    if (end.ec == std::errc() && end.ptr == text.data() + text.size()) return AsOf{core::Sequence(number), {}};
    if (const auto at = parse_instant(text)) return AsOf{std::nullopt, *at};
    return std::nullopt;
}

Result<core::Order, Problem> load_as_of(const Call& call, engine::Reader& reader, core::OrderId id,
                                        const std::optional<AsOf>& as_of) {
    auto order = load_order(call.caller, reader, id);
    if (!order || !as_of) return order;
    core::Sequence until = as_of->sequence.value_or(core::Sequence());
    if (!as_of->sequence) {
        const auto found = sequence_at(call, reader, id, as_of->at);
        if (!found) return fail(found.error());
        until = *found;
    }
    engine::EventQuery first;
    first.aggregate = core::Aggregate{core::AggregateKind::order, id.raw()};
    first.until = until;
    first.limit = 1;
    if (!until.is_set()) return refuse(core::Reject::unknown_order, "there was no such order then");
    const auto placed = reader.events(call.caller.tenant, first);
    if (!placed) return fail(problem_of(placed.error()));
    if (placed->empty()) return refuse(core::Reject::unknown_order, "there was no such order then");
    auto then = engine::order_as_of(reader, call.caller.tenant, id, until);
    if (!then) return fail(problem_of(then.error()));
    return std::move(*then);
}

void get_order(CallPtr call) {
    QueryReader query(call->request, {"as_of"});
    const auto text = query.text("as_of", as_of_length_max);
    std::optional<AsOf> as_of;
    if (text) {
        as_of = parse_as_of(*text);
        if (!as_of) query.add_fault("as_of", json::rule::format, "must be a sequence number or a date and time");
    }
    if (!query.is_valid()) return answer(call, query.take());
    const auto id = read_order_id(call->parameters[0]);
    if (!id) return answer(call, fail(id.error()));
    answer_from_store(std::move(call), [id = *id, as_of](const Call& asked, engine::Reader& reader) -> Answer {
        const auto order = load_as_of(asked, reader, id, as_of);
        if (!order) return fail(order.error());
        const auto person = read_person(*order, asked.caller, reader);
        if (!person) return fail(person.error());
        const auto view = asked.view();
        if (!view) return fail(view.error());
        return order_response(200, render_order(*order, *view, asked.caller, *person));
    });
}

}  // namespace

std::span<const Route> order_routes() {
    static constexpr Route table[] = {
        {"POST", "/v1/orders", Permission::place_orders, &place_order},
        {"POST", "/v1/orders/bulk", Permission::place_orders, nullptr, &place_orders},
        {"GET", "/v1/orders/{id}", Permission::read_orders, &get_order, nullptr, MadeOf::rows},
    };
    return table;
}

}  // namespace waybill::api

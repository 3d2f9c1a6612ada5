#include "api/order_answer.hpp"

#include <charconv>
#include <utility>

#include "api/order_output.hpp"
#include "engine/codec.hpp"
#include "engine/order_as_of.hpp"
#include "json/read.hpp"

namespace waybill::api {
namespace {

std::optional<engine::RoutingSummary> summary_of(const core::Event& event) {
    const core::RoutingTrace* trace = nullptr;
    if (const auto* placed = std::get_if<core::OrderPlaced>(&event)) trace = &placed->routing;
    if (const auto* rerouted = std::get_if<core::OrderRerouted>(&event)) trace = &rerouted->routing;
    if (trace == nullptr) return std::nullopt;
    return engine::RoutingSummary{trace->status, trace->method, trace->cost_micros, trace->lower_bound_micros,
                                  trace->by_score};
}

/// How the command that ended at `sequence` routed, from the log.
std::optional<engine::RoutingSummary> routing_at(const Call& call, engine::Reader& reader, const core::Order& order) {
    engine::EventQuery query;
    query.after = core::Sequence(order.last_sequence.raw() - 1);
    query.until = order.last_sequence;
    query.aggregate = core::Aggregate{core::AggregateKind::order, order.id.raw()};
    const auto rows = reader.events(call.caller.tenant, query);
    if (!rows || rows->empty()) return std::nullopt;
    const engine::EventRow& row = rows->front();
    const auto event = engine::decode_event(row.type, row.schema_version, row.body);
    return event ? summary_of(*event) : std::nullopt;
}

Answer render(const Call& call, const core::Order& order, const engine::Receipt& receipt,
              const std::optional<engine::RoutingSummary>& routing, int status, const std::string& person_doc) {
    auto view = call.view();
    if (!view) return fail(std::move(view.error()));
    OrderOutput out = render_order(order, *view, call.caller, person_doc);
    if (routing) out.sourcing = render_sourcing(order, routing, view->settings().currency);
    http::Response response = order_response(status_of(receipt, status), out);
    add_sequence(response, receipt.sequence);
    add_replayed(response, receipt);
    return response;
}

Answer render_repeated(const Call& call, engine::Reader& reader, const engine::Receipt& receipt, int status) {
    const core::OrderId id(receipt.replayed->object.id);
    const auto order = engine::order_as_of(reader, call.caller.tenant, id, receipt.replayed->sequence);
    if (!order) return fail(problem_of(order.error()));
    const auto person = read_person(*order, call.caller, reader);
    if (!person) return fail(person.error());
    return render(call, *order, receipt, routing_at(call, reader, *order), status, *person);
}

}  // namespace

void answer_with_order(const CallPtr& call, engine::Receipt receipt, int status) {
    answer_from_store(call,
                      [receipt = std::move(receipt), status](const Call& asked, engine::Reader& reader) -> Answer {
                          if (receipt.replayed) return render_repeated(asked, reader, receipt, status);
                          const auto person = read_person(*receipt.order, asked.caller, reader);
                          if (!person) return fail(person.error());
                          return render(asked, *receipt.order, receipt, receipt.routing, status, *person);
                      });
}

void answer_with_order(const CallPtr& call, const engine::Receipt& receipt, int status, const std::string& person_doc) {
    if (receipt.replayed) return answer_with_order(call, receipt, status);
    answer(call, render(*call, *receipt.order, receipt, receipt.routing, status, person_doc));
}

Result<core::OrderId, Problem> read_order_id(const std::string& text) {
    const auto id = json::parse_id<core::OrderId>(text);
    if (!id) return refuse(core::Reject::unknown_order);
    return *id;
}

Result<std::optional<std::uint32_t>, Problem> read_if_match(const http::Request& request) {
    const auto header = request.header("if-match");
    if (!header || *header == "*") return std::optional<std::uint32_t>{};
    std::string_view tag = *header;
    std::uint32_t version = 0;
    if (tag.size() >= 3 && tag.front() == '"' && tag.back() == '"') {
        tag = tag.substr(1, tag.size() - 2);
        const auto end = std::from_chars(tag.data(), tag.data() + tag.size(), version);
        if (end.ec == std::errc() && end.ptr == tag.data() + tag.size()) return std::optional(version);
    }
    return refuse(core::Reject::invalid_request, "If-Match must be the ETag of an order, such as \"3\" in quotes");
}

Result<core::Order, Problem> load_order(const Caller& caller, engine::Reader& reader, core::OrderId id) {
    const auto stored = reader.order(caller.tenant, id);
    if (!stored) return fail(problem_of(stored.error()));
    if (!*stored) return refuse(core::Reject::unknown_order);
    auto order = engine::decode_order(**stored);
    if (!order) return refuse(core::Reject::internal_error);
    if (!sees_order(caller, *order)) return refuse(core::Reject::unknown_order);
    return std::move(*order);
}

}  // namespace waybill::api

// What customers send or bring back: asked for, approved or declined, received at a place, one at a time or many, and
// the lists that the places work by.

#include <algorithm>
#include <utility>

#include "api/location_filter.hpp"
#include "api/order_change.hpp"
#include "api/order_output.hpp"
#include "api/page.hpp"
#include "api/query.hpp"
#include "api/resources.hpp"
#include "api/return_json.hpp"
#include "engine/codec.hpp"
#include "engine/order_as_of.hpp"
#include "json/read.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

using core::Permission;
constexpr std::string_view returns_cursor = "returns";
constexpr int return_made = 201;

std::string cursor_after_return(const engine::ReturnRow& row) {
    return make_cursor(returns_cursor, std::to_string(row.requested_at.micros()) + ':' +
                                           std::to_string(row.order.raw()) + ':' + std::to_string(row.number));
}

Result<engine::ReturnPosition, Problem> read_return_position(std::string_view cursor) {
    const auto numbers = read_cursor_numbers(returns_cursor, cursor, 3);
    if (!numbers) return fail(numbers.error());
    const std::int64_t number = (*numbers)[2];
    if (number > UINT32_MAX) return refuse(core::Reject::invalid_cursor);
    return engine::ReturnPosition{Instant((*numbers)[0]), core::OrderId(static_cast<std::uint64_t>((*numbers)[1])),
                                  static_cast<std::uint32_t>(number)};
}

/// Goods that may come to any place are for those who have a place that takes some.
bool takes_goods_back(const Caller& caller, const engine::TenantView& view) {
    return !caller.is_scoped() ||
           std::any_of(caller.key.locations.begin(), caller.key.locations.end(),
                       [&](core::LocationIx ix) { return view.location(ix).capabilities.returns; });
}

bool sees_return(const Caller& caller, const core::Order& order, const core::OrderReturn& made,
                 const engine::TenantView& view) {
    if (made.location == core::no_index ? takes_goods_back(caller, view) : caller.sees(made.location)) return true;
    return sees_order(caller, order);
}

void read_return_status(const Call& call, QueryReader& query, engine::ReturnQuery& out) {
    const auto status = call.request.query_value("status");
    if (!status || *status == "open" || *status == "done") {
        out.is_open = !status || *status == "open";
        return;
    }
    out.status = json::parse_enum<core::ReturnStatus>(*status);
    if (out.status) {
        using enum core::ReturnStatus;
        // The store finds open ones and done ones apart.
        out.is_open = *out.status == requested || *out.status == approved || *out.status == receiving;
    } else {
        query.add_fault("status", json::rule::one_of,
                        "must be open, done, requested, approved, receiving, received, declined or cancelled");
    }
}

Result<engine::ReturnQuery, Problem> read_return_query(const Call& call) {
    QueryReader query(call.request, {"status", "location", "order", "limit", "cursor"});
    engine::ReturnQuery out;
    out.limit = query.limit(call.services.options);
    read_return_status(call, query, out);
    if (const auto order = call.request.query_value("order")) {
        out.order = json::parse_id<core::OrderId>(*order);
        if (!out.order) query.add_fault("order", json::rule::format, "must be the id of an order, such as ord_12");
    }
    if (!query.is_valid()) return query.take();
    if (const auto cursor = call.request.query_value("cursor")) {
        const auto after = read_return_position(*cursor);
        if (!after) return fail(after.error());
        out.after = *after;
    }
    auto locations = read_location_filter(call, query);
    if (!locations) return fail(std::move(locations.error()));
    out.locations = std::move(*locations);
    return out;
}

/// Of a key that is limited to locations: those expected there and, where it takes goods back, anywhere; all of an
/// order that it names and knows. Errors: of the store, no_owner.
Result<Unit, Problem> limit_to_scope(const Call& call, engine::Reader& reader, engine::ReturnQuery& query) {
    if (!call.caller.is_scoped() || !query.locations.empty()) return Unit{};
    if (query.order) {
        const auto order = load_order(call.caller, reader, *query.order);
        if (order) return Unit{};
        if (order.error().code != core::Reject::unknown_order) return fail(order.error());
    }
    const auto view = call.view();
    if (!view) return fail(view.error());
    query.locations = call.caller.key.locations;
    query.with_anywhere = takes_goods_back(call.caller, *view);
    return Unit{};
}

/// Whether a row is as it was written: rendering looks up what it names.
bool is_whole_return(const engine::ReturnDoc& doc, const engine::TenantView& view) {
    const core::TenantState& state = view.state();
    return !doc.made.lines.empty() && doc.items.size() == doc.made.lines.size() &&
           doc.channel < state.channels.rows.committed_size() &&
           (doc.made.location == core::no_index || doc.made.location < state.locations.rows.committed_size()) &&
           std::all_of(doc.items.begin(), doc.items.end(),
                       [&](core::ItemIx item) { return item < state.items.rows.committed_size(); });
}

Answer page_of_returns(const Call& call, engine::Reader& reader, engine::ReturnQuery query) {
    if (auto limited = limit_to_scope(call, reader, query); !limited) return fail(std::move(limited.error()));
    const auto rows = reader.returns(call.caller.tenant, query);
    if (!rows) return fail(problem_of(rows.error()));
    const auto view = call.view();
    if (!view) return fail(view.error());
    const auto render = [&](const engine::ReturnRow& row) -> std::optional<ReturnOutput> {
        const auto doc = engine::decode_doc<engine::ReturnDoc>(row.doc);
        if (!doc || !is_whole_return(*doc, *view)) return std::nullopt;
        return render_return(*doc, *view, call.caller);
    };
    return stored_page(*rows, query.limit, render, &cursor_after_return);
}

void list_returns(CallPtr call) {
    auto query = read_return_query(*call);
    if (!query) return answer(call, fail(std::move(query.error())));
    answer_from_store(std::move(call), [query = std::move(*query)](const Call& asked, engine::Reader& reader) {
        return page_of_returns(asked, reader, query);
    });
}

/// One of an order, with the ETag of the order. REQUIRES: the caller may see it, or has just changed it.
Answer render_one_return(const Call& call, const core::Order& order, const core::OrderReturn& made, int status) {
    const auto view = call.view();
    if (!view) return fail(view.error());
    http::Response out =
        json_response(status, json::to_text<json::Api>(render_return(made, order, *view, call.caller)));
    out.headers.push_back({"etag", '"' + std::to_string(order.version) + '"'});
    return out;
}

Answer read_one_return(const Call& call, engine::Reader& reader, ReturnId id) {
    const auto stored = reader.order(call.caller.tenant, id.order);
    if (!stored) return fail(problem_of(stored.error()));
    if (!*stored) return refuse(core::Reject::unknown_return);
    const auto order = engine::decode_order(**stored);
    if (!order) return refuse(core::Reject::internal_error);
    const core::OrderReturn* const made = order->find_return(id.number);
    if (made == nullptr) return refuse(core::Reject::unknown_return);
    {
        const auto view = call.view();
        if (!view) return fail(view.error());
        if (!sees_return(call.caller, *order, *made, *view)) return refuse(core::Reject::unknown_return);
    }
    return render_one_return(call, *order, *made, 200);
}

void get_return(CallPtr call) {
    QueryReader query(call->request, {});
    if (!query.is_valid()) return answer(call, query.take());
    const auto id = parse_return_id(call->parameters[0]);
    if (!id) return answer(call, refuse(core::Reject::unknown_return));
    answer_from_store(std::move(call), [id = *id](const Call& asked, engine::Reader& reader) {
        return read_one_return(asked, reader, id);
    });
}

/// `number`: none: the one that the command made, the latest.
Answer render_changed_return(const Call& call, const core::Order& order, std::optional<std::uint32_t> number,
                             const engine::Receipt& receipt, int status) {
    const auto made = order.find_return(number.value_or(static_cast<std::uint32_t>(order.returns.size())));
    if (made == nullptr) return refuse(core::Reject::internal_error);
    auto out = render_one_return(call, order, *made, status_of(receipt, status));
    if (!out) return out;
    add_sequence(*out, receipt.sequence);
    add_replayed(*out, receipt);
    return out;
}

void answer_with_return(const CallPtr& call, engine::Receipt receipt, std::optional<std::uint32_t> number, int status) {
    if (!receipt.replayed) {
        return answer(call, render_changed_return(*call, *receipt.order, number, receipt, status));
    }
    answer_from_store(
        call, [receipt = std::move(receipt), number, status](const Call& asked, engine::Reader& reader) -> Answer {
            const core::OrderId id(receipt.replayed->object.id);
            const auto order = engine::order_as_of(reader, asked.caller.tenant, id, receipt.replayed->sequence);
            if (!order) return fail(problem_of(order.error()));
            return render_changed_return(asked, *order, number, receipt, status);
        });
}

/// Who may cancel an order may take back what its channel does not. Errors: forbidden.
Result<Unit, Problem> check_override(const core::RequestReturn& command, const Caller& caller) {
    if (!command.overrides_policy || caller.may(Permission::change_orders)) return Unit{};
    return refuse(core::Reject::forbidden, "the role may not override what the channel takes back");
}

void request_return(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    const auto id = read_order_id(call->parameters[0]);
    if (!id) return answer(call, fail(id.error()));
    auto command = read_request_return(call->request.body, *id);
    if (!command) return answer(call, fail(std::move(command.error())));
    if (auto may = check_override(*command, call->caller); !may) return answer(call, fail(std::move(may.error())));
    auto if_version = read_if_match(call->request);
    if (!if_version) return answer(call, fail(std::move(if_version.error())));
    submit(std::move(call), {std::move(*command), {}, *if_version, return_made},
           [](const CallPtr& done, engine::Receipt receipt) {
               answer_with_return(done, std::move(receipt), std::nullopt, return_made);
           });
}

/// Reads the command from the body, `read(body, id)`, and answers with the return as it leaves it.
template <auto read>
void change_return(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    const auto id = parse_return_id(call->parameters[0]);
    if (!id) return answer(call, refuse(core::Reject::unknown_return));
    auto command = read(call->request.body, *id);
    if (!command) return answer(call, fail(std::move(command.error())));
    auto if_version = read_if_match(call->request);
    if (!if_version) return answer(call, fail(std::move(if_version.error())));
    submit(std::move(call), {std::move(*command), {}, *if_version, 200},
           [number = id->number](const CallPtr& done, engine::Receipt receipt) {
               answer_with_return(done, std::move(receipt), number, 200);
           });
}

template <auto read>
Result<BulkLine, Problem> read_return_line(std::string_view text) {
    auto command = read(text);
    if (!command) return fail(std::move(command.error()));
    std::string id = core::return_name(command->order, command->number);
    return BulkLine{std::move(*command), {}, std::move(id), 0};
}

/// How far it is. Nothing more of the order: the caller may know no more of it.
void render_return_result(BulkResult& out, const core::Order& order, const core::OrderReturn* made) {
    if (made == nullptr) return;
    out.id = core::return_name(order.id, made->number);
    out.channel_order_id = order.channel_order_id;
    out.return_status = made->status();
}

/// The line has named it.
void render_changed_return_line(BulkResult& out, std::uint32_t, const engine::Receipt& receipt, Currency) {
    if (receipt.order == nullptr || !out.id) return;
    const auto id = parse_return_id(*out.id);
    if (id) render_return_result(out, *receipt.order, receipt.order->find_return(id->number));
}

template <auto read>
std::unique_ptr<http::StreamIn> change_returns(StreamCall call) {
    static const BulkVerb verb{&read_return_line<read>, nullptr, &render_changed_return_line, &BulkResult::id, 200};
    return open_bulk(std::move(call), verb);
}

/// What it may ask depends on who asks.
Result<BulkLine, Problem> resolve_request_line(std::string_view text, const Caller& caller, engine::Engine&,
                                               engine::Reader&) {
    auto command = read_bulk_request_return(text);
    if (!command) return fail(std::move(command.error()));
    if (auto may = check_override(*command, caller); !may) return fail(std::move(may.error()));
    return BulkLine{std::move(*command), {}, {}, 0};
}

void render_requested_line(BulkResult& out, std::uint32_t, const engine::Receipt& receipt, Currency) {
    if (receipt.order == nullptr || receipt.order->returns.empty()) return;
    render_return_result(out, *receipt.order, &receipt.order->returns.back());
}

std::unique_ptr<http::StreamIn> request_returns(StreamCall call) {
    static const BulkVerb verb{nullptr, &resolve_request_line, &render_requested_line, &BulkResult::id, return_made};
    return open_bulk(std::move(call), verb);
}

constexpr Route returns_table[] = {
    {"POST", "/v1/orders/{id}/returns", Permission::ship_orders, &request_return},
    {"GET", "/v1/returns", Permission::read_orders, &list_returns, nullptr, MadeOf::rows},
    {"POST", "/v1/returns/bulk", Permission::ship_orders, nullptr, &request_returns},
    {"GET", "/v1/returns/{id}", Permission::read_orders, &get_return, nullptr, MadeOf::rows},
    {"POST", "/v1/returns/{id}/approve", Permission::change_orders, &change_return<&read_approve_return>},
    {"POST", "/v1/returns/{id}/decline", Permission::change_orders, &change_return<&read_decline_return>},
    {"POST", "/v1/returns/{id}/receive", Permission::ship_orders, &change_return<&read_receive_return>},
    {"POST", "/v1/returns/{id}/cancel", Permission::change_orders, &change_return<&read_cancel_return>},
    {"POST", "/v1/returns/approve/bulk", Permission::change_orders, nullptr,
     &change_returns<&read_bulk_approve_return>},
    {"POST", "/v1/returns/decline/bulk", Permission::change_orders, nullptr,
     &change_returns<&read_bulk_decline_return>},
    {"POST", "/v1/returns/receive/bulk", Permission::ship_orders, nullptr, &change_returns<&read_bulk_receive_return>},
    {"POST", "/v1/returns/cancel/bulk", Permission::change_orders, nullptr, &change_returns<&read_bulk_cancel_return>},
};

}  // namespace

std::span<const Route> return_routes() { return returns_table; }

}  // namespace waybill::api

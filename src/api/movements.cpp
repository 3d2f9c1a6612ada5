// The inventory ledger: reading it, and what people write to it.

#include <utility>

#include "api/bulk.hpp"
#include "api/inventory_json.hpp"
#include "api/query.hpp"
#include "api/resources.hpp"
#include "api/submit.hpp"
#include "json/read.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

using core::Permission;
constexpr std::string_view movements_cursor = "movements";
constexpr int scoped_pages_max = 50;  ///< store pages read to fill one page of a caller limited to locations

std::string cursor_after_movement(const engine::MovementRow& row) {
    return make_cursor(movements_cursor, std::to_string(row.sequence.raw()) + ':' + std::to_string(row.n));
}

Result<engine::MovementQuery, Problem> read_movement_query(const Call& call) {
    QueryReader query(call.request, {"sku", "location", "order", "limit", "cursor"});
    engine::MovementQuery out;
    out.limit = query.limit(call.services.options);
    const auto sku = query.text("sku", code_length_max);
    const auto location = query.text("location", code_length_max);
    if (const auto order = call.request.query_value("order")) {
        out.order = json::parse_id<core::OrderId>(*order);
        if (!out.order) query.add_fault("order", json::rule::format, "must be the id of an order, such as ord_12");
    }
    if (!query.is_valid()) return query.take();
    if (const auto cursor = call.request.query_value("cursor")) {
        const auto numbers = read_cursor_numbers(movements_cursor, *cursor, 2);
        if (!numbers) return fail(numbers.error());
        out.before = core::Sequence(static_cast<std::uint64_t>((*numbers)[0]));
        out.before_n = static_cast<std::uint32_t>((*numbers)[1]);
    }
    const auto view = call.view();
    if (!view) return fail(view.error());
    if (sku) {
        out.item = view->find_item(*sku);
        if (!out.item) return refuse(core::Reject::unknown_sku, "no item has the SKU in `sku`");
    }
    if (location) {
        out.location = view->find_location(*location);
        if (!out.location) return refuse(core::Reject::unknown_location, "no location has the code in `location`");
    } else if (call.caller.key.locations.size() == 1) {
        out.location = call.caller.key.locations.front();
    }
    if (out.location && !call.caller.sees(*out.location)) return refuse(core::Reject::out_of_scope);
    return out;
}

/// Callers limited to several locations see a selection of what the store gives, so one page may need several reads.
Result<std::vector<engine::MovementRow>, Problem> read_page(const Call& call, engine::Reader& reader,
                                                            engine::MovementQuery query, std::string& next) {
    std::vector<engine::MovementRow> out;
    const std::uint32_t limit = query.limit;
    for (int page = 0; page < scoped_pages_max; ++page) {
        auto rows = reader.movements(call.caller.tenant, query);
        if (!rows) return fail(problem_of(rows.error()));
        const bool is_last = rows->size() < query.limit;
        if (rows->empty()) return out;
        for (engine::MovementRow& row : *rows) {
            if (!call.caller.sees(row.movement.location)) continue;
            out.push_back(std::move(row));
            if (out.size() < limit) continue;
            next = cursor_after_movement(out.back());
            return out;
        }
        if (is_last) return out;
        query.before = rows->back().sequence;
        query.before_n = rows->back().n;
    }
    next = make_cursor(movements_cursor, std::to_string(query.before.raw()) + ':' + std::to_string(query.before_n));
    return out;
}

void list_movements(CallPtr call) {
    auto query = read_movement_query(*call);
    if (!query) return answer(call, fail(std::move(query.error())));
    answer_from_store(std::move(call), [query = *query](const Call& asked, engine::Reader& reader) -> Answer {
        std::string next;
        const auto rows = read_page(asked, reader, query, next);
        if (!rows) return fail(rows.error());
        const auto view = asked.view();
        if (!view) return fail(view.error());
        std::string body;
        {
            json::ObjectWriter page(body);
            auto data = page.array("data");
            for (const engine::MovementRow& row : *rows) data.value(render_movement(row, *view));
            data.end();
            if (!next.empty()) page.field("next_cursor", next);
        }
        return json_response(200, std::move(body));
    });
}

void move_inventory(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto command = read_moves(call->request.body);
    if (!command) return answer(call, fail(std::move(command.error())));
    std::string reference = command->reference;
    submit(std::move(call), {std::move(*command), {}, {}, created_status},
           [reference = std::move(reference)](const CallPtr& done, const engine::Receipt& receipt) {
               const core::Sequence sequence = receipt.replayed ? receipt.replayed->sequence : receipt.sequence;
               http::Response response = json_response(status_of(receipt, created_status),
                                                       json::to_text<json::Api>(MovementsResult{sequence, reference}));
               add_sequence(response, sequence);
               add_replayed(response, receipt);
               answer(done, std::move(response));
           });
}

Result<BulkLine, Problem> read_moves_line(std::string_view text) {
    auto command = read_moves(text);
    if (!command) return fail(std::move(command.error()));
    std::string label = command->reference;
    return BulkLine{std::move(*command), {}, std::move(label), 0};
}

std::unique_ptr<http::StreamIn> move_many(StreamCall call) {
    static const BulkVerb verb{&read_moves_line, nullptr, &render_nothing, &BulkResult::reference, created_status};
    return open_bulk(std::move(call), verb);
}

}  // namespace

std::span<const Route> movement_routes() {
    static constexpr Route table[] = {
        {"GET", "/v1/inventory/movements", Permission::read_inventory, &list_movements, nullptr, MadeOf::rows},
        {"POST", "/v1/inventory/movements", Permission::change_inventory, &move_inventory},
        {"POST", "/v1/inventory/movements/bulk", Permission::change_inventory, nullptr, &move_many},
    };
    return table;
}

}  // namespace waybill::api

// Demand: how fast items sell at locations, and by how much they are marked down there.

#include <algorithm>
#include <utility>

#include "api/bulk.hpp"
#include "api/demand_json.hpp"
#include "api/query.hpp"
#include "api/resources.hpp"
#include "api/submit.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

using core::Permission;
constexpr std::string_view demand_cursor = "demand";
/// A place that has few rows must not keep the writer waiting while all items are walked.
constexpr std::int64_t demand_items_looked_at_max = 10'000;

struct DemandPage {
    std::optional<core::LocationIx> location;
    std::uint32_t limit = 0;
    std::string next;
    std::uint32_t count = 0;
};

/// False when the page is full and `next` is set.
bool append_demand(json::ArrayWriter& data, DemandPage& page, const Call& call, const engine::TenantView& view,
                   std::uint32_t ix, std::int64_t from_location) {
    const auto& demand = view.state().demand;
    for (const core::DemandRate& rate : demand.rows.committed(ix).rates) {
        if (rate.location < from_location) continue;
        if (page.location && rate.location != *page.location) continue;
        if (!call.caller.sees(rate.location)) continue;
        if (page.count == page.limit) {
            page.next = make_cursor(demand_cursor, std::to_string(ix) + ':' + std::to_string(rate.location));
            return false;
        }
        data.value(render_demand(demand.codes.key(ix), view.location(rate.location).code, rate));
        ++page.count;
    }
    return true;
}

/// Items in the order in which their demand was first told of, locations in the order in which they were made.
Answer list_demand(const Call& call) {
    QueryReader query(call.request, {"sku", "location", "limit", "cursor"});
    DemandPage page;
    page.limit = query.limit(call.services.options);
    const auto sku = query.text("sku", code_length_max);
    const auto location = query.text("location", code_length_max);
    if (!query.is_valid()) return query.take();
    std::int64_t from_item = 0;
    std::int64_t from_location = 0;
    if (const auto cursor = call.request.query_value("cursor")) {
        const auto numbers = read_cursor_numbers(demand_cursor, *cursor, 2);
        if (!numbers) return fail(numbers.error());
        from_item = (*numbers)[0];
        from_location = (*numbers)[1];
    }
    const auto view = call.view();
    if (!view) return fail(view.error());
    if (location) {
        page.location = view->find_location(*location);
        if (!page.location) return refuse(core::Reject::unknown_location, "no location has the code in `location`");
        if (!call.caller.sees(*page.location)) return refuse(core::Reject::out_of_scope);
    }
    const auto& demand = view->state().demand;
    std::int64_t end = demand.rows.committed_size();
    if (sku) {
        if (!view->find_item(*sku)) return refuse(core::Reject::unknown_sku, "no item has the SKU in `sku`");
        const auto ix = demand.codes.find_committed(*sku);
        from_item = ix ? std::max<std::int64_t>(from_item, *ix) : end;
        if (ix) end = std::int64_t{*ix} + 1;
    }
    std::string body;
    {
        json::ObjectWriter object(body);
        auto data = object.array("data");
        for (std::int64_t ix = from_item; ix < end; ++ix) {
            if (ix - from_item == demand_items_looked_at_max) {
                page.next = make_cursor(demand_cursor, std::to_string(ix) + ":0");
                break;
            }
            if (!append_demand(data, page, call, *view, static_cast<std::uint32_t>(ix), from_location)) break;
            from_location = 0;
        }
        data.end();
        if (!page.next.empty()) object.field("next_cursor", page.next);
    }
    return json_response(200, std::move(body));
}

void get_demand(CallPtr call) { answer(call, list_demand(*call)); }

void put_demand(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto command = read_demand(call->request.body);
    if (!command) return answer(call, fail(std::move(command.error())));
    submit(std::move(call), {std::move(*command), {}, {}, 200},
           [](const CallPtr& done, const engine::Receipt& receipt) {
               const core::Sequence sequence = receipt.replayed ? receipt.replayed->sequence : receipt.sequence;
               http::Response response =
                   json_response(status_of(receipt, 200), json::to_text<json::Api>(DemandResult{sequence}));
               add_sequence(response, sequence);
               add_replayed(response, receipt);
               answer(done, std::move(response));
           });
}

Result<BulkLine, Problem> read_demand_line(std::string_view text) {
    auto row = read_demand_row(text);
    if (!row) return fail(std::move(row.error()));
    std::string label = row->sku;
    core::PutDemand command;
    command.rows.push_back(std::move(*row));
    return BulkLine{std::move(command), {}, std::move(label), 0};
}

std::unique_ptr<http::StreamIn> put_demand_rows(StreamCall call) {
    static const BulkVerb verb{&read_demand_line, nullptr, &render_nothing, &BulkResult::sku, 200};
    return open_bulk(std::move(call), verb);
}

}  // namespace

std::span<const Route> demand_routes() {
    static constexpr Route table[] = {
        {"GET", "/v1/demand", Permission::read_configuration, &get_demand},
        {"PUT", "/v1/demand", Permission::configure, &put_demand},
        {"POST", "/v1/demand/bulk", Permission::configure, nullptr, &put_demand_rows},
    };
    return table;
}

}  // namespace waybill::api

// Stock feeds: messages with a source and a sequence, so that a late or repeated one does no harm.

#include <utility>

#include "api/bulk.hpp"
#include "api/inventory_json.hpp"
#include "api/resources.hpp"
#include "api/submit.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

using core::Permission;

void apply_feed(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto command = read_feed(call->request.body, call->parameters[0]);
    if (!command) return answer(call, fail(std::move(command.error())));
    const auto rows = static_cast<std::uint32_t>(command->rows.size());
    submit(std::move(call), {std::move(*command), {}, {}, 200},
           [rows](const CallPtr& done, const engine::Receipt& receipt) {
               http::Response response =
                   json_response(status_of(receipt, 200), json::to_text<json::Api>(render_feed(receipt, rows)));
               add_sequence(response, receipt.sequence);
               add_replayed(response, receipt);
               answer(done, std::move(response));
           });
}

Result<BulkLine, Problem> read_feed_line(std::string_view text) {
    auto command = read_feed(text, {});
    if (!command) return fail(std::move(command.error()));
    std::string label = command->source;
    const auto rows = static_cast<std::uint32_t>(command->rows.size());
    return BulkLine{std::move(*command), {}, std::move(label), rows};
}

void render_fed(BulkResult& out, std::uint32_t rows, const engine::Receipt& receipt, Currency) {
    FeedResult result = render_feed(receipt, rows);
    out.applied = result.applied;
    out.already_applied = result.already_applied;
    out.rows_taken = result.rows_taken;
    if (!result.skipped.empty()) out.skipped = std::move(result.skipped);
}

std::unique_ptr<http::StreamIn> apply_feeds(StreamCall call) {
    static const BulkVerb verb{&read_feed_line, nullptr, &render_fed, &BulkResult::source, 200};
    return open_bulk(std::move(call), verb);
}

}  // namespace

std::span<const Route> feed_routes() {
    static constexpr Route table[] = {
        {"POST", "/v1/inventory/feeds/bulk", Permission::feed_inventory, nullptr, &apply_feeds},
        {"POST", "/v1/inventory/feeds/{source}", Permission::feed_inventory, &apply_feed},
    };
    return table;
}

}  // namespace waybill::api

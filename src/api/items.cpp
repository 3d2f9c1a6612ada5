// The catalogue.

#include <utility>

#include "api/bulk.hpp"
#include "api/item_json.hpp"
#include "api/page.hpp"
#include "api/resources.hpp"
#include "api/submit.hpp"

namespace waybill::api {
namespace {

using core::Permission;

Answer item_now(const Call& call, const std::string& sku) {
    const auto view = call.view();
    if (!view) return fail(view.error());
    const auto ix = view->find_item(sku);
    if (!ix) return refuse(core::Reject::not_found, "no item has this SKU");
    return json_response(200, json::to_text<json::Api>(render_item(view->item(*ix), *view)));
}

void get_item(CallPtr call) { answer(call, item_now(*call, call->parameters[0])); }

void put_item(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto command = read_item(call->request.body, call->parameters[0]);
    if (!command) return answer(call, fail(std::move(command.error())));
    submit(std::move(call), {std::move(*command), {}, {}, 200},
           [](const CallPtr& done, const engine::Receipt& receipt) {
               auto response = item_now(*done, done->parameters[0]);
               if (response) add_sequence(*response, receipt.sequence);
               if (response) add_replayed(*response, receipt);
               answer(done, std::move(response));
           });
}

void list_items(CallPtr call) {
    answer(call,
           memory_page(
               *call, "items", [](const engine::TenantView& view) { return view.state().items.rows.committed_size(); },
               [](const engine::TenantView& view, std::uint32_t ix) {
                   return std::optional(render_item(view.item(ix), view));
               }));
}

Result<BulkLine, Problem> read_item_line(std::string_view text) {
    auto command = read_item(text, {});
    if (!command) return fail(std::move(command.error()));
    std::string label = command->item.sku;
    return BulkLine{std::move(*command), {}, std::move(label), 0};
}

std::unique_ptr<http::StreamIn> put_items(StreamCall call) {
    static const BulkVerb verb{&read_item_line, nullptr, &render_nothing, &BulkResult::sku, 200};
    return open_bulk(std::move(call), verb);
}

}  // namespace

std::span<const Route> item_routes() {
    static constexpr Route table[] = {
        {"POST", "/v1/items/bulk", Permission::configure, nullptr, &put_items},
        {"GET", "/v1/items", Permission::read_configuration, &list_items},
        {"GET", "/v1/items/{sku+}", Permission::read_configuration, &get_item},
        {"PUT", "/v1/items/{sku+}", Permission::configure, &put_item},
    };
    return table;
}

}  // namespace waybill::api

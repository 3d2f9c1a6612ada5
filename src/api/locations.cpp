// The network: places that can fulfil.

#include <utility>

#include "api/bulk.hpp"
#include "api/location_json.hpp"
#include "api/page.hpp"
#include "api/resources.hpp"
#include "api/submit.hpp"

namespace waybill::api {
namespace {

using core::Permission;

Answer location_now(const Call& call, const std::string& code) {
    const auto view = call.view();
    if (!view) return fail(view.error());
    const auto ix = view->find_location(code);
    if (!ix) return refuse(core::Reject::not_found, "no location has this code");
    return json_response(200, json::to_text<json::Api>(render_location(view->location(*ix), *view)));
}

void get_location(CallPtr call) { answer(call, location_now(*call, call->parameters[0])); }

void put_location(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto command = read_location(call->request.body, call->parameters[0]);
    if (!command) return answer(call, fail(std::move(command.error())));
    submit(std::move(call), {std::move(*command), {}, {}, 200},
           [](const CallPtr& done, const engine::Receipt& receipt) {
               auto response = location_now(*done, done->parameters[0]);
               if (response) add_sequence(*response, receipt.sequence);
               if (response) add_replayed(*response, receipt);
               answer(done, std::move(response));
           });
}

void list_locations(CallPtr call) {
    answer(call, memory_page(
                     *call, "locations",
                     [](const engine::TenantView& view) { return view.state().locations.rows.committed_size(); },
                     [](const engine::TenantView& view, std::uint32_t ix) {
                         return std::optional(render_location(view.location(ix), view));
                     }));
}

Result<BulkLine, Problem> read_location_line(std::string_view text) {
    auto command = read_location(text, {});
    if (!command) return fail(std::move(command.error()));
    std::string label = command->location.code;
    return BulkLine{std::move(*command), {}, std::move(label), 0};
}

std::unique_ptr<http::StreamIn> put_locations(StreamCall call) {
    static const BulkVerb verb{&read_location_line, nullptr, &render_nothing, &BulkResult::code, 200};
    return open_bulk(std::move(call), verb);
}

}  // namespace

std::span<const Route> location_routes() {
    static constexpr Route table[] = {
        {"POST", "/v1/locations/bulk", Permission::configure, nullptr, &put_locations},
        {"GET", "/v1/locations", Permission::read_configuration, &list_locations},
        {"GET", "/v1/locations/{code}", Permission::read_configuration, &get_location},
        {"PUT", "/v1/locations/{code}", Permission::configure, &put_location},
    };
    return table;
}

}  // namespace waybill::api

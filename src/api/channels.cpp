// Channels: where orders come from.

#include <utility>

#include "api/bulk.hpp"
#include "api/channel_json.hpp"
#include "api/page.hpp"
#include "api/resources.hpp"
#include "api/submit.hpp"

namespace waybill::api {
namespace {

using core::Permission;

Answer channel_now(const Call& call, const std::string& code) {
    const auto view = call.view();
    if (!view) return fail(view.error());
    const auto ix = view->find_channel(code);
    if (!ix) return refuse(core::Reject::not_found, "no channel has this code");
    return json_response(200, json::to_text<json::Api>(render_channel(view->channel(*ix), *view)));
}

void get_channel(CallPtr call) { answer(call, channel_now(*call, call->parameters[0])); }

void put_channel(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto command = read_channel(call->request.body, call->parameters[0]);
    if (!command) return answer(call, fail(std::move(command.error())));
    submit(std::move(call), {std::move(*command), {}, {}, 200},
           [](const CallPtr& done, const engine::Receipt& receipt) {
               auto response = channel_now(*done, done->parameters[0]);
               if (response) add_sequence(*response, receipt.sequence);
               if (response) add_replayed(*response, receipt);
               answer(done, std::move(response));
           });
}

void list_channels(CallPtr call) {
    answer(call, memory_page(
                     *call, "channels",
                     [](const engine::TenantView& view) { return view.state().channels.rows.committed_size(); },
                     [](const engine::TenantView& view, std::uint32_t ix) {
                         return std::optional(render_channel(view.channel(ix), view));
                     }));
}

Result<BulkLine, Problem> read_channel_line(std::string_view text) {
    auto command = read_channel(text, {});
    if (!command) return fail(std::move(command.error()));
    std::string label = command->channel.code;
    return BulkLine{std::move(*command), {}, std::move(label), 0};
}

std::unique_ptr<http::StreamIn> put_channels(StreamCall call) {
    static const BulkVerb verb{&read_channel_line, nullptr, &render_nothing, &BulkResult::code, 200};
    return open_bulk(std::move(call), verb);
}

}  // namespace

std::span<const Route> channel_routes() {
    static constexpr Route table[] = {
        {"POST", "/v1/channels/bulk", Permission::configure, nullptr, &put_channels},
        {"GET", "/v1/channels", Permission::read_configuration, &list_channels},
        {"GET", "/v1/channels/{code}", Permission::read_configuration, &get_channel},
        {"PUT", "/v1/channels/{code}", Permission::configure, &put_channel},
    };
    return table;
}

}  // namespace waybill::api

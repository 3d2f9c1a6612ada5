// The settings of the caller's own tenant.

#include <utility>

#include "api/resources.hpp"
#include "api/settings_json.hpp"
#include "api/submit.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

using core::Permission;

Answer settings_now(const Call& call) {
    const auto view = call.view();
    if (!view) return fail(view.error());
    return json_response(200, json::to_text<json::Api>(render_settings(view->settings())));
}

void get_settings(CallPtr call) { answer(call, settings_now(*call)); }

void put_settings(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto settings = read_settings(call->request.body);
    if (!settings) return answer(call, fail(std::move(settings.error())));
    submit(std::move(call), {core::ConfigureTenant{std::move(*settings)}, {}, {}, 200},
           [](const CallPtr& done, const engine::Receipt& receipt) {
               auto response = settings_now(*done);
               if (response) add_sequence(*response, receipt.sequence);
               if (response) add_replayed(*response, receipt);
               answer(done, std::move(response));
           });
}

}  // namespace

std::span<const Route> settings_routes() {
    static constexpr Route table[] = {
        {"GET", "/v1/settings", Permission::read_configuration, &get_settings},
        {"PUT", "/v1/settings", Permission::configure, &put_settings},
    };
    return table;
}

}  // namespace waybill::api

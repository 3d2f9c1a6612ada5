// Rate tables: what carriers ask by zone and weight.

#include <utility>

#include "api/bulk.hpp"
#include "api/page.hpp"
#include "api/rate_table_json.hpp"
#include "api/resources.hpp"
#include "api/submit.hpp"

namespace waybill::api {
namespace {

using core::Permission;

Answer rate_table_now(const Call& call, const std::string& code) {
    const auto view = call.view();
    if (!view) return fail(view.error());
    const auto& tables = view->state().rate_tables;
    const auto ix = tables.codes.find_committed(code);
    if (!ix) return refuse(core::Reject::not_found, "no rate table has this code");
    return json_response(
        200, json::to_text<json::Api>(render_rate_table(tables.rows.committed(*ix), view->settings().currency)));
}

void get_rate_table(CallPtr call) { answer(call, rate_table_now(*call, call->parameters[0])); }

void put_rate_table(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto command = read_rate_table(call->request.body, call->parameters[0]);
    if (!command) return answer(call, fail(std::move(command.error())));
    submit(std::move(call), {std::move(*command), {}, {}, 200},
           [](const CallPtr& done, const engine::Receipt& receipt) {
               auto response = rate_table_now(*done, done->parameters[0]);
               if (response) add_sequence(*response, receipt.sequence);
               if (response) add_replayed(*response, receipt);
               answer(done, std::move(response));
           });
}

void list_rate_tables(CallPtr call) {
    answer(call, memory_page(
                     *call, "rate-tables",
                     [](const engine::TenantView& view) { return view.state().rate_tables.rows.committed_size(); },
                     [](const engine::TenantView& view, std::uint32_t ix) {
                         return std::optional(
                             render_rate_table(view.state().rate_tables.rows.committed(ix), view.settings().currency));
                     }));
}

Result<BulkLine, Problem> read_rate_table_line(std::string_view text) {
    auto command = read_rate_table(text, {});
    if (!command) return fail(std::move(command.error()));
    std::string label = command->table.code;
    return BulkLine{std::move(*command), {}, std::move(label), 0};
}

std::unique_ptr<http::StreamIn> put_rate_tables(StreamCall call) {
    static const BulkVerb verb{&read_rate_table_line, nullptr, &render_nothing, &BulkResult::code, 200};
    return open_bulk(std::move(call), verb);
}

}  // namespace

std::span<const Route> rate_table_routes() {
    static constexpr Route table[] = {
        {"POST", "/v1/rate-tables/bulk", Permission::configure, nullptr, &put_rate_tables},
        {"GET", "/v1/rate-tables", Permission::read_configuration, &list_rate_tables},
        {"GET", "/v1/rate-tables/{code}", Permission::read_configuration, &get_rate_table},
        {"PUT", "/v1/rate-tables/{code}", Permission::configure, &put_rate_table},
    };
    return table;
}

}  // namespace waybill::api

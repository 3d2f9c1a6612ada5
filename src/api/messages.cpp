// Mail to customers: its templates, and how far it got.

#include <utility>

#include "api/bulk.hpp"
#include "api/message_json.hpp"
#include "api/page.hpp"
#include "api/resources.hpp"
#include "api/submit.hpp"

namespace waybill::api {
namespace {

using core::Permission;

Answer template_now(const Call& call) {
    const auto view = call.view();
    if (!view) return fail(view.error());
    const auto& templates = view->state().message_templates;
    const auto ix = templates.codes.find_committed(core::template_key(call.parameters[0], call.parameters[1]));
    if (!ix) return fail(Problem{core::Reject::not_found, "no message template has this code and locale", {}, {}});
    return json_response(200, json::to_text<json::Api>(render_message_template(templates.rows.committed(*ix))));
}

void get_message_template(CallPtr call) { answer(call, template_now(*call)); }

void answer_with_template(const CallPtr& call, const engine::Receipt& receipt) {
    auto response = template_now(*call);
    if (response) add_sequence(*response, receipt.sequence);
    if (response) add_replayed(*response, receipt);
    answer(call, std::move(response));
}

void put_message_template(CallPtr call) {
    if (auto type = require_json(call->request); !type) return answer(call, fail(std::move(type.error())));
    auto command = read_message_template(call->request.body, call->parameters[0], call->parameters[1]);
    if (!command) return answer(call, fail(std::move(command.error())));
    submit(std::move(call), {std::move(*command), {}, {}, 200}, &answer_with_template);
}

void list_message_templates(CallPtr call) {
    answer(call,
           memory_page(
               *call, "message-templates",
               [](const engine::TenantView& view) { return view.state().message_templates.rows.committed_size(); },
               [](const engine::TenantView& view, std::uint32_t ix) {
                   return std::optional(render_message_template(view.state().message_templates.rows.committed(ix)));
               }));
}

void get_mail(CallPtr call) {
    const auto& stats = call->services.options.mail_stats;
    const bool is_configured = stats && stats().is_configured;
    // Before the view, which keeps the log from going on.
    const core::Sequence head = call->engine().head(call->caller.tenant).value_or(core::Sequence());
    const auto view = call->view();
    if (!view) return answer(call, fail(view.error()));
    const auto& progress = view->state().message_progress;
    const auto* stands = progress.committed_size() == 0 ? nullptr : &progress.committed(0);
    answer(call, json_response(200, json::to_text<json::Api>(render_mail(stands, head, is_configured))));
}

Result<BulkLine, Problem> read_message_line(std::string_view text) {
    auto command = read_message_template(text, {}, {});
    if (!command) return fail(std::move(command.error()));
    std::string label = core::template_key(command->message.code, command->message.locale);
    return BulkLine{std::move(*command), {}, std::move(label), 0};
}

std::unique_ptr<http::StreamIn> put_message_templates(StreamCall call) {
    static const BulkVerb verb{&read_message_line, nullptr, &render_nothing, &BulkResult::code, 200};
    return open_bulk(std::move(call), verb);
}

constexpr Route message_table[] = {
    {"POST", "/v1/message-templates/bulk", Permission::configure, nullptr, &put_message_templates},
    {"GET", "/v1/message-templates", Permission::read_configuration, &list_message_templates},
    {"GET", "/v1/message-templates/{code}/{locale}", Permission::read_configuration, &get_message_template},
    {"PUT", "/v1/message-templates/{code}/{locale}", Permission::configure, &put_message_template},
    {"GET", "/v1/mail", Permission::read_configuration, &get_mail},
};

}  // namespace

std::span<const Route> message_routes() { return message_table; }

}  // namespace waybill::api

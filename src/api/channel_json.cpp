#include "api/channel_json.hpp"

#include "json/read.hpp"

namespace waybill::api {

Result<core::PutChannel, Problem> read_channel(std::string_view text, std::string_view path_code) {
    auto input = json::read_text<json::Api, ChannelInput>(text);
    if (!input) return fail(problem_of(input.error()));
    FieldErrors errors;
    if (path_code.empty() && !input->code) {
        errors.push_back({"/code", std::string(json::rule::required), "is missing"});
    } else if (!path_code.empty() && input->code && *input->code != path_code) {
        errors.push_back({"/code", std::string(json::rule::one_of), "must be the code of the path, or left out"});
    }
    if (!errors.empty()) return fail(problem_of(std::move(errors)));
    core::PutChannel out;
    out.channel.code = path_code.empty() ? std::move(*input->code) : std::string(path_code);
    out.channel.name = std::move(input->name);
    out.channel.kind = input->kind;
    out.channel.routing.allow_split = input->routing.allow_split;
    out.channel.routing.ship_complete = input->routing.ship_complete;
    out.channel.routing.max_shipments = input->routing.max_shipments;
    out.channel.routing.max_line_shipments = input->routing.max_line_shipments;
    out.channel.routing.on_shortage = input->routing.on_shortage;
    out.channel.active = input->active;
    out.channel.returns = {input->returns.window_days, std::move(input->returns.reasons),
                           input->returns.approval == ReturnApproval::by_person};
    out.channel.locale = std::move(input->locale);
    out.locations = std::move(input->routing.locations);
    return out;
}

ChannelOutput render_channel(const core::Channel& channel, const engine::TenantView& view) {
    ChannelOutput out;
    out.code = channel.code;
    out.name = channel.name;
    out.kind = channel.kind;
    out.routing = {channel.routing.allow_split,
                   channel.routing.ship_complete,
                   channel.routing.max_shipments,
                   channel.routing.on_shortage,
                   {},
                   channel.routing.max_line_shipments};
    for (const core::LocationIx ix : channel.routing.locations) {
        out.routing.locations.push_back(view.location(ix).code);
    }
    out.active = channel.active;
    out.returns = {channel.returns.window_days, channel.returns.reasons,
                   channel.returns.by_person ? ReturnApproval::by_person : ReturnApproval::automatic};
    if (!channel.locale.empty()) out.locale = channel.locale;
    out.version = channel.version;
    return out;
}

}  // namespace waybill::api

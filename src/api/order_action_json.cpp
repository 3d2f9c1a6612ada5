#include "api/order_action_json.hpp"

#include <algorithm>

#include "json/read.hpp"

namespace waybill::api {
namespace {

std::vector<core::ShipLineInput> ship_lines(const std::vector<ShipLineJson>& lines) {
    std::vector<core::ShipLineInput> out;
    for (const ShipLineJson& line : lines) out.push_back({line.line_no, line.quantity});
    return out;
}

std::string line_pointer(std::size_t line, std::string_view member) {
    return "/lines/" + std::to_string(line) + '/' + std::string(member);
}

}  // namespace

Result<CancelInput, Problem> read_cancel(std::string_view text) {
    auto input = json::read_text<json::Api, CancelInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return std::move(*input);
}

Result<BulkCancelInput, Problem> read_bulk_cancel(std::string_view text) {
    auto input = json::read_text<json::Api, BulkCancelInput>(text);
    if (!input) return fail(problem_of(input.error()));
    FieldErrors errors;
    const auto missing = [&](std::string_view name) {
        errors.push_back({'/' + std::string(name), std::string(json::rule::required), "is missing"});
    };
    if (!input->order_id && !input->channel && !input->channel_order_id) missing("order_id");
    if (!input->order_id && input->channel_order_id && !input->channel) missing("channel");
    if (!input->order_id && input->channel && !input->channel_order_id) missing("channel_order_id");
    if (!errors.empty()) return fail(problem_of(std::move(errors)));
    return std::move(*input);
}

Result<core::RerouteOrder, Problem> read_reroute(std::string_view text, core::OrderId order) {
    auto input = json::read_text<json::Api, RerouteInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return core::RerouteOrder{order, input->open_only, std::move(input->exclude_locations), std::move(input->reason)};
}

Result<core::HoldOrder, Problem> read_hold(std::string_view text, core::OrderId order) {
    auto input = json::read_text<json::Api, HoldInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return core::HoldOrder{order, std::move(input->code), std::move(input->reason), std::move(input->blocks)};
}

Result<core::ReleaseHold, Problem> read_release(std::string_view text, core::OrderId order) {
    auto input = json::read_text<json::Api, ReleaseInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return core::ReleaseHold{order, std::move(input->code), std::move(input->reason)};
}

Result<core::HoldOrder, Problem> read_bulk_hold(std::string_view text) {
    auto input = json::read_text<json::Api, BulkHoldInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return core::HoldOrder{input->order_id, std::move(input->code), std::move(input->reason), std::move(input->blocks)};
}

Result<core::ReleaseHold, Problem> read_bulk_release(std::string_view text) {
    auto input = json::read_text<json::Api, BulkReleaseInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return core::ReleaseHold{input->order_id, std::move(input->code), std::move(input->reason)};
}

Result<core::ShipOrder, Problem> read_shipment(std::string_view text, core::OrderId order) {
    auto input = json::read_text<json::Api, ShipInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return core::ShipOrder{order, std::move(input->location), ship_lines(input->lines), std::move(input->carrier),
                           std::move(input->tracking)};
}

Result<core::ShipOrder, Problem> read_bulk_shipment(std::string_view text) {
    auto input = json::read_text<json::Api, BulkShipInput>(text);
    if (!input) return fail(problem_of(input.error()));
    return core::ShipOrder{input->order_id, std::move(input->location), ship_lines(input->lines),
                           std::move(input->carrier), std::move(input->tracking)};
}

bool names_channel_lines(const std::vector<CancelLineJson>& lines) {
    return std::any_of(lines.begin(), lines.end(),
                       [](const auto& line) { return !line.line_no && line.channel_line_id; });
}

Result<core::CancelOrder, Problem> cancel_command(core::OrderId id, const core::Order* order, std::string reason,
                                                  const std::vector<CancelLineJson>& lines) {
    core::CancelOrder out{id, {}, std::move(reason)};
    FieldErrors errors;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const CancelLineJson& line = lines[i];
        if (line.line_no) {
            out.lines.push_back({*line.line_no, line.quantity});
            continue;
        }
        if (!line.channel_line_id) {
            errors.push_back({line_pointer(i, "line_no"), std::string(json::rule::required), "is missing"});
            continue;
        }
        WAYBILL_ASSERT(order != nullptr);
        const auto found = std::find_if(
            order->lines.begin(), order->lines.end(),
            [&](const core::OrderLine& candidate) { return candidate.channel_line_id == *line.channel_line_id; });
        if (found == order->lines.end()) {
            errors.push_back({line_pointer(i, "channel_line_id"),
                              std::string(core::info_of(core::Reject::unknown_line).name),
                              "the order has no such line"});
            continue;
        }
        out.lines.push_back({found->line_no, line.quantity});
    }
    if (!errors.empty()) return fail(problem_of(std::move(errors)));
    return out;
}

}  // namespace waybill::api

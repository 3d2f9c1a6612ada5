// Requests for people to read: beside the lines of a printed script.

#include <fmt/format.h>

#include <boost/describe/enum_to_string.hpp>

#include "sim/compose.hpp"

namespace waybill::sim {
namespace {

struct Teller {
    std::string operator()(const core::PutItem& put) const {
        std::string out = put.item.sku;
        for (const core::ItemUnit& unit : put.item.units) out += fmt::format(" {}={}", unit.unit, unit.factor);
        for (const core::ComponentInput& part : put.components)
            out += fmt::format(" of {} {}", part.quantity, part.sku);
        if (put.item.ship_alone) out += " ships alone";
        if (!put.item.active) out += " inactive";
        return out;
    }
    std::string operator()(const core::PutLocation& put) const {
        std::string out = put.location.code + " " + put.location.zone;
        const core::CapacityTerms& capacity = put.location.capacity;
        if (capacity.orders_per_day) out += fmt::format(", {} orders a day", *capacity.orders_per_day);
        if (capacity.units_per_day) out += fmt::format(", {} units a day", *capacity.units_per_day);
        if (!put.location.active) out += ", inactive";
        if (put.location.release == core::ReleasePolicy::when_routed) out += ", released when routed";
        return out;
    }
    std::string operator()(const core::PutChannel& put) const {
        std::string out = put.channel.code;
        for (const std::string& code : put.locations) out += " " + code;
        return out;
    }
    std::string operator()(const core::MoveInventory& command) const {
        std::string out;
        for (const core::MoveInput& move : command.moves) {
            out += fmt::format("{}{} {} {} {} at {} {}", out.empty() ? "" : ", ", kind_of(move.kind), move.quantity,
                               move.unit, move.sku, move.location, move.to_location);
        }
        return out;
    }
    std::string operator()(const core::ApplyFeed& feed) const {
        std::string out = fmt::format("{} {} {}:", feed.source, feed.sequence,
                                      feed.mode == core::FeedMode::count ? "counts" : "adds");
        for (const core::FeedRowInput& row : feed.rows)
            out += fmt::format(" {} {} at {},", row.quantity, row.sku, row.location);
        return out;
    }
    std::string operator()(const core::PlaceOrder& order) const {
        std::string out = order.channel + "/" + order.channel_order_id;
        for (const core::LineInput& line : order.lines)
            out += fmt::format(", {} {} {}", line.quantity, line.unit, line.sku);
        if (!order.pickup_location.empty()) out += ", pickup at " + order.pickup_location;
        return out;
    }
    std::string operator()(const core::CancelOrder& cancel) const {
        std::string out = fmt::format("order {}", cancel.order.raw());
        for (const auto& line : cancel.lines)
            out += fmt::format(", line {} {}", line.line_no.raw(), line.quantity.value_or(-1));
        return out;
    }
    std::string operator()(const core::RerouteOrder& reroute) const {
        std::string out = fmt::format("order {}{}", reroute.order.raw(), reroute.open_only ? " what is open" : "");
        for (const std::string& code : reroute.exclude_locations) out += " not from " + code;
        return out;
    }
    std::string operator()(const core::ShipOrder& ship) const {
        std::string out = fmt::format("order {} from {}", ship.order.raw(), ship.location);
        for (const auto& line : ship.lines) out += fmt::format(", line {} {}", line.line_no.raw(), line.quantity);
        return out;
    }
    std::string operator()(const core::HoldOrder& hold) const {
        return fmt::format("order {}, {} blocks {} things", hold.order.raw(), hold.code, hold.blocks.size());
    }
    std::string operator()(const core::ReleaseHold& release) const {
        return fmt::format("order {}, {}", release.order.raw(), release.code);
    }
    std::string operator()(const core::RaiseException& raise) const {
        return fmt::format("order {}, {}", raise.order.raw(), raise.kind);
    }
    std::string operator()(const core::ChangeException& change) const {
        return fmt::format("order {}, {}", change.order.raw(), change.kind);
    }
    std::string operator()(const core::ResolveException& resolve) const {
        return fmt::format("order {}, {}", resolve.order.raw(), resolve.kind);
    }
    std::string operator()(const core::ReleaseOrder& release) const {
        return fmt::format("order {} {}", release.order.raw(), release.location);
    }
    std::string operator()(const core::AcceptFulfillment& accept) const {
        return core::fulfillment_name(accept.order, accept.number);
    }
    std::string operator()(const core::PickFulfillment& pick) const {
        std::string out = core::fulfillment_name(pick.order, pick.number);
        for (const auto& line : pick.lines) {
            out += fmt::format(", line {} {} and {} missing", line.line_no.raw(), line.quantity, line.missing);
        }
        return out;
    }
    std::string operator()(const core::RejectFulfillment& reject) const {
        std::string out = core::fulfillment_name(reject.order, reject.number);
        if (reject.stock == core::StockFinding::missing) out += " missing";
        if (reject.stock == core::StockFinding::damaged) out += " damaged";
        for (const auto& line : reject.lines) {
            out += fmt::format(", line {} {}", line.line_no.raw(), line.quantity.value_or(-1));
        }
        return out;
    }
    std::string operator()(const core::RecallFulfillment& recall) const {
        return core::fulfillment_name(recall.order, recall.number);
    }
    std::string operator()(const core::ShipFulfillment& ship) const {
        std::string out = core::fulfillment_name(ship.order, ship.number);
        for (const auto& line : ship.lines) out += fmt::format(", line {} {}", line.line_no.raw(), line.quantity);
        for (const auto& parcel : ship.parcels) {
            out += fmt::format(", parcel {} {} {} {}", parcel.parcel.number, parcel.parcel.sscc, parcel.carrier,
                               parcel.tracking);
        }
        return fmt::format("{}, {} {}", out, ship.carrier, ship.tracking);
    }
    std::string operator()(const core::PackFulfillment& pack) const {
        std::string out = core::fulfillment_name(pack.order, pack.number) + fmt::format(" parcel {}", pack.parcel);
        for (const auto& line : pack.lines) {
            out += fmt::format(", line {} {} {}", line.line_no.raw(), line.gtin, line.quantity);
        }
        return fmt::format("{}, sscc {}, {} {}", out, pack.sscc, pack.carrier.value_or("-"),
                           pack.tracking.value_or("-"));
    }
    std::string operator()(const core::UnpackParcel& unpack) const {
        return fmt::format("{} parcel {} {}", core::fulfillment_name(unpack.order, unpack.number), unpack.parcel.number,
                           unpack.parcel.sscc);
    }
    std::string operator()(const core::PutCustomer& put) const { return fmt::format("customer {}", put.id.raw()); }
    std::string operator()(const core::MergeCustomers& merge) const {
        return fmt::format("customer {} into {}", merge.from.raw(), merge.into.raw());
    }
    std::string operator()(const core::ErasePerson& erase) const {
        return fmt::format("customer {}", erase.customer.raw());
    }
    std::string operator()(const core::ConfigureTenant&) const { return {}; }
    std::string operator()(const core::PutPostcodeAreas& put) const {
        return fmt::format("{} areas", put.areas.size());
    }
    std::string operator()(const core::PutRateTable& put) const {
        return fmt::format("{}, {} zones", put.table.code, put.table.zones.size());
    }
    std::string operator()(const core::PutWebhook& put) const {
        std::string out = put.webhook.code + " " + put.webhook.url;
        for (const std::string& type : put.webhook.events) out += " " + type;
        if (!put.webhook.active) out += " inactive";
        return out;
    }
    std::string operator()(const core::RotateWebhookSecret& rotate) const { return rotate.code; }
    std::string operator()(const core::RecordDelivery& record) const {
        std::string out =
            fmt::format("webhook {} from {} to {}", record.webhook, record.after.raw(), record.through.raw());
        if (!record.failure.empty()) out += ", fails";
        if (record.gives_up) out += ", gives up";
        return out;
    }
    std::string operator()(const core::ResumeWebhook& resume) const {
        return resume.code + (resume.after ? fmt::format(" after {}", resume.after->raw()) : "");
    }
    std::string operator()(const core::PutMessageTemplate& put) const {
        std::string out = put.message.code + "/" + put.message.locale + " " + put.message.subject;
        for (const std::string& type : put.message.events) out += " " + type;
        if (!put.message.active) out += " inactive";
        return out;
    }
    std::string operator()(const core::RecordMessages& record) const {
        std::string out = fmt::format("mail from {} to {}, {} failed", record.after.raw(), record.through.raw(),
                                      record.failed.size());
        if (!record.failure.empty()) out += ", fails";
        return out;
    }
    std::string operator()(const core::PutDemand& put) const {
        std::string out;
        for (const core::DemandInput& row : put.rows) {
            out += fmt::format("{}{} at {}: {} milliunits a week, {} bp down", out.empty() ? "" : ", ", row.sku,
                               row.location, row.weekly_milliunits, row.markdown_bp);
        }
        return out;
    }
    std::string operator()(const core::RequestReturn& request) const {
        std::string out = fmt::format("order {} to {}", request.order.raw(), request.location);
        for (const auto& line : request.lines) {
            out += fmt::format(", line {} {} {}", line.line_no.raw(), line.quantity.value_or(-1), line.reason);
        }
        return out + (request.overrides_policy ? ", whatever the policy" : "");
    }
    std::string operator()(const core::ApproveReturn& approve) const {
        return core::return_name(approve.order, approve.number);
    }
    std::string operator()(const core::DeclineReturn& decline) const {
        return core::return_name(decline.order, decline.number);
    }
    std::string operator()(const core::ReceiveReturn& receive) const {
        std::string out = fmt::format("{} at {} {}", core::return_name(receive.order, receive.number), receive.location,
                                      boost::describe::enum_to_string(receive.disposition, ""));
        for (const auto& line : receive.lines) {
            out += fmt::format(", line {} {}", line.line_no.raw(), line.quantity.value_or(-1));
            if (line.disposition) out += fmt::format(" {}", boost::describe::enum_to_string(*line.disposition, ""));
        }
        return out;
    }
    std::string operator()(const core::CancelReturn& cancel) const {
        return core::return_name(cancel.order, cancel.number);
    }
    std::string operator()(const core::SaveRuleSet& save) const {
        std::string out = fmt::format("{} strategies", save.rules.strategies.size());
        for (const core::AutomationRule& rule : save.rules.automation) {
            out += ", " + rule.code + " when ";
            append_json(out, rule.when);
        }
        return out;
    }
    std::string operator()(const core::ActivateRuleSet& activate) const {
        return fmt::format("version {} at {}", activate.number, activate.at.micros());
    }
    std::string operator()(const core::RollBackRuleSet&) const { return {}; }
    std::string operator()(const core::IssueKey& issue) const { return issue.hash; }
    std::string operator()(const core::RevokeKey& revoke) const { return fmt::format("key {}", revoke.id.raw()); }

    static std::string_view kind_of(core::MoveKind kind) {
        switch (kind) {
            case core::MoveKind::receive:
                return "receive";
            case core::MoveKind::adjust:
                return "adjust";
            case core::MoveKind::count:
                return "count";
            case core::MoveKind::transfer:
                return "transfer";
            case core::MoveKind::safety:
                return "safety";
            case core::MoveKind::quarantine:
                return "quarantine";
        }
        return {};
    }
};

}  // namespace

std::string text_of(const Request& request) {
    if (request.makes_tenant) {
        return "create_tenant " + std::get<core::ConfigureTenant>(request.command).settings.name;
    }
    std::string out = fmt::format("{} {}", core::name_of(request.command), std::visit(Teller{}, request.command));
    if (!request.key.empty()) out += fmt::format(" [key {} body {}]", request.key, request.body);
    if (!request.person_word.empty()) out += " [" + request.person_word + "]";
    if (request.if_version) out += fmt::format(" [if version {}]", *request.if_version);
    return out;
}

}  // namespace waybill::sim

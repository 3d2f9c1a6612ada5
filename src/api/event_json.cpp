#include "api/event_json.hpp"

#include <utility>

#include "api/amounts.hpp"
#include "api/channel_json.hpp"
#include "api/demand_json.hpp"
#include "api/item_json.hpp"
#include "api/key_json.hpp"
#include "api/location_json.hpp"
#include "api/message_json.hpp"
#include "api/order_output.hpp"
#include "api/query.hpp"
#include "api/rate_table_json.hpp"
#include "api/settings_json.hpp"
#include "api/webhook_json.hpp"
#include "engine/codec.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

constexpr std::string_view type_prefix = "waybill.";

std::string id_text(std::string_view prefix, std::uint64_t raw) { return std::string(prefix) + std::to_string(raw); }

std::string subject_of(const engine::EventRow& row, core::TenantId tenant, const engine::TenantView& view) {
    const auto ix = static_cast<std::uint32_t>(row.aggregate.id);
    switch (row.aggregate.kind) {
        case core::AggregateKind::tenant:
            return id_text(core::TenantId::prefix, tenant.raw());
        case core::AggregateKind::item:
            return view.item(ix).sku;
        case core::AggregateKind::location:
            return view.location(ix).code;
        case core::AggregateKind::channel:
            return view.channel(ix).code;
        case core::AggregateKind::key:
            return id_text(core::KeyId::prefix, row.aggregate.id);
        case core::AggregateKind::inventory:
            return "inventory";
        case core::AggregateKind::customer:
            return id_text(core::CustomerId::prefix, row.aggregate.id);
        case core::AggregateKind::order:
            return id_text(core::OrderId::prefix, row.aggregate.id);
        case core::AggregateKind::rule_set:
            return id_text("rule_set_", row.aggregate.id);
        case core::AggregateKind::rate_table:
            return view.state().rate_tables.rows.committed(ix).code;
        case core::AggregateKind::webhook:
            return view.state().webhooks.rows.committed(ix).code;
        case core::AggregateKind::message_template:
            return view.state().message_templates.codes.key(ix);
        case core::AggregateKind::mail:
            return "mail";
    }
    return {};
}

/// Writes the data of one event; an overload for each.
class DataWriter {
public:
    DataWriter(json::ObjectWriter& out, const Caller& caller, const engine::TenantView& view)
        : out_(out), caller_(caller), view_(view) {}

    void operator()(const core::TenantConfigured& event) { out_.field("settings", render_settings(event.settings)); }
    void operator()(const core::ItemPut& event) { out_.field("item", render_item(event.item, view_)); }
    void operator()(const core::LocationPut& event) { out_.field("location", render_location(event.location, view_)); }
    void operator()(const core::ChannelPut& event) { out_.field("channel", render_channel(event.channel, view_)); }
    void operator()(const core::PostcodeAreasPut& event) {
        auto areas = out_.array("areas");
        for (const core::PostcodeArea& area : event.areas) {
            areas.object().field("country", area.country).field("prefix", area.prefix);
        }
    }
    void operator()(const core::RateTablePut& event) {
        out_.field("rate_table", render_rate_table(event.table, view_.settings().currency));
    }
    void operator()(const core::WebhookPut& event) {
        const bool may_put = caller_.may(core::Permission::manage_keys);
        out_.field("webhook", render_put_webhook(event.webhook, may_put ? ShowUrl::yes : ShowUrl::no));
    }
    void operator()(const core::WebhookProgressed& event) { progress(event.progress); }
    void operator()(const core::DemandPut& event) {
        auto rows = out_.array("rows");
        for (const core::DemandPut::Row& row : event.rows) {
            rows.value(render_demand(view_.item(row.item).sku, view_.location(row.location).code,
                                     {row.location, row.weekly_milliunits, row.markdown_bp}));
        }
    }
    void operator()(const core::MessageTemplatePut& event) {
        out_.field("message_template", render_message_template(event.message));
    }
    void operator()(const core::MessagesProgressed& event) { progress(event.progress); }
    void operator()(const core::MessageFailed& event) {
        const core::MessageTemplate& message = view_.state().message_templates.rows.committed(event.message);
        out_.field("message", message.code).field("locale", message.locale);
        out_.field("order", id_text(core::OrderId::prefix, event.order.raw())).field("at", event.at);
        out_.field("reason", event.reason);
    }
    void operator()(const core::RuleSetSaved& event) {
        out_.field("rule_set", event.number).field("name", event.rules.name).field("note", event.rules.note);
    }
    void operator()(const core::RuleSetActivated& event) {
        out_.field("rule_set", event.number).field("from", event.from).field("reason", event.reason);
        out_.field("rolls_back", event.rolls_back);
    }
    void operator()(const core::KeyIssued& event) { out_.field("key", render_key(event.key, view_)); }
    void operator()(const core::KeyRevoked& event) { out_.field("key_id", event.id); }
    void operator()(const core::InventoryMoved& event) {
        out_.field("reference", event.reference);
        movements(event.movements);
    }
    void operator()(const core::FeedApplied& event) {
        out_.field("source", event.source).field("feed_sequence", event.sequence);
        movements(event.movements);
    }
    void operator()(const core::CustomerPut& event) {
        const core::Customer& customer = event.customer;
        out_.field("customer_id", customer.id);
        {
            auto identities = out_.array("identities");
            for (const core::CustomerIdentity& identity : customer.identities) {
                identities.object()
                    .field("channel", view_.channel(identity.channel).code)
                    .field("external_id", identity.external_id);
            }
        }
        out_.field("group", customer.group).field("blocked", customer.blocked);
    }
    void operator()(const core::CustomersMerged& event) { out_.field("from", event.from).field("into", event.into); }
    void operator()(const core::PersonErased& event) { out_.field("customer_id", event.customer); }
    void operator()(const core::OrderPlaced& event) {
        out_.field("order", render_order(event.order, view_, caller_, {}));
        routing(event.routing);
        rules(event.rules, event.routing);
    }
    void operator()(const core::OrderCancelled& event) {
        out_.field("order_id", event.order).field("reason", event.reason);
        changes(event.order, event.lines);
    }
    void operator()(const core::OrderRerouted& event) {
        out_.field("order_id", event.order).field("reason", event.reason);
        changes(event.order, event.lines);
        routing(event.routing);
        rules(event.rules, event.routing);
    }
    void operator()(const core::OrderShipped& event) {
        out_.field("order_id", event.order).field("location", view_.location(event.location).code);
        out_.field("carrier", event.carrier).field("tracking", event.tracking);
        changes(event.order, event.lines);
        if (event.parcels.empty()) return;
        auto parcels = out_.array("parcels");
        for (const core::ShippedParcel& parcel : event.parcels) {
            auto entry = parcels.object();
            entry.field("fulfillment_order", core::fulfillment_name(event.order, parcel.fulfillment));
            entry.field("number", parcel.number).field("sscc", parcel.sscc).field("carrier", parcel.carrier);
            entry.field("service", parcel.service).field("tracking", parcel.tracking);
            auto lines = entry.array("lines");
            for (const core::ParcelUnits& held : parcel.lines) {
                units(lines, {held.line_no, held.capacity_day, held.quantity});
            }
        }
    }
    void operator()(const core::OrderHeld& event) {
        out_.field("order_id", event.order).field("hold", render_hold(event.hold, caller_));
    }
    void operator()(const core::OrderHoldReleased& event) {
        out_.field("order_id", event.order).field("hold", event.code).field("reason", event.reason);
    }
    void operator()(const core::OrderMarked& event) {
        out_.field("order_id", event.order).field("moment", event.moment);
        out_.field("tags_added", event.rules.tags_added);
        {
            auto holds = out_.array("holds");
            for (const core::OrderHold& hold : event.holds) holds.value(render_hold(hold, caller_));
        }
        out_.field("released", event.released);
        if (event.priority) out_.field("priority", *event.priority);
        {
            auto raised = out_.array("raised");
            for (const core::OrderException& exception : event.raised) {
                raised.value(render_open_exception(exception, caller_.is_scoped()));
            }
        }
        out_.field("resolved", event.resolved);
        rules(event.rules, {});
    }
    void operator()(const core::OrderExceptionRaised& event) {
        out_.field("order_id", event.order);
        out_.field("exception", render_open_exception(event.exception, caller_.is_scoped()));
    }
    void operator()(const core::OrderExceptionChanged& event) {
        out_.field("order_id", event.order).field("kind", event.kind);
        if (event.owner && !caller_.is_scoped()) out_.field("owner", *event.owner);
        if (event.severity) out_.field("severity", *event.severity);
        if (event.due_at) out_.field("due_at", *event.due_at);
    }
    void operator()(const core::OrderExceptionResolved& event) {
        out_.field("order_id", event.order).field("kind", event.kind);
        if (!caller_.is_scoped()) out_.field("resolution", event.resolution);
    }
    void operator()(const core::FulfillmentReleased& event) {
        out_.field("order_id", event.order);
        auto list = out_.array("fulfillment_orders");
        for (const core::FulfillmentOrder& fulfillment : event.fulfillments) {
            auto entry = list.object();
            entry.field("id", core::fulfillment_name(event.order, fulfillment.number));
            entry.field("location", view_.location(fulfillment.location).code);
            if (!caller_.is_scoped()) entry.field("released_by", fulfillment.released_by);
            auto lines = entry.array("lines");
            for (const core::FulfillmentLine& line : fulfillment.lines) {
                units(lines, {line.line_no, line.capacity_day, line.quantity});
            }
        }
    }
    void operator()(const core::FulfillmentAccepted& event) { worked(event.order, event.number); }
    void operator()(const core::FulfillmentPicked& event) {
        worked(event.order, event.number);
        units(event.lines);
    }
    void operator()(const core::FulfillmentPacked& event) {
        worked(event.order, event.number);
        const core::Parcel& parcel = event.parcel;
        auto entry = out_.object("parcel");
        entry.field("number", parcel.number).field("sscc", parcel.sscc).field("weight_g", parcel.weight_g);
        entry.field("length_mm", parcel.length_mm).field("width_mm", parcel.width_mm);
        entry.field("height_mm", parcel.height_mm).field("carrier", parcel.carrier);
        entry.field("service", parcel.service).field("tracking", parcel.tracking);
        auto lines = entry.array("lines");
        for (const core::ParcelUnits& held : parcel.lines) {
            units(lines, {held.line_no, held.capacity_day, held.quantity});
        }
    }
    void operator()(const core::ParcelUnpacked& event) {
        worked(event.order, event.number);
        out_.field("parcel", event.parcel);
    }
    void operator()(const core::FulfillmentRejected& event) {
        worked(event.order, event.number);
        out_.field("reason", event.reason).field("stock", event.stock);
        changes(event.order, event.lines);
        movements(event.findings);
    }
    void operator()(const core::FulfillmentRecalled& event) {
        worked(event.order, event.number);
        out_.field("reason", event.reason);
        units(event.lines);
    }
    void operator()(const core::ReturnRequested& event) {
        const core::OrderReturn& made = event.made;
        of_return(event.order, made.number);
        if (made.location != core::no_index) out_.field("location", view_.location(made.location).code);
        if (!caller_.is_scoped()) out_.field("requested_by", made.requested_by);
        auto lines = out_.array("lines");
        for (const core::ReturnLine& line : made.lines) {
            lines.object().field("line_no", line.line_no).field("quantity", line.quantity).field("reason", line.reason);
        }
    }
    void operator()(const core::ReturnApproved& event) { of_return(event.order, event.number); }
    void operator()(const core::ReturnDeclined& event) {
        of_return(event.order, event.number);
        out_.field("reason", event.reason);
    }
    void operator()(const core::ReturnReceived& event) {
        of_return(event.order, event.number);
        out_.field("location", view_.location(event.location).code);
        {
            auto lines = out_.array("lines");
            for (const core::ReceivedUnits& line : event.lines) {
                lines.object()
                    .field("line_no", line.line_no)
                    .field("quantity", line.quantity)
                    .field("disposition", line.disposition);
            }
        }
        movements(event.movements);
    }
    void operator()(const core::ReturnCancelled& event) {
        of_return(event.order, event.number);
        out_.field("reason", event.reason);
    }

private:
    void progress(const core::DeliveryProgress& progress) {
        out_.field("delivered_through", progress.through).field("paused", progress.paused);
        if (progress.failing_since.is_set()) out_.field("failing_since", progress.failing_since);
        if (!progress.failure.empty()) out_.field("failure", progress.failure);
    }

    void worked(core::OrderId order, std::uint32_t number) {
        out_.field("order_id", order).field("fulfillment_order", core::fulfillment_name(order, number));
    }
    void of_return(core::OrderId order, std::uint32_t number) {
        out_.field("order_id", order).field("return_id", core::return_name(order, number));
    }
    void units(const std::vector<core::WorkedUnits>& rows) {
        auto lines = out_.array("lines");
        for (const core::WorkedUnits& row : rows) units(lines, row);
    }
    static void units(json::ArrayWriter& lines, const core::WorkedUnits& row) {
        lines.object()
            .field("line_no", row.line_no)
            .field("quantity", row.quantity)
            .field("capacity_day", row.capacity_day);
    }
    void movements(const std::vector<core::Movement>& rows) {
        auto list = out_.array("movements");
        for (const core::Movement& row : rows) {
            auto entry = list.object();
            entry.field("sku", view_.item(row.item).sku).field("location", view_.location(row.location).code);
            entry.field("kind", row.kind).field("on_hand", row.on_hand).field("reserved", row.reserved);
            entry.field("safety", row.safety).field("unsellable", row.unsellable);
            if (!row.reason.empty()) entry.field("reason", row.reason);
        }
    }
    void parts(json::ObjectWriter& line, std::string_view name, const std::vector<core::AllocationPart>& rows) {
        if (rows.empty()) return;
        auto list = line.array(name);
        for (const core::AllocationPart& row : rows) part(list, row.location, row.quantity, row.capacity_day);
    }
    void part(json::ArrayWriter& list, core::LocationIx location, std::int64_t quantity, CivilDate day) {
        list.object()
            .field("location", view_.location(location).code)
            .field("quantity", quantity)
            .field("capacity_day", day);
    }
    /// Which fulfillment orders the units were in.
    static void parts(json::ObjectWriter& line, std::string_view name, core::OrderId order,
                      const std::vector<core::FulfillmentPart>& rows) {
        if (rows.empty()) return;
        auto list = line.array(name);
        for (const core::FulfillmentPart& row : rows) {
            list.object()
                .field("fulfillment_order", core::fulfillment_name(order, row.number))
                .field("quantity", row.quantity)
                .field("capacity_day", row.capacity_day);
        }
    }
    void changes(core::OrderId order, const std::vector<core::LineChange>& rows) {
        auto list = out_.array("lines");
        for (const core::LineChange& row : rows) {
            auto line = list.object();
            line.field("line_no", row.line_no);
            if (row.cancelled != 0) line.field("cancelled", row.cancelled);
            parts(line, "released", row.released);
            if (!row.reserved.empty()) {
                auto reserved = line.array("reserved");
                for (const core::Allocation& at : row.reserved)
                    part(reserved, at.location, at.quantity, at.capacity_day);
            }
            parts(line, "shipped", row.shipped);
            parts(line, "fulfilled", order, row.fulfilled);
            parts(line, "recalled", order, row.recalled);
        }
    }
    void routing(const core::RoutingTrace& trace) {
        const Currency currency = view_.settings().currency;
        auto object = out_.object("routing");
        object.field("status", trace.status).field("method", trace.method);
        if (trace.by_score || trace.status == core::RoutingStatus::held) return;
        object.field("cost", micros_text(trace.cost_micros, currency));
        object.field("lower_bound", micros_text(trace.lower_bound_micros, currency));
    }
    void rules(const core::RulesTrace& trace, const core::RoutingTrace& routed) {
        const auto& versions = view_.state().rule_sets.rows;
        if (trace.rule_set == 0 || trace.rule_set > versions.committed_size()) return;
        const core::RuleSet& rules = versions.committed(trace.rule_set - 1).rules;
        auto object = out_.object("rules");
        object.field("rule_set", trace.rule_set);
        {
            auto fired = object.array("fired");
            for (const std::uint16_t rule : trace.fired) {
                if (rule < rules.automation.size()) fired.value(rules.automation[rule].code);
            }
        }
        const core::RoutingBranch* const branch = branch_at(rules.routing, trace.branch);
        if (branch == nullptr) return;
        object.field("branch", branch->code);
        if (routed.strategy == 0 || routed.strategy > branch->strategies.size()) return;
        object.field("strategy", branch->strategies[routed.strategy - 1]);
    }

    /// Where the way leads; nullptr: nowhere.
    static const core::RoutingBranch* branch_at(const std::vector<core::RoutingBranch>& tree,
                                                const std::vector<std::uint16_t>& way) {
        const std::vector<core::RoutingBranch>* level = &tree;
        const core::RoutingBranch* at = nullptr;
        for (const std::uint16_t b : way) {
            if (b >= level->size()) return nullptr;
            at = &(*level)[b];
            level = &at->branches;
        }
        return at;
    }

    json::ObjectWriter& out_;
    const Caller& caller_;
    const engine::TenantView& view_;
};

/// No attribute of a CloudEvent is a list.
std::string joined(std::span<const std::string_view> codes) {
    std::string out;
    for (const std::string_view code : codes) {
        if (!out.empty()) out += ',';
        out += code;
    }
    return out;
}

template <std::size_t At = 0>
bool is_event_type(std::string_view name) {
    if constexpr (At == std::variant_size_v<core::Event>) {
        return false;
    } else {
        return std::variant_alternative_t<At, core::Event>::type_name == name || is_event_type<At + 1>(name);
    }
}

}  // namespace

void append_event(std::string& out, const engine::EventRow& row, const Caller& caller, const engine::TenantView& view,
                  std::span<const std::string_view> rules) {
    const std::string tenant = id_text(core::TenantId::prefix, caller.tenant.raw());
    json::ObjectWriter object(out);
    object.field("specversion", std::string_view("1.0"));
    object.field("id", tenant + '/' + std::to_string(row.sequence.raw()));
    object.field("source", "/tenants/" + tenant);
    object.field("type", std::string(type_prefix) + row.type + ".v" + std::to_string(row.schema_version));
    object.field("subject", subject_of(row, caller.tenant, view));
    object.field("time", row.at);
    object.field("datacontenttype", std::string_view("application/json"));
    object.field("sequence", row.sequence).field("aggregateversion", row.aggregate_version);
    object.field("actor", row.actor).field("command", row.command);
    if (!rules.empty()) object.field("rules", joined(rules));
    auto data = object.object("data");
    const auto event = engine::decode_event(row.type, row.schema_version, row.body);
    if (event) std::visit(DataWriter(data, caller, view), *event);
}

std::optional<std::string> stored_type(std::string_view name) {
    if (name.starts_with(type_prefix)) {
        name.remove_prefix(type_prefix.size());
        if (const std::size_t version = name.rfind(".v"); version != std::string_view::npos) {
            name = name.substr(0, version);
        }
    }
    if (!is_event_type(name)) return std::nullopt;
    return std::string(name);
}

Result<std::vector<std::string>, Problem> read_event_types(const http::Request& request) {
    QueryReader reader(request, {"after", "types", "limit"});
    std::vector<std::string> out;
    for (const std::string& name : reader.list("types")) {
        auto type = stored_type(name);
        if (type) {
            out.push_back(std::move(*type));
        } else {
            reader.add_fault("types", json::rule::one_of, "names no type of event: " + name);
        }
    }
    if (!reader.is_valid()) return reader.take();
    return out;
}

std::vector<std::string> stored_types(std::vector<std::string> names, FieldErrors& errors) {
    for (std::size_t e = 0; e < names.size(); ++e) {
        if (names[e] == core::all_events) continue;
        if (auto type = stored_type(names[e])) {
            names[e] = *std::move(type);
        } else {
            errors.push_back({"/events/" + std::to_string(e), std::string(json::rule::one_of),
                              "names no type of event: " + names[e]});
        }
    }
    return names;
}

Result<engine::EventQuery, Problem> read_event_query(const Call& call, std::initializer_list<std::string_view> known) {
    QueryReader reader(call.request, known);
    engine::EventQuery out;
    out.limit = reader.limit(call.services.options);
    if (const auto after = reader.integer("after", 0, INT64_MAX)) {
        out.after = core::Sequence(static_cast<std::uint64_t>(*after));
    }
    if (!reader.is_valid()) return reader.take();
    auto types = read_event_types(call.request);
    if (!types) return fail(std::move(types.error()));
    out.types = std::move(*types);
    return out;
}

Answer event_page(const Call& call, engine::Reader& reader, const engine::EventQuery& query) {
    const auto rows = reader.events(call.caller.tenant, query);
    if (!rows) return fail(problem_of(rows.error()));
    const auto view = call.view();
    if (!view) return fail(view.error());
    std::string body;
    {
        json::ObjectWriter page(body);
        auto data = page.array("data");
        core::Sequence last = query.after;
        for (const engine::EventRow& row : *rows) {
            data.separate();
            append_event(body, row, call.caller, *view);
            last = row.sequence;
        }
        data.end();
        page.field("last_sequence", last);
    }
    return json_response(200, std::move(body));
}

}  // namespace waybill::api

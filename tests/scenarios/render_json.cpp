#include "tests/scenarios/render_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cctype>

#include "base/decimal.hpp"
#include "http/urls.hpp"
#include "tests/scenarios/views.hpp"

namespace waybill::scenarios {
namespace {

namespace json = boost::json;

std::string micros_text(std::int64_t micros) { return format_decimal(micros, micros_places, 0); }

std::string wire_name(core::LocationKind kind) {
    return kind == core::LocationKind::third_party ? "3pl" : name_of_enum(kind);
}
std::string wire_name(core::Role role) { return role == core::Role::operator_ ? "operator" : name_of_enum(role); }

json::array texts(const std::vector<std::string>& list) {
    json::array out;
    for (const std::string& text : list) out.emplace_back(text);
    return out;
}

json::object costs_of(const core::CostTerms& costs) {
    json::object out{{"per_shipment", micros_text(costs.per_shipment_micros)},
                     {"per_unit", micros_text(costs.per_unit_micros)},
                     {"per_kg", micros_text(costs.per_kg_micros)},
                     {"per_order", micros_text(costs.per_order_micros)}};
    json::array bands;
    for (const core::DistanceBand& band : costs.distance_bands) {
        bands.push_back(json::object{{"max_km", band.max_km},
                                     {"per_shipment", micros_text(band.per_shipment_micros)},
                                     {"per_kg", micros_text(band.per_kg_micros)}});
    }
    if (!bands.empty()) out["distance_bands"] = std::move(bands);
    if (!costs.rate_tables.empty()) out["rate_tables"] = texts(costs.rate_tables);
    return out;
}

void put_degrees(json::object& out, const std::optional<Degrees>& degrees) {
    if (!degrees) return;
    out["latitude"] = degrees->latitude_e6 / 1e6;
    out["longitude"] = degrees->longitude_e6 / 1e6;
}

void put_person(json::object& out, const PersonText& person) {
    if (!person.name.empty()) out["name"] = person.name;
    if (!person.email.empty()) out["email"] = person.email;
    if (!person.phone.empty()) out["phone"] = person.phone;
}

ApiRequest post(std::string target, const json::object& body) {
    return {"POST", std::move(target), json::serialize(body), false};
}
ApiRequest put(std::string target, const json::object& body) {
    return {"PUT", std::move(target), json::serialize(body), false};
}

struct Renderer {
    const Action& action;

    ApiRequest operator()(const core::ConfigureTenant&) const {
        return {"PUT", "/v1/settings", settings_body(action), false};
    }

    ApiRequest operator()(const core::PutItem& command) const {
        const core::Item& item = command.item;
        json::array units;
        for (const core::ItemUnit& unit : item.units) {
            json::object one{{"unit", unit.unit}, {"factor", unit.factor}};
            if (!unit.gtin.empty()) one["gtin"] = unit.gtin;
            units.push_back(std::move(one));
        }
        json::object body{{"title", item.title},
                          {"units", std::move(units)},
                          {"weight_g", item.weight_g},
                          {"length_mm", item.length_mm},
                          {"width_mm", item.width_mm},
                          {"height_mm", item.height_mm},
                          {"price", micros_text(item.price_micros)},
                          {"class", item.item_class},
                          {"ship_alone", item.ship_alone},
                          {"active", item.active}};
        json::array components;
        for (const core::ComponentInput& component : command.components) {
            components.push_back(json::object{{"sku", component.sku}, {"quantity", component.quantity}});
        }
        if (!components.empty()) body["components"] = std::move(components);
        return put("/v1/items/" + http::percent_encoded(item.sku), body);
    }

    ApiRequest operator()(const core::PutLocation& command) const {
        static constexpr const char* days[] = {"monday", "tuesday",  "wednesday", "thursday",
                                               "friday", "saturday", "sunday"};
        const core::Location& location = command.location;
        json::array working;
        for (std::size_t d = 0; d < 7; ++d) {
            if (location.calendar.working_days[d]) working.emplace_back(days[d]);
        }
        json::array closed;
        for (const CivilDate day : location.calendar.closed_days) closed.emplace_back(format_date(day));
        const std::int32_t minute = location.calendar.cut_off_minute;
        std::string cut_off = std::to_string(10'000 + minute / 60 * 100 + minute % 60).substr(1);
        cut_off.insert(2, ":");
        json::object body{
            {"name", location.name},
            {"kind", wire_name(location.kind)},
            {"address", json::object{{"country", location.address.country}, {"postcode", location.address.postcode}}},
            {"zone", location.zone},
            {"calendar",
             json::object{
                 {"working_days", std::move(working)}, {"cut_off", cut_off}, {"closed_days", std::move(closed)}}},
            {"capabilities", json::object{{"ship", location.capabilities.ship},
                                          {"pickup", location.capabilities.pickup},
                                          {"returns", location.capabilities.returns}}},
            {"priority", location.priority},
            {"active", location.active},
            {"release", name_of_enum(location.release)}};
        json::object capacity;
        if (location.capacity.orders_per_day) capacity["orders_per_day"] = *location.capacity.orders_per_day;
        if (location.capacity.units_per_day) capacity["units_per_day"] = *location.capacity.units_per_day;
        if (!capacity.empty()) body["capacity"] = std::move(capacity);
        if (location.costs) body["costs"] = costs_of(*location.costs);
        put_degrees(body, action.degrees);
        return put("/v1/locations/" + http::percent_encoded(location.code), body);
    }

    ApiRequest operator()(const core::PutChannel& command) const {
        const core::RoutingPolicy& policy = command.channel.routing;
        json::object routing{{"allow_split", policy.allow_split},
                             {"ship_complete", policy.ship_complete},
                             {"on_shortage", name_of_enum(policy.on_shortage)},
                             {"locations", texts(command.locations)}};
        if (policy.max_shipments) routing["max_shipments"] = *policy.max_shipments;
        if (policy.max_line_shipments) routing["max_line_shipments"] = *policy.max_line_shipments;
        return put("/v1/channels/" + http::percent_encoded(command.channel.code),
                   {{"name", command.channel.name},
                    {"kind", name_of_enum(command.channel.kind)},
                    {"routing", std::move(routing)},
                    {"active", command.channel.active},
                    {"returns", returns_of(command.channel.returns)}});
    }

    static json::object returns_of(const core::ReturnPolicy& policy) {
        json::object out{{"reasons", texts(policy.reasons)},
                         {"approval", policy.by_person ? "by_person" : "automatic"}};
        if (policy.window_days) out["window_days"] = *policy.window_days;
        return out;
    }

    ApiRequest operator()(const core::PutPostcodeAreas& command) const {
        ApiRequest out{"POST", "/v1/postcode-areas/bulk", "", true};
        for (std::size_t i = 0; i < command.areas.size(); ++i) {
            json::object area{{"country", command.areas[i].country}, {"prefix", command.areas[i].prefix}};
            put_degrees(area, action.area_degrees[i]);
            out.body += json::serialize(area) + "\n";
        }
        return out;
    }

    ApiRequest operator()(const core::PutRateTable& command) const {
        json::array zones;
        for (const core::RateZone& zone : command.table.zones) {
            json::array steps;
            for (const core::RateBreak& step : zone.weight_breaks) {
                steps.push_back(json::object{{"max_g", step.max_g}, {"price", micros_text(step.price_micros)}});
            }
            json::object out{{"code", zone.code}, {"weight_breaks", std::move(steps)}};
            if (!zone.country.empty()) out["country"] = zone.country;
            if (!zone.postcodes.empty()) out["postcodes"] = texts(zone.postcodes);
            if (zone.max_km) out["max_km"] = *zone.max_km;
            if (zone.transit_days) out["transit_days"] = *zone.transit_days;
            zones.push_back(std::move(out));
        }
        return put(
            "/v1/rate-tables/" + http::percent_encoded(command.table.code),
            {{"carrier", command.table.carrier}, {"service", command.table.service}, {"zones", std::move(zones)}});
    }

    ApiRequest operator()(const core::PutWebhook& command) const {
        const core::Webhook& webhook = command.webhook;
        return put("/v1/webhooks/" + http::percent_encoded(webhook.code), {{"url", webhook.url},
                                                                           {"description", webhook.description},
                                                                           {"events", texts(webhook.events)},
                                                                           {"active", webhook.active},
                                                                           {"batch_max", webhook.batch_max}});
    }
    ApiRequest operator()(const core::RotateWebhookSecret& command) const {
        return {"POST", "/v1/webhooks/" + http::percent_encoded(command.code) + "/rotate-secret", "", false};
    }
    ApiRequest operator()(const core::ResumeWebhook& command) const {
        json::object body;
        if (command.after) body["after"] = command.after->raw();
        return post("/v1/webhooks/" + http::percent_encoded(command.code) + "/resume", body);
    }
    /// No request does that: HttpDriver::record.
    ApiRequest operator()(const core::RecordDelivery&) const { return {}; }
    ApiRequest operator()(const core::PutMessageTemplate& command) const {
        const core::MessageTemplate& message = command.message;
        return put("/v1/message-templates/" + http::percent_encoded(message.code) + "/" +
                       http::percent_encoded(message.locale),
                   {{"subject", message.subject},
                    {"text", message.text},
                    {"html", message.html},
                    {"events", texts(message.events)},
                    {"to", texts(message.to)},
                    {"active", message.active}});
    }
    ApiRequest operator()(const core::RecordMessages&) const { return {}; }
    ApiRequest operator()(const core::PutDemand& command) const {
        json::array rows;
        for (const core::DemandInput& row : command.rows) {
            rows.push_back(json::object{{"sku", row.sku},
                                        {"location", row.location},
                                        {"weekly_units", format_decimal(row.weekly_milliunits, 3, 0)},
                                        {"markdown", format_decimal(row.markdown_bp, 2, 0)}});
        }
        return put("/v1/demand", {{"rows", std::move(rows)}});
    }

    ApiRequest operator()(const core::SaveRuleSet&) const {
        return {"POST", "/v1/rule-sets", action.rules_json, false};
    }
    ApiRequest operator()(const core::ActivateRuleSet& command) const {
        json::object body{{"rule_set", command.number}, {"reason", command.reason}};
        if (command.at.is_set()) body["at"] = format_instant(command.at);
        return post("/v1/rule-activations", body);
    }
    ApiRequest operator()(const core::RollBackRuleSet& command) const {
        return post("/v1/rule-activations/rollback", {{"reason", command.reason}});
    }

    ApiRequest operator()(const core::IssueKey& command) const {
        return post(
            "/v1/keys",
            {{"name", command.key_name}, {"role", wire_name(command.role)}, {"locations", texts(command.locations)}});
    }
    ApiRequest operator()(const core::RevokeKey& command) const {
        return {"DELETE", "/v1/keys/key_" + std::to_string(command.id.raw()), "", false};
    }

    ApiRequest operator()(const core::MoveInventory& command) const {
        json::array moves;
        for (const core::MoveInput& move : command.moves) {
            json::object row{{"kind", name_of_enum(move.kind)},
                             {"sku", move.sku},
                             {"location", move.location},
                             {"quantity", move.quantity}};
            if (!move.to_location.empty()) row["to_location"] = move.to_location;
            if (!move.unit.empty()) row["unit"] = move.unit;
            if (!move.reason.empty()) row["reason"] = move.reason;
            moves.push_back(std::move(row));
        }
        return post("/v1/inventory/movements", {{"reference", command.reference}, {"moves", std::move(moves)}});
    }

    ApiRequest operator()(const core::ApplyFeed& command) const {
        json::array rows;
        for (const core::FeedRowInput& input : command.rows) {
            json::object row{{"sku", input.sku}, {"location", input.location}, {"quantity", input.quantity}};
            if (input.safety) row["safety"] = *input.safety;
            rows.push_back(std::move(row));
        }
        return post("/v1/inventory/feeds/" + http::percent_encoded(command.source),
                    {{"sequence", command.sequence},
                     {"mode", command.mode == core::FeedMode::count ? "count" : "delta"},
                     {"rows", std::move(rows)}});
    }

    ApiRequest operator()(const core::PutCustomer& command) const {
        json::object body;
        put_person(body, action.person);
        json::array identities;
        for (const core::IdentityInput& identity : command.identities) {
            identities.push_back(json::object{{"channel", identity.channel}, {"external_id", identity.external_id}});
        }
        if (!identities.empty()) body["identities"] = std::move(identities);
        if (command.group) body["group"] = *command.group;
        if (command.blocked) body["blocked"] = *command.blocked;
        if (!command.blocked_reason.empty()) body["blocked_reason"] = command.blocked_reason;
        if (!command.id.is_set()) return post("/v1/customers", body);
        return {"PATCH", "/v1/customers/cus_" + std::to_string(command.id.raw()), json::serialize(body), false};
    }
    ApiRequest operator()(const core::MergeCustomers& command) const {
        return post("/v1/customers/cus_" + std::to_string(command.from.raw()) + "/merge",
                    {{"into", "cus_" + std::to_string(command.into.raw())}});
    }
    ApiRequest operator()(const core::ErasePerson& command) const {
        return {"POST", "/v1/customers/cus_" + std::to_string(command.customer.raw()) + "/erase", "", false};
    }

    ApiRequest operator()(const core::PlaceOrder&) const { return {"POST", "/v1/orders", order_body(action), false}; }

    ApiRequest operator()(const core::CancelOrder& command) const {
        json::array lines;
        for (const core::CancelLineInput& input : command.lines) {
            json::object line{{"line_no", input.line_no.raw()}};
            if (input.quantity) line["quantity"] = *input.quantity;
            lines.push_back(std::move(line));
        }
        json::object body{{"reason", command.reason}};
        if (!lines.empty()) body["lines"] = std::move(lines);
        return post("/v1/orders/ord_" + std::to_string(command.order.raw()) + "/cancel", body);
    }
    ApiRequest operator()(const core::RerouteOrder& command) const {
        json::object body{{"open_only", command.open_only}, {"exclude_locations", texts(command.exclude_locations)}};
        body["reason"] = command.reason.empty() ? "try_again" : command.reason;
        return post("/v1/orders/ord_" + std::to_string(command.order.raw()) + "/reroute", body);
    }
    ApiRequest operator()(const core::HoldOrder& command) const {
        json::array blocks;
        for (const core::HoldBlock block : command.blocks) blocks.emplace_back(name_of_enum(block));
        return post("/v1/orders/ord_" + std::to_string(command.order.raw()) + "/holds",
                    {{"code", command.code}, {"reason", command.reason}, {"blocks", std::move(blocks)}});
    }
    ApiRequest operator()(const core::ReleaseHold& command) const {
        return post("/v1/orders/ord_" + std::to_string(command.order.raw()) + "/holds/release",
                    {{"code", command.code}, {"reason", command.reason}});
    }
    ApiRequest operator()(const core::ReleaseOrder& command) const {
        json::object body;
        if (!command.location.empty()) body["location"] = command.location;
        return post("/v1/orders/ord_" + std::to_string(command.order.raw()) + "/release", body);
    }
    ApiRequest operator()(const core::AcceptFulfillment& command) const { return work(command, "accept", {}); }
    ApiRequest operator()(const core::PickFulfillment& command) const {
        json::array lines;
        for (const core::PickLineInput& input : command.lines) {
            json::object line = line_or_scan(input);
            if (input.missing != 0) line["missing"] = input.missing;
            lines.push_back(std::move(line));
        }
        return work(command, "pick", with_lines({}, std::move(lines)));
    }
    template <class Line>
    static json::object line_or_scan(const Line& input) {
        json::object out{{"quantity", input.quantity}};
        if (input.line_no.is_set()) out["line_no"] = input.line_no.raw();
        if (!input.gtin.empty()) out["gtin"] = input.gtin;
        return out;
    }
    static json::object parcel_name(const core::ParcelName& name) {
        json::object out;
        if (name.number != 0) out["number"] = name.number;
        if (!name.sscc.empty()) out["sscc"] = name.sscc;
        return out;
    }
    ApiRequest operator()(const core::PackFulfillment& command) const {
        json::array lines;
        for (const core::PackLineInput& input : command.lines) lines.push_back(line_or_scan(input));
        json::object body = parcel_name({command.parcel, command.sscc});
        const auto put = [&](const char* name, const auto& value) {
            if (value) body[name] = *value;
        };
        put("weight_g", command.weight_g);
        put("length_mm", command.length_mm);
        put("width_mm", command.width_mm);
        put("height_mm", command.height_mm);
        put("carrier", command.carrier);
        put("service", command.service);
        put("tracking", command.tracking);
        return work(command, "pack", with_lines(std::move(body), std::move(lines)));
    }
    ApiRequest operator()(const core::UnpackParcel& command) const {
        return work(command, "unpack", parcel_name(command.parcel));
    }
    ApiRequest operator()(const core::RejectFulfillment& command) const {
        json::array lines;
        for (const core::RejectLineInput& input : command.lines) {
            json::object line{{"line_no", input.line_no.raw()}};
            if (input.quantity) line["quantity"] = *input.quantity;
            lines.push_back(std::move(line));
        }
        return work(command, "reject",
                    with_lines({{"reason", command.reason}, {"stock", name_of_enum(command.stock)}}, std::move(lines)));
    }
    ApiRequest operator()(const core::RecallFulfillment& command) const {
        return work(command, "recall", {{"reason", command.reason}});
    }
    ApiRequest operator()(const core::ShipFulfillment& command) const {
        json::array lines;
        for (const core::ShipLineInput& line : command.lines) {
            lines.push_back(json::object{{"line_no", line.line_no.raw()}, {"quantity", line.quantity}});
        }
        json::object body;
        if (!command.carrier.empty()) body["carrier"] = command.carrier;
        if (!command.tracking.empty()) body["tracking"] = command.tracking;
        json::array parcels;
        for (const core::ShipParcelInput& input : command.parcels) {
            json::object parcel = parcel_name(input.parcel);
            if (!input.carrier.empty()) parcel["carrier"] = input.carrier;
            if (!input.service.empty()) parcel["service"] = input.service;
            if (!input.tracking.empty()) parcel["tracking"] = input.tracking;
            parcels.push_back(std::move(parcel));
        }
        if (!parcels.empty()) body["parcels"] = std::move(parcels);
        return work(command, "ship", with_lines(std::move(body), std::move(lines)));
    }
    static json::object with_lines(json::object body, json::array lines) {
        if (!lines.empty()) body["lines"] = std::move(lines);
        return body;
    }
    template <class Command>
    static ApiRequest work(const Command& command, const std::string& what, const json::object& body) {
        return post("/v1/fulfillment-orders/" + core::fulfillment_name(command.order, command.number) + "/" + what,
                    body);
    }
    ApiRequest operator()(const core::RequestReturn& command) const {
        json::array lines;
        for (const core::ReturnLineInput& input : command.lines) {
            json::object line{{"line_no", input.line_no.raw()}, {"reason", input.reason}};
            if (input.quantity) line["quantity"] = *input.quantity;
            lines.push_back(std::move(line));
        }
        json::object body{{"lines", std::move(lines)}, {"override_policy", command.overrides_policy}};
        if (!command.location.empty()) body["location"] = command.location;
        return post("/v1/orders/ord_" + std::to_string(command.order.raw()) + "/returns", body);
    }
    ApiRequest operator()(const core::ApproveReturn& command) const { return coming(command, "approve", {}); }
    ApiRequest operator()(const core::DeclineReturn& command) const {
        return coming(command, "decline", {{"reason", command.reason}});
    }
    ApiRequest operator()(const core::CancelReturn& command) const {
        return coming(command, "cancel", {{"reason", command.reason}});
    }
    ApiRequest operator()(const core::ReceiveReturn& command) const {
        json::array lines;
        for (const core::ReceiveLineInput& input : command.lines) {
            json::object line{{"line_no", input.line_no.raw()}};
            if (input.quantity) line["quantity"] = *input.quantity;
            if (input.disposition) line["disposition"] = name_of_enum(*input.disposition);
            lines.push_back(std::move(line));
        }
        return coming(command, "receive",
                      with_lines({{"location", command.location}, {"disposition", name_of_enum(command.disposition)}},
                                 std::move(lines)));
    }
    template <class Command>
    static ApiRequest coming(const Command& command, const std::string& what, const json::object& body) {
        return post("/v1/returns/" + core::return_name(command.order, command.number) + "/" + what, body);
    }
    ApiRequest operator()(const core::RaiseException& command) const {
        json::object body{{"kind", command.kind},
                          {"reason", command.reason},
                          {"severity", name_of_enum(command.severity)},
                          {"owner", command.owner}};
        if (command.due_at.is_set()) body["due_at"] = format_instant(command.due_at);
        return post("/v1/orders/ord_" + std::to_string(command.order.raw()) + "/exceptions", body);
    }
    ApiRequest operator()(const core::ChangeException& command) const {
        json::object body{{"kind", command.kind}};
        if (command.owner) body["owner"] = *command.owner;
        if (command.severity) body["severity"] = name_of_enum(*command.severity);
        if (command.due_at) body["due_at"] = format_instant(*command.due_at);
        return post("/v1/orders/ord_" + std::to_string(command.order.raw()) + "/exceptions/change", body);
    }
    ApiRequest operator()(const core::ResolveException& command) const {
        return post("/v1/orders/ord_" + std::to_string(command.order.raw()) + "/exceptions/resolve",
                    {{"kind", command.kind}, {"resolution", command.resolution}});
    }
    ApiRequest operator()(const core::ShipOrder& command) const {
        json::array lines;
        for (const core::ShipLineInput& line : command.lines) {
            lines.push_back(json::object{{"line_no", line.line_no.raw()}, {"quantity", line.quantity}});
        }
        json::object body{{"location", command.location}};
        if (!lines.empty()) body["lines"] = std::move(lines);
        if (!command.carrier.empty()) body["carrier"] = command.carrier;
        if (!command.tracking.empty()) body["tracking"] = command.tracking;
        return post("/v1/orders/ord_" + std::to_string(command.order.raw()) + "/shipments", body);
    }
};

json::array charges_of(const core::PlaceOrder& order) {
    const int places = order.currency.exponent();
    json::array out;
    for (const core::Charge& charge : order.charges) {
        out.push_back(json::object{{"kind", name_of_enum(charge.kind)},
                                   {"code", charge.code},
                                   {"amount", format_decimal(charge.amount, places, places)},
                                   {"tax", format_decimal(charge.tax, places, places)}});
    }
    return out;
}

json::array lines_of(const core::PlaceOrder& order) {
    const int places = order.currency.exponent();
    json::array out;
    for (const core::LineInput& input : order.lines) {
        json::object line{
            {"sku", input.sku}, {"quantity", input.quantity}, {"unit_price", micros_text(input.unit_price_micros)}};
        if (!input.channel_line_id.empty()) line["channel_line_id"] = input.channel_line_id;
        if (!input.unit.empty()) line["unit"] = input.unit;
        if (input.discount != 0) line["discount"] = format_decimal(input.discount, places, places);
        if (input.tax != 0) line["tax"] = format_decimal(input.tax, places, places);
        out.push_back(std::move(line));
    }
    return out;
}

json::object routing_of(const core::PlaceOrder& order) {
    json::object out;
    if (order.allow_split) out["allow_split"] = *order.allow_split;
    if (order.ship_complete) out["ship_complete"] = *order.ship_complete;
    if (order.max_shipments) out["max_shipments"] = *order.max_shipments;
    if (order.max_line_shipments) out["max_line_shipments"] = *order.max_line_shipments;
    if (order.on_shortage) out["on_shortage"] = name_of_enum(*order.on_shortage);
    return out;
}

void put_destination(json::object& out, const Action& action, const core::PlaceOrder& order) {
    if (order.method == core::FulfillmentMethod::pickup) {
        out["method"] = "pickup";
        out["pickup_location"] = order.pickup_location;
        if (order.ship_to.country.empty()) return;
    }
    json::object to{{"country", order.ship_to.country}};
    if (!order.ship_to.postcode.empty()) to["postcode"] = order.ship_to.postcode;
    put_degrees(to, action.degrees);
    out["ship_to"] = std::move(to);
}

}  // namespace

std::string settings_body(const Action& action) {
    const core::TenantSettings& settings = std::get<core::ConfigureTenant>(action.command).settings;
    json::object out{{"name", settings.name},
                     {"currency", action.currency_text},
                     {"short_per_unit", micros_text(settings.short_per_unit_micros)},
                     {"backorder_fixed", micros_text(settings.backorder_fixed_micros)}};
    if (settings.costs) out["costs"] = costs_of(*settings.costs);
    if (!settings.gs1_company_prefix.empty()) out["gs1_company_prefix"] = settings.gs1_company_prefix;
    return json::serialize(out);
}

std::string order_body(const Action& action) {
    const auto& order = std::get<core::PlaceOrder>(action.command);
    const int places = order.currency.exponent();
    json::object out{{"channel", order.channel},
                     {"channel_order_id", order.channel_order_id},
                     {"currency", action.currency_text},
                     {"tax_included", order.tax_included}};
    json::object customer;
    put_person(customer, action.person);
    if (order.customer.is_set()) customer["id"] = "cus_" + std::to_string(order.customer.raw());
    if (!order.customer_external_id.empty()) customer["external_id"] = order.customer_external_id;
    if (!customer.empty()) out["customer"] = std::move(customer);
    put_destination(out, action, order);
    if (order.placed_at.is_set()) out["placed_at"] = format_instant(order.placed_at);
    if (order.requested_date) out["requested_date"] = format_date(*order.requested_date);
    if (order.promised_date) out["promised_date"] = format_date(*order.promised_date);
    if (!order.tags.empty()) out["tags"] = texts(order.tags);
    if (order.priority != 0) out["priority"] = order.priority;
    if (json::object routing = routing_of(order); !routing.empty()) out["routing"] = std::move(routing);
    if (order.discount != 0) out["discount"] = format_decimal(order.discount, places, places);
    if (order.total) out["total"] = format_decimal(*order.total, places, places);
    if (!order.charges.empty()) out["charges"] = charges_of(order);
    out["lines"] = lines_of(order);
    return json::serialize(out);
}

ApiRequest request_for(const Action& action) { return std::visit(Renderer{action}, action.command); }

}  // namespace waybill::scenarios

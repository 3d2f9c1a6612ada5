#include "api/order_output.hpp"

#include <algorithm>

#include "api/amounts.hpp"
#include "json/parse.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

namespace bj = boost::json;

std::optional<std::string> member(const bj::object* object, std::string_view name) {
    if (object == nullptr) return std::nullopt;
    const bj::value* value = object->if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

const bj::object* section(const bj::object* object, std::string_view name) {
    if (object == nullptr) return nullptr;
    const bj::value* value = object->if_contains(name);
    return value == nullptr ? nullptr : value->if_object();
}

ShipToOutput render_ship_to(const core::Order& order, const bj::object* person) {
    const bj::object* to = section(person, "ship_to");
    ShipToOutput out;
    out.name = member(to, "name");
    out.company = member(to, "company");
    out.line1 = member(to, "line1");
    out.line2 = member(to, "line2");
    out.city = member(to, "city");
    out.phone = member(to, "phone");
    out.email = member(to, "email");
    out.region = order.ship_to.region;
    out.postcode = order.ship_to.postcode;
    out.country = order.ship_to.country;
    if (order.ship_to.point.is_set()) {
        const Coordinates place = coordinates_of(order.ship_to.point);
        out.latitude = degrees_value(place.latitude_e6);
        out.longitude = degrees_value(place.longitude_e6);
    }
    return out;
}

std::optional<ShipToOutput> ship_to_of(const core::Order& order, const bj::object* person) {
    if (order.method != core::FulfillmentMethod::ship && order.ship_to.country.empty()) return std::nullopt;
    return render_ship_to(order, person);
}

/// Nothing for callers who may not read it.
std::optional<json::Document> read_document(const Caller& caller, std::string_view person_doc) {
    std::optional<json::Document> out;
    if (person_doc.empty() || !caller.may(core::Permission::read_customers)) return out;
    if (auto parsed = json::parse(person_doc)) out.emplace(std::move(*parsed));
    return out;
}

std::optional<OrderCustomer> render_customer(const core::Order& order, const bj::object* person) {
    const bj::object* customer = section(person, "customer");
    OrderCustomer out;
    if (order.customer.is_set()) out.id = order.customer;
    out.name = member(customer, "name");
    out.email = member(customer, "email");
    out.phone = member(customer, "phone");
    out.locale = member(customer, "locale");
    if (!out.id && !out.name && !out.email && !out.phone) return std::nullopt;
    return out;
}

AllocationOutput render_allocation(const core::OrderLine& line, const core::Allocation& allocation,
                                   const engine::TenantView& view) {
    AllocationOutput out;
    out.location = view.location(allocation.location).code;
    out.quantity = allocation.quantity;
    out.shipped = allocation.shipped;
    out.supply = {allocation.supply, allocation.supply_id};
    if (!line.takes.empty()) {
        auto& components = out.components.emplace();
        for (const core::KitTake& take : line.takes) {
            components.push_back({view.item(take.item).sku, take.quantity});
        }
    }
    out.capacity_day = allocation.capacity_day;
    return out;
}

LineQuantities quantities_of(const core::Order& order, const core::OrderLine& line) {
    LineQuantities out{line.open(), line.allocated(), line.shipped(), line.cancelled, 0, 0};
    for (const core::OrderReturn& made : order.returns) {
        const core::ReturnLine* const of = made.find_line(line.line_no);
        if (of == nullptr) continue;
        out.returning += of->expected();
        out.returned += of->received();
    }
    return out;
}

LineOutput render_line(const core::Order& order, const core::OrderLine& line, const engine::TenantView& view,
                       const Caller& caller) {
    const Currency currency = order.currency;
    const core::Item& item = view.item(line.item);
    LineOutput out;
    out.line_no = line.line_no;
    out.channel_line_id = line.channel_line_id;
    out.sku = item.sku;
    if (line.is_substituted()) out.ordered_sku = view.item(line.ordered_item).sku;
    out.title = item.title;
    out.unit = line.unit;
    out.unit_quantity = line.unit_quantity;
    out.quantity = line.quantity;
    out.unit_price = micros_text(line.unit_price_micros, currency);
    out.amount = minor_text(line.amount, currency);
    out.discount = minor_text(line.discount, currency);
    out.tax = minor_text(line.tax, currency);
    out.quantities = quantities_of(order, line);
    if (!line.cancel_reason.empty()) out.cancel_reason = line.cancel_reason;
    for (const core::Allocation& allocation : line.allocations) {
        if (caller.sees(allocation.location)) out.allocations.push_back(render_allocation(line, allocation, view));
    }
    return out;
}

bool sees_line(const Caller& caller, const core::OrderLine& line) {
    return !caller.is_scoped() || std::any_of(line.allocations.begin(), line.allocations.end(),
                                              [&](const auto& at) { return caller.sees(at.location); });
}

TotalsOutput render_totals(const core::Order& order) {
    const core::OrderTotals totals = core::totals_of(order);
    const auto text = [&](std::int64_t value) { return minor_text(value, order.currency); };
    return {text(totals.subtotal), text(totals.discount), text(totals.charges),
            text(totals.tax),      text(totals.total),    text(totals.cancelled)};
}

RoutingPolicyOutput render_policy(const core::RoutingPolicy& policy, const engine::TenantView& view) {
    RoutingPolicyOutput out{
        policy.allow_split,       policy.ship_complete, policy.max_shipments, policy.on_shortage, {}, {}, {}, {}, {},
        policy.max_line_shipments};
    const auto codes = [&](const std::vector<core::LocationIx>& locations, std::vector<std::string>& to) {
        for (const core::LocationIx location : locations) to.push_back(view.location(location).code);
    };
    for (const core::LocationKind kind : policy.forbidden_kinds) out.forbidden_kinds.push_back(place_kind(kind));
    for (const core::LocationKind kind : policy.required_kinds) out.required_kinds.push_back(place_kind(kind));
    codes(policy.locations, out.locations);
    codes(policy.forbidden_locations, out.forbidden_locations);
    codes(policy.required_locations, out.required_locations);
    return out;
}

/// What a caller limited to some locations does not learn: the other places and what the whole order is worth.
void render_worth(OrderOutput& out, const core::Order& order, const engine::TenantView& view, const Caller& caller) {
    if (caller.is_scoped()) return;
    auto& refused_by = out.refused_by.emplace();
    for (const core::LocationIx location : order.refused_by) refused_by.push_back(view.location(location).code);
    out.routing = render_policy(order.routing, view);
    out.totals = render_totals(order);
    auto& charges = out.charges.emplace();
    for (const core::Charge& charge : order.charges) {
        charges.push_back({charge.kind, charge.code, minor_text(charge.amount, order.currency),
                           minor_text(charge.tax, order.currency)});
    }
}

}  // namespace

bool sees_order(const Caller& caller, const core::Order& order) {
    return std::any_of(order.lines.begin(), order.lines.end(),
                       [&](const auto& line) { return sees_line(caller, line); }) ||
           !caller.is_scoped();
}

HoldOutput render_hold(const core::OrderHold& hold, const Caller& caller) {
    if (caller.is_scoped()) return {hold.code, {}, hold.blocks, hold.placed_at, {}};
    return {hold.code, hold.reason, hold.blocks, hold.placed_at, hold.placed_by};
}

std::optional<ShipToOutput> render_ship_to(const core::Order& order, const Caller& caller,
                                           std::string_view person_doc) {
    const std::optional<json::Document> document = read_document(caller, person_doc);
    return ship_to_of(order, document ? document->root().if_object() : nullptr);
}

OrderOutput render_order(const core::Order& order, const engine::TenantView& view, const Caller& caller,
                         std::string_view person_doc) {
    const std::optional<json::Document> document = read_document(caller, person_doc);
    const bj::object* person = document ? document->root().if_object() : nullptr;

    OrderOutput out;
    out.id = order.id;
    out.channel = view.channel(order.channel).code;
    out.channel_order_id = order.channel_order_id;
    out.status = order.status();
    if (!order.status_reason.empty()) out.status_reason = order.status_reason;
    out.version = order.version;
    out.sequence = order.last_sequence;
    out.placed_at = order.placed_at;
    out.received_at = order.received_at;
    out.updated_at = order.updated_at;
    out.currency = order.currency;
    out.tax_included = order.tax_included;
    out.customer = render_customer(order, person);
    out.method = order.method;
    if (order.pickup_location != core::no_index) out.pickup_location = view.location(order.pickup_location).code;
    out.ship_to = ship_to_of(order, person);
    out.requested_date = order.requested_date;
    out.promised_date = order.promised_date;
    out.tags = order.tags;
    out.priority = order.priority;
    for (const core::OrderHold& hold : order.holds) out.holds.push_back(render_hold(hold, caller));
    for (const core::OrderException& exception : order.exceptions) {
        out.exceptions.push_back(render_open_exception(exception, caller.is_scoped()));
    }
    for (const core::FulfillmentOrder& fulfillment : order.fulfillments) {
        if (!caller.sees(fulfillment.location)) continue;
        out.fulfillment_orders.push_back(render_fulfillment(fulfillment, order, view, caller));
    }
    for (const core::OrderReturn& made : order.returns) {
        out.returns.push_back({core::return_name(order.id, made.number), made.status()});
    }
    out.notes = member(person, "notes");
    render_worth(out, order, view, caller);
    for (const core::OrderLine& line : order.lines) {
        if (sees_line(caller, line)) out.lines.push_back(render_line(order, line, view, caller));
    }
    out.allowed_actions = core::allowed_actions(order);
    return out;
}

SourcingOutput render_sourcing(const core::Order& order, const std::optional<engine::RoutingSummary>& routing,
                               Currency costs) {
    SourcingOutput out;
    if (routing && routing->status == core::RoutingStatus::held) {
        out.status = routing->status;
        return out;
    }
    out.short_units = core::units_of(order).open;
    out.shipments = static_cast<std::int64_t>(core::places_of(order).size());
    if (routing) {
        out.status = routing->status;
        if (!routing->by_score) {
            out.cost = micros_text(routing->cost_micros, costs);
            out.lower_bound = micros_text(routing->lower_bound_micros, costs);
        }
        out.method = routing->method;
    }
    return out;
}

http::Response order_response(int status, const OrderOutput& order) {
    http::Response out = json_response(status, json::to_text<json::Api>(order));
    out.headers.push_back({"etag", '"' + std::to_string(order.version) + '"'});
    return out;
}

Result<std::string, Problem> read_person(const core::Order& order, const Caller& caller, engine::Reader& reader) {
    if (!order.ship_to.person.is_set() || !caller.may(core::Permission::read_customers)) return std::string();
    auto row = reader.person(caller.tenant, order.ship_to.person);
    if (!row) return fail(problem_of(row.error()));
    return *row ? std::move((*row)->doc) : std::string();
}

}  // namespace waybill::api

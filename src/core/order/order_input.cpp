#include "core/order/order_input.hpp"

#include <algorithm>

#include "base/decimal.hpp"
#include "base/mutant.hpp"
#include "core/field_checks.hpp"

namespace waybill::core {
namespace {

class OrderReader {
public:
    OrderReader(const PlaceOrder& command, const TenantState& state, const Context& context, Faults& faults)
        : command_(command), state_(state), context_(context), faults_(faults) {}

    Order read() {
        read_header();
        read_destination();
        read_lines();
        if (faults_.any()) return std::move(order_);
        read_charges();
        apportion_discount();
        if (!faults_.any()) check_total();
        return std::move(order_);
    }

private:
    void read_header() {
        if (const auto channel = state_.channels.find(command_.channel)) {
            order_.channel = *channel;
            const Channel& row = state_.channels[*channel];
            if (!row.active)
                faults_.add("/channel", Reject::channel_inactive, "channel " + row.code + " is not active");
            order_.routing = row.routing;
        } else {
            faults_.add("/channel", Reject::unknown_channel, "no channel has the code " + command_.channel);
        }
        check_code(faults_, "/channel_order_id", command_.channel_order_id, limits::channel_order_id_bytes_max);
        order_.channel_order_id = command_.channel_order_id;
        order_.received_at = context_.now;
        order_.placed_at = command_.placed_at.is_set() ? command_.placed_at : context_.now;
        order_.currency = command_.currency;
        if (!order_.currency.is_set()) faults_.add("/currency", Reject::unknown_currency, "must be an ISO 4217 code");
        order_.tax_included = command_.tax_included;
        order_.requested_date = command_.requested_date;
        order_.promised_date = command_.promised_date;
        read_tags();
        order_.priority = command_.priority;
        check_range(faults_, "/priority", command_.priority, -limits::order_priority_max, limits::order_priority_max);
        read_policy();
    }

    void read_tags() {
        if (command_.tags.size() > limits::order_tags_max) {
            faults_.add("/tags", Reject::invalid_request,
                        "at most " + std::to_string(limits::order_tags_max) + " tags");
            return;
        }
        for (std::size_t i = 0; i < command_.tags.size(); ++i) {
            check_code(faults_, at("/tags", i), command_.tags[i], limits::code_bytes_max);
        }
        order_.tags = command_.tags;
        std::sort(order_.tags.begin(), order_.tags.end());
        order_.tags.erase(std::unique(order_.tags.begin(), order_.tags.end()), order_.tags.end());
    }

    void read_policy() {
        RoutingPolicy& policy = order_.routing;
        if (command_.allow_split) policy.allow_split = *command_.allow_split;
        if (command_.ship_complete) policy.ship_complete = *command_.ship_complete;
        if (command_.on_shortage) policy.on_shortage = *command_.on_shortage;
        if (command_.max_shipments) {
            check_range(faults_, "/routing/max_shipments", *command_.max_shipments, 1, limits::shipments_max);
            policy.max_shipments = command_.max_shipments;
        }
        if (command_.max_line_shipments) {
            check_range(faults_, "/routing/max_line_shipments", *command_.max_line_shipments, 1,
                        limits::line_shipments_max);
            policy.max_line_shipments = command_.max_line_shipments;
        }
    }

    void read_destination() {
        order_.method = command_.method;
        order_.ship_to = command_.ship_to;
        check_text(faults_, "/ship_to/region", command_.ship_to.region, 0, limits::code_bytes_max);
        check_text(faults_, "/ship_to/postcode", command_.ship_to.postcode, 0, limits::postcode_bytes_max);
        switch (command_.method) {
            case FulfillmentMethod::ship:
                check_country(faults_, "/ship_to/country", command_.ship_to.country);
                order_.ship_to.point = locate(command_.ship_to, state_);
                break;
            case FulfillmentMethod::pickup:
                read_pickup();
                break;
        }
    }

    void read_pickup() {
        const auto ix = state_.locations.find(command_.pickup_location);
        if (!ix) {
            faults_.add("/pickup_location", Reject::unknown_location,
                        "no location has the code " + command_.pickup_location);
            return;
        }
        const Location& location = state_.locations[*ix];
        if (!takes_pickups(location)) {
            faults_.add("/pickup_location", Reject::pickup_location_invalid,
                        "customers can not collect at " + location.code);
        }
        order_.pickup_location = *ix;
    }

    void read_lines() {
        if (command_.lines.empty() || command_.lines.size() > limits::order_lines_max) {
            faults_.add("/lines", Reject::invalid_request,
                        "an order has from 1 to " + std::to_string(limits::order_lines_max) + " lines");
            return;
        }
        order_.lines.reserve(command_.lines.size());
        for (std::size_t i = 0; i < command_.lines.size(); ++i) read_line(command_.lines[i], i);
    }

    void read_line(const LineInput& input, std::size_t i) {
        const std::string_view lines = "/lines";
        OrderLine line;
        line.line_no = LineNo(static_cast<std::uint32_t>(i + 1));
        if (input.channel_line_id.size() > limits::code_bytes_max) {
            check_text(faults_, at(lines, i, "channel_line_id"), input.channel_line_id, 0, limits::code_bytes_max);
        }
        line.channel_line_id = input.channel_line_id;
        const auto ix = state_.items.find(input.sku);
        if (!ix) {
            faults_.add(at(lines, i, "sku"), Reject::unknown_sku, "no item has the SKU " + input.sku);
            return;
        }
        const Item& item = state_.items[*ix];
        line.item = *ix;
        line.takes = takes_of(item);
        if (!item.active && !WAYBILL_MUTANT(inactive_item_sold))
            faults_.add(at(lines, i, "sku"), Reject::item_inactive, item.sku + " is not active");
        const ItemUnit* unit = item.find_unit(input.unit);
        if (unit == nullptr) {
            faults_.add(at(lines, i, "unit"), Reject::unknown_unit, item.sku + " is not sold by " + input.unit);
            return;
        }
        line.unit = unit->unit;
        line.unit_quantity = input.quantity;
        line.unit_price_micros = input.unit_price_micros;
        const std::int64_t more = WAYBILL_MUTANT(unit_factor_off_by_one) && unit->factor > 1 ? 1 : 0;
        const auto quantity = checked_mul(input.quantity, unit->factor + more);
        if (input.quantity < 1 || !quantity || *quantity > limits::quantity_max) {
            faults_.add(at(lines, i, "quantity"), Reject::invalid_request,
                        "must be from 1 to " + std::to_string(limits::quantity_max / unit->factor));
            return;
        }
        line.quantity = *quantity;
        if (input.unit_price_micros < 0 || input.unit_price_micros > limits::price_micros_max) {
            faults_.add(at(lines, i, "unit_price"), Reject::amount_out_of_range, "is out of range or negative");
            return;
        }
        read_amounts(input, i, line);
        order_.lines.push_back(std::move(line));
    }

    void read_amounts(const LineInput& input, std::size_t i, OrderLine& line) {
        if (!order_.currency.is_set()) return;
        const auto amount =
            extend_price(line.unit_price_micros, line.unit_quantity, order_.currency,
                         WAYBILL_MUTANT(price_rounded_half_up) ? Rounding::half_up : Rounding::half_even);
        if (!amount || *amount > limits::amount_minor_max) {
            faults_.add(at("/lines", i, "unit_price"), Reject::amount_out_of_range,
                        "price times quantity is too large");
            return;
        }
        line.amount = *amount;
        line.discount = input.discount;
        line.tax = input.tax;
        if (input.discount < 0 || input.discount > line.amount) {
            faults_.add(at("/lines", i, "discount"), Reject::discount_too_large,
                        "must be from zero to the line's amount");
        }
        if (input.tax < 0 || input.tax > limits::amount_minor_max) {
            faults_.add(at("/lines", i, "tax"), Reject::amount_out_of_range, "is out of range or negative");
        }
    }

    void read_charges() {
        if (command_.charges.size() > limits::order_charges_max) {
            faults_.add("/charges", Reject::invalid_request,
                        "at most " + std::to_string(limits::order_charges_max) + " charges");
            return;
        }
        for (std::size_t i = 0; i < command_.charges.size(); ++i) {
            const Charge& charge = command_.charges[i];
            check_text(faults_, at("/charges", i, "code"), charge.code, 0, limits::code_bytes_max);
            // An adjustment may lower what is owed; the other kinds are owed.
            const std::int64_t lowest = charge.kind == ChargeKind::adjustment ? -limits::amount_minor_max : 0;
            const auto in_range = [&](std::int64_t value) {
                return value >= lowest && value <= limits::amount_minor_max;
            };
            if (!in_range(charge.amount)) {
                faults_.add(at("/charges", i, "amount"), Reject::amount_out_of_range, "is out of range or negative");
            }
            if (!in_range(charge.tax)) {
                faults_.add(at("/charges", i, "tax"), Reject::amount_out_of_range, "is out of range or negative");
            }
        }
        order_.charges = command_.charges;
    }

    /// The order's own discount goes to its lines by what is left of their amounts.
    void apportion_discount() {
        if (command_.discount == 0) return;
        std::vector<std::int64_t> weights;
        std::int64_t left = 0;
        for (const OrderLine& line : order_.lines) {
            weights.push_back(line.amount - line.discount);
            left += weights.back();
        }
        if (command_.discount < 0 || command_.discount > left) {
            faults_.add("/discount", Reject::discount_too_large, "must be from zero to what the lines come to");
            return;
        }
        const std::vector<std::int64_t> parts = apportion(command_.discount, weights);
        const std::size_t last = parts.size() - 1;
        for (std::size_t i = 0; i <= last; ++i) {
            order_.lines[i].discount += parts[WAYBILL_MUTANT(discount_to_wrong_line) ? last - i : i];
        }
    }

    void check_total() {
        const OrderTotals totals = totals_of(order_);
        if (totals.total > limits::amount_minor_max || totals.total < -limits::amount_minor_max) {
            faults_.add("/total", Reject::amount_out_of_range, "the order comes to too much");
        }
        if (command_.total && *command_.total != totals.total && !WAYBILL_MUTANT(total_not_checked)) {
            const int places = order_.currency.exponent();
            faults_.add("/total", Reject::total_mismatch,
                        "lines, charges, discounts and taxes come to " + format_decimal(totals.total, places, places) +
                            ", not " + format_decimal(*command_.total, places, places));
        }
    }

    const PlaceOrder& command_;
    const TenantState& state_;
    const Context& context_;
    Faults& faults_;
    Order order_;
};

}  // namespace

Order order_from(const PlaceOrder& command, const TenantState& state, const Context& context, Faults& faults) {
    return OrderReader(command, state, context, faults).read();
}

bool takes_pickups(const Location& location) { return location.capabilities.pickup && location.active; }

std::vector<KitTake> takes_of(const Item& item) {
    std::vector<KitTake> out;
    out.reserve(item.components.size());
    for (const Component& part : item.components) out.push_back({part.item, part.quantity});
    return out;
}

RouteRequest route_request_of(const Order& order) {
    RouteRequest request;
    request.policy = order.routing;
    request.excluded = order.refused_by;
    request.method = order.method;
    request.pickup_location = order.pickup_location;
    request.point = order.ship_to.point;
    request.country = order.ship_to.country;
    request.postcode = order.ship_to.postcode;
    request.wanted_by = order.promised_date ? order.promised_date : order.requested_date;
    request.lines.reserve(order.lines.size());
    for (const OrderLine& line : order.lines) {
        if (const std::int64_t open = line.open(); open > 0)
            request.lines.push_back({line.line_no, line.item, open, line.takes});
    }
    return request;
}

GeoPoint locate(const ShipTo& ship_to, const TenantState& state) {
    if (ship_to.point.is_set()) return ship_to.point;
    std::string key = ship_to.country + "/";
    for (const char c : ship_to.postcode) {
        if (c != ' ') key += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    while (true) {
        if (const auto ix = state.postcode_areas.find(key)) return state.postcode_areas[*ix].point;
        if (key.back() == '/') return {};
        key.pop_back();
    }
}

}  // namespace waybill::core

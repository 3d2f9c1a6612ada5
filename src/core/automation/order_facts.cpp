#include "core/automation/order_facts.hpp"

#include <algorithm>
#include <array>
#include <boost/describe/enum_to_string.hpp>
#include <vector>

#include "base/checked_math.hpp"
#include "core/network/working_day.hpp"
#include "core/routing/routing_problem.hpp"

namespace waybill::core {
namespace {

using rules::Decimal;
using rules::RecordRef;
using rules::Scratch;
using rules::Value;

Value record(FactRecordId id, std::uint32_t index = 0) {
    return Value::of(RecordRef{static_cast<std::uint16_t>(id), index});
}

/// value * 10^-places. What is larger than a decimal holds becomes the largest one: comparisons still come out right.
Value scaled(std::int64_t value, int places) {
    const auto number = Decimal::of_scaled(value, places);
    return Value::of(number.value_or(Decimal::of_units(value < 0 ? INT64_MIN : INT64_MAX)));
}
Value whole(std::int64_t value) { return scaled(value, 0); }

Value date(CivilDate day, Scratch& scratch) { return Value::of(scratch.copy(format_date(day))); }
Value maybe_date(const std::optional<CivilDate>& day, Scratch& scratch) { return day ? date(*day, scratch) : Value(); }

std::string_view kind_text(ChannelKind kind) {
    switch (kind) {
        case ChannelKind::web:
            return "web";
        case ChannelKind::marketplace:
            return "marketplace";
        case ChannelKind::pos:
            return "pos";
        case ChannelKind::b2b:
            return "b2b";
        case ChannelKind::edi:
            return "edi";
        case ChannelKind::other:
            return "other";
    }
    WAYBILL_ASSERT(false);
}

std::string_view kind_text(LocationKind kind) {
    switch (kind) {
        case LocationKind::dc:
            return "dc";
        case LocationKind::store:
            return "store";
        case LocationKind::supplier:
            return "supplier";
        case LocationKind::third_party:
            return "3pl";
    }
    WAYBILL_ASSERT(false);
}

LocalTime local_time(Instant now, const std::string& zone_name, const std::vector<ZoneRules>* zones) {
    static const ZoneRules utc{"UTC", {{Instant(0), 0}}};
    const ZoneRules* zone = zones == nullptr ? nullptr : find_zone(*zones, zone_name);
    return to_local(now, zone == nullptr ? utc : *zone);
}

constexpr std::int32_t minutes_of_hour = 60;

}  // namespace

Value OrderFacts::get(RecordRef record_ref, std::uint16_t field, Scratch& scratch) const {
    switch (static_cast<FactRecordId>(record_ref.type)) {
        case FactRecordId::root:
            // The root's fields are records in the order of FactRecordId, the line between left out.
            switch (static_cast<RootFact>(field)) {
                case RootFact::order:
                    return record(FactRecordId::order);
                case RootFact::customer:
                    return record(FactRecordId::customer);
                case RootFact::ship_to:
                    return record(FactRecordId::ship_to);
                case RootFact::now:
                    return record(FactRecordId::now);
                case RootFact::location:
                    return record(FactRecordId::location);
            }
            break;
        case FactRecordId::order:
            return order_fact(static_cast<OrderFact>(field), scratch);
        case FactRecordId::customer:
            switch (static_cast<CustomerFact>(field)) {
                case CustomerFact::known:
                    return Value::of(order_.customer.is_set());
                case CustomerFact::group:
                    return Value::of(std::string_view(order_.customer_group));
            }
            break;
        case FactRecordId::ship_to:
            return ship_to_fact(static_cast<ShipToFact>(field));
        case FactRecordId::line:
            return line_fact(order_.lines[record_ref.index], static_cast<LineFact>(field));
        case FactRecordId::now:
            return now_fact(static_cast<NowFact>(field), scratch);
        case FactRecordId::location:
            return location_fact(static_cast<LocationFact>(field), scratch);
    }
    WAYBILL_ASSERT(false);
}

Value OrderFacts::money(std::int64_t minor) const { return scaled(minor, order_.currency.exponent()); }

std::int64_t OrderFacts::weight_g(const OrderLine& line) const {
    std::int64_t unit = state_.items[line.item].weight_g;
    if (unit == 0) {
        for (const KitTake& take : line.takes) unit += state_.items[take.item].weight_g * take.quantity;
    }
    // At most 10^8 g times 10^9 units of a line: always fits, but for a kit of many heavy parts.
    return checked_mul(unit, line.quantity).value_or(INT64_MAX);
}

Value OrderFacts::order_fact(OrderFact fact, Scratch& scratch) const {
    switch (fact) {
        case OrderFact::channel:
            return Value::of(std::string_view(state_.channels[order_.channel].code));
        case OrderFact::channel_kind:
            return Value::of(kind_text(state_.channels[order_.channel].kind));
        case OrderFact::method:
            return Value::of(order_.method == FulfillmentMethod::pickup ? "pickup" : "ship");
        case OrderFact::pickup_location:
            if (order_.pickup_location == no_index) return Value();
            return Value::of(std::string_view(state_.locations[order_.pickup_location].code));
        case OrderFact::currency:
            return Value::of(order_.currency.code());
        case OrderFact::subtotal:
            return money(totals().subtotal);
        case OrderFact::discount:
            return money(totals().discount);
        case OrderFact::total:
            return money(totals().total);
        case OrderFact::units:
            if (!ordered_units_) {
                ordered_units_ = 0;
                for (const OrderLine& line : order_.lines) *ordered_units_ += line.quantity;
            }
            return whole(*ordered_units_);
        case OrderFact::line_count:
            return whole(static_cast<std::int64_t>(order_.lines.size()));
        case OrderFact::weight_kg:
            if (!weight_g_) {
                Int128 grams = 0;
                for (const OrderLine& line : order_.lines) grams += weight_g(line);
                weight_g_ = narrow(grams).value_or(INT64_MAX);
            }
            return scaled(*weight_g_, 3);
        case OrderFact::tags: {
            const auto items = scratch.make<Value>(tags_.size());
            for (std::size_t i = 0; i < tags_.size(); ++i) items[i] = Value::of(std::string_view(tags_[i]));
            return Value::of_flat_list(items);
        }
        case OrderFact::requested_date:
            return maybe_date(order_.requested_date, scratch);
        case OrderFact::promised_date:
            return maybe_date(order_.promised_date, scratch);
        case OrderFact::lines: {
            const auto items = scratch.make<Value>(order_.lines.size());
            for (std::uint32_t i = 0; i < items.size(); ++i) items[i] = record(FactRecordId::line, i);
            return Value::of_flat_list(items);
        }
        case OrderFact::priority:
            return whole(order_.priority);
        case OrderFact::status:
            if (!status_) status_ = order_.status();
            return Value::of(boost::describe::enum_to_string(*status_, ""));
        case OrderFact::holds:
            return hold_codes(scratch);
        case OrderFact::exceptions:
            return exception_kinds(scratch);
        case OrderFact::places:
            return whole(static_cast<std::int64_t>(places().count));
        case OrderFact::place_kinds:
            return place_kinds(scratch);
        case OrderFact::open_units:
            return whole(units().open);
        case OrderFact::allocated_units:
            return whole(units().allocated);
        case OrderFact::shipped_units:
            return whole(units().shipped);
        case OrderFact::cancelled_units:
            return whole(units().cancelled);
        case OrderFact::released_units:
            return whole(units().released);
        case OrderFact::picked_units:
            return whole(units().picked);
        case OrderFact::refused_by: {
            const auto items = scratch.make<Value>(order_.refused_by.size());
            for (std::size_t i = 0; i < items.size(); ++i) {
                items[i] = Value::of(std::string_view(state_.locations[order_.refused_by[i]].code));
            }
            return Value::of_flat_list(items);
        }
        case OrderFact::returning_units:
            return whole(units().returning);
        case OrderFact::returned_units:
            return whole(units().returned);
        case OrderFact::return_reasons:
            return return_reasons(scratch);
    }
    WAYBILL_ASSERT(false);
}

const OrderTotals& OrderFacts::totals() const {
    if (!totals_) totals_ = totals_of(order_);
    return *totals_;
}

const OrderUnits& OrderFacts::units() const {
    if (!units_) units_ = units_of(order_);
    return *units_;
}

const PlacesOfOrder& OrderFacts::places() const {
    if (places_) return *places_;
    const std::vector<LocationIx> all = places_of(order_);
    places_.emplace().count = all.size();
    for (const LocationIx place : all) places_->kinds[static_cast<std::size_t>(state_.locations[place].kind)] = true;
    return *places_;
}

Value OrderFacts::hold_codes(Scratch& scratch) const {
    const auto items = scratch.make<Value>(std::min(order_.holds.size(), limits::order_holds_max));
    for (std::size_t i = 0; i < items.size(); ++i) items[i] = Value::of(std::string_view(order_.holds[i].code));
    return Value::of_flat_list(items);
}

Value OrderFacts::exception_kinds(Scratch& scratch) const {
    const auto items = scratch.make<Value>(std::min(order_.exceptions.size(), limits::order_exceptions_max));
    for (std::size_t i = 0; i < items.size(); ++i) items[i] = Value::of(std::string_view(order_.exceptions[i].kind));
    return Value::of_flat_list(items);
}

Value OrderFacts::return_reasons(Scratch& scratch) const {
    std::vector<std::string_view> reasons;
    if (!order_.returns.empty()) reasons = order_.returns.back().reasons();
    const auto items = scratch.make<Value>(reasons.size());
    for (std::size_t i = 0; i < items.size(); ++i) items[i] = Value::of(reasons[i]);
    return Value::of_flat_list(items);
}

Value OrderFacts::place_kinds(Scratch& scratch) const {
    const auto& seen = places().kinds;
    const auto items = scratch.make<Value>(static_cast<std::size_t>(std::count(seen.begin(), seen.end(), true)));
    std::size_t n = 0;
    for (std::size_t kind = 0; kind < seen.size(); ++kind) {
        if (seen[kind]) items[n++] = Value::of(kind_text(static_cast<LocationKind>(kind)));
    }
    return Value::of_flat_list(items);
}

Value OrderFacts::line_fact(const OrderLine& line, LineFact fact) const {
    const Item& item = state_.items[line.item];
    switch (fact) {
        case LineFact::sku:
            return Value::of(std::string_view(item.sku));
        case LineFact::item_class:
            return Value::of(std::string_view(item.item_class));
        case LineFact::quantity:
            return whole(line.quantity);
        case LineFact::unit:
            return Value::of(std::string_view(line.unit));
        case LineFact::unit_quantity:
            return whole(line.unit_quantity);
        case LineFact::unit_price:
            return scaled(line.unit_price_micros, micros_places);
        case LineFact::amount:
            return money(line.amount);
        case LineFact::discount:
            return money(line.discount);
        case LineFact::ship_alone:
            return Value::of(item.ship_alone);
        case LineFact::kit:
            return Value::of(!line.takes.empty());
        case LineFact::weight_kg:
            return scaled(weight_g(line), 3);
        case LineFact::available: {
            const std::size_t at = line.line_no.raw() - 1;
            return whole(at < available_.size() ? available_[at] : 0);
        }
    }
    WAYBILL_ASSERT(false);
}

Value OrderFacts::ship_to_fact(ShipToFact fact) const {
    switch (fact) {
        case ShipToFact::country:
            return Value::of(std::string_view(order_.ship_to.country));
        case ShipToFact::region:
            return Value::of(std::string_view(order_.ship_to.region));
        case ShipToFact::postcode:
            return Value::of(std::string_view(order_.ship_to.postcode));
        case ShipToFact::located:
            return Value::of(order_.ship_to.point.is_set());
    }
    WAYBILL_ASSERT(false);
}

Value OrderFacts::now_fact(NowFact fact, Scratch& scratch) const {
    const LocalTime time = local_time(context_.now, "UTC", nullptr);
    switch (fact) {
        case NowFact::date:
            return date(time.day, scratch);
        case NowFact::weekday:
            return whole(time.day.weekday() + 1);
        case NowFact::hour:
            return whole(time.minute_of_day / minutes_of_hour);
        case NowFact::minute:
            return whole(time.minute_of_day % minutes_of_hour);
    }
    WAYBILL_ASSERT(false);
}

Value OrderFacts::location_fact(LocationFact fact, Scratch& scratch) const {
    WAYBILL_ASSERT(location_.location != no_index);
    const Location& location = state_.locations[location_.location];
    const auto local = [&] { return local_time(context_.now, location.zone, context_.zones); };
    switch (fact) {
        case LocationFact::code:
            return Value::of(std::string_view(location.code));
        case LocationFact::kind:
            return Value::of(kind_text(location.kind));
        case LocationFact::country:
            return Value::of(std::string_view(location.address.country));
        case LocationFact::region:
            return Value::of(std::string_view(location.address.region));
        case LocationFact::postcode:
            return Value::of(std::string_view(location.address.postcode));
        case LocationFact::priority:
            return whole(location.priority);
        case LocationFact::distance_km:
            return location_.distance_m < 0 ? Value() : scaled(location_.distance_m, 3);
        case LocationFact::pickup:
            return Value::of(location.capabilities.pickup);
        case LocationFact::returns:
            return Value::of(location.capabilities.returns);
        case LocationFact::date:
            return date(local().day, scratch);
        case LocationFact::weekday:
            return whole(local().day.weekday() + 1);
        case LocationFact::hour:
            return whole(local().minute_of_day / minutes_of_hour);
        case LocationFact::minute:
            return whole(local().minute_of_day % minutes_of_hour);
        case LocationFact::works_today:
            return Value::of(working_day_of(location_.location, state_, context_) == local().day);
    }
    WAYBILL_ASSERT(false);
}

}  // namespace waybill::core

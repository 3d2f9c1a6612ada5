#include "core/automation/order_model.hpp"

#include <array>

#include "core/limits.hpp"

namespace waybill::core {
namespace {

using rules::FactField;
using rules::FactKind;
using rules::FactRecord;

constexpr FactField value(std::string_view name, FactKind kind, std::string_view doc) {
    return {name, kind, 0, false, 0, doc};
}
constexpr FactField maybe(std::string_view name, FactKind kind, std::string_view doc) {
    return {name, kind, 0, true, 0, doc};
}
constexpr FactField record(std::string_view name, FactRecordId of, std::string_view doc) {
    return {name, FactKind::record, static_cast<std::uint16_t>(of), false, 0, doc};
}

// In the order of the enumerations of the header; a test compares the counts.
constexpr std::array order_fields{
    value("channel", FactKind::text, "code of the channel"),
    value("channel_kind", FactKind::text, "web, marketplace, pos, b2b, edi or other"),
    value("method", FactKind::text, "ship or pickup"),
    maybe("pickup_location", FactKind::text, "code of the location where it is collected"),
    value("currency", FactKind::text, "ISO 4217 code"),
    value("subtotal", FactKind::number, "sum of the lines' amounts"),
    value("discount", FactKind::number, "all discounts"),
    value("total", FactKind::number, "what the customer owes"),
    value("units", FactKind::number, "units of all lines, in base units"),
    value("line_count", FactKind::number, "how many lines"),
    value("weight_kg", FactKind::number, "of all units"),
    FactField{"tags", FactKind::text_list, 0, false, limits::order_tags_with_rules_max,
              "tags that came with the order; later, and in branches and filters, also those that rules added"},
    maybe("requested_date", FactKind::text, "YYYY-MM-DD"),
    maybe("promised_date", FactKind::text, "YYYY-MM-DD"),
    FactField{"lines", FactKind::record_list, static_cast<std::uint16_t>(FactRecordId::line), false,
              limits::order_lines_max, "the lines"},
    value("priority", FactKind::number, "smaller goes first"),
    value("status", FactKind::text, "backordered, allocated, partially_shipped ...; from the moment routed on"),
    FactField{"holds", FactKind::text_list, 0, false, limits::order_holds_max,
              "codes of the holds on it; from the moment routed on"},
    FactField{"exceptions", FactKind::text_list, 0, false, limits::order_exceptions_max,
              "kinds of the exceptions that are open; from the moment routed on"},
    value("places", FactKind::number, "locations that it comes from; from the moment routed on"),
    FactField{"place_kinds", FactKind::text_list, 0, false, location_kinds,
              "kinds of these locations: dc, store, supplier, 3pl; from the moment routed on"},
    value("open_units", FactKind::number, "units that wait for supply; from the moment routed on"),
    value("allocated_units", FactKind::number, "units reserved and not shipped; from the moment routed on"),
    value("shipped_units", FactKind::number, "from the moment routed on"),
    value("cancelled_units", FactKind::number, "from the moment routed on"),
    value("released_units", FactKind::number, "units in work at their locations; from the moment routed on"),
    value("picked_units", FactKind::number, "of those, units that are picked; from the moment routed on"),
    FactField{"refused_by", FactKind::text_list, 0, false, limits::order_fulfillments_max,
              "codes of the locations that gave work back; from the moment routed on"},
    value("returning_units", FactKind::number, "shipped units that are expected back; from the moment routed on"),
    value("returned_units", FactKind::number, "shipped units that came back; from the moment routed on"),
    FactField{"return_reasons", FactKind::text_list, 0, false, limits::return_reasons_max,
              "reasons of its latest return; from the moment routed on"},
};
/// Those that are known when an order is placed.
constexpr std::span placed_order_fields =
    std::span(order_fields).first(static_cast<std::size_t>(OrderFact::priority) + 1);
constexpr std::array customer_fields{
    value("known", FactKind::boolean, "whether the order names a customer"),
    value("group", FactKind::text, "the customer's group when the order was placed, or empty"),
};
constexpr std::array ship_to_fields{
    value("country", FactKind::text, "ISO 3166-1 alpha-2 code, or empty"),
    value("region", FactKind::text, "state or province, or empty"),
    value("postcode", FactKind::text, "or empty"),
    value("located", FactKind::boolean, "whether it is known where on the map that is"),
};
constexpr std::array line_fields{
    value("sku", FactKind::text, "of the item, or of the one that a rule has serve the line"),
    value("item_class", FactKind::text, "of the item, or empty"),
    value("quantity", FactKind::number, "base units of that item"),
    value("unit", FactKind::text, "as ordered: each, case ..."),
    value("unit_quantity", FactKind::number, "in that unit"),
    value("unit_price", FactKind::number, "of one ordered unit"),
    value("amount", FactKind::number, "price times quantity"),
    value("discount", FactKind::number, "with its share of the order's discounts"),
    value("ship_alone", FactKind::boolean, "whether the item never shares a parcel"),
    value("kit", FactKind::boolean, "whether the item is a kit"),
    value("weight_kg", FactKind::number, "of all its units"),
    value("available", FactKind::number,
          "units that the locations which may serve the order could give now, other lines not looked at; when it is "
          "placed, in branches and in filters"),
};
/// Those of an order that has been routed: what was there before is gone.
constexpr std::span settled_line_fields = std::span(line_fields).first(static_cast<std::size_t>(LineFact::available));
constexpr std::array now_fields{
    value("date", FactKind::text, "YYYY-MM-DD in UTC"),
    value("weekday", FactKind::number, "1 is Monday, 7 is Sunday, in UTC"),
    value("hour", FactKind::number, "0 to 23, in UTC"),
    value("minute", FactKind::number, "0 to 59"),
};
constexpr std::array location_fields{
    value("code", FactKind::text, "of the location"),
    value("kind", FactKind::text, "dc, store, supplier or 3pl"),
    value("country", FactKind::text, "of its address"),
    value("region", FactKind::text, "of its address, or empty"),
    value("postcode", FactKind::text, "of its address, or empty"),
    value("priority", FactKind::number, "smaller is preferred"),
    maybe("distance_km", FactKind::number, "to where the order goes, null when either is not on the map"),
    value("pickup", FactKind::boolean, "whether customers collect there"),
    value("returns", FactKind::boolean, "whether it takes goods back"),
    value("date", FactKind::text, "YYYY-MM-DD in its zone"),
    value("weekday", FactKind::number, "1 is Monday, 7 is Sunday, in its zone"),
    value("hour", FactKind::number, "0 to 23, in its zone"),
    value("minute", FactKind::number, "0 to 59, in its zone"),
    value("works_today", FactKind::boolean, "whether an order that comes now belongs to its present day"),
};
constexpr std::array root_fields{
    record("order", FactRecordId::order, "the order"),
    record("customer", FactRecordId::customer, "who ordered"),
    record("ship_to", FactRecordId::ship_to, "where it goes"),
    record("now", FactRecordId::now, "the instant of the decision"),
    record("location", FactRecordId::location, "the location that is looked at; in filters only"),
};

constexpr std::array records_with_location{
    FactRecord{"", root_fields},
    FactRecord{"order", placed_order_fields},
    FactRecord{"customer", customer_fields},
    FactRecord{"ship_to", ship_to_fields},
    FactRecord{"line", line_fields},
    FactRecord{"now", now_fields},
    FactRecord{"location", location_fields},
};
constexpr std::array records_without_location{
    FactRecord{"", std::span(root_fields).first(root_fields.size() - 1)},
    FactRecord{"order", placed_order_fields},
    FactRecord{"customer", customer_fields},
    FactRecord{"ship_to", ship_to_fields},
    FactRecord{"line", line_fields},
    FactRecord{"now", now_fields},
};
constexpr std::array settled_records{
    FactRecord{"", std::span(root_fields).first(root_fields.size() - 1)},
    FactRecord{"order", order_fields},
    FactRecord{"customer", customer_fields},
    FactRecord{"ship_to", ship_to_fields},
    FactRecord{"line", settled_line_fields},
    FactRecord{"now", now_fields},
};

static_assert(order_fields.size() == static_cast<std::size_t>(OrderFact::return_reasons) + 1);
static_assert(customer_fields.size() == static_cast<std::size_t>(CustomerFact::group) + 1);
static_assert(ship_to_fields.size() == static_cast<std::size_t>(ShipToFact::located) + 1);
static_assert(line_fields.size() == static_cast<std::size_t>(LineFact::available) + 1);
static_assert(now_fields.size() == static_cast<std::size_t>(NowFact::minute) + 1);
static_assert(location_fields.size() == static_cast<std::size_t>(LocationFact::works_today) + 1);
static_assert(rules::is_consistent({records_with_location}) && rules::is_consistent({records_without_location}) &&
              rules::is_consistent({settled_records}));
static_assert(root_fields.size() == static_cast<std::size_t>(RootFact::location) + 1);

}  // namespace

const rules::FactModel& order_model() {
    static constexpr rules::FactModel model{records_without_location};
    return model;
}

const rules::FactModel& settled_order_model() {
    static constexpr rules::FactModel model{settled_records};
    return model;
}

const rules::FactModel& location_model() {
    static constexpr rules::FactModel model{records_with_location};
    return model;
}

}  // namespace waybill::core

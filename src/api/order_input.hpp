#pragma once
// An order as a caller sends it, with the limits of each field, and its way to a PlaceOrder command. Personal data and
// free notes are split off here: they go to a person row beside the log and never into the command.

#include <array>
#include <boost/describe.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.hpp"
#include "core/commands.hpp"
#include "core/limits.hpp"
#include "engine/engine.hpp"
#include "json/rules.hpp"

namespace waybill::api {

namespace limits = core::limits;
inline constexpr std::size_t person_text_max = 256;  ///< one field of a name or an address
inline constexpr std::size_t amount_text_max = 24;

struct OrderCustomerInput {
    std::optional<core::CustomerId> id;
    std::optional<std::string> external_id;
    std::optional<std::string> name;
    std::optional<std::string> email;
    std::optional<std::string> phone;
    std::optional<std::string> locale;
};
BOOST_DESCRIBE_STRUCT(OrderCustomerInput, (), (id, external_id, name, email, phone, locale))

struct ShipToInput {
    std::optional<std::string> name;
    std::optional<std::string> company;
    std::optional<std::string> line1;
    std::optional<std::string> line2;
    std::optional<std::string> city;
    std::optional<std::string> region;
    std::optional<std::string> postcode;
    std::optional<std::string> country;
    std::optional<std::string> phone;
    std::optional<std::string> email;
    std::optional<boost::json::value> latitude;
    std::optional<boost::json::value> longitude;
};
BOOST_DESCRIBE_STRUCT(ShipToInput, (),
                      (name, company, line1, line2, city, region, postcode, country, phone, email, latitude, longitude))

struct OrderRoutingInput {
    std::optional<bool> allow_split;
    std::optional<bool> ship_complete;
    std::optional<std::int64_t> max_shipments;
    std::optional<core::OnShortage> on_shortage;
    std::optional<std::int64_t> max_line_shipments;
};
BOOST_DESCRIBE_STRUCT(OrderRoutingInput, (),
                      (allow_split, ship_complete, max_shipments, on_shortage, max_line_shipments))

struct ChargeInput {
    core::ChargeKind kind = core::ChargeKind::shipping;
    std::string code;
    std::string amount;
    std::optional<std::string> tax;
};
BOOST_DESCRIBE_STRUCT(ChargeInput, (), (kind, code, amount, tax))

struct OrderLineInput {
    std::string channel_line_id;
    std::string sku;
    std::string unit;
    std::int64_t quantity = 0;
    std::string unit_price;
    std::optional<std::string> discount;
    std::optional<std::string> tax;
};
BOOST_DESCRIBE_STRUCT(OrderLineInput, (), (channel_line_id, sku, unit, quantity, unit_price, discount, tax))

struct OrderInput {
    std::string channel;
    std::string channel_order_id;
    std::optional<Instant> placed_at;
    std::string currency;
    std::optional<OrderCustomerInput> customer;
    std::optional<ShipToInput> ship_to;
    core::FulfillmentMethod method = core::FulfillmentMethod::ship;
    std::optional<std::string> pickup_location;
    std::optional<CivilDate> requested_date;
    std::optional<CivilDate> promised_date;
    std::vector<std::string> tags;
    std::int32_t priority = 0;
    std::optional<std::string> notes;
    std::optional<OrderRoutingInput> routing;
    bool tax_included = false;
    std::optional<std::string> discount;
    std::optional<std::string> total;
    std::vector<ChargeInput> charges;
    std::vector<OrderLineInput> lines;
};
BOOST_DESCRIBE_STRUCT(OrderInput, (),
                      (channel, channel_order_id, placed_at, currency, customer, ship_to, method, pickup_location,
                       requested_date, promised_date, tags, priority, notes, routing, tax_included, discount, total,
                       charges, lines))

struct PlaceRequest {
    core::PlaceOrder command;
    std::optional<engine::PersonData> person;
};

/// Errors: malformed_json, invalid_request, unknown_currency, amount_out_of_range; every faulty field.
[[nodiscard]] Result<PlaceRequest, Problem> read_order(std::string_view text);

/// The person document of a name, mail address and telephone, as customers have it.
[[nodiscard]] std::optional<engine::PersonData> person_of(const std::optional<std::string>& name,
                                                          const std::optional<std::string>& email,
                                                          const std::optional<std::string>& phone);

}  // namespace waybill::api

namespace waybill::json {

template <>
struct Rules<api::OrderCustomerInput> {
    static constexpr auto fields =
        std::array{text("external_id", 1, core::limits::code_bytes_max), text("name", 0, api::person_text_max),
                   text("email", 0, api::person_text_max), text("phone", 0, api::person_text_max),
                   text("locale", 0, core::limits::locale_bytes_max)};
};
template <>
struct Rules<api::ShipToInput> {
    static constexpr auto fields = std::array{text("name", 0, api::person_text_max),
                                              text("company", 0, api::person_text_max),
                                              text("line1", 0, api::person_text_max),
                                              text("line2", 0, api::person_text_max),
                                              text("city", 0, api::person_text_max),
                                              text("region", 0, core::limits::code_bytes_max),
                                              text("postcode", 0, core::limits::postcode_bytes_max),
                                              pattern("country", Pattern::country),
                                              text("phone", 0, api::person_text_max),
                                              text("email", 0, api::person_text_max)};
};
template <>
struct Rules<api::OrderRoutingInput> {
    static constexpr auto fields = std::array{integer("max_shipments", 1, core::limits::shipments_max),
                                              integer("max_line_shipments", 1, core::limits::line_shipments_max)};
};
template <>
struct Rules<api::ChargeInput> {
    static constexpr auto fields = std::array{text("code", 0, core::limits::code_bytes_max).defaulted(),
                                              text("amount", 1, api::amount_text_max).pattern(Pattern::decimal),
                                              text("tax", 1, api::amount_text_max).pattern(Pattern::decimal)};
};
template <>
struct Rules<api::OrderLineInput> {
    static constexpr auto fields = std::array{text("channel_line_id", 0, core::limits::code_bytes_max).defaulted(),
                                              text("sku", 1, core::limits::sku_bytes_max),
                                              text("unit", 0, core::limits::code_bytes_max).defaulted(),
                                              integer("quantity", 1, core::limits::quantity_max),
                                              text("unit_price", 1, api::amount_text_max).pattern(Pattern::amount),
                                              text("discount", 1, api::amount_text_max).pattern(Pattern::amount),
                                              text("tax", 1, api::amount_text_max).pattern(Pattern::amount)};
};
template <>
struct Rules<api::OrderInput> {
    static constexpr auto fields =
        std::array{text("channel", 1, core::limits::code_bytes_max),
                   text("channel_order_id", 1, core::limits::channel_order_id_bytes_max),
                   text("currency", 3, 3),
                   defaulted("method"),
                   text("pickup_location", 1, core::limits::code_bytes_max),
                   items("tags", 0, core::limits::order_tags_max).text(1, core::limits::code_bytes_max).defaulted(),
                   integer("priority", -core::limits::order_priority_max, core::limits::order_priority_max).defaulted(),
                   text("notes", 0, core::limits::note_bytes_max),
                   defaulted("tax_included"),
                   text("discount", 1, api::amount_text_max).pattern(Pattern::amount),
                   text("total", 1, api::amount_text_max).pattern(Pattern::decimal),
                   items("charges", 0, core::limits::order_charges_max).defaulted(),
                   items("lines", 1, core::limits::order_lines_max)};
};

}  // namespace waybill::json

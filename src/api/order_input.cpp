#include "api/order_input.hpp"

#include <utility>

#include "api/amounts.hpp"
#include "json/read.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

const std::string nothing;

const std::string& text_of(const std::optional<std::string>& value) { return value ? *value : nothing; }

/// Builds the person document: only members with text.
class PersonWriter {
public:
    PersonWriter() : object_(doc_) {}

    void section(std::string_view name,
                 std::initializer_list<std::pair<std::string_view, const std::string*>> members) {
        std::string inner;
        {
            json::ObjectWriter object(inner);
            for (const auto& [key, value] : members) {
                if (value->empty()) continue;
                object.field(key, *value);
            }
        }
        if (inner.size() <= std::string_view("{}").size()) return;
        object_.raw_field(name, inner);
        any_ = true;
    }
    void member(std::string_view key, const std::string& value) {
        if (value.empty()) return;
        object_.field(key, value);
        any_ = true;
    }
    [[nodiscard]] std::optional<engine::PersonData> take() {
        object_.end();
        if (!any_) return std::nullopt;
        return engine::PersonData{std::move(doc_)};
    }

private:
    std::string doc_;
    json::ObjectWriter object_;
    bool any_ = false;
};

std::optional<engine::PersonData> person_of(const OrderInput& input) {
    static const ShipToInput no_address;
    static const OrderCustomerInput no_customer;
    const ShipToInput& to = input.ship_to ? *input.ship_to : no_address;
    const OrderCustomerInput& customer = input.customer ? *input.customer : no_customer;
    PersonWriter writer;
    writer.section("ship_to", {{"name", &text_of(to.name)},
                               {"company", &text_of(to.company)},
                               {"line1", &text_of(to.line1)},
                               {"line2", &text_of(to.line2)},
                               {"city", &text_of(to.city)},
                               {"phone", &text_of(to.phone)},
                               {"email", &text_of(to.email)}});
    writer.section("customer", {{"name", &text_of(customer.name)},
                                {"email", &text_of(customer.email)},
                                {"phone", &text_of(customer.phone)},
                                {"locale", &text_of(customer.locale)}});
    writer.member("notes", text_of(input.notes));
    return writer.take();
}

void read_ship_to(const OrderInput& input, core::PlaceOrder& command, FieldErrors& errors) {
    const json::Pointer root;
    const json::Pointer at(root, "ship_to");
    if (input.ship_to) {
        const ShipToInput& to = *input.ship_to;
        command.ship_to.country = text_of(to.country);
        command.ship_to.region = text_of(to.region);
        command.ship_to.postcode = text_of(to.postcode);
        if (const auto place = read_coordinates(to.latitude, to.longitude, at, errors)) {
            command.ship_to.point = place->point;
        }
    }
    if (input.method == core::FulfillmentMethod::ship && command.ship_to.country.empty()) {
        errors.push_back({"/ship_to/country", std::string(json::rule::required), "is missing"});
    }
    if (input.method == core::FulfillmentMethod::pickup && !input.pickup_location) {
        errors.push_back({"/pickup_location", std::string(json::rule::required), "is missing"});
    }
}

void read_lines(OrderInput& input, core::PlaceOrder& command, FieldErrors& errors) {
    AmountReader amounts(errors);
    const json::Pointer root;
    const json::Pointer lines(root, "lines");
    command.lines.reserve(input.lines.size());
    for (std::size_t i = 0; i < input.lines.size(); ++i) {
        OrderLineInput& line = input.lines[i];
        const json::Pointer at(lines, i);
        core::LineInput& out = command.lines.emplace_back();
        out.channel_line_id = std::move(line.channel_line_id);
        out.sku = std::move(line.sku);
        out.unit = std::move(line.unit);
        out.quantity = line.quantity;
        out.unit_price_micros = amounts.micros(line.unit_price, json::Pointer(at, "unit_price"));
        out.discount = amounts.minor(line.discount, command.currency, json::Pointer(at, "discount"));
        out.tax = amounts.minor(line.tax, command.currency, json::Pointer(at, "tax"));
    }
    const json::Pointer charges(root, "charges");
    for (std::size_t i = 0; i < input.charges.size(); ++i) {
        ChargeInput& charge = input.charges[i];
        const json::Pointer at(charges, i);
        core::Charge& out = command.charges.emplace_back();
        out.kind = charge.kind;
        out.code = std::move(charge.code);
        out.amount = amounts.minor(charge.amount, command.currency, json::Pointer(at, "amount"));
        out.tax = amounts.minor(charge.tax, command.currency, json::Pointer(at, "tax"));
    }
    command.discount = amounts.minor(input.discount, command.currency, json::Pointer(root, "discount"));
    if (input.total) command.total = amounts.minor(*input.total, command.currency, json::Pointer(root, "total"));
}

}  // namespace

std::optional<engine::PersonData> person_of(const std::optional<std::string>& name,
                                            const std::optional<std::string>& email,
                                            const std::optional<std::string>& phone) {
    PersonWriter writer;
    writer.member("name", text_of(name));
    writer.member("email", text_of(email));
    writer.member("phone", text_of(phone));
    return writer.take();
}

Result<PlaceRequest, Problem> read_order(std::string_view text) {
    auto read = json::read_text<json::Api, OrderInput>(text);
    if (!read) return fail(problem_of(read.error()));
    OrderInput& input = *read;
    FieldErrors errors;
    PlaceRequest out;
    core::PlaceOrder& command = out.command;
    const auto currency = Currency::parse(input.currency);
    if (!currency) {
        errors.push_back({"/currency", std::string(core::info_of(core::Reject::unknown_currency).name),
                          "must be a currency of ISO 4217, such as \"GBP\""});
    }
    command.currency = currency.value_or(Currency());
    read_ship_to(input, command, errors);
    read_lines(input, command, errors);
    if (input.customer && input.customer->id && input.customer->external_id) {
        errors.push_back({"/customer/external_id", std::string(json::rule::unknown_field),
                          "is not allowed beside `id`: name the customer in one way"});
    }
    if (!errors.empty()) return fail(problem_of(std::move(errors)));

    out.person = person_of(input);
    command.has_person = out.person.has_value();
    command.channel = std::move(input.channel);
    command.channel_order_id = std::move(input.channel_order_id);
    if (input.customer) {
        command.customer = input.customer->id.value_or(core::CustomerId());
        command.customer_external_id = text_of(input.customer->external_id);
    }
    command.placed_at = input.placed_at.value_or(Instant());
    command.tax_included = input.tax_included;
    command.method = input.method;
    command.pickup_location = text_of(input.pickup_location);
    command.requested_date = input.requested_date;
    command.promised_date = input.promised_date;
    command.tags = std::move(input.tags);
    command.priority = input.priority;
    if (input.routing) {
        command.allow_split = input.routing->allow_split;
        command.ship_complete = input.routing->ship_complete;
        command.max_shipments = input.routing->max_shipments;
        command.max_line_shipments = input.routing->max_line_shipments;
        command.on_shortage = input.routing->on_shortage;
    }
    return out;
}

}  // namespace waybill::api

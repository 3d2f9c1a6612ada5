#include "mail/message_data.hpp"

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <map>
#include <utility>

#include "base/decimal.hpp"

namespace waybill::mail {
namespace {

std::string day_of(Instant at) {
    return format_date(CivilDate(static_cast<std::int32_t>(at.micros() / micros_per_day)));
}

/// Units of one line.
struct Units {
    core::LineNo line;
    std::int64_t quantity = 0;
};

class DataMaker {
public:
    DataMaker(const core::Order& order, const engine::TenantView& view) : order_(order), view_(view) {}

    [[nodiscard]] std::string money(std::int64_t minor) const {
        const int places = order_.currency.exponent();
        return format_decimal(minor, places, places) + " " + std::string(order_.currency.code());
    }
    [[nodiscard]] std::string money_or_nothing(std::int64_t minor) const { return minor == 0 ? "" : money(minor); }
    [[nodiscard]] std::string price(std::int64_t micros) const {
        return format_decimal(micros, micros_places, order_.currency.exponent()) + " " +
               std::string(order_.currency.code());
    }

    [[nodiscard]] std::string place(core::LocationIx ix) const {
        if (ix == core::no_index) return {};
        const core::Location& location = view_.location(ix);
        return location.name.empty() ? location.code : location.name;
    }

    void name_item(MessageData& out, core::ItemIx ix) const {
        const core::Item& item = view_.item(ix);
        out.texts["sku"] = item.sku;
        out.texts["title"] = item.title.empty() ? item.sku : item.title;
    }

    /// Those of which there are any.
    [[nodiscard]] std::vector<MessageData> rows(const std::vector<Units>& units) const {
        std::vector<MessageData> out;
        for (const Units& some : units) {
            const auto line = std::find_if(order_.lines.begin(), order_.lines.end(),
                                           [&](const core::OrderLine& one) { return one.line_no == some.line; });
            if (line == order_.lines.end() || some.quantity <= 0) continue;
            MessageData& row = out.emplace_back();
            name_item(row, line->item);
            row.texts["quantity"] = std::to_string(some.quantity);
        }
        return out;
    }

    [[nodiscard]] std::vector<MessageData> lines() const {
        std::vector<MessageData> out;
        for (const core::OrderLine& line : order_.lines) {
            MessageData& row = out.emplace_back();
            name_item(row, line.is_substituted() ? line.ordered_item : line.item);
            row.texts["number"] = std::to_string(line.line_no.raw());
            row.texts["quantity"] = std::to_string(line.unit_quantity);
            row.texts["unit"] = line.unit == "each" ? "" : line.unit;
            row.texts["price"] = price(line.unit_price_micros);
            row.texts["amount"] = money(line.amount);
        }
        return out;
    }

    [[nodiscard]] std::vector<MessageData> waiting() const {
        std::vector<Units> units;
        for (const core::OrderLine& line : order_.lines) units.push_back({line.line_no, line.open()});
        return rows(units);
    }

    [[nodiscard]] std::vector<MessageData> shipments() const {
        struct Part {
            std::vector<Units> units;
            bool is_shipped = true;
        };
        std::map<core::LocationIx, Part> places;
        for (const core::OrderLine& line : order_.lines) {
            for (const core::Allocation& allocation : line.allocations) {
                Part& part = places[allocation.location];
                part.is_shipped = part.is_shipped && allocation.shipped == allocation.quantity;
                if (!part.units.empty() && part.units.back().line == line.line_no) {
                    part.units.back().quantity += allocation.quantity;
                } else {
                    part.units.push_back({line.line_no, allocation.quantity});
                }
            }
        }
        std::vector<MessageData> out;
        for (const auto& [ix, part] : places) {
            MessageData& row = out.emplace_back();
            row.texts["location"] = place(ix);
            row.texts["shipped"] = part.is_shipped ? "yes" : "";
            row.lists["lines"] = rows(part.units);
        }
        return out;
    }

    [[nodiscard]] MessageData order(std::size_t places) const {
        const core::OrderTotals totals = core::totals_of(order_);
        MessageData out;
        out.texts = {
            {"id", std::string(core::OrderId::prefix) + std::to_string(order_.id.raw())},
            {"number", order_.channel_order_id},
            {"date", day_of(order_.placed_at)},
            {"promised", order_.promised_date ? format_date(*order_.promised_date) : ""},
            {"status", boost::describe::enum_to_string(order_.status(), "")},
            {"currency", std::string(order_.currency.code())},
            {"subtotal", money(totals.subtotal)},
            {"discount", money_or_nothing(totals.discount)},
            {"charges", money_or_nothing(totals.charges)},
            {"tax", money_or_nothing(totals.tax)},
            {"total", money(totals.total)},
            {"pickup", order_.method == core::FulfillmentMethod::pickup ? place(order_.pickup_location) : ""},
            {"split", places > 1 ? std::to_string(places) : ""},
        };
        return out;
    }

private:
    const core::Order& order_;
    const engine::TenantView& view_;
};

/// What an event says beyond its order.
class EventFacts {
public:
    EventFacts(const core::Order& order, const DataMaker& maker) : order_(order), maker_(maker) {}

    MessageData take(const core::Event& event, Instant at) {
        out_.texts = {{"type", std::string(core::type_of(event))},
                      {"date", day_of(at)},
                      {"reason", ""},
                      {"location", ""},
                      {"carrier", ""},
                      {"tracking", ""},
                      {"return", ""}};
        const core::OrderUnits units = core::units_of(order_);
        out_.texts["rest"] = units.open + units.allocated > 0 ? "yes" : "";
        std::visit(*this, event);
        out_.lists["lines"] = maker_.rows(units_);
        return std::move(out_);
    }

    void operator()(const core::OrderCancelled& event) {
        out_.texts["reason"] = event.reason;
        for (const core::LineChange& line : event.lines) units_.push_back({line.line_no, line.cancelled});
    }
    void operator()(const core::OrderShipped& event) {
        out_.texts["location"] = maker_.place(event.location);
        out_.texts["carrier"] = event.carrier;
        out_.texts["tracking"] = event.tracking;
        for (const core::LineChange& line : event.lines) {
            std::int64_t shipped = 0;
            for (const core::AllocationPart& part : line.shipped) shipped += part.quantity;
            units_.push_back({line.line_no, shipped});
        }
    }
    void operator()(const core::OrderRerouted& event) { out_.texts["reason"] = event.reason; }
    void operator()(const core::OrderHeld& event) { out_.texts["reason"] = event.hold.reason; }
    void operator()(const core::OrderHoldReleased& event) { out_.texts["reason"] = event.reason; }
    void operator()(const core::OrderExceptionRaised& event) { out_.texts["reason"] = event.exception.reason; }
    void operator()(const core::FulfillmentRejected& event) { out_.texts["reason"] = event.reason; }
    void operator()(const core::ReturnRequested& event) { tell_return(event.made.number); }
    void operator()(const core::ReturnApproved& event) { tell_return(event.number); }
    void operator()(const core::ReturnDeclined& event) {
        tell_return(event.number);
        out_.texts["reason"] = event.reason;
    }
    void operator()(const core::ReturnCancelled& event) {
        tell_return(event.number);
        out_.texts["reason"] = event.reason;
    }
    void operator()(const core::ReturnReceived& event) {
        tell_return(event.number);
        out_.texts["location"] = maker_.place(event.location);
        units_.clear();
        for (const core::ReceivedUnits& line : event.lines) units_.push_back({line.line_no, line.quantity});
    }
    template <class Other>
    void operator()(const Other&) {}

private:
    void tell_return(std::uint32_t number) {
        out_.texts["return"] = core::return_name(order_.id, number);
        const core::OrderReturn* made = order_.find_return(number);
        if (made == nullptr) return;
        out_.texts["location"] = maker_.place(made->location);
        for (const core::ReturnLine& line : made->lines) units_.push_back({line.line_no, line.quantity});
    }

    const core::Order& order_;
    const DataMaker& maker_;
    MessageData out_;
    std::vector<Units> units_;
};

}  // namespace

MessageData message_data(const core::Event& event, Instant at, const core::Order& order,
                         const std::string& customer_name, const engine::TenantView& view) {
    const DataMaker maker(order, view);
    const core::Channel& channel = view.channel(order.channel);
    MessageData out;
    out.texts["merchant"] = view.settings().name;
    out.texts["channel"] = channel.name.empty() ? channel.code : channel.name;
    out.objects["customer"].texts["name"] = customer_name;
    out.lists["lines"] = maker.lines();
    out.lists["shipments"] = maker.shipments();
    out.lists["waiting"] = maker.waiting();
    out.objects["order"] = maker.order(out.lists["shipments"].size());
    out.objects["event"] = EventFacts(order, maker).take(event, at);
    return out;
}

}  // namespace waybill::mail

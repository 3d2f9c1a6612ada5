#include "tests/scenarios/action_readers.hpp"

#include <utility>

#include "tests/scenarios/read_enum.hpp"

namespace waybill::scenarios {

namespace {

core::LineInput read_line(Words& words, Currency currency) {
    core::LineInput line;
    line.quantity = words.number("quantity");
    line.sku = words.take("a SKU");
    if (!words.at_end() && words.peek().front() != '@') {
        line.unit = line.sku;
        line.sku = words.take("a SKU");
    }
    if (words.at_end() || words.peek().front() != '@')
        throw BadWord{"a line ends in @price, not '" + words.peek() + "'"};
    line.unit_price_micros = words.micros("price");
    while (!words.at_end() && !words.at(",")) {
        if (words.take_if("discount")) {
            line.discount = words.decimal("amount", currency.exponent());
        } else if (words.take_if("tax")) {
            line.tax = words.decimal("amount", currency.exponent());
        } else if (words.take_if("id")) {
            line.channel_line_id = words.take("a line id");
        } else {
            words.expect_end();
        }
    }
    return line;
}

core::Charge read_charge(Words& words, Currency currency) {
    core::Charge charge;
    charge.kind = read_enum<core::ChargeKind>(words.take("a kind of charge"));
    charge.amount = words.decimal("amount", currency.exponent());
    charge.code = "C";
    if (words.take_if("tax")) charge.tax = words.decimal("amount", currency.exponent());
    if (words.take_if("code")) charge.code = words.take("a code");
    return charge;
}

bool read_policy_word(Words& words, core::PlaceOrder& order) {
    if (words.take_if("shortage")) {
        order.on_shortage = read_enum<core::OnShortage>(words.take("a way"));
    } else if (words.take_if("split")) {
        order.allow_split = true;
    } else if (words.take_if("no-split")) {
        order.allow_split = false;
    } else if (words.take_if("ship-complete")) {
        order.ship_complete = true;
    } else if (words.take_if("not-complete")) {
        order.ship_complete = false;
    } else if (words.take_if("max-shipments")) {
        order.max_shipments = words.number("number of shipments");
    } else if (words.take_if("max-line-shipments")) {
        order.max_line_shipments = words.number("number of places");
    } else {
        return false;
    }
    return true;
}

bool read_money_word(Words& words, core::PlaceOrder& order) {
    const int places = order.currency.exponent();
    if (words.take_if("discount")) {
        order.discount = words.decimal("amount", places);
    } else if (words.take_if("total")) {
        order.total = words.decimal("amount", places);
    } else if (words.take_if("charge")) {
        order.charges.push_back(read_charge(words, order.currency));
    } else if (words.take_if("tax-included")) {
        order.tax_included = true;
    } else {
        return false;
    }
    return true;
}

bool read_header_word(Words& words, core::PlaceOrder& order, Action& out) {
    if (words.take_if("on")) {
        order.channel = words.take("a channel");
    } else if (words.take_if("number")) {
        order.channel_order_id = words.take("the channel's number");
    } else if (words.take_if("currency")) {
        out.currency_text = words.take("a currency");
        order.currency = Currency::parse(out.currency_text).value_or(Currency{});
    } else if (words.take_if("to")) {
        order.ship_to.country = words.take("a country");
    } else if (words.take_if("postcode")) {
        order.ship_to.postcode = words.take("a postcode");
    } else if (words.take_if("at")) {
        out.degrees = words.degrees();
    } else if (words.take_if("pickup")) {
        order.method = core::FulfillmentMethod::pickup;
        order.pickup_location = words.take("a location");
    } else if (words.take_if("customer")) {
        out.customer = words.take("the scenario's name of the customer");
    } else if (words.take_if("buyer")) {
        order.customer_external_id = words.take("the channel's id of the buyer");
    } else if (words.take_if("tags")) {
        order.tags = words.list();
    } else if (words.take_if("priority")) {
        order.priority = static_cast<std::int32_t>(words.number("priority"));
    } else if (words.take_if("requested")) {
        order.requested_date = words.date();
    } else if (words.take_if("promised")) {
        order.promised_date = words.date();
    } else if (words.take_if("placed")) {
        const std::string word = words.take("an instant");
        const auto instant = parse_instant(word);
        if (!instant) throw BadWord{"'" + word + "' is no instant"};
        order.placed_at = *instant;
    } else {
        return read_person_word(words, out.person);
    }
    return true;
}

}  // namespace

Action read_order(Words& words, const FileContext& file) {
    Action out;
    out.order = words.take("the order's name");
    core::PlaceOrder order;
    order.channel_order_id = out.order;
    order.currency = file.currency;
    out.currency_text = file.currency.code();
    while (!words.take_if("lines")) {
        if (read_header_word(words, order, out) || read_money_word(words, order) || read_policy_word(words, order)) {
            continue;
        }
        if (words.at_end()) throw BadWord{"an order has lines"};
        words.expect_end();
    }
    while (!words.at_end()) {
        const std::size_t times = read_times(words);
        order.lines.insert(order.lines.end(), times, read_line(words, order.currency));
        if (!words.take_if(",")) break;
    }
    words.expect_end();
    if (out.degrees) order.ship_to.point = point_of(*out.degrees);
    order.has_person = !out.person.empty();
    out.command = std::move(order);
    return out;
}

core::LineNo read_line_no(Words& words) {
    words.expect("line");
    return core::LineNo(static_cast<std::uint32_t>(words.number("line number")));
}

Action read_cancel(Words& words) {
    Action out;
    core::CancelOrder cancel;
    out.order = words.take("the order's name");
    cancel.reason = "customer_request";
    while (!words.at_end()) {
        if (words.at("line")) {
            core::CancelLineInput line;
            line.line_no = read_line_no(words);
            if (words.take_if("quantity")) line.quantity = words.number("quantity");
            cancel.lines.push_back(line);
            (void)words.take_if(",");
        } else if (words.take_if("reason")) {
            cancel.reason = words.take("a reason");
        } else {
            words.expect_end();
        }
    }
    out.command = std::move(cancel);
    return out;
}

Action read_reroute(Words& words) {
    Action out;
    core::RerouteOrder reroute;
    out.order = words.take("the order's name");
    while (!words.at_end()) {
        if (words.take_if("open-only")) {
            reroute.open_only = true;
        } else if (words.take_if("exclude")) {
            reroute.exclude_locations = words.list();
        } else if (words.take_if("reason")) {
            reroute.reason = words.take("a reason");
        } else {
            words.expect_end();
        }
    }
    out.command = std::move(reroute);
    return out;
}

Action read_ship(Words& words) {
    Action out;
    core::ShipOrder ship;
    out.order = words.take("the order's name");
    words.expect("from");
    ship.location = words.take("a location");
    read_parcel(words, ship);
    out.command = std::move(ship);
    return out;
}

Action read_hold(Words& words) {
    Action out;
    core::HoldOrder hold;
    out.order = words.take("the order's name");
    hold.code = words.take("a code");
    while (!words.at_end()) {
        if (words.take_if("blocks")) {
            for (const std::string& block : words.list()) hold.blocks.push_back(read_enum<core::HoldBlock>(block));
        } else if (words.take_if("reason")) {
            hold.reason = words.take("a reason");
        } else {
            words.expect_end();
        }
    }
    out.command = std::move(hold);
    return out;
}

Action read_release(Words& words) {
    Action out;
    core::ReleaseHold release;
    out.order = words.take("the order's name");
    release.code = words.take("a code");
    if (words.take_if("reason")) release.reason = words.take("a reason");
    out.command = std::move(release);
    return out;
}

}  // namespace waybill::scenarios

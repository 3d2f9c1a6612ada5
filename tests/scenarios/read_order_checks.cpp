#include "tests/scenarios/check_readers.hpp"

#include <algorithm>

#include "tests/scenarios/read_enum.hpp"

namespace waybill::scenarios {

namespace {

struct ExpectedUnits {
    std::int64_t count = 0;
    std::string state;
    std::string location;
    std::optional<CivilDate> day;
    std::string feed;

    [[nodiscard]] std::int64_t in(const LineView& line) const {
        if (location.empty() && !day && feed.empty()) {
            if (state == "open") return line.open;
            if (state == "allocated") return line.allocated;
            if (state == "shipped") return line.shipped;
            if (state == "returning") return line.returning;
            if (state == "returned") return line.returned;
            return line.cancelled;
        }
        std::int64_t sum = 0;
        for (const AllocationView& allocation : line.allocations) {
            if (!location.empty() && allocation.location != location) continue;
            if (day && allocation.capacity_day != day) continue;
            if (!feed.empty() && (allocation.supply != "feed" || allocation.supply_id != feed)) continue;
            sum += state == "shipped" ? allocation.shipped : allocation.quantity - allocation.shipped;
        }
        return sum;
    }
    [[nodiscard]] std::string text() const {
        return state + (location.empty() ? "" : " at " + location) + (day ? " on " + format_date(*day) : "") +
               (feed.empty() ? "" : " from feed " + feed);
    }
};

ExpectedUnits read_expected_units(Words& words) {
    ExpectedUnits out;
    out.count = words.number("quantity");
    out.state = words.take("a state");
    const bool is_placed = out.state == "allocated" || out.state == "shipped";
    const bool is_back = out.state == "returning" || out.state == "returned";
    if (!is_placed && !is_back && out.state != "open" && out.state != "cancelled") {
        throw BadWord{"'" + out.state + "' is none of open allocated shipped cancelled returning returned"};
    }
    if (words.take_if("at")) out.location = words.take("a location");
    if (words.take_if("on")) out.day = words.date();
    if (words.take_if("from")) {
        words.expect("feed");
        out.feed = words.take("a source");
    }
    return out;
}

std::string describe(const LineView& line) {
    std::string out = " (open " + std::to_string(line.open);
    for (const AllocationView& allocation : line.allocations) {
        out += ", " + allocation.location + " " + std::to_string(allocation.quantity) + " shipped " +
               std::to_string(allocation.shipped);
        if (allocation.capacity_day) out += " on " + format_date(*allocation.capacity_day);
    }
    return out + ")";
}

std::string read_line_name(Words& words, std::size_t& at) {
    at = static_cast<std::size_t>(words.number("line number"));
    words.expect("of");
    return words.take("the order's name");
}

std::vector<AmountWord> read_amounts(Words& words, const std::vector<std::string>& names, int places) {
    std::vector<AmountWord> out;
    while (!words.at_end()) {
        AmountWord amount;
        amount.name = words.take("an amount's name");
        if (std::find(names.begin(), names.end(), amount.name) == names.end()) {
            throw BadWord{"'" + amount.name + "' is none of " + join(names)};
        }
        amount.value = words.decimal("amount", places);
        out.push_back(std::move(amount));
    }
    return out;
}

}  // namespace

Check read_refused(Words& words) {
    const std::string code = words.take("a rejection");
    const auto& all = core::all_rejections();
    if (std::none_of(all.begin(), all.end(), [&](const core::RejectInfo& info) { return info.name == code; })) {
        throw BadWord{"there is no rejection named " + code};
    }
    std::string pointer;
    if (words.take_if("at")) pointer = words.take("a pointer");
    std::string saying;
    if (words.take_if("saying")) saying = words.take("a part of the detail");
    Check out;
    out.of_refusal = true;
    out.holds = [code, pointer, saying](World& world) -> std::string {
        const std::optional<core::Rejection>& refused = world.last.refused;
        if (!refused) return "expected refused " + code + ", was accepted";
        std::string found = std::string(core::info_of(refused->code).name);
        const auto says = [&](const std::string& detail) { return detail.find(saying) != std::string::npos; };
        if (pointer.empty() && found == code && says(refused->detail)) return {};
        for (const core::Fault& fault : refused->faults) {
            const std::string_view name = core::info_of(fault.code).name;
            if (!pointer.empty() && name == code && fault.pointer == pointer && says(fault.detail)) return {};
            found += " [" + std::string(name) + " at " + fault.pointer + ": " + fault.detail + "]";
        }
        return "expected refused " + code + (pointer.empty() ? "" : " at " + pointer) +
               (saying.empty() ? "" : " saying " + saying) + ", was " + found + " " + refused->detail;
    };
    return out;
}

Check read_order_check(Words& words) {
    const std::string name = words.take("the order's name");
    if (words.take_if("is")) {
        const std::string status = words.take("a status");
        (void)read_enum<core::OrderStatus>(status);
        std::string reason;
        if (words.take_if("because")) reason = words.take("a reason");
        return on_order(name, [=](World&, const OrderView& order) -> std::string {
            if (auto text = differs("status", status, order.status); !text.empty()) return text;
            return reason.empty() ? "" : differs("reason", reason, order.reason);
        });
    }
    if (words.take_if("has")) {
        const std::int64_t count = words.number("count");
        if (words.take_if("events")) {
            return on_order(name, [=](World&, const OrderView& order) -> std::string {
                return differs("events", count, order.version);
            });
        }
        words.expect("lines");
        return on_order(name, [=](World&, const OrderView& order) -> std::string {
            return differs("lines", count, static_cast<std::int64_t>(order.lines.size()));
        });
    }
    words.expect("allows");
    std::vector<std::string> actions;
    while (!words.at_end()) actions.push_back(words.take("an action"));
    if (actions == std::vector<std::string>{"nothing"}) actions.clear();
    return on_order(name, [=](World&, const OrderView& order) -> std::string {
        return differs("allowed actions", join(actions), join(order.actions));
    });
}

Check read_line_check(Words& words, const FileContext& file) {
    std::size_t at = 0;
    const std::string name = read_line_name(words, at);
    if (words.take_if("has")) {
        std::vector<ExpectedUnits> expected;
        while (!words.at_end()) expected.push_back(read_expected_units(words));
        return on_order(name, [=](World&, const OrderView& order) -> std::string {
            if (at < 1 || at > order.lines.size()) return "the order has no such line";
            const LineView& line = order.lines[at - 1];
            for (const ExpectedUnits& units : expected) {
                if (auto text = differs(units.text(), units.count, units.in(line)); !text.empty()) {
                    return text + describe(line);
                }
            }
            return "";
        });
    }
    if (words.take_if("is")) {
        const std::int64_t quantity = words.number("quantity");
        const std::string sku = words.take("a SKU");
        std::string ordered;
        if (words.take_if("for")) ordered = words.take("the SKU that was ordered");
        return on_order(name, [=](World&, const OrderView& order) -> std::string {
            if (at < 1 || at > order.lines.size()) return "the order has no such line";
            const LineView& line = order.lines[at - 1];
            if (auto text = differs("sku", sku, line.sku); !text.empty()) return text;
            if (auto text = differs("ordered", ordered, line.ordered_sku); !text.empty()) return text;
            return differs("quantity", quantity, line.quantity);
        });
    }
    words.expect("costs");
    const int places = file.currency.exponent();
    const auto amounts = read_amounts(words, {"amount", "discount", "tax"}, places);
    return on_order(name, [=](World&, const OrderView& order) -> std::string {
        if (at < 1 || at > order.lines.size()) return "the order has no such line";
        const LineView& line = order.lines[at - 1];
        for (const AmountWord& amount : amounts) {
            const std::int64_t actual = amount.name == "amount"     ? line.amount
                                        : amount.name == "discount" ? line.discount
                                                                    : line.tax;
            if (auto text = differs(amount.name, amount.value, actual); !text.empty()) return text;
        }
        return "";
    });
}

Check read_totals(Words& words, const FileContext& file) {
    words.expect("of");
    const std::string name = words.take("the order's name");
    int places = file.currency.exponent();
    if (words.take_if("in")) {
        const auto currency = Currency::parse(words.take("a currency"));
        if (!currency) throw BadWord{"no such currency"};
        places = currency->exponent();
    }
    const auto amounts = read_amounts(words, {"subtotal", "discount", "charges", "tax", "total", "cancelled"}, places);
    return on_order(name, [=](World&, const OrderView& order) -> std::string {
        const core::OrderTotals& totals = order.totals;
        for (const AmountWord& amount : amounts) {
            const std::int64_t actual = amount.name == "subtotal"   ? totals.subtotal
                                        : amount.name == "discount" ? totals.discount
                                        : amount.name == "charges"  ? totals.charges
                                        : amount.name == "tax"      ? totals.tax
                                        : amount.name == "total"    ? totals.total
                                                                    : totals.cancelled;
            if (auto text = differs(amount.name, amount.value, actual); !text.empty()) return text;
        }
        return "";
    });
}

Check read_tags(Words& words) {
    words.expect("of");
    const std::string name = words.take("the order's name");
    words.expect("are");
    const std::vector<std::string> tags = words.list();
    return on_order(name, [=](World&, const OrderView& order) -> std::string {
        return differs("tags", join(tags), join(order.tags));
    });
}

Check read_holds(Words& words) {
    words.expect("of");
    const std::string name = words.take("the order's name");
    words.expect("are");
    std::vector<std::string> holds = words.list();
    if (holds == std::vector<std::string>{"none"}) holds.clear();
    return on_order(name, [=](World&, const OrderView& order) -> std::string {
        return differs("holds", join(holds), join(order.holds));
    });
}

Check read_priority(Words& words) {
    words.expect("of");
    const std::string name = words.take("the order's name");
    words.expect("is");
    const std::int64_t priority = words.number("priority");
    return on_order(name, [=](World&, const OrderView& order) -> std::string {
        return differs("priority", priority, order.priority);
    });
}

Check read_method(Words& words) {
    words.expect("of");
    const std::string name = words.take("the order's name");
    words.expect("is");
    const std::string method = words.take("ship or pickup");
    (void)read_enum<core::FulfillmentMethod>(method);
    std::string place;
    if (words.take_if("at")) place = words.take("a location");
    return on_order(name, [=](World&, const OrderView& order) -> std::string {
        if (auto text = differs("method", method, order.method); !text.empty()) return text;
        return differs("pick-up location", place, order.pickup_location);
    });
}

Check read_dates(Words& words) {
    words.expect("of");
    const std::string name = words.take("the order's name");
    words.expect("are");
    std::string requested;
    std::string promised;
    while (!words.at_end()) {
        if (words.take_if("requested")) {
            requested = format_date(words.date());
        } else if (words.take_if("promised")) {
            promised = format_date(words.date());
        } else {
            words.expect_end();
        }
    }
    return on_order(name, [=](World&, const OrderView& order) -> std::string {
        if (auto text = differs("requested", requested, order.requested_date); !text.empty()) return text;
        return differs("promised", promised, order.promised_date);
    });
}

}  // namespace waybill::scenarios

// Requests on orders.

#include <fmt/format.h>
#include <algorithm>

#include "core/limits.hpp"
#include "sim/compose.hpp"

namespace waybill::sim {
namespace {

/// One bad line refuses an order. Orders of several blocks would nearly never be taken, so all of their lines are good.
void make_good(core::LineInput& line, const Model& model, std::uint64_t turn) {
    for (std::size_t i = 0; i < model.items.size(); ++i) {
        const ItemModel& item = model.items[(turn + i) % model.items.size()];
        if (!item.wanted.active) continue;
        line.sku = item.wanted.sku;
        break;
    }
    line.unit = "";
    line.quantity = std::max<std::int64_t>(line.quantity, 1);
    line.discount = 0;
}

std::vector<core::LineInput> compose_lines(Dice& dice, const Model& model) {
    std::vector<core::LineInput> lines;
    const std::uint64_t count = dice.one_in(seldom) ? 0 : dice.one_in(50) ? 66 : 1 + dice.below(4);
    for (std::uint64_t i = 0; i < count; ++i) {
        core::LineInput line;
        line.channel_line_id = fmt::format("l{}", i + 1);
        line.sku = any_sku(dice, model);
        line.unit = dice.one_in(4) ? "case" : "";
        if (const auto item = model.find_item(line.sku); item && !line.unit.empty() && !dice.one_in(12)) {
            line.unit = model.items[*item].wanted.units.back().unit;
        }
        line.quantity = dice.one_in(seldom) ? 0 : dice.between(1, dice.one_in(4) ? 15 : 4);
        line.unit_price_micros = dice.between(0, 4'000) * 12'345;
        line.discount = dice.one_in(3) ? dice.between(0, 40) : 0;
        line.tax = dice.one_in(2) ? dice.between(0, 333) : 0;
        if (count > core::limits::order_block_lines) make_good(line, model, i);
        lines.push_back(std::move(line));
    }
    return lines;
}

/// What the channel thinks that the order comes to, by the model's own sums; sometimes it is wrong.
std::optional<std::int64_t> stated_total(Dice& dice, const core::PlaceOrder& order) {
    if (!dice.one_in(3)) return std::nullopt;
    std::int64_t micros_per_minor = 1'000'000;
    for (int i = 0; i < order.currency.exponent(); ++i) micros_per_minor /= 10;
    std::int64_t total = -order.discount;
    std::int64_t tax = 0;
    for (const core::LineInput& line : order.lines) {
        total += part_of(line.unit_price_micros, line.quantity, micros_per_minor) - line.discount;
        tax += line.tax;
    }
    for (const core::Charge& charge : order.charges) {
        total += charge.amount;
        tax += charge.tax;
    }
    return total + (order.tax_included ? 0 : tax) + (dice.one_in(8) ? 1 : 0);
}

}  // namespace

core::PlaceOrder compose_order(Dice& dice, const Model& model, std::uint64_t unique, Instant now) {
    core::PlaceOrder order;
    order.channel = any_channel(dice, model);
    order.channel_order_id = fmt::format("N{}", dice.one_in(8) ? dice.below(unique + 1) : unique);
    if (dice.one_in(4)) order.customer = core::CustomerId(any_customer(dice, model));
    if (dice.one_in(2)) order.customer_external_id = external_id(dice.below(external_ids));
    if (dice.one_in(2)) order.placed_at = Instant(now.micros() - dice.between(0, 100'000) * 1'000'000);
    const std::vector<std::string> currencies{"GBP", "GBP", "JPY", "KWD"};
    order.currency = Currency::parse(dice.pick(currencies)).value();
    order.tax_included = dice.one_in(2);
    if (dice.one_in(6)) {
        order.method = core::FulfillmentMethod::pickup;
        order.pickup_location = any_location(dice, model);
    }
    order.ship_to.country = dice.one_in(5) ? "JP" : "GB";
    if (dice.one_in(3)) order.ship_to.postcode = "SW1 4AA";
    const auto today = static_cast<std::int32_t>(now.micros() / micros_per_day);
    if (dice.one_in(3)) order.requested_date = CivilDate(today + static_cast<std::int32_t>(dice.below(5)));
    if (dice.one_in(4)) order.promised_date = CivilDate(today + static_cast<std::int32_t>(dice.below(5)));
    for (std::uint64_t i = dice.below(3); i > 0; --i) order.tags.push_back(dice.one_in(2) ? "gift" : "rush");
    if (dice.one_in(6)) order.priority = static_cast<std::int32_t>(dice.between(-3, dice.one_in(seldom) ? 1'001 : 3));
    if (dice.one_in(4)) order.allow_split = dice.one_in(2);
    if (dice.one_in(6)) order.ship_complete = dice.one_in(2);
    if (dice.one_in(6)) order.max_shipments = dice.between(1, 3);
    if (dice.one_in(6)) order.max_line_shipments = dice.between(1, 2);
    if (dice.one_in(3)) order.on_shortage = static_cast<core::OnShortage>(dice.below(4));
    for (std::uint64_t i = dice.below(3); i > 0; --i) {
        core::Charge charge;
        charge.kind = dice.one_in(4) ? core::ChargeKind::adjustment : core::ChargeKind::shipping;
        charge.amount = dice.between(charge.kind == core::ChargeKind::adjustment || dice.one_in(30) ? -50 : 0, 500);
        charge.tax = dice.between(0, 60);
        order.charges.push_back(charge);
    }
    order.lines = compose_lines(dice, model);
    if (dice.one_in(3)) order.discount = dice.between(0, dice.one_in(10) ? 100'000 : 97);
    order.total = stated_total(dice, order);
    return order;
}

namespace {

/// Any order, and now and then one that somebody works on.
const OrderModel* order_in_work(Dice& dice, const Model& model) {
    const OrderModel* order = any_order(dice, model);
    for (const auto& [id, other] : model.orders) {
        const bool is_open = std::any_of(other.work.begin(), other.work.end(),
                                         [](const FulfillmentModel& work) { return work.sum().left() > 0; });
        if (is_open && dice.one_in(8)) order = &other;
    }
    return order;
}

}  // namespace

core::CancelOrder compose_cancel(Dice& dice, const Model& model) {
    core::CancelOrder cancel;
    const OrderModel* order = order_in_work(dice, model);
    cancel.order = core::OrderId(order == nullptr || dice.one_in(seldom) ? no_order : order->id);
    cancel.reason = dice.one_in(seldom) ? "" : "changed_mind";
    if (order == nullptr || dice.one_in(3)) return cancel;
    for (std::uint32_t i = 0; i < order->lines.size(); ++i) {
        if (!dice.one_in(2)) continue;
        core::CancelLineInput line;
        line.line_no = core::LineNo(i + (dice.one_in(seldom) ? 100U : 1U));
        const std::int64_t left = order->lines[i].open() + order->lines[i].reserved();
        if (!dice.one_in(3)) line.quantity = dice.between(dice.one_in(8) ? 0 : 1, std::max<std::int64_t>(left, 1));
        cancel.lines.push_back(line);
    }
    return cancel;
}

core::RerouteOrder compose_reroute(Dice& dice, const Model& model) {
    core::RerouteOrder reroute;
    const OrderModel* order = order_in_work(dice, model);
    reroute.order = core::OrderId(order == nullptr || dice.one_in(seldom) ? no_order : order->id);
    reroute.open_only = dice.one_in(3);
    for (std::uint64_t i = dice.below(3); i > 0; --i) reroute.exclude_locations.push_back(any_location(dice, model));
    reroute.reason = "better";
    return reroute;
}

core::ShipOrder compose_ship(Dice& dice, const Model& model) {
    core::ShipOrder ship;
    const OrderModel* order = any_order(dice, model);
    ship.order = core::OrderId(order == nullptr || dice.one_in(seldom) ? no_order : order->id);
    ship.location = any_location(dice, model);
    ship.carrier = "carrier";
    if (order == nullptr) return ship;
    for (const LineModel& line : order->lines) {
        for (const auto& [place, part] : line.parts) {
            if (part.quantity > part.shipped && !dice.one_in(8)) ship.location = model.locations[place.first].code;
        }
    }
    if (dice.one_in(2)) return ship;
    const auto location = model.find_location(ship.location);
    for (std::uint32_t i = 0; i < order->lines.size(); ++i) {
        std::int64_t there = 0;
        for (const auto& [place, part] : order->lines[i].parts) {
            if (location && place.first == *location) there += part.quantity - part.shipped;
        }
        if (there == 0 && !dice.one_in(10)) continue;
        ship.lines.push_back(
            {core::LineNo(i + 1), dice.between(1, std::max<std::int64_t>(there, 1) + (dice.one_in(8) ? 1 : 0))});
        ship.lines.back().quantity = std::max<std::int64_t>(ship.lines.back().quantity, dice.one_in(20) ? 0 : 1);
    }
    return ship;
}

std::string any_hold(Dice& dice) { return fmt::format("h{}", dice.below(3)); }

std::vector<core::HoldBlock> any_blocks(Dice& dice) {
    std::vector<core::HoldBlock> out;
    for (const auto block : {core::HoldBlock::routing, core::HoldBlock::shipping, core::HoldBlock::cancelling,
                             core::HoldBlock::releasing, core::HoldBlock::returning}) {
        if (dice.one_in(2)) out.push_back(block);
    }
    if (out.empty() && !dice.one_in(10)) out.push_back(core::HoldBlock::shipping);
    return out;
}

core::HoldOrder compose_hold(Dice& dice, const Model& model) {
    core::HoldOrder hold;
    const OrderModel* order = any_order(dice, model);
    hold.order = core::OrderId(order == nullptr || dice.one_in(seldom) ? no_order : order->id);
    hold.code = dice.one_in(seldom) ? "" : any_hold(dice);
    hold.reason = dice.one_in(2) ? "score" : "";
    hold.blocks = any_blocks(dice);
    if (dice.one_in(20) && !hold.blocks.empty()) hold.blocks.push_back(hold.blocks.front());
    return hold;
}

core::ReleaseHold compose_release(Dice& dice, const Model& model) {
    core::ReleaseHold release;
    const OrderModel* order = any_order(dice, model);
    // Most orders have no hold; those that have one are looked for.
    for (const auto& [id, other] : model.orders) {
        if (!other.holds.empty() && !dice.one_in(3)) order = &other;
    }
    // Most of all those that are routed then.
    for (const auto& [id, other] : model.orders) {
        if (other.blocked(core::HoldBlock::routing) && !dice.one_in(3)) order = &other;
    }
    release.order = core::OrderId(order == nullptr || dice.one_in(seldom) ? no_order : order->id);
    release.code = any_hold(dice);
    if (order != nullptr && !order->holds.empty() && !dice.one_in(8)) {
        release.code = order->holds.begin()->first;
        for (const auto& [code, hold] : order->holds) {
            if (hold.blocks.contains(core::HoldBlock::routing)) release.code = code;
        }
    }
    release.reason = dice.one_in(2) ? "checked" : "";
    return release;
}

std::string any_kind(Dice& dice) { return dice.one_in(8) ? "no_supply" : fmt::format("e{}", dice.below(3)); }

namespace {

/// Most orders have no exception; those that have one are looked for.
const OrderModel* order_with_exception(Dice& dice, const Model& model) {
    const OrderModel* order = any_order(dice, model);
    for (const auto& [id, other] : model.orders) {
        if (!other.exceptions.empty() && !dice.one_in(3)) order = &other;
    }
    return order;
}

core::OrderId id_of(Dice& dice, const OrderModel* order) {
    return core::OrderId(order == nullptr || dice.one_in(seldom) ? no_order : order->id);
}

std::string kind_on(Dice& dice, const OrderModel* order) {
    const std::string any = any_kind(dice);
    if (order == nullptr || order->exceptions.empty() || dice.one_in(8)) return any;
    return order->exceptions.begin()->first;
}

Instant some_day(Dice& dice, Instant now) { return Instant(now.micros() + dice.between(-2, 5) * micros_per_day); }

}  // namespace

core::RaiseException compose_exception(Dice& dice, const Model& model, Instant now) {
    core::RaiseException raise;
    raise.order = id_of(dice, any_order(dice, model));
    raise.kind = dice.one_in(20) ? (dice.one_in(2) ? "" : "rule_failed") : any_kind(dice);
    raise.reason = dice.one_in(2) ? "seen" : "";
    raise.severity = static_cast<core::Severity>(dice.below(4));
    raise.owner = dice.one_in(2) ? "care" : "";
    if (dice.one_in(2)) raise.due_at = some_day(dice, now);
    return raise;
}

core::ChangeException compose_exception_change(Dice& dice, const Model& model, Instant now) {
    core::ChangeException change;
    const OrderModel* order = order_with_exception(dice, model);
    change.order = id_of(dice, order);
    change.kind = kind_on(dice, order);
    if (dice.one_in(2)) change.owner = dice.one_in(2) ? "ops" : "";
    if (dice.one_in(2)) change.severity = static_cast<core::Severity>(dice.below(4));
    if (dice.one_in(2)) change.due_at = some_day(dice, now);
    return change;
}

core::ResolveException compose_resolution(Dice& dice, const Model& model) {
    core::ResolveException resolve;
    const OrderModel* order = order_with_exception(dice, model);
    resolve.order = id_of(dice, order);
    resolve.kind = kind_on(dice, order);
    resolve.resolution = dice.one_in(2) ? "done" : "";
    return resolve;
}

}  // namespace waybill::sim

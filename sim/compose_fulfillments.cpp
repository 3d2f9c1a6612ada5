// Requests on fulfillment orders.

#include <algorithm>

#include "core/catalogue/gtin.hpp"
#include "sim/compose.hpp"

namespace waybill::sim {
namespace {

/// A fulfillment order that a request is about; it may be one that there is not.
struct AskedWork {
    core::OrderId order{no_order};
    std::uint32_t number = 1;
    const OrderModel* of = nullptr;
    const FulfillmentModel* work = nullptr;
};

/// Most orders have no open work; those that have some are looked for, the latest first.
AskedWork any_work(Dice& dice, const Model& model) {
    AskedWork out;
    for (const auto& [id, order] : model.orders) {
        for (std::uint32_t n = 0; n < order.work.size(); ++n) {
            const bool is_open = order.work[n].sum().left() > 0;
            if (dice.one_in(is_open ? 2 : 12)) out = {core::OrderId(id), n + 1, &order, &order.work[n]};
        }
    }
    if (out.work != nullptr && !dice.one_in(seldom)) return out;
    const OrderModel* order = any_order(dice, model);
    out = {};
    if (order != nullptr) out.order = core::OrderId(order->id);
    out.number = static_cast<std::uint32_t>(dice.below(3));
    return out;
}

bool has_kit(const AskedWork& asked) {
    const auto lines = asked.work->lines_named();
    return std::any_of(lines.begin(), lines.end(), [&](std::size_t i) {
        const LineModel& line = asked.of->lines[i];
        return line.takes != Takes{{line.item, 1}};
    });
}

/// Some lines of the work, once in a while one that is not in it, twice the same, or of another order.
std::vector<std::uint32_t> some_lines(Dice& dice, const AskedWork& asked) {
    std::vector<std::uint32_t> out;
    if (asked.work == nullptr) return out;
    for (std::uint32_t i = 0; i < asked.of->lines.size(); ++i) {
        const bool is_named = asked.work->sum(i).released() > 0;
        if (dice.one_in(is_named ? 2 : 20)) out.push_back(i + 1);
    }
    if (out.empty()) out.push_back(static_cast<std::uint32_t>(*asked.work->lines_named().begin() + 1));
    if (dice.one_in(seldom)) out.push_back(out.front());
    if (dice.one_in(seldom)) out.push_back(100);
    return out;
}

/// 1 to `most`, where that is something, and once in a while none or one too many.
std::int64_t some_units(Dice& dice, std::int64_t most) {
    if (dice.one_in(20)) return dice.one_in(2) ? 0 : most + 1;
    return dice.between(1, std::max<std::int64_t>(most, 1));
}

std::string any_reason(Dice& dice) {
    if (dice.one_in(seldom)) return "";
    return dice.one_in(2) ? "no_staff" : "not_found";
}

std::string any_carrier(Dice& dice) {
    if (dice.one_in(3)) return dice.one_in(2) ? "ups" : "";
    return "carrier";
}

/// Mostly none, or one of a carrier that nobody knows; of a known one, once in a while misread.
std::string any_tracking(Dice& dice) {
    if (dice.one_in(2)) return "";
    if (dice.one_in(2)) return "T7";
    return dice.one_in(4) ? "1Z5R89390357567128" : "1Z5R89390357567127";
}

core::ParcelName any_parcel(Dice& dice, const AskedWork& asked) {
    const auto& parcels = asked.work->parcels;
    core::ParcelName out{static_cast<std::uint32_t>(dice.below(parcels.size() + 1)), ""};
    for (std::uint32_t p = 0; p < parcels.size(); ++p) {
        if (parcels[p].status == core::ParcelStatus::packed && dice.one_in(2)) out.number = p + 1;
    }
    if (out.number == 0 || dice.one_in(2)) return out;
    out.sscc = parcels[out.number - 1].sscc;
    if (!out.sscc.empty() && dice.one_in(2)) out.number = 0;
    return out;
}

/// The code of an item of the line instead of the line; once in a while that of any item, or of none.
template <class Line>
void scan(Dice& dice, const Model& model, const AskedWork& asked, Line& line) {
    std::vector<std::string> codes;
    const std::size_t i = line.line_no.raw() - 1;
    for (std::uint32_t ix = 0; ix < model.items.size(); ++ix) {
        const bool is_it = i < asked.of->lines.size() && asked.of->lines[i].item == ix;
        for (const core::ItemUnit& unit : model.items[ix].wanted.units) {
            if (!unit.gtin.empty() && (is_it || dice.one_in(8))) codes.push_back(unit.gtin);
        }
    }
    if (codes.empty() && !dice.one_in(6)) return;
    line.gtin = codes.empty() ? "00000096385074" : dice.pick(codes);
    if (!dice.one_in(seldom)) line.line_no = core::LineNo();
}

}  // namespace

core::ReleaseOrder compose_work_release(Dice& dice, const Model& model) {
    core::ReleaseOrder release;
    const OrderModel* order = any_order(dice, model);
    for (const auto& [id, other] : model.orders) {
        for (std::size_t i = 0; i < other.lines.size(); ++i) {
            if (other.unreleased(i) > 0 && dice.one_in(4)) order = &other;
        }
    }
    release.order = core::OrderId(order == nullptr || dice.one_in(seldom) ? no_order : order->id);
    if (dice.one_in(2) || order == nullptr) return release;
    release.location = any_location(dice, model);
    for (const LineModel& line : order->lines) {
        for (const auto& [place, part] : line.parts) {
            if (dice.one_in(2)) release.location = model.locations[place.first].code;
        }
    }
    return release;
}

core::AcceptFulfillment compose_acceptance(Dice& dice, const Model& model) {
    const AskedWork asked = any_work(dice, model);
    return {asked.order, asked.number};
}

core::PickFulfillment compose_pick(Dice& dice, const Model& model) {
    const AskedWork asked = any_work(dice, model);
    core::PickFulfillment pick{asked.order, asked.number, {}};
    if (asked.work == nullptr || dice.one_in(3)) return pick;
    const bool has_missing = dice.one_in(2) && (!has_kit(asked) || dice.one_in(6));
    for (const std::uint32_t line_no : some_lines(dice, asked)) {
        const std::int64_t left = asked.work->sum(line_no - 1).to_pick;
        core::PickLineInput line{core::LineNo(line_no), some_units(dice, left), 0, {}};
        if (has_missing && dice.one_in(2)) {
            line.quantity = dice.between(0, std::max<std::int64_t>(left - 1, 0));
            line.missing = some_units(dice, left - line.quantity);
        }
        if (dice.one_in(seldom)) line.missing = -1;
        if (line.missing == 0 && dice.one_in(3)) scan(dice, model, asked, line);
        pick.lines.push_back(line);
    }
    return pick;
}

core::RejectFulfillment compose_rejection(Dice& dice, const Model& model) {
    const AskedWork asked = any_work(dice, model);
    core::RejectFulfillment reject{asked.order, asked.number, {}, any_reason(dice), core::StockFinding::kept};
    const bool may_find = asked.work != nullptr && (!has_kit(asked) || dice.one_in(6));
    if (may_find) reject.stock = static_cast<core::StockFinding>(dice.below(3));
    if (asked.work == nullptr || dice.one_in(2)) return reject;
    for (const std::uint32_t line_no : some_lines(dice, asked)) {
        core::RejectLineInput line{core::LineNo(line_no), std::nullopt};
        if (!dice.one_in(3)) line.quantity = some_units(dice, asked.work->sum(line_no - 1).left());
        reject.lines.push_back(line);
    }
    return reject;
}

core::RecallFulfillment compose_recall(Dice& dice, const Model& model) {
    const AskedWork asked = any_work(dice, model);
    return {asked.order, asked.number, any_reason(dice)};
}

core::ShipFulfillment compose_work_shipment(Dice& dice, const Model& model) {
    const AskedWork asked = any_work(dice, model);
    core::ShipFulfillment ship{asked.order, asked.number, {}, any_carrier(dice), any_tracking(dice), {}};
    if (asked.work == nullptr) return ship;
    if (!asked.work->parcels.empty() && !dice.one_in(3)) {
        for (std::uint64_t i = dice.below(3); i > 0; --i) {
            ship.parcels.push_back({any_parcel(dice, asked), any_carrier(dice), "", any_tracking(dice)});
        }
    }
    if (dice.one_in(2)) return ship;
    for (const std::uint32_t line_no : some_lines(dice, asked)) {
        ship.lines.push_back({core::LineNo(line_no), some_units(dice, asked.work->sum(line_no - 1).left())});
    }
    return ship;
}

core::PackFulfillment compose_packing(Dice& dice, const Model& model) {
    const AskedWork asked = any_work(dice, model);
    core::PackFulfillment pack;
    pack.order = asked.order;
    pack.number = asked.number;
    if (asked.work == nullptr) return pack;
    if (dice.one_in(3)) pack.parcel = any_parcel(dice, asked).number;
    if (!dice.one_in(3)) {
        for (const std::uint32_t line_no : some_lines(dice, asked)) {
            core::PackLineInput line{core::LineNo(line_no), some_units(dice, asked.work->sum(line_no - 1).picked), {}};
            if (dice.one_in(3)) scan(dice, model, asked, line);
            pack.lines.push_back(line);
        }
    }
    // Of the order: a number that another order has would be another tenant's to give.
    const auto own = [&] {
        const std::string digits = "7612345" + std::to_string(1'000'000'000 + asked.of->id * 10 + dice.below(4));
        return digits + core::gs1_check_digit(digits);
    };
    if (dice.one_in(4)) pack.sscc = own();
    if (dice.one_in(seldom)) pack.sscc = dice.one_in(2) ? "950123450000000018" : "950123450000000017";
    if (dice.one_in(3)) pack.weight_g = dice.between(0, 900);
    if (dice.one_in(3)) pack.carrier = any_carrier(dice);
    if (dice.one_in(6)) pack.service = "next_day";
    if (dice.one_in(3)) pack.tracking = any_tracking(dice);
    return pack;
}

core::UnpackParcel compose_unpacking(Dice& dice, const Model& model) {
    const AskedWork asked = any_work(dice, model);
    core::UnpackParcel unpack{asked.order, asked.number, {1, ""}};
    if (asked.work != nullptr) unpack.parcel = any_parcel(dice, asked);
    return unpack;
}

}  // namespace waybill::sim

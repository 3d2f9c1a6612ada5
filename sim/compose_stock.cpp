// Requests on the catalogue and its stock.

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <set>

#include "sim/compose.hpp"

namespace waybill::sim {
namespace {

constexpr std::array<const char*, 8> skus{"A", "B", "C", "D", "E", "KIT1", "KIT2", "KIT3"};
constexpr std::array<const char*, 3> gtins{"00012345678905", "00036000291452", "04006381333931"};
constexpr std::array<const char*, 2> case_gtins{"10012345678902", "10036000291459"};
constexpr std::size_t first_kit = 5;

std::int64_t units_of_stock(Dice& dice) { return dice.one_in(4) ? dice.between(0, 60) : dice.between(0, 12); }

}  // namespace

core::PutItem compose_item(Dice& dice, const Model& model) {
    core::PutItem put;
    core::Item& item = put.item;
    const std::size_t ix = model.items.size() < skus.size() ? model.items.size() : dice.below(skus.size());
    item.sku = skus[ix];
    item.title = fmt::format("item {}", dice.below(2));
    item.units = {{dice.one_in(30) ? "piece" : "each", 1, ""}};
    if (dice.one_in(2)) item.units.push_back({"case", dice.between(2, 6), ""});
    if (dice.one_in(4)) item.units.front().gtin = gtins[dice.below(gtins.size())];
    if (item.units.size() > 1 && dice.one_in(3)) item.units.back().gtin = case_gtins[dice.below(case_gtins.size())];
    item.weight_g = ix >= first_kit && dice.one_in(2) ? 0 : dice.between(0, 5) * 333;
    item.price_micros = dice.between(0, 40) * 1'234'567;
    item.ship_alone = dice.one_in(5);
    item.active = !dice.one_in(12);
    if (dice.one_in(2)) item.item_class = "fragile";
    if (ix < first_kit && !dice.one_in(20)) return put;
    std::vector<std::string> parts{"A", "B", "C", "D"};
    if (dice.one_in(20)) parts.emplace_back("KIT1");
    for (std::uint64_t i = dice.between(1, 3) > 1 ? 2 : 1; i > 0; --i) {
        const std::size_t at = dice.below(parts.size());
        put.components.push_back({parts[at], dice.between(1, 3)});
        parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(at));
    }
    return put;
}

core::MoveInventory compose_moves(Dice& dice, const Model& model) {
    core::MoveInventory command;
    command.reference = "ref";
    const bool first = model.stock.empty();
    for (std::uint64_t i = first ? 12 : dice.below(3) + 1; i > 0; --i) {
        core::MoveInput move;
        move.sku = first || !dice.one_in(10) ? skus[dice.below(first_kit)] : any_sku(dice, model);
        move.location = any_location(dice, model);
        move.unit = dice.one_in(5) ? "case" : dice.one_in(2) ? "each" : "";
        move.quantity = units_of_stock(dice);
        move.reason = dice.one_in(5) ? "" : "because";
        switch (first ? 0 : dice.below(10)) {
            case 0:
            case 1:
            case 2:
                move.kind = core::MoveKind::receive;
                break;
            case 3:
            case 4:
                move.kind = core::MoveKind::adjust;
                move.quantity -= 8;
                break;
            case 5:
                move.kind = core::MoveKind::count;
                break;
            case 6:
            case 7:
                move.kind = core::MoveKind::transfer;
                move.to_location = any_location(dice, model);
                break;
            case 8:
                move.kind = core::MoveKind::safety;
                move.quantity = dice.between(0, 3);
                break;
            default:
                move.kind = core::MoveKind::quarantine;
                move.quantity = dice.between(0, 5);
                break;
        }
        // The first goods must arrive, or nothing can be sold.
        if (first) {
            move.unit.clear();
            ++move.quantity;
        }
        command.moves.push_back(std::move(move));
    }
    return command;
}

core::PutDemand compose_demand(Dice& dice, const Model& model) {
    constexpr std::array<std::int64_t, 6> weekly{0, 250, 1'000, 2'500, 7'000, 1'000'000'000'000};
    constexpr std::array<std::int64_t, 5> markdowns{0, 1'000, 3'000, 3'333, 10'000};
    core::PutDemand put;
    std::set<std::pair<std::string, std::string>> told;
    for (std::uint64_t i = model.demand.empty() ? 16 : dice.below(6) + 1; i > 0; --i) {
        core::DemandInput row;
        row.sku = dice.one_in(60) ? any_sku(dice, model) : skus[dice.below(first_kit)];
        row.location = any_location(dice, model);
        row.weekly_milliunits = weekly[dice.below(weekly.size())];
        row.markdown_bp = markdowns[dice.below(markdowns.size())];
        // Of one place twice is refused.
        if (told.insert({row.sku, row.location}).second || dice.one_in(60)) put.rows.push_back(std::move(row));
    }
    return put;
}

core::ApplyFeed compose_feed(Dice& dice, const Model& model) {
    core::ApplyFeed feed;
    feed.source = dice.one_in(3) ? "erp" : "wms";
    std::uint64_t newest = 0;
    for (const auto& [source, row] : model.feeds) {
        if (source == feed.source) newest = row.newest;
    }
    switch (dice.below(8)) {
        case 0:  // again
            feed.sequence = std::max<std::uint64_t>(newest, 1);
            break;
        case 1:  // late
        case 2:
            feed.sequence = newest > 5 ? newest - dice.below(5) : newest + 2;
            break;
        case 3:  // far ahead
            feed.sequence = newest + (dice.one_in(4) ? 2'000 : 10);
            break;
        case 4:  // at the edge of what is remembered
            feed.sequence = newest > 1'030 ? newest - 1'023 - dice.below(3) : newest + 3;
            break;
        default:
            feed.sequence = newest + 1 + dice.below(3);
            break;
    }
    feed.mode = dice.one_in(3) ? core::FeedMode::delta : core::FeedMode::count;
    for (std::uint64_t i = dice.below(4) + 1; i > 0; --i) {
        core::FeedRowInput row;
        row.sku = dice.one_in(12) ? any_sku(dice, model) : skus[dice.below(first_kit)];
        row.location = any_location(dice, model);
        row.quantity = units_of_stock(dice) - (feed.mode == core::FeedMode::delta || dice.one_in(20) ? 6 : 0);
        if (dice.one_in(5)) row.safety = dice.between(0, 2);
        feed.rows.push_back(std::move(row));
    }
    return feed;
}

}  // namespace waybill::sim

// The model's stock: movements by hand and messages of feeds.

#include "sim/model.hpp"

namespace waybill::sim {

using core::AggregateKind;
using core::Reject;

namespace {

constexpr std::int64_t most = 1'000'000'000;
constexpr std::uint64_t feed_window = 1'024;

}  // namespace

Verdict Model::take_one(const core::MoveInventory& command, const Moment& moment) {
    Verdict out;
    out.object = {AggregateKind::inventory, 0};
    const auto before = stock;
    std::vector<Reject> faults;
    bool moved = false;
    const auto place_of = [&](const std::string& sku, const std::string& code,
                              Reject& fault) -> std::optional<std::pair<std::uint32_t, std::uint32_t>> {
        const auto item = find_item(sku);
        const auto location = find_location(code);
        fault = Reject::unknown_sku;
        if (!item) return std::nullopt;
        fault = Reject::kit_has_no_stock;
        if (items[*item].is_kit()) return std::nullopt;
        fault = Reject::unknown_location;
        if (!location) return std::nullopt;
        fault = Reject::out_of_scope;
        if (!moment.scope.empty() && !moment.scope.contains(*location)) return std::nullopt;
        return std::pair{*item, *location};
    };
    const auto change = [&](const std::pair<std::uint32_t, std::uint32_t>& place, std::int64_t on_hand,
                            std::int64_t safety, std::int64_t unsellable) {
        if (on_hand == 0 && safety == 0 && unsellable == 0) return;
        StockModel& level = stock[place];
        level.on_hand += on_hand;
        level.safety += safety;
        level.unsellable += unsellable;
        moved = true;
    };
    for (const core::MoveInput& move : command.moves) {
        Reject fault{};
        const auto place = place_of(move.sku, move.location, fault);
        if (!place) {
            faults.push_back(fault);
            continue;
        }
        std::int64_t factor = 0;
        for (const core::ItemUnit& unit : items[place->first].wanted.units) {
            if (unit.unit == move.unit || (move.unit.empty() && factor == 0)) factor = unit.factor;
        }
        if (move.unit.empty()) factor = 1;
        if (factor == 0) {
            faults.push_back(Reject::unknown_unit);
            continue;
        }
        const std::int64_t units = move.quantity * factor;
        const auto at = stock.find(*place);
        const StockModel level = at == stock.end() ? StockModel{} : at->second;
        const std::int64_t promised = reserved(place->first, place->second);
        const std::int64_t lowest = move.kind == core::MoveKind::receive ? 1 : 0;
        if (units > most || units < -most) {
            faults.push_back(Reject::quantity_out_of_range);
        } else if (move.kind != core::MoveKind::adjust && units < lowest) {
            faults.push_back(Reject::invalid_request);
        } else if (move.kind == core::MoveKind::receive) {
            change(*place, units, 0, 0);
        } else if (move.kind == core::MoveKind::adjust) {
            if (move.reason.empty()) {
                faults.push_back(Reject::invalid_request);
            } else if (units < 0 && level.on_hand + units < 0) {
                faults.push_back(Reject::stock_would_be_negative);
            } else {
                change(*place, units, 0, 0);
            }
        } else if (move.kind == core::MoveKind::count) {
            change(*place, units - level.on_hand, 0, 0);
        } else if (move.kind == core::MoveKind::safety) {
            change(*place, 0, units - level.safety, 0);
        } else if (move.kind == core::MoveKind::quarantine) {
            if (units > level.unsellable && units > level.on_hand - promised) {
                faults.push_back(Reject::stock_not_sellable);
            } else {
                change(*place, 0, 0, units - level.unsellable);
            }
        } else {
            const auto to = place_of(move.sku, move.to_location, fault);
            if (!to) {
                faults.push_back(fault);
            } else if (*to == *place) {
                faults.push_back(Reject::invalid_request);
            } else if (units < 1 || units > level.on_hand - level.unsellable - level.safety - promised) {
                faults.push_back(Reject::stock_not_sellable);
            } else {
                change(*place, -units, 0, 0);
                change(*to, units, 0, 0);
            }
        }
    }
    out.refused = one_name(faults);
    if (out.refused) stock = before;
    if (!out.refused && moved) out.events = 1;
    return out;
}

Verdict Model::take_one(const core::ApplyFeed& command, const Moment& moment) {
    Verdict out;
    std::size_t ix = 0;
    while (ix < feeds.size() && feeds[ix].first != command.source) ++ix;
    out.object = {AggregateKind::inventory, ix + 1};
    if (ix < feeds.size()) {
        const FeedModel& feed = feeds[ix].second;
        if (command.sequence + feed_window <= feed.newest) {
            out.refused = Reject::feed_message_too_old;
            return out;
        }
        if (feed.applied.contains(command.sequence)) {
            out.already_applied = true;
            return out;
        }
    } else {
        feeds.emplace_back(command.source, FeedModel{});
    }
    const bool counts = command.mode == core::FeedMode::count;
    std::set<std::pair<std::uint32_t, std::uint32_t>> counted;
    for (std::uint32_t row = 0; row < command.rows.size(); ++row) {
        const core::FeedRowInput& input = command.rows[row];
        const auto item = find_item(input.sku);
        const auto location = find_location(input.location);
        if (!item) {
            out.skipped.emplace_back(row, Reject::unknown_sku);
        } else if (items[*item].is_kit()) {
            out.skipped.emplace_back(row, Reject::kit_has_no_stock);
        } else if (!location) {
            out.skipped.emplace_back(row, Reject::unknown_location);
        } else if (!moment.scope.empty() && !moment.scope.contains(*location)) {
            out.skipped.emplace_back(row, Reject::out_of_scope);
        } else if ((counts && input.quantity < 0) || input.quantity > most) {
            out.skipped.emplace_back(row, Reject::quantity_out_of_range);
        } else {
            const std::pair place{*item, *location};
            const auto at = stock.find(place);
            const bool overtaken = counts && at != stock.end() && at->second.counted_by == command.source &&
                                   at->second.counted_at > command.sequence;
            if (overtaken) continue;
            StockModel& level = stock[place];
            level.on_hand = counts ? input.quantity : level.on_hand + input.quantity;
            if (input.safety) level.safety = *input.safety;
            if (counts) counted.insert(place);
        }
    }
    for (const auto& place : counted) {
        stock[place].counted_by = command.source;
        stock[place].counted_at = command.sequence;
    }
    FeedModel& feed = feeds[ix].second;
    feed.applied.insert(command.sequence);
    feed.newest = std::max(feed.newest, command.sequence);
    out.events = 1;
    return out;
}

}  // namespace waybill::sim

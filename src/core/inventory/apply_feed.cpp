#include "core/inventory/apply_feed.hpp"

#include <map>

#include "base/mutant.hpp"
#include "core/field_checks.hpp"
#include "core/inventory/stock_row.hpp"

namespace waybill::core {
namespace {

struct FeedDecider {
    const ApplyFeed& command;
    const TenantState& state;
    const Context& context;
    FeedIx feed = 0;
    std::map<std::pair<ItemIx, LocationIx>, Level> levels;  // as the rows so far have left them
    std::vector<Movement> movements;
    std::vector<SkippedRow> skipped;

    Level& level_at(ItemIx item, LocationIx location) {
        const auto [place, fresh] = levels.try_emplace({item, location});
        if (fresh) {
            place->second.location = location;
            if (const Level* level = state.levels_of(item).find(location)) place->second = *level;
        }
        return place->second;
    }

    void take_row(std::uint32_t row) {
        const FeedRowInput& input = command.rows[row];
        const auto resolved = resolve_stock_row(input.sku, input.location, state, context);
        if (!resolved) {
            skipped.push_back({row, resolved.error().code, resolved.error().detail});
            return;
        }
        const auto [item, location] = *resolved;
        const std::int64_t lowest = command.mode == FeedMode::count ? 0 : -limits::quantity_max;
        const std::int64_t safety = input.safety.value_or(0);
        if (input.quantity < lowest || input.quantity > limits::quantity_max || safety < 0 ||
            safety > limits::quantity_max) {
            skipped.push_back({row, Reject::quantity_out_of_range, "the quantity is out of range"});
            return;
        }
        Level& level = level_at(item, location);
        // Another message of this source, newer than this one, has already counted the level.
        if (command.mode == FeedMode::count && level.feed == feed && level.feed_sequence > command.sequence) {
            if (!WAYBILL_MUTANT(late_count_applied)) return;
        }
        Movement movement;
        movement.item = item;
        movement.location = location;
        if (command.mode == FeedMode::count) {
            movement.kind = MovementKind::count;
            const std::int64_t promised = WAYBILL_MUTANT(count_overwrites_reserved) ? std::int64_t{level.reserved} : 0;
            movement.on_hand = input.quantity - level.on_hand + promised;
        } else {
            movement.kind = input.quantity >= 0 ? MovementKind::receive : MovementKind::adjust;
            movement.on_hand = input.quantity;
            const std::int64_t after = level.on_hand + input.quantity;
            if (after > limits::quantity_max || after < -limits::quantity_max) {
                skipped.push_back({row, Reject::quantity_out_of_range, "the level would be out of range"});
                return;
            }
        }
        level.on_hand += movement.on_hand;
        movements.push_back(movement);
        if (input.safety && *input.safety != level.safety) {
            Movement change;
            change.item = item;
            change.location = location;
            change.kind = MovementKind::safety;
            change.safety = *input.safety - level.safety;
            level.safety = *input.safety;
            movements.push_back(change);
        }
    }
};

}  // namespace

Result<Decision, Rejection> decide(const ApplyFeed& command, const TenantState& state, const Context& context) {
    if (command.rows.size() > limits::feed_rows_max) {
        return reject(Reject::too_many_rows,
                      "at most " + std::to_string(limits::feed_rows_max) + " rows in one message");
    }
    Faults faults;
    check_code(faults, "/source", command.source, limits::code_bytes_max);
    check_range(faults, "/sequence", static_cast<std::int64_t>(command.sequence), 1, INT64_MAX);
    if (faults.any()) return faults.take();

    const auto known = state.feeds.find(command.source);
    FeedDecider decider{command, state, context, known.value_or(state.feeds.size()), {}, {}, {}};
    Decision decision;
    decision.outcome.object = {AggregateKind::inventory, std::uint64_t{decider.feed} + 1};
    if (known) {
        const FeedSource& source = state.feeds[*known];
        if (source.too_old(command.sequence)) {
            return reject(Reject::feed_message_too_old,
                          "the newest message of " + command.source + " is " + std::to_string(source.newest) +
                              "; at most " + std::to_string(limits::feed_window) + " behind it are taken");
        }
        if (source.applied(command.sequence) && !WAYBILL_MUTANT(repeated_feed_applied)) {
            decision.outcome.already_applied = true;
            return decision;
        }
    }
    for (std::uint32_t row = 0; row < command.rows.size(); ++row) decider.take_row(row);
    decision.outcome.skipped = std::move(decider.skipped);
    decision.events.emplace_back(
        FeedApplied{decider.feed, command.source, command.sequence, std::move(decider.movements)});
    return decision;
}

}  // namespace waybill::core

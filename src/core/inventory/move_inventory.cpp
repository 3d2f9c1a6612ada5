#include "core/inventory/move_inventory.hpp"

#include <map>

#include "base/mutant.hpp"
#include "core/field_checks.hpp"
#include "core/inventory/stock_row.hpp"

namespace waybill::core {
namespace {

/// Levels as the moves of this command have left them so far.
class RunningLevels {
public:
    explicit RunningLevels(const TenantState& state) : state_(state) {}

    Level& at(ItemIx item, LocationIx location) {
        const auto [place, fresh] = levels_.try_emplace({item, location});
        if (fresh) {
            place->second.location = location;
            if (const Level* level = state_.levels_of(item).find(location)) place->second = *level;
        }
        return place->second;
    }

private:
    const TenantState& state_;
    std::map<std::pair<ItemIx, LocationIx>, Level> levels_;
};

void apply(Level& level, const Movement& movement) {
    level.on_hand += movement.on_hand;
    level.safety += movement.safety;
    level.unsellable += movement.unsellable;
}

class MoveDecider {
public:
    MoveDecider(const TenantState& state, const Context& context) : state_(state), context_(context), levels_(state) {}

    void decide_move(const MoveInput& move, std::size_t row) {
        const auto resolved = resolve_stock_row(move.sku, move.location, state_, context_);
        if (!resolved) {
            const RowFault& fault = resolved.error();
            faults_.add(core::at("/moves", row, fault.member), fault.code, fault.detail);
            return;
        }
        const auto [item, location] = *resolved;
        const ItemUnit* unit = state_.items[item].find_unit(move.unit);
        if (unit == nullptr) {
            faults_.add(core::at("/moves", row, "unit"), Reject::unknown_unit, move.sku + " has no unit " + move.unit);
            return;
        }
        const auto quantity = checked_mul(move.quantity, unit->factor);
        if (!quantity || *quantity > limits::quantity_max || *quantity < -limits::quantity_max) {
            faults_.add(core::at("/moves", row, "quantity"), Reject::quantity_out_of_range,
                        "at most " + std::to_string(limits::quantity_max) + " base units");
            return;
        }
        check_text(faults_, core::at("/moves", row, "reason"), move.reason, 0, limits::name_bytes_max);
        Movement movement;
        movement.item = item;
        movement.location = location;
        movement.reason = move.reason;
        decide_kind(move, row, *quantity, movement);
    }

    [[nodiscard]] Faults& faults() { return faults_; }
    [[nodiscard]] std::vector<Movement> take() { return std::move(movements_); }

private:
    void decide_kind(const MoveInput& move, std::size_t row, std::int64_t quantity, Movement movement) {
        const std::string pointer = core::at("/moves", row, "quantity");
        const Level& level = levels_.at(movement.item, movement.location);
        if (move.kind != MoveKind::adjust && quantity < (move.kind == MoveKind::receive ? 1 : 0)) {
            faults_.add(pointer, Reject::invalid_request, "must not be negative, and not zero for goods that move");
            return;
        }
        switch (move.kind) {
            case MoveKind::receive:
                movement.kind = MovementKind::receive;
                movement.on_hand = quantity;
                break;
            case MoveKind::adjust:
                movement.kind = MovementKind::adjust;
                movement.on_hand = quantity;
                if (move.reason.empty()) {
                    faults_.add(core::at("/moves", row, "reason"), Reject::invalid_request,
                                "an adjustment needs a reason");
                    return;
                }
                if (quantity < 0 && level.on_hand + quantity < 0 && !WAYBILL_MUTANT(adjust_below_zero)) {
                    faults_.add(pointer, Reject::stock_would_be_negative,
                                std::to_string(level.on_hand) + " units of " + move.sku + " are at " + move.location);
                    return;
                }
                break;
            case MoveKind::count:
                movement.kind = MovementKind::count;
                movement.on_hand = quantity - level.on_hand;
                break;
            case MoveKind::transfer:
                decide_transfer(move, row, quantity, movement);
                return;
            case MoveKind::safety:
                movement.kind = MovementKind::safety;
                movement.safety = quantity - level.safety;
                break;
            case MoveKind::quarantine:
                movement.kind = MovementKind::quarantine;
                movement.unsellable = quantity - level.unsellable;
                if (quantity > level.on_hand - level.reserved && movement.unsellable > 0) {
                    faults_.add(pointer, Reject::stock_not_sellable,
                                "only " + std::to_string(level.on_hand - level.reserved) + " units are not reserved");
                    return;
                }
                break;
        }
        add(std::move(movement), row);
    }

    void decide_transfer(const MoveInput& move, std::size_t row, std::int64_t quantity, Movement out) {
        const auto to = resolve_stock_row(move.sku, move.to_location, state_, context_);
        if (!to) {
            faults_.add(core::at("/moves", row, "to_location"), to.error().code, to.error().detail);
            return;
        }
        if (to->second == out.location) {
            faults_.add(core::at("/moves", row, "to_location"), Reject::invalid_request,
                        "is where the goods already are");
            return;
        }
        const Level& level = levels_.at(out.item, out.location);
        const std::int64_t promised = WAYBILL_MUTANT(transfer_takes_reserved) ? std::int64_t{level.reserved} : 0;
        if (quantity < 1 || quantity > level.sellable() + promised) {
            faults_.add(
                core::at("/moves", row, "quantity"), Reject::stock_not_sellable,
                std::to_string(level.sellable()) + " units of " + move.sku + " are free to leave " + move.location);
            return;
        }
        Movement in = out;
        in.kind = MovementKind::transfer_in;
        in.location = to->second;
        in.on_hand = quantity;
        out.kind = MovementKind::transfer_out;
        out.on_hand = -quantity;
        add(std::move(out), row);
        if (!WAYBILL_MUTANT(transfer_never_arrives)) add(std::move(in), row);
    }

    void add(Movement movement, std::size_t row) {
        Level& level = levels_.at(movement.item, movement.location);
        if (level.on_hand + movement.on_hand > limits::quantity_max) {
            faults_.add(core::at("/moves", row, "quantity"), Reject::quantity_out_of_range,
                        "the level would be too large");
            return;
        }
        apply(level, movement);
        if (movement.on_hand != 0 || movement.safety != 0 || movement.unsellable != 0) {
            movements_.push_back(std::move(movement));
        }
    }

    const TenantState& state_;
    const Context& context_;
    RunningLevels levels_;
    Faults faults_;
    std::vector<Movement> movements_;
};

}  // namespace

Result<Decision, Rejection> decide(const MoveInventory& command, const TenantState& state, const Context& context) {
    if (command.moves.size() > limits::feed_rows_max) {
        return reject(Reject::too_many_rows,
                      "at most " + std::to_string(limits::feed_rows_max) + " moves in one message");
    }
    MoveDecider decider(state, context);
    check_text(decider.faults(), "/reference", command.reference, 0, limits::name_bytes_max);
    if (command.moves.empty()) decider.faults().add("/moves", Reject::invalid_request, "must have at least one move");
    for (std::size_t row = 0; row < command.moves.size(); ++row) decider.decide_move(command.moves[row], row);
    if (decider.faults().any()) return decider.faults().take();
    Decision decision;
    decision.outcome.object = {AggregateKind::inventory, 0};
    std::vector<Movement> movements = decider.take();
    if (!movements.empty()) decision.events.emplace_back(InventoryMoved{std::move(movements), command.reference});
    return decision;
}

}  // namespace waybill::core

#include "core/evolve.hpp"

#include <algorithm>
#include <string>

#include "base/mutant.hpp"
#include "core/fulfillment/units_in_work.hpp"
#include "core/limits.hpp"
#include "core/order/hold_order.hpp"
#include "core/order/line_change.hpp"
#include "core/order/no_supply.hpp"
#include "core/order/order_exceptions.hpp"
#include "core/returns/return_changes.hpp"

namespace waybill::core {
namespace {

/// One overload an event: what it does to the state, movements of stock apart (those are applied for all alike).
class Evolver {
public:
    Evolver(const Event& event, EventStamp stamp, TenantState& state) : event_(event), stamp_(stamp), state_(state) {}

    void operator()(const TenantConfigured& event) {
        if (state_.settings.size() == 0) {
            state_.settings.add(event.settings);
        } else {
            state_.settings.write(0) = event.settings;
        }
    }

    void operator()(const ItemPut& event) {
        const bool is_new = event.ix == state_.items.size();
        if (!is_new) release_gtins(event.ix, state_.items[event.ix]);
        state_.items.put(event.ix, event.item.sku, event.item);
        if (is_new) state_.levels.add({});
        claim_gtins(event.ix, event.item);
    }

    void operator()(const LocationPut& event) {
        const bool is_new = event.ix == state_.locations.size();
        state_.locations.put(event.ix, event.location.code, event.location);
        if (is_new) state_.capacity.add({});
    }

    void operator()(const ChannelPut& event) { state_.channels.put(event.ix, event.channel.code, event.channel); }

    void operator()(const PostcodeAreasPut& event) {
        for (const PostcodeArea& area : event.areas) {
            const std::string code = area.country + "/" + area.prefix;
            const auto ix = state_.postcode_areas.find(code);
            state_.postcode_areas.put(ix.value_or(state_.postcode_areas.size()), code, area);
        }
    }

    void operator()(const WebhookPut& event) {
        const bool is_new = event.ix == state_.webhooks.size();
        state_.webhooks.put(event.ix, event.webhook.code, event.webhook);
        if (!is_new) return;
        const bool is_from_start = WAYBILL_MUTANT(new_webhook_told_all);
        state_.webhook_progress.add({is_from_start ? Sequence(0) : stamp_.sequence, {}, {}, false});
    }
    void operator()(const WebhookProgressed& event) { state_.webhook_progress.write(event.ix) = event.progress; }
    void operator()(const MessageTemplatePut& event) {
        const std::string key = template_key(event.message.code, event.message.locale);
        state_.message_templates.put(event.ix, key, event.message);
        // One for all of them: it begins with the first.
        if (state_.message_progress.size() == 0) state_.message_progress.add({stamp_.sequence, {}, {}, false});
    }
    void operator()(const MessagesProgressed& event) { state_.message_progress.write(0) = event.progress; }
    void operator()(const MessageFailed&) {}
    void operator()(const RateTablePut& event) { state_.rate_tables.put(event.ix, event.table.code, event.table); }

    void operator()(const DemandPut& event) {
        for (const DemandPut::Row& row : event.rows) {
            const std::string& sku = state_.items[row.item].sku;
            const std::uint32_t ix = state_.demand.find(sku).value_or(state_.demand.size());
            if (ix == state_.demand.size()) state_.demand.put(ix, sku, {});
            ItemDemand& demand = state_.demand.rows.write(ix);
            demand.put({row.location, row.weekly_milliunits, row.markdown_bp});
            demand.version = stamp_.sequence.raw();
        }
    }

    void operator()(const RuleSetSaved& event) {
        RuleSetVersion row{event.number, event.rules, stamp_.at, event.by, stamp_.sequence.raw()};
        state_.rule_sets.put(event.number - 1, std::to_string(event.number), std::move(row));
        if (event.number > state_.compiled_rules.size()) state_.compiled_rules.add(nullptr);
    }

    void operator()(const RuleSetActivated& event) {
        const std::uint32_t ix = state_.activations.size();
        RuleActivation row{event.number,     event.from,           stamp_.at, event.by, event.reason,
                           event.rolls_back, stamp_.sequence.raw()};
        state_.activations.put(ix, std::to_string(ix + 1), std::move(row));
        if (event.number != 0 && !state_.compiled_rules.read(event.number - 1)) compile_version(state_, event.number);
    }

    void operator()(const KeyIssued& event) { state_.keys.put(state_.keys.size(), event.key.hash, event.key); }

    void operator()(const KeyRevoked& event) {
        for (std::uint32_t ix = 0; ix < state_.keys.size(); ++ix) {
            if (state_.keys[ix].id == event.id && !WAYBILL_MUTANT(revoked_key_stays))
                state_.keys.rows.write(ix).revoked_at = stamp_.at;
        }
    }

    void operator()(const InventoryMoved&) {}

    void operator()(const FeedApplied& event) {
        if (event.feed == state_.feeds.size()) {
            state_.feeds.put(event.feed, event.source, FeedSource{event.source, 0, 0, {}});
        }
        state_.feeds.rows.write(event.feed).mark_applied(event.sequence);
        for (const Movement& movement : event.movements) {
            if (movement.kind != MovementKind::count) continue;
            Level& level = state_.levels.write(movement.item).at(movement.location);
            level.feed = event.feed;
            level.feed_sequence = event.sequence;
        }
    }

    void operator()(const CustomerPut& event) {
        state_.working.customers[event.customer.id] = event.customer;
        for (const CustomerIdentity& identity : event.customer.identities) {
            state_.working.identities[identity] = event.customer.id;
        }
    }

    void operator()(const CustomersMerged& event) {
        Customer& from = state_.working.customers.at(event.from);
        Customer& into = state_.working.customers.at(event.into);
        for (const CustomerIdentity& identity : from.identities) {
            if (!WAYBILL_MUTANT(merge_loses_identities)) into.identities.push_back(identity);
            state_.working.identities[identity] = into.id;
        }
        std::sort(into.identities.begin(), into.identities.end());
        from.identities.clear();
        from.merged_into = into.id;
        from.version = stamp_.sequence.raw();
        into.version = stamp_.sequence.raw();
    }

    void operator()(const PersonErased& event) {
        Customer& customer = state_.working.customers.at(event.customer);
        customer.person = {};
        customer.version = stamp_.sequence.raw();
    }

    void operator()(const OrderPlaced&) {
        auto order = evolve_order(event_, stamp_, nullptr);
        move_capacity(nullptr, order.get(), state_);
        state_.working.channel_orders[{order->channel, order->channel_order_id}] = order->id;
        state_.working.orders[order->id] = std::move(order);
    }
    void operator()(const OrderCancelled& event) { change(event.order); }
    void operator()(const OrderRerouted& event) { change(event.order); }
    void operator()(const OrderShipped& event) { change(event.order); }
    void operator()(const OrderHeld& event) { change(event.order); }
    void operator()(const OrderHoldReleased& event) { change(event.order); }
    void operator()(const OrderMarked& event) { change(event.order); }
    void operator()(const OrderExceptionRaised& event) { change(event.order); }
    void operator()(const OrderExceptionChanged& event) { change(event.order); }
    void operator()(const OrderExceptionResolved& event) { change(event.order); }
    void operator()(const FulfillmentReleased& event) { change(event.order); }
    void operator()(const FulfillmentAccepted& event) { change(event.order); }
    void operator()(const FulfillmentPicked& event) { change(event.order); }
    void operator()(const FulfillmentPacked& event) { change(event.order); }
    void operator()(const ParcelUnpacked& event) { change(event.order); }
    void operator()(const FulfillmentRejected& event) { change(event.order); }
    void operator()(const FulfillmentRecalled& event) { change(event.order); }
    void operator()(const ReturnRequested& event) { change(event.order); }
    void operator()(const ReturnApproved& event) { change(event.order); }
    void operator()(const ReturnDeclined& event) { change(event.order); }
    void operator()(const ReturnReceived& event) { change(event.order); }
    void operator()(const ReturnCancelled& event) { change(event.order); }

private:
    /// A changed copy takes the place of the old order: earlier answers of the batch may still hold that.
    void change(OrderId id) {
        std::shared_ptr<Order>& slot = state_.working.orders.at(id);
        auto order = evolve_order(event_, stamp_, slot.get());
        move_capacity(slot.get(), order.get(), state_);
        slot = std::move(order);
    }

    void claim_gtins(ItemIx ix, const Item& item) {
        for (const ItemUnit& unit : item.units) {
            if (unit.gtin.empty()) continue;
            if (const auto at = state_.gtins.find(unit.gtin)) {
                state_.gtin_items.write(*at) = ix;
            } else {
                state_.gtins.add(unit.gtin);
                state_.gtin_items.add(ix);
            }
        }
    }

    void release_gtins(ItemIx ix, const Item& item) {
        for (const ItemUnit& unit : item.units) {
            if (unit.gtin.empty()) continue;
            const auto at = state_.gtins.find(unit.gtin);
            const bool kept = WAYBILL_MUTANT(gtin_kept);
            if (at && !kept && state_.gtin_items.read(*at) == ix) state_.gtin_items.write(*at) = no_index;
        }
    }

    const Event& event_;
    EventStamp stamp_;
    TenantState& state_;
};

void stamp_order(Order& order, EventStamp stamp) {
    order.version += 1;
    order.last_sequence = stamp.sequence;
    order.updated_at = stamp.at;
}

void change_exception(Order& order, const OrderExceptionChanged& event) {
    for (OrderException& exception : order.exceptions) {
        if (exception.kind != event.kind) continue;
        exception.owner = event.owner.value_or(exception.owner);
        exception.severity = event.severity.value_or(exception.severity);
        exception.due_at = event.due_at.value_or(exception.due_at);
    }
}

/// Somebody let the order become work: a rule that stops it there would stop it for ever.
void note_freed(Order& order, const std::string& code) {
    const OrderHold* hold = order.find_hold(code);
    const bool is_of_rule = hold != nullptr && hold->placed_by.starts_with("rule_set_");
    if (!is_of_rule || !hold->stops(HoldBlock::releasing)) return;
    const auto place = std::lower_bound(order.freed_of.begin(), order.freed_of.end(), code);
    const bool is_known = place != order.freed_of.end() && *place == code;
    if (!is_known && order.freed_of.size() < limits::order_holds_max) order.freed_of.insert(place, code);
}

std::vector<Movement> changed_order_movements(const TenantState& state, OrderId id,
                                              const std::vector<LineChange>& lines) {
    std::vector<Movement> out;
    const Order* order = state.working.find_order(id);
    WAYBILL_ASSERT(order != nullptr);
    for (const LineChange& line : lines) line_change_movements(*order, line, out);
    return out;
}

/// Movements of an item follow one another.
void note_supply(std::vector<ItemIx>& items, ItemIx item) {
    if (items.empty() || items.back() != item) items.push_back(item);
}

}  // namespace

void mark(Order& order, const OrderMarked& event) {
    for (const std::string& tag : event.rules.tags_added) {
        const auto place = std::lower_bound(order.tags.begin(), order.tags.end(), tag);
        if (place == order.tags.end() || *place != tag) order.tags.insert(place, tag);
    }
    for (const std::string& code : event.released) take_hold_off(order, code);
    for (const OrderHold& hold : event.holds) put_hold(order.holds, hold);
    order.priority = event.priority.value_or(order.priority);
    for (const std::string& kind : event.resolved) take_exception_out(order, kind);
    for (const OrderException& exception : event.raised) put_exception(order.exceptions, exception);
}

std::shared_ptr<Order> evolve_order(const Event& event, EventStamp stamp, const Order* order) {
    std::shared_ptr<Order> out;
    const auto change = [&](const std::vector<LineChange>& lines) {
        WAYBILL_ASSERT(order != nullptr);
        out = std::make_shared<Order>(*order);
        for (const LineChange& line : lines) apply_line_change(*out, line);
    };
    const auto work = [&](const std::vector<LineChange>& lines, const std::string& reason) {
        for (const LineChange& line : lines) apply_work_change(*out, line, reason);
    };
    if (const auto* placed = std::get_if<OrderPlaced>(&event)) {
        return std::make_shared<Order>(placed_order(*placed, stamp));
    } else if (const auto* cancelled = std::get_if<OrderCancelled>(&event)) {
        change(cancelled->lines);
        work(cancelled->lines, cancelled->reason);
        out->status_reason = cancelled->reason;
        for (const LineChange& line : cancelled->lines)
            find_line(*out, line.line_no)->cancel_reason = cancelled->reason;
        const bool nothing_left = out->is_closed() && units_of(*out).shipped == 0;
        if (nothing_left && !WAYBILL_MUTANT(exceptions_outlive_order)) out->exceptions.clear();
        settle_no_supply(*out);
    } else if (const auto* rerouted = std::get_if<OrderRerouted>(&event)) {
        change(rerouted->lines);
        out->status_reason = rerouted->reason;
        settle_no_supply(*out);
    } else if (const auto* shipped = std::get_if<OrderShipped>(&event)) {
        change(shipped->lines);
        work(shipped->lines, {});
        apply_shipped_parcels(*out, *shipped, stamp.at);
        if (shipped->shipped_at.is_set()) out->shipped_at = shipped->shipped_at;
    } else if (const auto* held = std::get_if<OrderHeld>(&event)) {
        change({});
        put_hold(out->holds, held->hold);
    } else if (const auto* released = std::get_if<OrderHoldReleased>(&event)) {
        change({});
        note_freed(*out, released->code);
        if (!WAYBILL_MUTANT(hold_stays)) take_hold_off(*out, released->code);
    } else if (const auto* marked = std::get_if<OrderMarked>(&event)) {
        change({});
        mark(*out, *marked);
    } else if (const auto* raised = std::get_if<OrderExceptionRaised>(&event)) {
        change({});
        put_exception(out->exceptions, raised->exception);
    } else if (const auto* changed = std::get_if<OrderExceptionChanged>(&event)) {
        change({});
        change_exception(*out, *changed);
    } else if (const auto* resolved = std::get_if<OrderExceptionResolved>(&event)) {
        change({});
        if (!WAYBILL_MUTANT(exception_stays_open)) take_exception_out(*out, resolved->kind);
    } else if (const auto* to_work = std::get_if<FulfillmentReleased>(&event)) {
        change({});
        apply(*out, *to_work);
    } else if (const auto* accepted = std::get_if<FulfillmentAccepted>(&event)) {
        change({});
        apply(*out, *accepted, stamp.at);
    } else if (const auto* picked = std::get_if<FulfillmentPicked>(&event)) {
        change({});
        apply(*out, *picked, stamp.at);
    } else if (const auto* packed = std::get_if<FulfillmentPacked>(&event)) {
        change({});
        apply(*out, *packed);
    } else if (const auto* unpacked = std::get_if<ParcelUnpacked>(&event)) {
        change({});
        apply(*out, *unpacked);
    } else if (const auto* rejected = std::get_if<FulfillmentRejected>(&event)) {
        change(rejected->lines);
        apply(*out, *rejected);
        out->status_reason = rejected->reason;
    } else if (const auto* recalled = std::get_if<FulfillmentRecalled>(&event)) {
        change({});
        apply(*out, *recalled);
    } else if (const auto* requested = std::get_if<ReturnRequested>(&event)) {
        change({});
        apply(*out, *requested);
    } else if (const auto* approved = std::get_if<ReturnApproved>(&event)) {
        change({});
        apply(*out, *approved, stamp.at);
    } else if (const auto* declined = std::get_if<ReturnDeclined>(&event)) {
        change({});
        apply(*out, *declined);
    } else if (const auto* received = std::get_if<ReturnReceived>(&event)) {
        change({});
        apply(*out, *received);
    } else if (const auto* called_off = std::get_if<ReturnCancelled>(&event)) {
        change({});
        apply(*out, *called_off);
    }
    WAYBILL_ASSERT(out != nullptr);
    name_hold(*out);
    stamp_order(*out, stamp);
    return out;
}

Order placed_order(OrderPlaced event, EventStamp stamp) {
    stamp_order(event.order, stamp);
    return std::move(event.order);
}

std::vector<Movement> movements_of(const Event& event, const TenantState& state) {
    if (const auto* moved = std::get_if<InventoryMoved>(&event)) return moved->movements;
    if (const auto* feed = std::get_if<FeedApplied>(&event)) return feed->movements;
    if (const auto* placed = std::get_if<OrderPlaced>(&event)) {
        std::vector<Movement> out;
        for (const OrderLine& line : placed->order.lines) {
            for (const Allocation& allocation : line.allocations) {
                allocation_movements(line, allocation, allocation.quantity, MovementKind::reserve, out);
            }
        }
        return out;
    }
    if (const auto* cancelled = std::get_if<OrderCancelled>(&event)) {
        return changed_order_movements(state, cancelled->order, cancelled->lines);
    }
    if (const auto* rerouted = std::get_if<OrderRerouted>(&event)) {
        return changed_order_movements(state, rerouted->order, rerouted->lines);
    }
    if (const auto* shipped = std::get_if<OrderShipped>(&event)) {
        return changed_order_movements(state, shipped->order, shipped->lines);
    }
    if (const auto* rejected = std::get_if<FulfillmentRejected>(&event)) {
        std::vector<Movement> out = changed_order_movements(state, rejected->order, rejected->lines);
        if (!WAYBILL_MUTANT(discrepancy_not_recorded)) {
            out.insert(out.end(), rejected->findings.begin(), rejected->findings.end());
        }
        return out;
    }
    if (const auto* received = std::get_if<ReturnReceived>(&event)) return received->movements;
    return {};
}

void evolve(const Event& event, EventStamp stamp, TenantState& state) {
    evolve(event, movements_of(event, state), stamp, state);
}

void evolve(const Event& event, const std::vector<Movement>& movements, EventStamp stamp, TenantState& state) {
    WAYBILL_ASSERT(stamp.sequence.raw() == state.head.raw() + 1);
    for (const Movement& movement : movements) {
        Level& level = state.levels.write(movement.item).at(movement.location);
        const std::int64_t before = level.sellable();
        level.on_hand += movement.on_hand;
        level.reserved += movement.reserved;
        level.safety += movement.safety;
        level.unsellable += movement.unsellable;
        if (level.sellable() > before) note_supply(state.new_supply.items, movement.item);
    }
    std::visit(Evolver(event, stamp, state), event);
    state.head = stamp.sequence;
    state.last_instant = stamp.at;
    if (is_configuration(event) && !WAYBILL_MUTANT(decision_names_old_configuration))
        state.config_sequence = stamp.sequence.raw();
}

}  // namespace waybill::core

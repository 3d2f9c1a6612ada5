#include "engine/event_checks.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/checked_math.hpp"
#include "core/automation/order_changes.hpp"
#include "core/evolve.hpp"
#include "engine/order_event_checks.hpp"

namespace waybill::engine {
namespace {

constexpr const char* no_such_return_place = "a return to a location that does not exist";

class Misfit {
public:
    explicit Misfit(const core::TenantState& state) : state_(state) {}

    std::string operator()(const core::TenantConfigured&) const { return {}; }
    std::string operator()(const core::ItemPut& e) const {
        for (const core::Component& component : e.item.components) {
            if (component.item >= state_.items.size()) return "a component that does not exist";
        }
        return coded(e.ix, e.item.sku, state_.items);
    }
    std::string operator()(const core::LocationPut& e) const { return coded(e.ix, e.location.code, state_.locations); }
    std::string operator()(const core::ChannelPut& e) const { return coded(e.ix, e.channel.code, state_.channels); }
    std::string operator()(const core::PostcodeAreasPut&) const { return {}; }
    std::string operator()(const core::RateTablePut& e) const { return coded(e.ix, e.table.code, state_.rate_tables); }
    std::string operator()(const core::WebhookPut& e) const { return coded(e.ix, e.webhook.code, state_.webhooks); }
    std::string operator()(const core::WebhookProgressed& e) const {
        if (e.ix >= state_.webhooks.size()) return "a webhook that does not exist";
        return e.progress.through <= state_.head ? "" : "deliveries of events that were not there yet";
    }
    std::string operator()(const core::MessageTemplatePut& e) const {
        return coded(e.ix, core::template_key(e.message.code, e.message.locale), state_.message_templates);
    }
    std::string operator()(const core::MessagesProgressed& e) const {
        if (state_.message_progress.size() == 0) return "mail of a tenant without a template";
        return e.progress.through <= state_.head ? "" : "mail of events that were not there yet";
    }
    std::string operator()(const core::MessageFailed& e) const {
        if (e.message >= state_.message_templates.size()) return "a message template that does not exist";
        return e.at <= state_.head ? "" : "mail of events that were not there yet";
    }
    std::string operator()(const core::DemandPut& e) const {
        for (const core::DemandPut::Row& row : e.rows) {
            if (row.item >= state_.items.size()) return "an item that does not exist";
            if (row.location >= state_.locations.size()) return "a location that does not exist";
        }
        return {};
    }
    std::string operator()(const core::RuleSetSaved& e) const {
        return e.number == state_.rule_sets.size() + 1 ? "" : "a rule set with another number than follows";
    }
    std::string operator()(const core::RuleSetActivated& e) const {
        return e.number <= state_.rule_sets.size() ? "" : "a rule set that does not exist";
    }
    std::string operator()(const core::KeyIssued& e) const {
        return state_.keys.find(e.key.hash) ? "a key that was issued before" : "";
    }
    std::string operator()(const core::KeyRevoked&) const { return {}; }
    std::string operator()(const core::InventoryMoved& e) const { return movements(e.movements); }
    std::string operator()(const core::FeedApplied& e) const {
        if (auto fault = coded(e.feed, e.source, state_.feeds); !fault.empty()) return fault;
        return movements(e.movements);
    }
    std::string operator()(const core::CustomerPut& e) const {
        if (!e.customer.id.is_set()) return "a customer without an id";
        const bool is_new = state_.working.find_customer(e.customer.id) == nullptr;
        return is_new && e.customer.id.raw() != state_.head.raw() + 1 ? "a customer that does not exist" : "";
    }
    std::string operator()(const core::CustomersMerged& e) const {
        return customer(e.from).empty() ? customer(e.into) : customer(e.from);
    }
    std::string operator()(const core::PersonErased& e) const { return customer(e.customer); }

    std::string operator()(const core::OrderPlaced& e) const {
        if (state_.working.find_order(e.order.id) != nullptr) return "an order that was placed before";
        if (e.order.channel >= state_.channels.size()) return "a channel that does not exist";
        if (auto fault = rules(e.rules); !fault.empty()) return fault;
        if (auto fault = exceptions(e.order.exceptions); !fault.empty()) return fault;
        if (auto fault = placed_misfit_of(e.order); !fault.empty()) return fault;
        if (auto fault = changes(e.rules, e.order); !fault.empty()) return fault;
        if (auto fault = places(e.order, e.rules); !fault.empty()) return fault;
        for (const core::OrderLine& line : e.order.lines) {
            if (line.item >= state_.items.size()) return "an item that does not exist";
            if (line.is_substituted() && line.ordered_item >= state_.items.size()) return "an item that does not exist";
            if (auto fault = takes(line.takes); !fault.empty()) return fault;
            if (auto fault = allocations(line.allocations); !fault.empty()) return fault;
        }
        return {};
    }
    std::string operator()(const core::OrderCancelled& e) const { return order_with_lines(e); }
    std::string operator()(const core::OrderRerouted& e) const { return order_with_lines(e); }
    std::string operator()(const core::OrderShipped& e) const { return order_with_lines(e); }
    std::string operator()(const core::OrderHeld& e) const { return order(e); }
    std::string operator()(const core::OrderHoldReleased& e) const { return order(e); }
    std::string operator()(const core::OrderMarked& e) const {
        if (auto fault = rules(e.rules); !fault.empty()) return fault;
        if (auto fault = exceptions(e.raised); !fault.empty()) return fault;
        return order(e);
    }
    std::string operator()(const core::OrderExceptionRaised& e) const {
        auto fault = exception(e.exception);
        return fault.empty() ? order(e) : fault;
    }
    std::string operator()(const core::OrderExceptionChanged& e) const { return order(e); }
    std::string operator()(const core::OrderExceptionResolved& e) const { return order(e); }
    std::string operator()(const core::FulfillmentReleased& e) const { return order(e); }
    std::string operator()(const core::FulfillmentAccepted& e) const { return order(e); }
    std::string operator()(const core::FulfillmentPicked& e) const { return order(e); }
    std::string operator()(const core::FulfillmentPacked& e) const { return order(e); }
    std::string operator()(const core::ParcelUnpacked& e) const { return order(e); }
    std::string operator()(const core::FulfillmentRejected& e) const {
        auto fault = movements(e.findings);
        return fault.empty() ? order(e) : fault;
    }
    std::string operator()(const core::FulfillmentRecalled& e) const { return order(e); }
    std::string operator()(const core::ReturnRequested& e) const {
        const bool is_anywhere = e.made.location == core::no_index;
        if (!is_anywhere && e.made.location >= state_.locations.size()) return no_such_return_place;
        return order(e);
    }
    std::string operator()(const core::ReturnApproved& e) const { return order(e); }
    std::string operator()(const core::ReturnDeclined& e) const { return order(e); }
    std::string operator()(const core::ReturnReceived& e) const {
        if (e.location >= state_.locations.size()) return no_such_return_place;
        auto fault = movements(e.movements);
        return fault.empty() ? order(e) : fault;
    }
    std::string operator()(const core::ReturnCancelled& e) const { return order(e); }

private:
    template <class Row>
    static std::string coded(std::uint32_t ix, const std::string& code, const core::Coded<Row>& table) {
        const auto known = table.find(code);
        if (known ? *known == ix : ix == table.size()) return {};
        return code + " with another index than it has";
    }
    std::string movements(const std::vector<core::Movement>& list) const {
        for (const core::Movement& movement : list) {
            if (movement.item >= state_.items.size() || movement.location >= state_.locations.size()) {
                return "a movement at a level that can not exist";
            }
        }
        return {};
    }
    /// What a webhook is told of an event depends on the rules that are said to have fired in it.
    std::string rules(const core::RulesTrace& trace) const {
        if (trace.rule_set > state_.rule_sets.size()) return "a rule set that does not exist";
        const std::size_t count =
            trace.rule_set == 0 ? 0 : state_.rule_sets[trace.rule_set - 1].rules.automation.size();
        const bool are_there =
            std::all_of(trace.fired.begin(), trace.fired.end(), [&](std::uint16_t fired) { return fired < count; });
        return are_there ? "" : "a rule that its rule set does not have";
    }
    /// The key of its row has to be the event's own.
    std::string exception(const core::OrderException& raised) const {
        return raised.raised_in.raw() == state_.head.raw() + 1 ? "" : "an exception of another event";
    }
    std::string exceptions(const std::vector<core::OrderException>& list) const {
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (auto fault = exception(list[i]); !fault.empty()) return fault;
            if (i > 0 && list[i - 1].kind >= list[i].kind) return "exceptions that are not in order of their kinds";
        }
        return {};
    }
    std::string takes(const std::vector<core::KitTake>& list) const {
        for (const core::KitTake& take : list) {
            if (take.item >= state_.items.size()) return "a kit component that does not exist";
        }
        return {};
    }
    /// What rules are said to have changed can be taken back.
    std::string changes(const core::RulesTrace& rules, const core::Order& placed) const {
        for (const core::LineAsOrdered& came : rules.substituted) {
            if (core::find_substituted(placed, came) == nullptr) return "a substitute in no line";
            if (auto fault = takes(came.takes); !fault.empty()) return fault;
        }
        return {};
    }
    /// Those that an order names beside its allocations.
    std::string places(const core::Order& placed, const core::RulesTrace& rules) const {
        std::vector<core::LocationIx> named;
        const core::RoutingPolicy& policy = placed.routing;
        for (const auto* list : {&policy.locations, &policy.forbidden_locations, &policy.required_locations}) {
            named.insert(named.end(), list->begin(), list->end());
        }
        if (placed.pickup_location != core::no_index) named.push_back(placed.pickup_location);
        if (rules.method_before && rules.method_before->pickup_location != core::no_index) {
            named.push_back(rules.method_before->pickup_location);
        }
        const bool all_exist = std::all_of(
            named.begin(), named.end(), [&](core::LocationIx location) { return location < state_.locations.size(); });
        return all_exist ? "" : "an order that names a location that does not exist";
    }
    std::string allocations(const std::vector<core::Allocation>& list) const {
        for (const core::Allocation& allocation : list) {
            if (allocation.location >= state_.locations.size())
                return "an allocation at a location that does not exist";
        }
        return {};
    }
    std::string customer(core::CustomerId id) const {
        return state_.working.find_customer(id) != nullptr ? "" : "a customer that does not exist";
    }
    template <class E>
    std::string order(const E& event) const {
        const core::Order* known = state_.working.find_order(event.order);
        return known == nullptr ? "an order that does not exist" : order_misfit_of(event, *known);
    }
    template <class E>
    std::string order_with_lines(const E& event) const {
        for (const core::LineChange& change : event.lines) {
            if (auto fault = allocations(change.reserved); !fault.empty()) return fault;
        }
        return order(event);
    }

    const core::TenantState& state_;
};

/// No bucket of a level leaves what LevelUnits can hold, whatever the movements say.
bool levels_hold(const std::vector<core::Movement>& movements, const core::TenantState& state) {
    static const core::Level none{};
    std::map<std::pair<core::ItemIx, core::LocationIx>, std::array<std::int64_t, 4>> after;
    for (const core::Movement& movement : movements) {
        const auto [at, is_first] = after.try_emplace({movement.item, movement.location});
        if (is_first) {
            const core::Level* found = state.levels_of(movement.item).find(movement.location);
            const core::Level& level = found == nullptr ? none : *found;
            at->second = {level.on_hand, level.reserved, level.safety, level.unsellable};
        }
        const std::array<std::int64_t, 4> change{movement.on_hand, movement.reserved, movement.safety,
                                                 movement.unsellable};
        for (std::size_t bucket = 0; bucket < change.size(); ++bucket) {
            const auto sum = checked_add(at->second[bucket], change[bucket]);
            if (!sum || *sum != core::LevelUnits::clamped(*sum)) return false;
            at->second[bucket] = *sum;
        }
    }
    return true;
}

}  // namespace

std::string misfit_of(const core::Event& event, const core::TenantState& state) {
    std::string fault = std::visit(Misfit(state), event);
    if (fault.empty() && !levels_hold(core::movements_of(event, state), state)) {
        return "units that no level can hold";
    }
    return fault;
}

}  // namespace waybill::engine

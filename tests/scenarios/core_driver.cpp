#include "tests/scenarios/core_driver.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/order/place_order.hpp"
#include "core/order/preview.hpp"
#include "core/routing/explain.hpp"
#include "tests/scenarios/views.hpp"
#include "tests/scenarios/zones.hpp"

namespace waybill::scenarios {

CoreDriver::CoreDriver()
    : state_(std::make_unique<core::TenantState>()), now_(parse_instant("2026-03-02T10:00:00Z").value()) {
    state_->id = core::TenantId(2);
}

void CoreDriver::set_actor(const std::string& key) {
    scope_.clear();
    if (key.empty()) return;
    for (std::uint32_t ix = 0; ix < state_->keys.size(); ++ix) {
        if (state_->keys[ix].id == keys_.at(key)) scope_ = state_->keys[ix].locations;
    }
}

core::Context CoreDriver::context() {
    core::Context out;
    out.now = std::max(now_, state_->last_instant);
    out.next = core::Sequence(state_->head.raw() + 1);
    out.zones = &test_zones();
    out.workspace = &workspace_;
    out.scope = scope_;
    return out;
}

Answer CoreDriver::run(const Action& action) {
    Answer answer;
    action_begins_ = log_.size();
    core::Command command = action.command;
    if (auto* issue = std::get_if<core::IssueKey>(&command)) issue->hash = stand_in_hash(action.key);
    auto decision = core::decide(command, *state_, context());
    if (!decision) {
        answer.refused = decision.error();
        return answer;
    }
    answer.object_id = decision->outcome.object.id;
    answer.already_applied = decision->outcome.already_applied;
    for (const core::SkippedRow& row : decision->outcome.skipped) {
        answer.skipped.push_back({row.row, std::string(core::info_of(row.code).name)});
    }
    evolve_all(decision->events, std::holds_alternative<core::ReleaseHold>(command), answer);
    if (std::holds_alternative<core::IssueKey>(command)) keys_[action.key] = core::KeyId(answer.object_id);
    return answer;
}

/// What the rules of a moment do to the order as it is, which has to be what the trace says.
void CoreDriver::note_moment(core::OrderId id, core::Moment moment, const core::RulesTrace& trace) {
    RulesView& view = moments_[{id.raw(), moment}] = {};
    const core::Context then = context();
    const core::CompiledRules* rules = core::rules_at(*state_, then.now);
    if (rules == nullptr) return;
    view = view_of(core::explain_moment(*rules, moment, *state_->working.find_order(id), trace, *state_, then));
}

/// `releases`: what is cancelled then belongs to the routing.
void CoreDriver::note_moments(const core::Event& event, bool releases) {
    using core::Moment;
    if (const auto* placed = std::get_if<core::OrderPlaced>(&event)) {
        if (placed->routing.status != core::RoutingStatus::held) note_moment(placed->order.id, Moment::routed, {});
    } else if (const auto* rerouted = std::get_if<core::OrderRerouted>(&event)) {
        note_moment(rerouted->order, Moment::routed, {});
    } else if (const auto* shipped = std::get_if<core::OrderShipped>(&event)) {
        note_moment(shipped->order, Moment::shipped, {});
    } else if (const auto* cancelled = std::get_if<core::OrderCancelled>(&event)) {
        note_moment(cancelled->order, releases ? Moment::routed : Moment::cancelled, {});
    } else if (const auto* rejected = std::get_if<core::FulfillmentRejected>(&event)) {
        note_moment(rejected->order, Moment::rejected, {});
    } else if (const auto* requested = std::get_if<core::ReturnRequested>(&event)) {
        note_moment(requested->order, Moment::return_requested, {});
    }
}

std::optional<RulesView> CoreDriver::moment_of(std::uint64_t order, core::Moment moment) {
    const auto at = moments_.find({order, moment});
    if (at == moments_.end()) return std::nullopt;
    return at->second;
}

bool CoreDriver::was_marked(core::Moment moment) const {
    const auto* marked = log_.empty() ? nullptr : std::get_if<core::OrderMarked>(&log_.back().event);
    return marked != nullptr && marked->moment == moment;
}

void CoreDriver::evolve_all(const std::vector<core::Event>& events, bool releases, Answer& answer) {
    answer.wrote_events = !events.empty();
    const Instant at = std::max(now_, state_->last_instant);
    for (const core::Event& event : events) {
        const std::vector<core::Movement> movements = core::movements_of(event, *state_);
        ledger_.insert(ledger_.end(), movements.begin(), movements.end());
        const core::EventStamp stamp{core::Sequence(state_->head.raw() + 1), at};
        if (const auto* marked = std::get_if<core::OrderMarked>(&event)) {
            note_moment(marked->order, marked->moment, marked->rules);
        }
        const auto* to_work = std::get_if<core::FulfillmentReleased>(&event);
        if (to_work != nullptr && !was_marked(core::Moment::before_release)) {
            note_moment(to_work->order, core::Moment::before_release, {});
        }
        core::evolve(event, stamp, *state_);
        log_.push_back({stamp, event});
        note_moments(event, releases);
        if (const auto* placed = std::get_if<core::OrderPlaced>(&event)) {
            const bool held = placed->routing.status == core::RoutingStatus::held;
            const auto of = held ? core::RulesOf::holding : core::RulesOf::placing;
            note_routing({placed->order.id, placed->routing, placed->rules, of}, answer);
        }
        if (const auto* rerouted = std::get_if<core::OrderRerouted>(&event)) {
            note_routing({rerouted->order, rerouted->routing, rerouted->rules, core::RulesOf::rerouting}, answer);
        }
    }
    state_->accept();
}

/// A decision of a moment ago must come out of its own trace again, and so must what rules had to do with it.
void CoreDriver::note_routing(const Decided& decided, Answer& answer) {
    const core::Order& order = *state_->working.find_order(decided.order);
    const core::RoutingTrace& trace = decided.trace;
    answer.sourcing = sourcing_of(trace.status, trace.method, trace.cost_micros, trace.lower_bound_micros);
    if (trace.lower_bound_micros > trace.cost_micros) notes_.push_back("the lower bound is above the cost");
    const core::Context then = context();
    core::RouteRequest request = core::request_of(order, trace);
    std::optional<core::RuleRouting> routing;
    std::span<const core::StrategyChoice> choices;
    RulesView& view = rules_[decided.order.raw()] = {};
    const core::CompiledRules* rules = nullptr;
    if (decided.rules.rule_set > 0) {
        rules = state_->compiled_rules.read(decided.rules.rule_set - 1).get();
        routing.emplace(*rules, order, *state_, then);
        if (!routing->follow(decided.rules)) notes_.push_back("the way through the routing tree is none");
        choices = routing->choices();
        if (trace.strategy > choices.size()) notes_.push_back("there is no such strategy");
        if (trace.strategy > 0) {
            request.strategy = choices[trace.strategy - 1].strategy;
            request.filters = choices[trace.strategy - 1].filters;
        }
        view = view_of(core::explain_rules(*rules, order, decided.rules, trace.strategy, decided.of, *state_, then));
        if (!view.reproduced) notes_.push_back("the rules are not reproduced");
    }
    const core::Explanation again = core::explain_recorded(request, trace, then.now, *state_, then, choices);
    candidates_[decided.order.raw()] = candidates_in(again, rules, view.strategy, *state_);
    if (!again.reproduced) notes_.push_back(std::string("the trace does not reproduce: ") + again.reproduced_note);
    if (again.cost.short_micros < 0) notes_.push_back("the cost terms add up to more than the cost");
}

PreviewView CoreDriver::preview(const Action& order, std::optional<std::uint32_t> version) {
    return preview_in(*state_, std::get<core::PlaceOrder>(order.command), version, context());
}

PreviewView CoreDriver::try_order(std::uint64_t id, std::optional<std::uint32_t> version) {
    for (const Logged& row : log_) {
        const auto* placed = std::get_if<core::OrderPlaced>(&row.event);
        if (placed == nullptr || placed->order.id.raw() != id) continue;
        const core::Order& now = *state_->working.find_order(placed->order.id);
        return try_in(*state_, {now, placed->order, placed->rules, placed->routing.strategy}, version, context());
    }
    PreviewView out;
    out.refused = core::Rejection{core::Reject::unknown_order, "", {}};
    return out;
}

std::uint32_t CoreDriver::rule_set_in_force() { return core::rule_set_at(*state_, context().now); }

std::vector<std::uint64_t> CoreDriver::search_orders(const std::string& word) {
    std::vector<std::uint64_t> out;
    for (const auto& [id, order] : state_->working.orders) {
        const bool tagged = std::find(order->tags.begin(), order->tags.end(), word) != order->tags.end();
        if (tagged || order->channel_order_id == word) out.push_back(id.raw());
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<std::pair<std::uint64_t, std::string>> CoreDriver::exception_queue() {
    // By when it is due, those that never are last; then by age.
    std::map<std::tuple<std::int64_t, std::uint64_t, std::string>, std::pair<std::uint64_t, std::string>> sorted;
    for (const auto& [id, order] : state_->working.orders) {
        for (const core::OrderException& exception : order->exceptions) {
            const std::int64_t due = exception.due_at.is_set() ? exception.due_at.micros() : INT64_MAX;
            sorted[{due, exception.raised_in.raw(), exception.kind}] = {id.raw(), exception.kind};
        }
    }
    std::vector<std::pair<std::uint64_t, std::string>> out;
    for (auto& [place, entry] : sorted) out.push_back(std::move(entry));
    return out;
}

std::vector<std::pair<std::uint64_t, std::uint32_t>> CoreDriver::open_work(const std::string& location) {
    // By day, then by priority, then by age.
    std::set<std::tuple<CivilDate, std::int32_t, std::uint64_t, std::uint32_t>> sorted;
    for (const auto& [id, order] : state_->working.orders) {
        for (const core::FulfillmentOrder& fulfillment : order->fulfillments) {
            const bool here = state_->locations[fulfillment.location].code == location;
            if (here && fulfillment.is_open()) {
                sorted.emplace(fulfillment.due(), order->priority, id.raw(), fulfillment.number);
            }
        }
    }
    std::vector<std::pair<std::uint64_t, std::uint32_t>> out;
    for (const auto& [due, priority, order, number] : sorted) out.emplace_back(order, number);
    return out;
}

std::vector<std::pair<std::uint64_t, std::uint32_t>> CoreDriver::open_returns(const std::string& location) {
    return open_returns_in(*state_, location);
}

std::optional<WebhookView> CoreDriver::webhook(const std::string& code) { return webhook_in(*state_, code); }

std::vector<ToldView> CoreDriver::told(const std::string& code) {
    std::vector<ToldView> out;
    for (std::size_t i = action_begins_; i < log_.size(); ++i) add_told(out, *state_, code, log_[i].event);
    return out;
}

std::vector<std::string> CoreDriver::mails(const std::string& locale) {
    std::vector<std::string> out;
    for (std::size_t i = action_begins_; i < log_.size(); ++i) {
        add_mails(out, *state_, locale, log_[i].event, log_[i].stamp.sequence);
    }
    return out;
}

WebhookView CoreDriver::mail() { return mail_in(*state_); }

std::optional<OrderView> CoreDriver::order(std::uint64_t id) {
    const core::Order* order = state_->working.find_order(core::OrderId(id));
    if (order == nullptr) return std::nullopt;
    return view_of(*order, *state_);
}

std::optional<LevelView> CoreDriver::level(const std::string& sku, const std::string& location) {
    return level_in(*state_, sku, location);
}

AvailabilityView CoreDriver::availability(const std::string& sku, const std::string& channel) {
    return availability_in(*state_, sku, channel);
}

core::CapacityDay CoreDriver::capacity(const std::string& location, CivilDate day) {
    return capacity_in(*state_, location, day);
}

std::vector<MovementView> CoreDriver::movements(const std::string& sku, const std::string& location) {
    std::vector<MovementView> out;
    const auto item = state_->items.find(sku);
    const auto place = state_->locations.find(location);
    for (const core::Movement& movement : ledger_) {
        if (movement.item == item && movement.location == place) out.push_back(view_of(movement));
    }
    return out;
}

std::optional<CustomerView> CoreDriver::customer(std::uint64_t id) {
    const core::Customer* customer = state_->working.find_customer(core::CustomerId(id));
    if (customer == nullptr) return std::nullopt;
    return view_of(*customer);
}

void CoreDriver::check_levels(std::vector<std::string>& broken) const {
    std::map<std::pair<core::ItemIx, core::LocationIx>, LevelView> sums;
    for (const core::Movement& movement : ledger_) {
        LevelView& sum = sums[{movement.item, movement.location}];
        sum.on_hand += movement.on_hand;
        sum.reserved += movement.reserved;
        sum.safety += movement.safety;
        sum.unsellable += movement.unsellable;
    }
    std::map<std::pair<core::ItemIx, core::LocationIx>, std::int64_t> promised;
    for (const auto& [id, order] : state_->working.orders) {
        for (const core::OrderLine& line : order->lines) {
            for (const core::Allocation& allocation : line.allocations) {
                const std::int64_t open = allocation.quantity - allocation.shipped;
                if (line.takes.empty()) promised[{line.item, allocation.location}] += open;
                for (const core::KitTake& take : line.takes) {
                    promised[{take.item, allocation.location}] += open * take.quantity;
                }
            }
        }
    }
    for (core::ItemIx item = 0; item < state_->levels.size(); ++item) {
        for (const core::Level& level : state_->levels.read(item).levels) {
            const std::string where = state_->items[item].sku + " at " + state_->locations[level.location].code + ": ";
            const LevelView sum = sums[{item, level.location}];
            if (sum.on_hand != level.on_hand || sum.reserved != level.reserved || sum.safety != level.safety ||
                sum.unsellable != level.unsellable) {
                broken.push_back(where + "the level is not the sum of its movements");
            }
            if (level.reserved != promised[{item, level.location}]) {
                broken.push_back(where + "reserved is not the sum of open allocations");
            }
            if (level.reserved < 0 || level.safety < 0 || level.unsellable < 0) {
                broken.push_back(where + "a bucket is negative");
            }
        }
    }
}

void CoreDriver::check_capacity(std::vector<std::string>& broken) const {
    std::map<std::pair<core::LocationIx, CivilDate>, core::CapacityDay> used;
    for (const auto& [id, order] : state_->working.orders) {
        std::set<std::pair<core::LocationIx, CivilDate>> seen;
        for (const core::OrderLine& line : order->lines) {
            for (const core::Allocation& allocation : line.allocations) {
                const std::pair key{allocation.location, allocation.capacity_day};
                used[key].units += allocation.quantity;
                if (seen.insert(key).second) used[key].orders += 1;
            }
        }
    }
    for (core::LocationIx ix = 0; ix < state_->locations.size(); ++ix) {
        for (const core::CapacityDay& day : state_->capacity.read(ix).days) {
            const core::CapacityDay& sum = used[{ix, day.day}];
            if (sum.orders != day.orders || sum.units != day.units) {
                broken.push_back("capacity of " + state_->locations[ix].code + " on " + format_date(day.day) +
                                 " is booked as " + std::to_string(day.orders) + " orders and " +
                                 std::to_string(day.units) + " units, used are " + std::to_string(sum.orders) +
                                 " and " + std::to_string(sum.units));
            }
        }
    }
}

void CoreDriver::check_orders(std::vector<std::string>& broken) const {
    for (const auto& [id, order] : state_->working.orders) {
        for (const core::OrderLine& line : order->lines) {
            if (line.open() < 0 || line.cancelled < 0 || line.cancelled > line.quantity) {
                broken.push_back(order->channel_order_id + ": quantities of a line do not tie");
            }
            for (const core::Allocation& allocation : line.allocations) {
                if (allocation.quantity <= 0 || allocation.shipped < 0 || allocation.shipped > allocation.quantity) {
                    broken.push_back(order->channel_order_id + ": an allocation is out of range");
                }
            }
        }
        const core::OrderTotals totals = core::totals_of(*order);
        const bool refund = totals.total < 0;  // adjustments can make an order come to less than nothing
        if (!refund &&
            (totals.cancelled < 0 || totals.cancelled > std::max(totals.total, totals.subtotal + totals.tax))) {
            broken.push_back(order->channel_order_id + ": more is cancelled than the order comes to");
        }
    }
}

void CoreDriver::check_fold_of_rules(const core::TenantState& again, std::vector<std::string>& broken) const {
    bool same =
        again.rule_sets.size() == state_->rule_sets.size() && again.activations.size() == state_->activations.size();
    for (std::uint32_t ix = 0; same && ix < state_->rule_sets.size(); ++ix) {
        same = again.rule_sets[ix] == state_->rule_sets[ix];
    }
    for (std::uint32_t ix = 0; same && ix < state_->activations.size(); ++ix) {
        same = again.activations[ix] == state_->activations[ix];
    }
    if (!same) broken.push_back("the fold has other rules");
    same = again.webhooks.size() == state_->webhooks.size();
    for (std::uint32_t ix = 0; same && ix < state_->webhooks.size(); ++ix) {
        same = again.webhooks[ix] == state_->webhooks[ix] &&
               again.webhook_progress.read(ix) == state_->webhook_progress.read(ix);
    }
    if (!same) broken.push_back("the fold has other webhooks");
    same = again.message_templates.size() == state_->message_templates.size() &&
           again.message_progress.size() == state_->message_progress.size();
    for (std::uint32_t ix = 0; same && ix < state_->message_templates.size(); ++ix) {
        same = again.message_templates[ix] == state_->message_templates[ix];
    }
    if (same && state_->message_progress.size() > 0) {
        same = again.message_progress.read(0) == state_->message_progress.read(0);
    }
    if (!same) broken.push_back("the fold has other mail");
}

/// The log folded from nothing is the state.
void CoreDriver::check_fold(std::vector<std::string>& broken) const {
    core::TenantState again;
    for (const Logged& logged : log_) {
        core::evolve(logged.event, logged.stamp, again);
        again.accept();
    }
    for (core::ItemIx item = 0; item < state_->items.size(); ++item) {
        if (!(again.items[item] == state_->items[item])) broken.push_back("the fold has another item");
        if (again.levels_of(item).levels != state_->levels_of(item).levels)
            broken.push_back("the fold has other levels");
    }
    for (core::LocationIx ix = 0; ix < state_->locations.size(); ++ix) {
        if (again.capacity.read(ix).days != state_->capacity.read(ix).days) {
            broken.push_back("the fold has other capacity");
        }
    }
    if (again.working.orders.size() != state_->working.orders.size()) broken.push_back("the fold has other orders");
    for (const auto& [id, order] : again.working.orders) {
        if (!(*order == *state_->working.orders.at(id))) broken.push_back("the fold has another order");
    }
    check_fold_of_rules(again, broken);
    if (again.working.customers != state_->working.customers) broken.push_back("the fold has other customers");
    if (again.head != state_->head || again.config_sequence != state_->config_sequence) {
        broken.push_back("the fold has another head");
    }
}

std::vector<std::string> CoreDriver::broken_invariants(When when) {
    std::vector<std::string> broken = std::move(notes_);
    notes_.clear();
    check_levels(broken);
    check_capacity(broken);
    check_orders(broken);
    if (when == When::at_end) check_fold(broken);
    return broken;
}

}  // namespace waybill::scenarios

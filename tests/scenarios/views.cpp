#include "tests/scenarios/views.hpp"

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <set>
#include <tuple>

#include "base/decimal.hpp"
#include "core/availability.hpp"
#include "core/integration/webhook_calls.hpp"
#include "core/messages/messages_of.hpp"

namespace waybill::scenarios {

template <class Enum>
std::string name_of_enum(Enum value) {
    return boost::describe::enum_to_string(value, "?");
}
template std::string name_of_enum(core::Role);
template std::string name_of_enum(core::LocationKind);
template std::string name_of_enum(core::ChannelKind);
template std::string name_of_enum(core::OnShortage);
template std::string name_of_enum(core::MoveKind);
template std::string name_of_enum(core::ChargeKind);
template std::string name_of_enum(core::HoldBlock);
template std::string name_of_enum(core::Moment);
template std::string name_of_enum(core::Severity);
template std::string name_of_enum(core::StockFinding);
template std::string name_of_enum(core::ReleasePolicy);
template std::string name_of_enum(core::FulfillmentAction);
template std::string name_of_enum(core::FulfillmentStatus);
template std::string name_of_enum(core::ParcelStatus);
template std::string name_of_enum(core::ReturnAction);
template std::string name_of_enum(core::ReturnStatus);
template std::string name_of_enum(core::Disposition);

namespace {

FulfillmentView work_view_of(const core::FulfillmentOrder& fulfillment, const core::Order& order,
                             const core::TenantState& state) {
    FulfillmentView out;
    out.location = state.locations.rows.committed(fulfillment.location).code;
    out.status = name_of_enum(fulfillment.status());
    for (const core::FulfillmentAction action : core::allowed_actions(fulfillment, order)) {
        out.actions.push_back(name_of_enum(action));
    }
    for (const core::FulfillmentLine& work : fulfillment.lines) {
        const std::int64_t line_no = work.line_no.raw();
        if (out.lines.empty() || out.lines.back().line_no != line_no) out.lines.push_back({line_no, 0, 0, 0, 0, 0, 0});
        FulfillmentView::Line& line = out.lines.back();
        line.to_pick += work.to_pick();
        line.picked += work.picked;
        line.packed += fulfillment.packed(work.line_no, work.capacity_day);
        line.shipped += work.shipped;
        line.rejected += work.rejected;
        line.recalled += work.recalled;
    }
    for (const core::Parcel& parcel : fulfillment.parcels) {
        ParcelView& view = out.parcels.emplace_back();
        view = {name_of_enum(parcel.status()),
                parcel.sscc,
                parcel.carrier,
                parcel.service,
                parcel.tracking,
                parcel.weight_g,
                {}};
        for (const core::ParcelUnits& units : parcel.lines) {
            const std::int64_t line_no = units.line_no.raw();
            if (view.lines.empty() || view.lines.back().first != line_no) view.lines.emplace_back(line_no, 0);
            view.lines.back().second += units.quantity;
        }
    }
    return out;
}

ReturnView return_view_of(const core::OrderReturn& made, const core::Order& order, const core::TenantState& state) {
    ReturnView out;
    if (made.location != core::no_index) out.location = state.locations.rows.committed(made.location).code;
    out.status = name_of_enum(made.status());
    for (const core::ReturnAction action : core::allowed_actions(made, order)) {
        out.actions.push_back(name_of_enum(action));
    }
    for (const core::ReturnLine& line : made.lines) {
        out.lines.push_back({line.line_no.raw(), line.expected(), line.restocked, line.quarantined, line.to_vendor,
                             line.destroyed, line.dropped});
    }
    return out;
}

}  // namespace

OrderView view_of(const core::Order& order, const core::TenantState& state) {
    OrderView out;
    out.status = name_of_enum(order.status());
    out.reason = order.status_reason;
    out.currency = order.currency;
    out.customer = order.customer.raw();
    out.version = order.version;
    out.totals = core::totals_of(order);
    out.tags = order.tags;
    out.priority = order.priority;
    for (const core::OrderHold& hold : order.holds) out.holds.push_back(hold.code);
    for (const core::OrderException& exception : order.exceptions) {
        out.exceptions.push_back({exception.kind, name_of_enum(exception.severity), exception.owner,
                                  exception.due_at.is_set() ? format_instant(exception.due_at) : "", exception.reason,
                                  exception.raised_by});
    }
    for (const core::FulfillmentOrder& fulfillment : order.fulfillments) {
        out.fulfillments.push_back(work_view_of(fulfillment, order, state));
    }
    for (const core::OrderReturn& made : order.returns) out.returns.push_back(return_view_of(made, order, state));
    out.method = name_of_enum(order.method);
    if (order.pickup_location != core::no_index) {
        out.pickup_location = state.locations.rows.committed(order.pickup_location).code;
    }
    if (order.requested_date) out.requested_date = format_date(*order.requested_date);
    if (order.promised_date) out.promised_date = format_date(*order.promised_date);
    out.actions = core::allowed_actions(order);
    for (const core::OrderLine& line : order.lines) {
        LineView view;
        view.sku = state.items.rows.committed(line.item).sku;
        if (line.is_substituted()) view.ordered_sku = state.items.rows.committed(line.ordered_item).sku;
        view.unit = line.unit;
        view.unit_quantity = line.unit_quantity;
        view.quantity = line.quantity;
        view.open = line.open();
        view.allocated = line.allocated();
        view.shipped = line.shipped();
        for (const core::OrderReturn& made : order.returns) {
            const core::ReturnLine* of = made.find_line(line.line_no);
            if (of == nullptr) continue;
            view.returning += of->expected();
            view.returned += of->received();
        }
        view.cancelled = line.cancelled;
        view.amount = line.amount;
        view.discount = line.discount;
        view.tax = line.tax;
        for (const core::Allocation& allocation : line.allocations) {
            view.allocations.push_back({state.locations.rows.committed(allocation.location).code, allocation.quantity,
                                        allocation.shipped, name_of_enum(allocation.supply), allocation.supply_id,
                                        allocation.capacity_day});
        }
        out.lines.push_back(std::move(view));
    }
    return out;
}

CustomerView view_of(const core::Customer& customer) {
    CustomerView out;
    out.identities = customer.identities.size();
    out.group = customer.group;
    out.blocked = customer.blocked;
    out.merged_into = customer.merged_into.raw();
    return out;
}

RulesView view_of(const core::ExplainedRules& rules) {
    RulesView out;
    out.rule_set = rules.rule_set;
    for (const core::ExplainedRule& rule : rules.automation) {
        if (rule.verdict == core::RuleVerdict::fired) out.fired.push_back(rule.code);
        if (rule.verdict == core::RuleVerdict::failed) out.failed.push_back(rule.code);
    }
    for (const core::ExplainedRule& branch : rules.branches) {
        if (branch.verdict == core::RuleVerdict::fired) out.branches.push_back(branch.code);
    }
    out.strategy = rules.strategy;
    out.reproduced = rules.reproduced;
    return out;
}

namespace {

std::string loss_text(const core::ExplainedLoss& loss) {
    const std::string by = " " + std::to_string(loss.by);
    switch (loss.at) {
        case core::ExplainedLoss::At::short_units:
            return "short_units" + by;
        case core::ExplainedLoss::At::criterion:
            return name_of_enum(loss.criterion) + by;
        case core::ExplainedLoss::At::tie_break:
            return "tie_break" + by;
    }
    return "";
}

std::string filter_of(const core::CompiledRules* rules, const std::string& strategy, std::uint16_t filter) {
    if (rules == nullptr) return "";
    for (const core::FilteredStrategy& one : rules->source.strategies) {
        if (one.strategy.code == strategy) return one.filters.at(filter).code;
    }
    return "";
}

ContrastView contrast_in(const core::Contrast& contrast, const core::TenantState& state) {
    ContrastView out{{}, contrast.shipment_under_micros, contrast.capacity_units, contrast.capacity_orders};
    for (const core::Contrast::Units& more : contrast.units) {
        out.units.emplace_back(state.items[more.item].sku, more.units);
    }
    return out;
}

}  // namespace

std::vector<std::string> wins_of(const ContrastView& contrast) {
    std::vector<std::string> out;
    std::string units;
    for (const auto& [sku, more] : contrast.units) {
        units += (units.empty() ? "with " : ", ") + std::to_string(more) + " " + sku;
    }
    if (!units.empty()) out.push_back(units);
    if (contrast.shipment_under_micros) {
        out.push_back("under " + format_decimal(*contrast.shipment_under_micros, micros_places, 2));
    }
    std::string room;
    if (contrast.capacity_units > 0) room += " " + std::to_string(contrast.capacity_units) + " units";
    if (contrast.capacity_orders > 0) room += " " + std::to_string(contrast.capacity_orders) + " orders";
    if (!room.empty()) out.push_back("with room for" + room);
    return out;
}

std::vector<CandidateView> candidates_in(const core::Explanation& explanation, const core::CompiledRules* rules,
                                         const std::string& strategy, const core::TenantState& state) {
    std::vector<CandidateView> out;
    for (const core::ExplainedCandidate& candidate : explanation.candidates) {
        out.push_back({state.locations[candidate.candidate.location].code, candidate.chosen, candidate.loses_by_micros,
                       candidate.loses_at ? loss_text(*candidate.loses_at) : std::string(), "", "",
                       wins_of(contrast_in(candidate.contrast, state))});
    }
    for (const core::ExplainedIneligible& row : explanation.ineligible) {
        const bool by_filter = row.reason == core::Ineligible::refused_by_filter;
        out.push_back({state.locations[row.location].code, false, std::nullopt, "", name_of_enum(row.reason),
                       by_filter ? filter_of(rules, strategy, row.filter) : std::string(),
                       wins_of(contrast_in(row.contrast, state))});
    }
    return out;
}

namespace {

PreviewView previewed(const core::Preview& preview, const core::CompiledRules* rules, const core::TenantState& state) {
    PreviewView out;
    if (preview.rules) out.rules = view_of(*preview.rules);
    const core::RoutingTrace& trace = preview.routing.trace;
    out.sourcing = sourcing_of(trace.status, trace.method, trace.cost_micros, trace.lower_bound_micros);
    out.candidates = candidates_in(preview.routing, rules, out.rules.strategy, state);
    return out;
}

}  // namespace

namespace {

struct TriedRules {
    const core::CompiledRules* rules = nullptr;
    std::shared_ptr<core::CompiledRules> kept;
    bool unknown = false;
};

TriedRules tried_rules(const core::TenantState& state, std::optional<std::uint32_t> version, Instant now) {
    if (!version) return {core::rules_at(state, now), {}, false};
    if (*version > state.rule_sets.size()) return {nullptr, {}, true};
    TriedRules out;
    core::Faults faults;
    if (*version > 0) out.kept = core::compile_rules(state.rule_sets[*version - 1].rules, state, faults);
    if (out.kept) out.kept->number = *version;
    out.rules = out.kept.get();
    return out;
}

PreviewView unknown_rules() {
    PreviewView out;
    out.refused = core::Rejection{core::Reject::unknown_rule_set, "", {}};
    return out;
}

}  // namespace

PreviewView preview_in(const core::TenantState& state, const core::PlaceOrder& command,
                       std::optional<std::uint32_t> version, const core::Context& context) {
    const TriedRules tried = tried_rules(state, version, context.now);
    if (tried.unknown) return unknown_rules();
    const auto preview = core::preview_order(command, tried.rules, "", state, context);
    if (preview) return previewed(*preview, tried.rules, state);
    PreviewView out;
    out.refused = preview.error();
    return out;
}

PreviewView try_in(const core::TenantState& state, const core::PlacedBefore& before,
                   std::optional<std::uint32_t> version, const core::Context& context) {
    const TriedRules tried = tried_rules(state, version, context.now);
    if (tried.unknown) return unknown_rules();
    const core::DryRun run = core::preview_again(before, tried.rules, state, context);
    PreviewView out = previewed(run.preview, tried.rules, state);
    static const char* const names[] = {"rules", "tags",       "strategy", "sources", "priority",
                                        "holds", "exceptions", "outcome",  "method",  "items"};
    for (const core::Difference& difference : run.differences) {
        out.differences.emplace_back(names[static_cast<std::size_t>(difference.of)]);
    }
    return out;
}

MovementView view_of(const core::Movement& movement) {
    return {name_of_enum(movement.kind), {movement.on_hand, movement.reserved, movement.safety, movement.unsellable}};
}

Sourcing sourcing_of(core::RoutingStatus status, core::RoutingMethod method, std::int64_t cost_micros,
                     std::int64_t lower_bound_micros) {
    return {name_of_enum(status), name_of_enum(method), cost_micros, lower_bound_micros};
}

std::optional<LevelView> level_in(const core::TenantState& state, const std::string& sku, const std::string& location) {
    const auto item = state.items.codes.find_committed(sku);
    const auto place = state.locations.codes.find_committed(location);
    if (!item || !place) return std::nullopt;
    const core::Level* level = state.levels.committed(*item).find(*place);
    if (level == nullptr) return std::nullopt;
    return LevelView{level->on_hand, level->reserved, level->safety, level->unsellable};
}

AvailabilityView availability_in(const core::TenantState& state, const std::string& sku, const std::string& channel) {
    AvailabilityView out;
    const auto item = state.items.codes.find_committed(sku);
    const auto from = state.channels.codes.find_committed(channel);
    if (!item || !from) return out;
    out.total = core::available_to_sell(state, *from, *item, core::FulfillmentMethod::ship);
    for (const core::LocationAvailability& place :
         core::available_by_location(state, *from, *item, core::FulfillmentMethod::ship)) {
        out.locations.emplace_back(state.locations.rows.committed(place.location).code, place.sellable);
    }
    return out;
}

core::CapacityDay capacity_in(const core::TenantState& state, const std::string& location, CivilDate day) {
    const auto place = state.locations.codes.find_committed(location);
    return place ? state.capacity.committed(*place).on(day) : core::CapacityDay{day, 0, 0};
}

std::string stand_in_hash(const std::string& key) {
    std::string out;
    for (const char c : key) out += "0123456789abcdef"[static_cast<unsigned char>(c) % 16];
    out.resize(64, '0');
    return out;
}

std::vector<std::pair<std::uint64_t, std::uint32_t>> open_returns_in(const core::TenantState& state,
                                                                     const std::string& location) {
    const auto place = state.locations.find(location);
    std::set<std::tuple<Instant, std::uint64_t, std::uint32_t>> sorted;
    for (const auto& [id, order] : state.working.orders) {
        for (const core::OrderReturn& made : order->returns) {
            if (made.is_open() && made.location == place) sorted.emplace(made.requested_at, id.raw(), made.number);
        }
    }
    std::vector<std::pair<std::uint64_t, std::uint32_t>> out;
    for (const auto& [at, order, number] : sorted) out.emplace_back(order, number);
    return out;
}

namespace {

WebhookView deliveries_of(const core::TenantState& state, const core::DeliveryProgress& progress) {
    WebhookView out;
    out.status = progress.failing_since.is_set() ? "failing" : "active";
    out.through = static_cast<std::int64_t>(progress.through.raw());
    out.behind = static_cast<std::int64_t>(state.head.raw()) - out.through;
    if (progress.failing_since.is_set()) out.failing_since = format_instant(progress.failing_since);
    out.failure = progress.failure;
    return out;
}

}  // namespace

std::optional<WebhookView> webhook_in(const core::TenantState& state, const std::string& code) {
    const auto ix = state.webhooks.codes.find_committed(code);
    if (!ix) return std::nullopt;
    const core::DeliveryProgress& progress = state.webhook_progress.committed(*ix);
    WebhookView out = deliveries_of(state, progress);
    out.ix = *ix;
    if (!state.webhooks.rows.committed(*ix).active) out.status = "inactive";
    if (progress.paused) out.status = "paused";
    return out;
}

WebhookView mail_in(const core::TenantState& state) {
    if (state.message_progress.committed_size() > 0) return deliveries_of(state, state.message_progress.committed(0));
    WebhookView none;
    none.status = "none";
    return none;
}

void add_mails(std::vector<std::string>& out, const core::TenantState& state, const std::string& locale,
               const core::Event& event, core::Sequence sequence) {
    for (const core::MessageIx ix : core::messages_of(event, sequence, locale, state)) {
        out.emplace_back(state.message_templates.codes.key(ix));
    }
}

void add_told(std::vector<ToldView>& out, const core::TenantState& state, const std::string& code,
              const core::Event& event) {
    const auto ix = state.webhooks.codes.find_committed(code);
    if (!ix || std::holds_alternative<core::WebhookProgressed>(event) ||
        std::holds_alternative<core::MessagesProgressed>(event)) {
        return;
    }
    const std::string type(core::type_of(event));
    const std::vector<std::string>& asked = state.webhooks.rows.committed(*ix).events;
    const bool is_asked = std::any_of(asked.begin(), asked.end(),
                                      [&](const std::string& one) { return one == core::all_events || one == type; });
    const auto rules = core::rules_that_call(code, event, state);
    if (!is_asked && rules.empty()) return;
    out.push_back({type, {rules.begin(), rules.end()}});
}

}  // namespace waybill::scenarios

#include "core/routing/routing_problem.hpp"

#include <algorithm>

#include "base/mutant.hpp"
#include "core/network/costs.hpp"
#include "core/network/working_day.hpp"

namespace waybill::core {
namespace {

/// What breaks ties (docs/domain/costs.md): a step of priority weighs more than any distance within a country.
constexpr std::int64_t priority_micros = 1'000;
constexpr std::int64_t metres_per_micro = 1'000;

constexpr std::uint32_t not_seen = UINT32_MAX;
constexpr std::uint32_t not_eligible = UINT32_MAX - 1;

/// Costs are kept so small that any plan's sum fits in int64. Only absurd configurations are touched by this.
constexpr std::int64_t plan_cost_max = std::int64_t{1} << 60;

struct Demand {
    ItemIx item;
    std::int64_t units;
};

/// Units wanted of every item that has stock of its own, ascending by item.
std::vector<Demand> demands_of(const RouteRequest& request) {
    std::vector<Demand> demands;
    for (const RouteLine& line : request.lines) {
        if (line.takes.empty()) demands.push_back({line.item, line.quantity});
        for (const KitTake& take : line.takes) demands.push_back({take.item, line.quantity * take.quantity});
    }
    std::sort(demands.begin(), demands.end(), [](const Demand& a, const Demand& b) { return a.item < b.item; });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < demands.size(); ++i) {
        if (kept > 0 && demands[kept - 1].item == demands[i].item) {
            demands[kept - 1].units += demands[i].units;
        } else {
            demands[kept++] = demands[i];
        }
    }
    demands.resize(kept);
    return demands;
}

class ProblemBuilder {
public:
    ProblemBuilder(const RouteRequest& request, const TenantState& state, const Context& context)
        : request_(request), state_(state), context_(context), node_(state.locations.size(), not_seen) {
        for (const RouteLine& line : request.lines) units_ += line.quantity;
    }

    void read_live() {
        for (const Demand& demand : demands_of(request_)) {
            RoutingInputs::ItemStock stock{demand.item, demand.units, {}};
            for (const Level& level : state_.levels_of(demand.item).levels) {
                std::int64_t units =
                    level.sellable() + (WAYBILL_MUTANT(safety_stock_sold) ? std::int64_t{level.safety} : 0);
                for (const RouteRequest::Freed& freed : request_.freed) {
                    if (freed.item == demand.item && freed.location == level.location) {
                        units += freed.units * (WAYBILL_MUTANT(freed_stock_counted_twice) ? 2 : 1);
                    }
                }
                if (units <= 0 || !eligible(level.location)) continue;
                stock.places.push_back({level.location, std::min(units, demand.units)});
            }
            out_.inputs.items.push_back(std::move(stock));
        }
        std::sort(out_.inputs.capacity.begin(), out_.inputs.capacity.end(),
                  [](const auto& a, const auto& b) { return a.location < b.location; });
    }

    void read_recorded(const RoutingInputs& recorded) {
        recorded_ = true;
        out_.inputs = recorded;
        for (const RoutingInputs::ItemStock& stock : recorded.items) {
            for (const RoutingInputs::Stock& place : stock.places) {
                if (place.location < node_.size()) (void)eligible(place.location);
            }
        }
    }

    void list_ineligible() {
        for (LocationIx location = 0; location < state_.locations.size(); ++location) {
            if (const auto reason = why_not(location)) {
                out_.ineligible.emplace_back(location, *reason);
            } else if (const auto* capacity = capacity_of(location); capacity != nullptr && capacity->units_left == 0) {
                out_.ineligible.emplace_back(location, Ineligible::capacity_full);
            }
        }
    }

    RoutingProblem build() {
        order_candidates();
        add_nodes();
        add_lines();
        add_pools_and_entries();
        sourcing::Problem& problem = out_.problem;
        problem.max_shipments = request_.policy.max_shipments;
        problem.ship_complete = request_.policy.ship_complete && !WAYBILL_MUTANT(ship_complete_ignored);
        problem.allow_line_split = request_.policy.allow_split;
        problem.backorder_fixed_cost = state_.tenant().backorder_fixed_micros;
        return std::move(out_);
    }

private:
    /// Reasons that follow from configuration and request alone.
    [[nodiscard]] std::optional<Ineligible> why_not(LocationIx ix) const {
        const Location& location = state_.locations[ix];
        if (!location.active && !WAYBILL_MUTANT(inactive_location_used)) return Ineligible::inactive;
        const auto& list = request_.policy.locations;
        const bool listed = list.empty() || std::binary_search(list.begin(), list.end(), ix);
        if (!listed && !WAYBILL_MUTANT(channel_places_ignored)) return Ineligible::not_on_channel;
        const bool excluded = std::binary_search(request_.excluded.begin(), request_.excluded.end(), ix);
        if (excluded && !WAYBILL_MUTANT(exclusion_ignored)) return Ineligible::excluded;
        switch (request_.method) {
            case FulfillmentMethod::ship:
                if (!location.capabilities.ship) return Ineligible::does_not_ship;
                break;
            case FulfillmentMethod::pickup:
                if (ix != request_.pickup_location) return Ineligible::not_the_pickup_location;
                break;
        }
        return std::nullopt;
    }

    /// Capacity of the day, where it binds: what was recorded, or what is left now.
    const RoutingInputs::Capacity* capacity_of(LocationIx ix) {
        auto& list = out_.inputs.capacity;
        const auto known = std::find_if(list.begin(), list.end(), [ix](const auto& c) { return c.location == ix; });
        if (known != list.end()) return &*known;
        if (recorded_) return nullptr;
        const CapacityTerms& terms = state_.locations[ix].capacity;
        if (!terms.orders_per_day && !terms.units_per_day) return nullptr;
        const CivilDate day = working_day_of(ix, state_, context_);
        const CapacityDay used = state_.capacity.read(ix).on(day);
        bool counted = false;
        std::int64_t held = 0;
        for (const RouteRequest::Held& hold : request_.held) {
            if (hold.location != ix || hold.day != day) continue;
            counted = true;
            held += hold.units;
        }
        std::int64_t left = units_;
        if (terms.units_per_day) {
            const std::int64_t more = WAYBILL_MUTANT(capacity_units_overbooked) ? 1 : 0;
            left = std::clamp(*terms.units_per_day - used.units + held + more, std::int64_t{0}, units_);
        }
        const std::int64_t spare = WAYBILL_MUTANT(capacity_orders_overbooked) ? 1 : 0;
        if (terms.orders_per_day && !counted && used.orders >= *terms.orders_per_day + spare) left = 0;
        if (left == units_) return nullptr;
        list.push_back({ix, left});
        return &list.back();
    }

    /// True when the place is a candidate; remembers the answer.
    bool eligible(LocationIx ix) {
        if (node_[ix] != not_seen) return node_[ix] != not_eligible;
        node_[ix] = not_eligible;
        if (why_not(ix)) return false;
        const RoutingInputs::Capacity* capacity = capacity_of(ix);
        if (capacity != nullptr && capacity->units_left == 0) return false;
        Candidate candidate;
        candidate.location = ix;
        candidate.units_left = capacity == nullptr ? -1 : capacity->units_left;
        candidate.capacity_day = working_day_of(ix, state_, context_);
        price(candidate);
        node_[ix] = static_cast<std::uint32_t>(out_.candidates.size());
        out_.candidates.push_back(candidate);
        return true;
    }

    void price(Candidate& candidate) const {
        const Location& location = state_.locations[candidate.location];
        std::int64_t distance = 0;
        if (request_.method == FulfillmentMethod::ship) {
            if (request_.point.is_set() && location.point.is_set()) {
                candidate.distance_m = distance_m(request_.point, location.point);
                distance = candidate.distance_m;
            } else {
                distance = location.address.country == request_.country ? unknown_distance_same_country_m
                                                                        : unknown_distance_abroad_m;
            }
        }
        const CostTerms& terms = costs_of(location, state_.tenant());
        if (request_.method == FulfillmentMethod::pickup) {
            candidate.per_unit_micros = terms.per_unit_micros;
            return;
        }
        const ShipmentCosts costs = shipment_costs(terms, distance);
        candidate.shipment_cost_micros = costs.per_shipment_micros;
        candidate.order_cost_micros =
            costs.per_order_micros + location.priority * priority_micros + distance / metres_per_micro;
        candidate.per_unit_micros = costs.per_unit_micros;
        candidate.per_kg_micros = costs.per_kg_micros;
    }

    void order_candidates() {
        std::sort(out_.candidates.begin(), out_.candidates.end(),
                  [](const Candidate& a, const Candidate& b) { return a.location < b.location; });
        for (std::uint32_t n = 0; n < out_.candidates.size(); ++n) node_[out_.candidates[n].location] = n;
    }

    void add_nodes() {
        for (const Candidate& candidate : out_.candidates) {
            sourcing::Node node;
            node.shipment_cost = WAYBILL_MUTANT(parcel_cost_forgotten) ? 0 : candidate.shipment_cost_micros;
            node.node_cost = candidate.order_cost_micros;
            if (candidate.units_left >= 0) node.capacity_units = candidate.units_left;
            out_.problem.nodes.push_back(std::move(node));
        }
    }

    void add_lines() {
        const std::int64_t per_unit_max = plan_cost_max / std::max<std::int64_t>(units_, 1);
        for (const RouteLine& wanted : request_.lines) {
            sourcing::Line line;
            line.quantity = wanted.quantity;
            line.unit_weight_g = state_.items[wanted.item].weight_g;
            line.short_cost = std::min(state_.tenant().short_per_unit_micros, per_unit_max);
            line.ship_alone = state_.items[wanted.item].ship_alone && !WAYBILL_MUTANT(ship_alone_ignored);
            out_.problem.lines.push_back(line);
        }
    }

    [[nodiscard]] std::int64_t weight_of(const RouteLine& line) const {
        std::int64_t weight = state_.items[line.item].weight_g;
        if (weight != 0) return weight;
        for (const KitTake& take : line.takes) weight += state_.items[take.item].weight_g * take.quantity;
        return weight;
    }

    [[nodiscard]] std::int64_t unit_cost(const Candidate& candidate, std::int64_t weight_g) const {
        const std::int64_t per_unit_max = plan_cost_max / std::max<std::int64_t>(units_, 1);
        const auto freight = mul_div(candidate.per_kg_micros, weight_g, 1'000, Rounding::half_even);
        // Each part alone is cut first: their sum then fits whatever the freight was.
        const std::int64_t freight_cut = std::min(freight.value_or(per_unit_max), per_unit_max);
        return std::min(candidate.per_unit_micros + freight_cut, per_unit_max);
    }

    [[nodiscard]] std::size_t stock_index(ItemIx item) const {
        const auto at =
            std::lower_bound(out_.inputs.items.begin(), out_.inputs.items.end(), item,
                             [](const RoutingInputs::ItemStock& stock, ItemIx key) { return stock.item < key; });
        WAYBILL_ASSERT(at != out_.inputs.items.end() && at->item == item);
        return static_cast<std::size_t>(at - out_.inputs.items.begin());
    }

    void add_pools_and_entries() {
        // Pools of one item are consecutive, in the order of its places.
        std::vector<std::uint32_t> first_pool;
        for (const RoutingInputs::ItemStock& stock : out_.inputs.items) {
            first_pool.push_back(static_cast<std::uint32_t>(out_.problem.pools.size()));
            for (const RoutingInputs::Stock& place : stock.places) {
                out_.problem.pools.push_back({place.units * (WAYBILL_MUTANT(pool_counted_twice) ? 2 : 1)});
            }
        }
        for (std::uint32_t l = 0; l < request_.lines.size(); ++l) {
            const RouteLine& wanted = request_.lines[l];
            const std::int64_t weight = weight_of(wanted);
            const ItemIx lead = wanted.takes.empty() ? wanted.item : wanted.takes.front().item;
            const std::size_t at = stock_index(lead);
            const auto& places = out_.inputs.items[at].places;
            for (std::uint32_t p = 0; p < places.size(); ++p) {
                add_entry(l, wanted.takes, weight, places[p].location, first_pool[at] + p, first_pool);
            }
        }
    }

    void add_entry(std::uint32_t line, const std::vector<KitTake>& kit, std::int64_t weight, LocationIx location,
                   std::uint32_t lead_pool, const std::vector<std::uint32_t>& first_pool) {
        sourcing::Problem& problem = out_.problem;
        const std::uint32_t node = node_[location];
        const auto takes_from = static_cast<std::uint32_t>(problem.takes.size());
        if (kit.empty()) {
            problem.takes.push_back({lead_pool, 1});
        } else {
            for (const KitTake& take : kit) {
                const std::size_t at = stock_index(take.item);
                const auto& places = out_.inputs.items[at].places;
                const auto place = std::lower_bound(
                    places.begin(), places.end(), location,
                    [](const RoutingInputs::Stock& stock, LocationIx key) { return stock.location < key; });
                if (place == places.end() || place->location != location || place->units < take.quantity) {
                    problem.takes.resize(takes_from);
                    return;
                }
                const auto offset = static_cast<std::uint32_t>(place - places.begin());
                problem.takes.push_back({first_pool[at] + offset, take.quantity});
            }
        }
        problem.entries.push_back({line, node, unit_cost(out_.candidates[node], weight), takes_from,
                                   static_cast<std::uint32_t>(problem.takes.size())});
    }

    const RouteRequest& request_;
    const TenantState& state_;
    const Context& context_;
    std::vector<std::uint32_t> node_;  // by location: node index, not_seen or not_eligible
    std::int64_t units_ = 0;
    bool recorded_ = false;
    RoutingProblem out_;
};

}  // namespace

CivilDate working_day_of(LocationIx location, const TenantState& state, const Context& context) {
    if (context.working_days != nullptr && location < context.working_days->size()) {
        return (*context.working_days)[location];
    }
    return working_day(context.now, state.locations[location], *context.zones);
}

RoutingProblem build_problem(const RouteRequest& request, const TenantState& state, const Context& context,
                             ListIneligible list) {
    ProblemBuilder builder(request, state, context);
    builder.read_live();
    if (list == ListIneligible::yes) builder.list_ineligible();
    return builder.build();
}

RoutingProblem build_problem(const RouteRequest& request, const RoutingInputs& recorded, const TenantState& state,
                             const Context& context, ListIneligible list) {
    ProblemBuilder builder(request, state, context);
    builder.read_recorded(recorded);
    if (list == ListIneligible::yes) builder.list_ineligible();
    return builder.build();
}

}  // namespace waybill::core

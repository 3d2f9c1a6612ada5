#pragma once
// Contrast: the smallest single change at a place that a decision did not use which would make it use that place: more
// units of an item, a cheaper shipment, room in the day's capacity (docs/domain/sourcing.md, "Contrast").
//
// Nothing is reckoned and told unseen: each change was put into what the decision read, the decision was run again with
// it and did use the place, and with one unit fewer it did not. What this finds depends on the decision alone; it
// never looks at a clock, and what it may cost is counted in work units.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/routing/route.hpp"
#include "core/routing/routing_problem.hpp"

namespace waybill::core {

/// Each member alone is enough; what a member holds goes together.
struct Contrast {
    struct Units {
        ItemIx item = 0;
        std::int64_t units = 0;
        bool operator==(const Units&) const = default;
    };
    std::vector<Units> units;  ///< so many more to sell at the place, of several items only where one is not enough
    /// The place is used at any price of a shipment below this one, all else as it is; least cost only.
    std::optional<std::int64_t> shipment_under_micros;
    /// So many units and orders more than the day has room for, together.
    std::int64_t capacity_units = 0;
    std::int64_t capacity_orders = 0;

    [[nodiscard]] bool empty() const {
        return units.empty() && !shipment_under_micros && capacity_units == 0 && capacity_orders == 0;
    }
    bool operator==(const Contrast&) const = default;
};

/// A decision that was run again, and what else was or would have been tried.
struct DecidedRoute {
    const RouteRequest& request;  ///< with the strategy and the filters that decided
    const RoutingProblem& built;
    const sourcing::Plan& plan;
    std::uint32_t relaxed = 0;
    std::uint32_t strategy = 0;               ///< as RoutingTrace has it
    std::span<const StrategyChoice> choices;  ///< all that may be tried; empty: only what `request` says
};

/// Whether the state has the stock and the capacity that the decision read, or the inputs are all that is known of it.
enum class StockKnown : std::uint8_t { recorded, live };

class ContrastFinder {
public:
    /// Everything given has to outlive it.
    ContrastFinder(const DecidedRoute& decided, StockKnown known, const TenantState& state, const Context& context,
                   std::uint64_t work_max);

    /// Of a candidate that was not chosen; `loses_by` as ExplainedCandidate has it.
    [[nodiscard]] Contrast of_candidate(LocationIx place, std::optional<std::int64_t> loses_by);
    /// Of a place that has none of the items and may serve the order.
    [[nodiscard]] Contrast without_stock(LocationIx place);
    /// Of a place that has no capacity left. Nothing where only the inputs are known: they do not have its stock.
    [[nodiscard]] Contrast without_capacity(LocationIx place);

    /// Adds units of several items to the contrast of a place, where one item was not enough. Dear, so for all places
    /// after all else.
    void add_several(LocationIx place, Contrast& out);

    /// Something was left out because it would have taken more than work_max.
    [[nodiscard]] bool cut_short() const { return cut_short_; }

private:
    /// More units at the place: how many at most help, and how many are missing before the first one counts.
    struct Room {
        ItemIx item = 0;
        std::int64_t most = 0;
        std::int64_t missing = 0;
    };

    [[nodiscard]] std::int64_t units_now(ItemIx item, LocationIx place) const;
    [[nodiscard]] std::vector<Room> rooms_at(LocationIx place) const;
    void find_units(LocationIx place, Contrast& out);
    static void tell_units(const std::vector<Room>& rooms, const std::vector<std::int64_t>& units, Contrast& out);
    [[nodiscard]] std::vector<std::int64_t> of_one_item(LocationIx place, const std::vector<Room>& rooms);
    [[nodiscard]] std::vector<std::int64_t> of_several(LocationIx place, const std::vector<Room>& rooms);
    [[nodiscard]] bool uses_with(LocationIx place, const std::vector<Room>& rooms,
                                 const std::vector<std::int64_t>& units);
    void find_price(LocationIx place, std::optional<std::int64_t> loses_by, Contrast& out);
    void find_capacity(LocationIx place, Contrast& out);
    [[nodiscard]] std::int64_t capacity_that_does(LocationIx place, RoutingInputs& inputs);

    template <class Does>
    [[nodiscard]] std::int64_t smallest(std::int64_t most, Does does);
    [[nodiscard]] bool uses(LocationIx place, const RoutingInputs& inputs);
    [[nodiscard]] std::uint64_t look_up_work(std::size_t looks) const;
    [[nodiscard]] bool may_spend();
    [[nodiscard]] bool decides(const sourcing::Plan& plan) const;
    [[nodiscard]] bool reads(Criterion criterion) const;
    [[nodiscard]] bool reads_capacity() const;
    [[nodiscard]] bool reads_demand() const;
    void set_standing(LocationIx place, std::int64_t more_units, RoutingInputs& inputs) const;

    DecidedRoute decided_;
    StockKnown known_;
    const TenantState& state_;
    const Context& context_;
    std::uint64_t work_max_;
    std::uint64_t work_ = 0;
    bool cut_short_ = false;
    std::vector<LocationIx> takes_several_;  ///< places that more of all items help, and of no single one
    bool alone_ = true;                      ///< no other attempt than the one that decided could decide
    bool first_ = true;                      ///< no attempt came before it
    bool part_values_ = false;               ///< an attempt may judge plans by the worth of their parts
    std::int64_t short_ = 0;                 ///< units short in the decision
};

}  // namespace waybill::core

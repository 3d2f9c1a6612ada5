#pragma once
// The facts of one order, read where they stand: nothing is copied, and what has to be worked out (totals, weights) is
// worked out when it is first asked for. Valid as long as the order and the state are.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/automation/order_model.hpp"
#include "core/decide.hpp"
#include "core/order/order.hpp"
#include "core/rules/facts.hpp"

namespace waybill::core {

/// The location that a filter looks at.
struct LocationInSight {
    LocationIx location = no_index;
    std::int64_t distance_m = -1;  ///< -1: unknown
};

/// Where the units of an order are reserved or have left from.
struct PlacesOfOrder {
    std::size_t count = 0;
    std::array<bool, location_kinds> kinds{};
};

class OrderFacts final : public rules::Facts {
public:
    /// `tags` stand for those of the order, so that facts can be told as they were before rules added some.
    OrderFacts(const Order& order, const std::vector<std::string>& tags, const TenantState& state,
               const Context& context)
        : order_(order), tags_(tags), state_(state), context_(context) {}

    void look_at(LocationInSight location) { location_ = location; }
    /// What each line could have, as available_by_line has it. REQUIRES: given before a condition reads it.
    void know_available(const std::vector<std::int64_t>& by_line) { available_ = by_line; }

    [[nodiscard]] rules::Value get(rules::RecordRef record, std::uint16_t field,
                                   rules::Scratch& scratch) const override;

private:
    [[nodiscard]] rules::Value order_fact(OrderFact fact, rules::Scratch& scratch) const;
    [[nodiscard]] rules::Value hold_codes(rules::Scratch& scratch) const;
    [[nodiscard]] rules::Value exception_kinds(rules::Scratch& scratch) const;
    [[nodiscard]] rules::Value place_kinds(rules::Scratch& scratch) const;
    [[nodiscard]] rules::Value return_reasons(rules::Scratch& scratch) const;
    [[nodiscard]] rules::Value line_fact(const OrderLine& line, LineFact fact) const;
    [[nodiscard]] rules::Value ship_to_fact(ShipToFact fact) const;
    [[nodiscard]] rules::Value now_fact(NowFact fact, rules::Scratch& scratch) const;
    [[nodiscard]] rules::Value location_fact(LocationFact fact, rules::Scratch& scratch) const;
    [[nodiscard]] rules::Value money(std::int64_t minor) const;
    [[nodiscard]] std::int64_t weight_g(const OrderLine& line) const;

    const Order& order_;
    const std::vector<std::string>& tags_;
    const TenantState& state_;
    const Context& context_;
    LocationInSight location_;
    std::vector<std::int64_t> available_;  ///< by line; empty: no condition of the rule set reads it

    /// What takes a look at every line is worked out once, however many conditions ask.
    [[nodiscard]] const OrderTotals& totals() const;
    [[nodiscard]] const OrderUnits& units() const;
    [[nodiscard]] const PlacesOfOrder& places() const;
    mutable std::optional<OrderTotals> totals_;
    mutable std::optional<OrderUnits> units_;
    mutable std::optional<PlacesOfOrder> places_;
    mutable std::optional<OrderStatus> status_;
    mutable std::optional<std::int64_t> ordered_units_;
    mutable std::optional<std::int64_t> weight_g_;
};

}  // namespace waybill::core

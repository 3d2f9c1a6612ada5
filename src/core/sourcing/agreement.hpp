#pragma once
// The third relaxation, for carriers that charge by weight: lines and sources both decide exactly, each for itself, and
// every number of units that an item could send has a price of its own, which the line pays and the source receives.
//
// bound = what the lines spend + what the sources spend beyond what they receive - what limits are worth. A plan is one
// decision of all of them in which both sides of every item agree, so that its prices cancel: no plan costs less,
// whatever the prices are. Where payments (payments.hpp) see a straight line below the steps of a carrier, a source
// here finds its cheapest load step by step, by a table over the weight so far.
//
// Prices move by *passing*: a side that finds a number of units dearer than its best answer can give that difference to
// the other side without getting any cheaper itself. The bound never falls, and rises wherever the sides disagree.
//
// Weight is counted in grains, rounded down for each item, so that a table stays short: what fits still fits, and the
// bound is only weaker for it. Left out, as with payments: shared pools.

#include <cstdint>
#include <vector>

#include "core/sourcing/chain.hpp"
#include "core/sourcing/payments.hpp"

namespace waybill::sourcing {

struct AgreementMemory {
    std::vector<std::uint32_t> from;        ///< of each item: its first price in Payments::table
    std::vector<std::int64_t> line_regret;  ///< like the prices: how much dearer the line is with so many units
    std::vector<std::int64_t> units;
    std::vector<std::int64_t> source_value;
    Chain chain;
};

/// Whether prices for each number of units are few enough, and sums of them sure to fit.
[[nodiscard]] bool can_agree(const Model& model);

/// Prices per number of units at which nobody spends less than at `payments`, into `payments.table`.
void price_units(const Model& model, const Domain& domain, AgreementMemory& memory, Payments& payments);

/// Passes differences from lines to sources and back once. Returns the bound, as it was before the way back;
/// `lift_max` is the most that one number of units is made dearer by.
[[nodiscard]] std::int64_t pass_differences(const Model& model, const Domain& domain, std::int64_t lift_max,
                                            AgreementMemory& memory, Payments& payments);

/// The bound, what the lines would do, and how much the bound rises when something is ruled out or enforced; numbers of
/// units that cost more than what is missing to `target` are ruled out.
void list_agreed_regrets(const Model& model, const Domain& domain, const Payments& payments, std::int64_t target,
                         AgreementMemory& memory, LineAnswers& answers, Regrets& out);

}  // namespace waybill::sourcing

#pragma once
// The second relaxation: lines decide alone. The fixed costs of a source are divided among its lines as *payments*;
// each line then finds its own cheapest sources exactly, by a table over the units served so far, and pays its share of
// each source that it uses.
//
// bound = what the lines spend + what is paid for certain - the rents of limited capacities. As long as the payments to
// a source are at most its fixed costs no plan costs less, whatever they are. Because every line is solved in whole
// units with its fixed shares, the bound sees what prices (relax.hpp) can not: that 20 units from places with six each
// need four of them, not three and a third. Good payments come from subgradient steps: they move to where sources
// are used.
//
// Carrier prices by weight count as a straight line below their steps: a part for the shipment, a part for each gram.
// Left out here, and only weaker for it: shared pools.

#include <cstdint>
#include <vector>

#include "core/sourcing/line_table.hpp"
#include "core/sourcing/relax.hpp"

namespace waybill::sourcing {

/// What lines pay for, all scaled and at least 0.
struct Payments {
    std::vector<std::int64_t> item;      ///< once, when the item sends anything
    std::vector<std::int64_t> shortage;  ///< once for each line, when any of it is short
    std::vector<std::int64_t> rent;      ///< of each source: per unit, where its capacity is limited
    std::vector<std::int64_t> berth;     ///< of each source: per shipment, where it can make only some
    std::vector<std::int64_t> slope;     ///< of each item: freight of a gram beyond the fixed part of its shipment
    std::vector<std::int64_t> table;     ///< of each item and number of units, where lines and sources agree by them
    std::int64_t shipment = 0;           ///< per shipment, with a shipment limit
};

/// A part of the search space: choices of sources, and how many units each item may send.
struct Domain {
    Region region;
    std::vector<std::int64_t> least;
    std::vector<std::int64_t> most;
};

/// What the lines would do at some payments.
struct LineAnswers {
    std::int64_t bound = 0;             ///< scaled; `unreachable` when a line can not be served in the domain
    std::vector<std::int64_t> amounts;  ///< units of each item
    std::vector<std::int64_t> short_units;
    std::vector<std::int64_t> value;  ///< of each line
    std::uint64_t work = 0;           ///< added to by every call
};

/// How much the bound rises when something is ruled out or enforced.
struct Regrets {
    std::vector<std::int64_t> unused;  ///< of each item: nothing from it
    std::vector<std::int64_t> used;    ///< of each item: at least one unit from it
    std::vector<std::int64_t> least;   ///< of each item: fewest units whose regret is within the limit asked for
    std::vector<std::int64_t> most;    ///< of each item: most such units
    std::vector<std::int64_t> opened;  ///< of each source
    std::vector<std::int64_t> closed;  ///< of each source
    std::int64_t shortage_opened = 0;
    std::int64_t shortage_closed = 0;
};

struct PaymentMemory {
    LineMemory line;
    std::vector<Way> ways;
    std::vector<WayRegret> way_regrets;
    std::vector<std::int64_t> direction;  ///< of the last steps: per item, line, source twice, and for shipments
};

/// Payments that reproduce the bound of `prices`, as far as they fit the fixed costs.
void pay_by_prices(const Model& model, const Domain& domain, const Prices& prices, Payments& payments);

/// Lowers payments until no source and no shortage is paid more than it costs.
void fit_payments(const Model& model, const Domain& domain, Payments& payments);

/// What all lines do, and the bound.
void answer_lines(const Model& model, const Domain& domain, const Payments& payments, PaymentMemory& memory,
                  LineAnswers& out);

/// The regrets at `payments`, whose bound and line values are in `answers`; units of more than `limit` are ruled out.
void list_regrets(const Model& model, const Domain& domain, const Payments& payments, std::int64_t limit,
                  PaymentMemory& memory, LineAnswers& answers, Regrets& out);

/// Moves the payments one step towards a higher bound; `distance` is how far the bound is thought to be from the best.
void move_payments(const Model& model, const Domain& domain, const LineAnswers& at, std::int64_t distance,
                   PaymentMemory& memory, Payments& payments);

/// The model with nothing but what the domain still allows, least units aside; `origin` says which item each was.
void narrow_model(const Model& model, const Domain& domain, Model& narrowed, std::vector<std::uint32_t>& origin);

}  // namespace waybill::sourcing

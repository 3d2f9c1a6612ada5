#pragma once
// A chain of decisions, one number of units for each link, solved exactly by a table over what was loaded so far. Both
// sides of an agreement (agreement.hpp) are chains: a line over its sources, loading units, and a source over its
// items, loading weight.
//
// A state is 0 (nothing yet), 1 (something, but no load), or 2 + k (a load of k grains).

#include <cstdint>
#include <vector>

namespace waybill::sourcing {

/// Dearer than anything that can be had; sums of three are sure to fit.
inline constexpr std::int64_t chain_far = INT64_MAX / 8;
inline constexpr std::size_t load_states = 2;

enum class LinkKind : std::uint8_t {
    load,   ///< units add their grains
    alone,  ///< units add nothing, whatever is loaded
    once,   ///< at most one such link of the chain has units
};

/// Numbers of units from `least` to `most`; their costs and grains start at `first`.
struct Link {
    std::uint32_t item = 0;
    std::uint32_t first = 0;
    std::int64_t least = 0;
    std::int64_t most = 0;
    LinkKind kind = LinkKind::load;
};

struct Chain {
    std::vector<Link> links;
    std::vector<std::int64_t> cost;               ///< of each number of units, from 0, of each link
    std::vector<std::int64_t> load;               ///< likewise: grains
    std::vector<std::int64_t> price;              ///< of each last state
    std::vector<std::int64_t> forward, backward;  ///< a row of states for each link and one more
    std::vector<std::int64_t> marginal;           ///< of the numbers of units of one link
    std::uint64_t work = 0;                       ///< added to by every call

    void clear();
    /// Adds a link whose costs and grains, for 0 to `most` units, are filled in by the caller.
    Link& add(std::uint32_t item, std::int64_t least, std::int64_t most, LinkKind kind);
};

/// Fills the backward table. Returns the least cost of the chain; `chain_far` when there is no way through.
[[nodiscard]] std::int64_t solve_chain(Chain& chain);

/// After solve_chain: fills the forward row behind link k from the one before it (row 0 is where the chain starts).
void start_chain(Chain& chain);
void follow_link(Chain& chain, std::size_t k);

/// After solve_chain and with the forward row before link k: the least cost of the chain with each number of units of
/// that link, in `chain.marginal`.
void list_marginals(Chain& chain, std::size_t k);

/// After solve_chain: the units of each link in a cheapest way through, the first of them.
void trace_chain(const Chain& chain, std::vector<std::int64_t>& units);

}  // namespace waybill::sourcing

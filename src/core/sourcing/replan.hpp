#pragma once
// Good plans line by line: each line in turn is served anew, exactly, by what the other lines leave of capacities and
// supply, at what its sources cost on top of what is open already. Nothing here proves anything.

#include "core/sourcing/construct.hpp"
#include "core/sourcing/payments.hpp"

namespace waybill::sourcing {

/// Memory of the replanning, reused.
struct ReplanMemory {
    struct Load {
        std::int64_t units = 0;
        std::int64_t weight = 0;   ///< of the shipment that travels together
        std::int64_t regular = 0;  ///< lines in it
        std::int64_t alone = 0;    ///< shipments of lines alone
    };
    LineMemory line;
    std::vector<Way> ways;
    std::vector<Load> loads;
    std::vector<std::int64_t> amounts, pool_left, missing, saved;
    std::vector<std::uint8_t> banned;  ///< sources that may not be used
    std::vector<std::uint32_t> order;
};

/// Builds a plan from what the lines would do at `payments`, lines with little choice first, and improves it for about
/// `work_max`. Keeps it when it is better than `incumbent`.
void replan(const Model& model, const Domain& domain, const Payments& payments, std::uint64_t work_max,
            ReplanMemory& memory, ConstructMemory& construct, Incumbent& incumbent);

/// Serves the lines of the incumbent anew, and then without each of its sources, until nothing helps or `work_max` is
/// spent.
void polish(const Model& model, std::uint64_t work_max, ReplanMemory& memory, ConstructMemory& construct,
            Incumbent& incumbent);

}  // namespace waybill::sourcing

#pragma once
// LocationFilters: which locations a merchant's rules keep out of a decision, as routing asks for it. Hard filters keep
// a location out whatever follows; soft ones only while the order can be sourced completely without it: routing relaxes
// them from the last to the first until nothing is short.
//
// An answer follows from configuration, the request and the facts given, never from stock or capacity: a recorded
// decision is run again without asking about the locations that it used.

#include <cstdint>
#include <optional>

#include "core/ids.hpp"

namespace waybill::core {

/// What a filter may look at beside the configuration of the location and the order.
struct CandidateFacts {
    std::int64_t distance_m = -1;  ///< from the location to where the order goes; -1: unknown, or a pick-up
    bool same_country = false;     ///< as the order's destination
};

struct FilterVerdict {
    std::uint16_t filter = 0;  ///< index of the filter that refuses, in the order in which they are configured
    bool hard = true;
};

class LocationFilters {
public:
    virtual ~LocationFilters() = default;

    /// The first filter in force that refuses the location, a hard one where both kinds do; nullopt: none does. The
    /// last `relaxed` soft filters are not in force. Asked once for each location with stock and each attempt.
    [[nodiscard]] virtual std::optional<FilterVerdict> refuses(LocationIx location, const CandidateFacts& facts,
                                                               std::uint32_t relaxed) const = 0;

    /// How many soft filters can be relaxed.
    [[nodiscard]] virtual std::uint32_t soft_filters() const = 0;
};

}  // namespace waybill::core

#pragma once
// Stretches of an index that answer a query for fulfillment orders, each in the order of the list; merged they are the
// answer. One statement over all of them would have to sort what it finds.

#include <optional>
#include <vector>

#include "engine/store.hpp"

namespace waybill::storage {

struct FulfillmentWalk {
    std::optional<core::LocationIx> location;  ///< none: all of the query
    bool is_open = true;
};

/// Of more locations than this all rows are looked at.
inline constexpr std::size_t fulfillment_locations_walked = 16;

[[nodiscard]] inline std::vector<FulfillmentWalk> walks_of(const engine::FulfillmentQuery& query) {
    std::vector<std::optional<core::LocationIx>> locations;
    if (query.locations.size() <= fulfillment_locations_walked) {
        locations.assign(query.locations.begin(), query.locations.end());
    }
    if (locations.empty()) locations.emplace_back();
    std::vector<FulfillmentWalk> out;
    for (const auto& location : locations) {
        for (const bool is_open : {true, false}) {
            if (query.is_open.value_or(is_open) == is_open) out.push_back({location, is_open});
        }
    }
    return out;
}

}  // namespace waybill::storage

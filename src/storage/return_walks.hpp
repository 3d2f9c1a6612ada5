#pragma once
// Stretches of an index that answer a query for returns, each in the order of the list; merged they are the answer.
// One statement over all of them would have to sort what it finds.

#include <optional>
#include <vector>

#include "engine/store.hpp"

namespace waybill::storage {

struct ReturnWalk {
    std::optional<core::LocationIx> location;  ///< no_index: those expected anywhere; none: all of the query
    std::optional<bool> is_open;               ///< none: the status says it
};

/// Of more locations than this all rows are looked at.
inline constexpr std::size_t return_locations_walked = 16;

[[nodiscard]] inline std::vector<ReturnWalk> walks_of(const engine::ReturnQuery& query) {
    std::vector<std::optional<core::LocationIx>> locations;
    if (query.locations.size() <= return_locations_walked) {
        locations.assign(query.locations.begin(), query.locations.end());
        if (query.with_anywhere) locations.emplace_back(core::no_index);
    }
    if (locations.empty()) locations.emplace_back();
    std::vector<ReturnWalk> out;
    for (const auto& location : locations) {
        if (query.status) {
            out.push_back({location, std::nullopt});
            continue;
        }
        for (const bool is_open : {true, false}) {
            if (query.is_open.value_or(is_open) == is_open) out.push_back({location, is_open});
        }
    }
    return out;
}

}  // namespace waybill::storage

#pragma once
// What tests of filters share: filters that are lists of locations.

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/routing/location_filters.hpp"

namespace waybill::core::testing {

/// Each filter refuses a set of locations.
class ListedFilters : public LocationFilters {
public:
    struct Filter {
        std::vector<LocationIx> refused;
        bool hard = true;
    };
    explicit ListedFilters(std::vector<Filter> filters) : filters_(std::move(filters)) {}

    [[nodiscard]] std::optional<FilterVerdict> refuses(LocationIx location, const CandidateFacts& facts,
                                                       std::uint32_t relaxed) const override {
        ++asked[location];
        last = facts;
        for (const bool hard : {true, false}) {
            std::uint32_t soft = 0;
            for (std::size_t f = 0; f < filters_.size(); ++f) {
                if (filters_[f].hard != hard) continue;
                if (!hard && ++soft + relaxed > soft_filters()) continue;
                const auto& list = filters_[f].refused;
                if (std::find(list.begin(), list.end(), location) == list.end()) continue;
                return FilterVerdict{static_cast<std::uint16_t>(f), hard};
            }
        }
        return std::nullopt;
    }
    [[nodiscard]] std::uint32_t soft_filters() const override {
        std::uint32_t soft = 0;
        for (const Filter& filter : filters_) soft += filter.hard ? 0U : 1U;
        return soft;
    }

    mutable std::map<LocationIx, int> asked;
    mutable CandidateFacts last;

private:
    std::vector<Filter> filters_;
};

}  // namespace waybill::core::testing

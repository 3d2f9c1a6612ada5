#pragma once
// Demand: how fast a location sells an item, and by how much it sells it down. Merchants reckon both elsewhere and
// bring them; routing reads them where a strategy ranks by `weeks_of_supply` or `markdown` (docs/domain/sourcing.md).

#include <boost/describe.hpp>
#include <cstdint>
#include <vector>

#include "core/ids.hpp"

namespace waybill::core {

/// Of one item at one location. Rows of zeros are not kept: nothing is known there.
struct DemandRate {
    LocationIx location = 0;
    std::int64_t weekly_milliunits = 0;  ///< rate of sale: thousandths of a base unit a week
    std::int32_t markdown_bp = 0;        ///< hundredths of a percent that the price is down
    [[nodiscard]] bool is_zero() const { return weekly_milliunits == 0 && markdown_bp == 0; }
    bool operator==(const DemandRate&) const = default;
};
BOOST_DESCRIBE_STRUCT(DemandRate, (), (location, weekly_milliunits, markdown_bp))

/// All rates of one item, ascending by location.
struct ItemDemand {
    std::vector<DemandRate> rates;
    std::uint64_t version = 0;  ///< sequence of the event that last changed it

    [[nodiscard]] const DemandRate* find(LocationIx location) const;
    /// Takes the row in, in place of the one for its location; a row of zeros only takes that one away.
    void put(const DemandRate& rate);
    bool operator==(const ItemDemand&) const = default;
};
BOOST_DESCRIBE_STRUCT(ItemDemand, (), (rates, version))

}  // namespace waybill::core

#pragma once
// Capacity used: how many orders and units have been given to a location for one of its working days. Taken in the same
// decision as stock, given back on cancel.

#include <boost/describe.hpp>
#include <cstdint>
#include <vector>

#include "base/instant.hpp"

namespace waybill::core {

struct CapacityDay {
    CivilDate day;
    std::int64_t orders = 0;
    std::int64_t units = 0;
    bool operator==(const CapacityDay&) const = default;
};
BOOST_DESCRIBE_STRUCT(CapacityDay, (), (day, orders, units))

/// The days of one location that have any use, ascending. Old days are kept: they are small, and replay needs them.
struct CapacityBook {
    std::vector<CapacityDay> days;
    [[nodiscard]] CapacityDay on(CivilDate day) const;
    CapacityDay& at(CivilDate day);
};

}  // namespace waybill::core

#pragma once
// Availability as JSON.

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::api {

struct LocationAvailabilityOutput {
    static constexpr std::string_view schema_name = "LocationAvailability";
    std::string location;
    std::int64_t sellable = 0;
};
BOOST_DESCRIBE_STRUCT(LocationAvailabilityOutput, (), (location, sellable))

struct AvailabilityOutput {
    static constexpr std::string_view schema_name = "Availability";
    std::string sku;
    std::string channel;
    std::int64_t available_to_sell = 0;
    std::vector<LocationAvailabilityOutput> locations;
};
BOOST_DESCRIBE_STRUCT(AvailabilityOutput, (), (sku, channel, available_to_sell, locations))

}  // namespace waybill::api

#include "tests/scenarios/zones.hpp"

#include "zones/load_zones.hpp"

namespace waybill::scenarios {

const std::vector<core::ZoneRules>& test_zones() {
    static const std::vector<core::ZoneRules> zones = zones::load_zones().value();
    return zones;
}

}  // namespace waybill::scenarios

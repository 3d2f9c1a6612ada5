#pragma once
// The settings of a tenant: one merchant or brand.

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/currency.hpp"
#include "core/network/location.hpp"

namespace waybill::core {

struct TenantSettings {
    std::string name;
    Currency currency;
    std::optional<CostTerms> costs;  ///< for locations without their own; none: the documented defaults
    std::int64_t short_per_unit_micros = 1'000'000'000;  ///< what a unit left unsourced counts in a routing decision
    std::int64_t backorder_fixed_micros = 0;
    std::string gs1_company_prefix;  ///< digits; empty: Waybill gives parcels no SSCC
    std::uint64_t version = 0;
    bool operator==(const TenantSettings&) const = default;
};
BOOST_DESCRIBE_STRUCT(TenantSettings, (),
                      (name, currency, costs, short_per_unit_micros, backorder_fixed_micros, gs1_company_prefix,
                       version))

/// The centre of a postcode area: where orders are measured from that come without coordinates. The longest prefix that
/// matches counts; an empty prefix stands for the whole country.
struct PostcodeArea {
    std::string country;
    std::string prefix;
    GeoPoint point;
    bool operator==(const PostcodeArea&) const = default;
};
BOOST_DESCRIBE_STRUCT(PostcodeArea, (), (country, prefix, point))

}  // namespace waybill::core

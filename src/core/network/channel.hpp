#pragma once
// Channel: where orders come from, and what its orders may ask of the network.

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/network/location.hpp"
#include "core/returns/return_policy.hpp"

namespace waybill::core {

enum class ChannelKind : std::uint8_t { web, marketplace, pos, b2b, edi, other };
BOOST_DESCRIBE_ENUM(ChannelKind, web, marketplace, pos, b2b, edi, other)

/// What happens to units that no place can supply now.
enum class OnShortage : std::uint8_t {
    backorder,  ///< the order is taken, the units wait
    cancel,     ///< the order is taken, the units are cancelled
    reject,     ///< the whole order is refused
    wait,       ///< the order is taken, and all of it waits until there is supply for all of it
};
BOOST_DESCRIBE_ENUM(OnShortage, backorder, cancel, reject, wait)

struct RoutingPolicy {
    bool allow_split = true;     ///< a line may come from several places
    bool ship_complete = false;  ///< all of the order or nothing of it
    std::optional<std::int64_t> max_shipments;
    OnShortage on_shortage = OnShortage::backorder;
    std::vector<LocationIx> locations;            ///< only these may serve; empty: all
    std::vector<LocationKind> forbidden_kinds;    ///< set by rules, ascending; of an order, never of a channel
    std::vector<LocationIx> forbidden_locations;  ///< set by rules, ascending; of an order, never of a channel
    /// Set by rules, ascending, of an order, never of a channel: only locations of these kinds, or these themselves.
    /// Both empty: all.
    std::vector<LocationKind> required_kinds;
    std::vector<LocationIx> required_locations;
    std::optional<std::int64_t> max_line_shipments;  ///< places that one line may come from
    bool operator==(const RoutingPolicy&) const = default;
};
BOOST_DESCRIBE_STRUCT(RoutingPolicy, (),
                      (allow_split, ship_complete, max_shipments, on_shortage, locations, forbidden_kinds,
                       forbidden_locations, required_kinds, required_locations, max_line_shipments))

struct Channel {
    std::string code;
    std::string name;
    ChannelKind kind = ChannelKind::web;
    RoutingPolicy routing;
    bool active = true;
    ReturnPolicy returns;
    std::string locale;  ///< of its customers, a language tag; empty: not known
    std::uint64_t version = 0;
    bool operator==(const Channel&) const = default;
};
BOOST_DESCRIBE_STRUCT(Channel, (), (code, name, kind, routing, active, version, returns, locale))

}  // namespace waybill::core

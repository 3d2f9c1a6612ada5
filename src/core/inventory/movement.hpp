#pragma once
// Movement: one signed change of one inventory level, with its kind and reason. Levels are sums of movements.

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/ids.hpp"

namespace waybill::core {

enum class MovementKind : std::uint8_t {
    receive,       ///< goods came in
    adjust,        ///< a correction, with a reason
    count,         ///< the difference that an absolute count found
    reserve,       ///< promised to an order
    release,       ///< promise taken back
    ship,          ///< left, and with it its reservation
    transfer_out,  ///< left for another location
    transfer_in,   ///< came from another location
    safety,        ///< safety stock changed
    quarantine,    ///< unsellable stock changed
};
BOOST_DESCRIBE_ENUM(MovementKind, receive, adjust, count, reserve, release, ship, transfer_out, transfer_in, safety,
                    quarantine)

struct Movement {
    ItemIx item = 0;
    LocationIx location = 0;
    MovementKind kind = MovementKind::receive;
    std::int64_t on_hand = 0;  ///< signed change of each bucket, base units
    std::int64_t reserved = 0;
    std::int64_t safety = 0;
    std::int64_t unsellable = 0;
    std::string reason;  ///< for people: adjustments must have one
    bool operator==(const Movement&) const = default;
};
BOOST_DESCRIBE_STRUCT(Movement, (), (item, location, kind, on_hand, reserved, safety, unsellable, reason))

}  // namespace waybill::core

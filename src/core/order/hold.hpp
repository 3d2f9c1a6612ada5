#pragma once
// OrderHold: a named stop on an order. While it is there, what it blocks does not happen; all else goes on.

#include <algorithm>
#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/instant.hpp"

namespace waybill::core {

enum class HoldBlock : std::uint8_t {
    routing,     ///< nothing is reserved or moved to another place; what is reserved stays reserved
    shipping,    ///< nothing leaves
    cancelling,  ///< nothing is cancelled
    releasing,   ///< no location is asked to work on it; what was released goes on
    returning,   ///< no return is approved, and nothing that comes back is received
};
BOOST_DESCRIBE_ENUM(HoldBlock, routing, shipping, cancelling, releasing, returning)

/// Text in it is a code or a note of the tenant's own, never personal data: it is in the log.
struct OrderHold {
    std::string code;               ///< "fraud_review"; an order has one of a code
    std::string reason;             ///< for people; may be empty
    std::vector<HoldBlock> blocks;  ///< ascending, no repeats, not empty
    Instant placed_at;
    std::string placed_by;  ///< "key_3", or "rule_set_2/big": the rule of a version

    [[nodiscard]] bool stops(HoldBlock what) const {
        return std::find(blocks.begin(), blocks.end(), what) != blocks.end();
    }
    bool operator==(const OrderHold&) const = default;
};
BOOST_DESCRIBE_STRUCT(OrderHold, (), (code, reason, blocks, placed_at, placed_by))

}  // namespace waybill::core

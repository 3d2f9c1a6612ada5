#pragma once
// OrderReturn: units that a customer sends or brings back. It is a value of its order, like the work of its locations;
// its units have shipped, and no unit is in two returns. Money does not depend on it, nor it on money. Quantities are
// base units of the line's item and carry state, so that every step can be partial.

#include <boost/describe.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "core/ids.hpp"

namespace waybill::core {

enum class ReturnStatus : std::uint8_t {
    requested,  ///< somebody has to approve it
    approved,   ///< the goods may come
    receiving,  ///< some have come
    received,   ///< nothing more is expected, and something came
    declined,   ///< the merchant does not take it
    cancelled,  ///< nothing came, and nothing will
};
BOOST_DESCRIBE_ENUM(ReturnStatus, requested, approved, receiving, received, declined, cancelled)

/// What may be done with one, as `allowed_actions` lists it.
enum class ReturnAction : std::uint8_t { approve, decline, receive, cancel };
BOOST_DESCRIBE_ENUM(ReturnAction, approve, decline, receive, cancel)

/// What becomes of a unit that came back, as its inspection found.
enum class Disposition : std::uint8_t {
    restock,     ///< it is stock of the place that received it, and can be sold
    quarantine,  ///< it is there and can not be sold
    vendor,      ///< likewise, and goes back to its vendor
    destroy,     ///< it becomes no stock
};
BOOST_DESCRIBE_ENUM(Disposition, restock, quarantine, vendor, destroy)
inline constexpr std::size_t dispositions = 4;

/// Units of one line of the order. quantity is the sum of all others and of what is still expected.
struct ReturnLine {
    LineNo line_no;
    std::int64_t quantity = 0;  ///< as requested
    std::int64_t restocked = 0;
    std::int64_t quarantined = 0;
    std::int64_t to_vendor = 0;
    std::int64_t destroyed = 0;
    std::int64_t dropped = 0;  ///< declined or cancelled: not expected any more
    std::string reason;        ///< the customer's, a code

    [[nodiscard]] std::int64_t received() const { return restocked + quarantined + to_vendor + destroyed; }
    [[nodiscard]] std::int64_t expected() const { return quantity - received() - dropped; }
    bool operator==(const ReturnLine&) const = default;
};
BOOST_DESCRIBE_STRUCT(ReturnLine, (),
                      (line_no, quantity, restocked, quarantined, to_vendor, destroyed, dropped, reason))

struct OrderReturn {
    std::uint32_t number = 0;        ///< from 1, in the order of their requests; never used again
    LocationIx location = no_index;  ///< where the goods are expected; no_index: wherever they come to
    Instant requested_at;
    std::string requested_by;  ///< "key_3"
    Instant approved_at;       ///< not set: nobody did
    bool declined = false;
    std::string reason;             ///< of the refusal or of the last cancellation
    std::vector<ReturnLine> lines;  ///< ascending by line

    [[nodiscard]] ReturnStatus status() const;
    [[nodiscard]] bool is_open() const;
    [[nodiscard]] bool allows(ReturnAction action) const;
    [[nodiscard]] const ReturnLine* find_line(LineNo line_no) const;
    /// Of its lines, ascending, no repeats.
    [[nodiscard]] std::vector<std::string_view> reasons() const;
    bool operator==(const OrderReturn&) const = default;
};
BOOST_DESCRIBE_STRUCT(OrderReturn, (),
                      (number, location, requested_at, requested_by, approved_at, declined, reason, lines))

/// The state machine, as data: return_steps.def.
struct ReturnStep {
    ReturnStatus from;
    ReturnAction action;
    ReturnStatus to;
};
[[nodiscard]] std::span<const ReturnStep> return_steps();

/// "ret_12-1"
[[nodiscard]] std::string return_name(OrderId order, std::uint32_t number);

}  // namespace waybill::core

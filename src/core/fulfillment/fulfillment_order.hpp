#pragma once
// FulfillmentOrder: the work that one location is asked to do for an order. It is a value of its order, like a hold,
// and its units are units that the order has reserved there: as long as they are in work they neither move to another
// place nor are cancelled once they are picked. Quantities are base units and carry state, so that every step can be
// partial.

#include <boost/describe.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "core/fulfillment/parcel.hpp"
#include "core/ids.hpp"

namespace waybill::core {

enum class FulfillmentStatus : std::uint8_t {
    released,   ///< the location was asked and has not answered
    accepted,   ///< it will do the work
    picking,    ///< some units are picked, some are not
    picked,     ///< all that it still has to send is picked
    shipped,    ///< nothing is left to do, and something has left
    rejected,   ///< nothing is left to do, nothing has left: the location gave the work back
    cancelled,  ///< likewise, and it was taken back from the location
    packed,     ///< all that it still has to send is in parcels; last, as rows keep the number
};
BOOST_DESCRIBE_ENUM(FulfillmentStatus, released, accepted, picking, picked, shipped, rejected, cancelled, packed)

/// What may be done with one, as `allowed_actions` lists it.
enum class FulfillmentAction : std::uint8_t {
    accept,
    pick,
    pack,
    unpack,
    reject,
    recall,
    ship,
    cancel,  ///< units of the order are cancelled: never listed, it is an action of the order
};
BOOST_DESCRIBE_ENUM(FulfillmentAction, accept, pick, pack, unpack, reject, recall, ship, cancel)

/// What a location says of the stock of units that it gives back.
enum class StockFinding : std::uint8_t {
    kept,     ///< it is there
    missing,  ///< it is not: it leaves the stock
    damaged,  ///< it is, and can not be sold
};
BOOST_DESCRIBE_ENUM(StockFinding, kept, missing, damaged)

/// What became of the units of one order line, reserved for one working day. quantity is the sum of all others and of
/// what is to be picked.
struct FulfillmentLine {
    LineNo line_no;
    CivilDate capacity_day;     ///< of the allocation
    std::int64_t quantity = 0;  ///< as released
    std::int64_t picked = 0;    ///< off the shelf and still there
    std::int64_t shipped = 0;
    std::int64_t rejected = 0;  ///< given back by the location
    std::int64_t recalled = 0;  ///< taken back from it, or cancelled

    [[nodiscard]] std::int64_t to_pick() const { return quantity - picked - shipped - rejected - recalled; }
    /// In work: reserved there, and not to be moved.
    [[nodiscard]] std::int64_t open() const { return quantity - shipped - rejected - recalled; }
    bool operator==(const FulfillmentLine&) const = default;
};
BOOST_DESCRIBE_STRUCT(FulfillmentLine, (), (line_no, capacity_day, quantity, picked, shipped, rejected, recalled))

struct FulfillmentOrder {
    std::uint32_t number = 0;  ///< from 1, in the order of their release; never used again
    LocationIx location = 0;
    Instant released_at;
    std::string released_by;             ///< "key_3": who asked for it, or for what it was routed by
    Instant accepted_at;                 ///< or first picked; not set: neither
    std::string reason;                  ///< of the last rejection, recall or cancellation
    std::vector<FulfillmentLine> lines;  ///< ascending by line and day
    std::vector<Parcel> parcels;         ///< all of them, ascending by number

    [[nodiscard]] FulfillmentStatus status() const;
    [[nodiscard]] bool is_open() const;
    /// The working day by which what is left has to be done; of one that is done, the last it had work for.
    [[nodiscard]] CivilDate due() const;
    [[nodiscard]] bool allows(FulfillmentAction action) const;
    [[nodiscard]] const Parcel* find_parcel(std::uint32_t number) const;
    [[nodiscard]] bool has_open_parcel() const;
    /// Of the picked units of one line and day: those in parcels that have not left.
    [[nodiscard]] std::int64_t packed(LineNo line_no, CivilDate day) const;
    bool operator==(const FulfillmentOrder&) const = default;
};
BOOST_DESCRIBE_STRUCT(FulfillmentOrder, (),
                      (number, location, released_at, released_by, accepted_at, reason, lines, parcels))

/// The state machine, as data: fulfillment_steps.def.
struct FulfillmentStep {
    FulfillmentStatus from;
    FulfillmentAction action;
    FulfillmentStatus to;
};
[[nodiscard]] std::span<const FulfillmentStep> fulfillment_steps();

/// "ful_12-1"
[[nodiscard]] std::string fulfillment_name(OrderId order, std::uint32_t number);

}  // namespace waybill::core

#pragma once
// OrderException: something about an order that a person should see. It stops nothing, a hold does that; it stays open
// until somebody, a rule or the end of the order resolves it.

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/instant.hpp"
#include "core/ids.hpp"

namespace waybill::core {

enum class Severity : std::uint8_t { low, normal, high, urgent };
BOOST_DESCRIBE_ENUM(Severity, low, normal, high, urgent)

/// Raised by Waybill itself where the condition of an automation rule could not be worked out.
inline constexpr std::string_view rule_failed_kind = "rule_failed";
/// Raised by Waybill itself where units that a location gave back find no other place; resolved once they do.
inline constexpr std::string_view no_supply_kind = "no_supply";
/// Who raises what Waybill raises by itself, where no rule has to do with it.
inline constexpr std::string_view raised_by_waybill = "waybill";

/// Text in it is a code or a note of the tenant's own, never personal data: it is in the log.
struct OrderException {
    std::string kind;    ///< "price_mismatch"; an order has one open exception of a kind
    std::string reason;  ///< for people; may be empty
    Severity severity = Severity::normal;
    std::string owner;  ///< team or person who looks after it; empty: nobody yet
    Instant due_at;     ///< not set: no time is due
    Instant raised_at;
    std::string raised_by;  ///< "key_3", or "rule_set_2/big": the rule of a version
    Sequence raised_in;     ///< of the event that raised it; with the kind its name among those before of that kind
    bool operator==(const OrderException&) const = default;
};
BOOST_DESCRIBE_STRUCT(OrderException, (), (kind, reason, severity, owner, due_at, raised_at, raised_by, raised_in))

}  // namespace waybill::core

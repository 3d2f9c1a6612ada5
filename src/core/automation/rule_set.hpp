#pragma once
// A rule set: what a merchant configures of how orders are checked, marked and routed. A value without behaviour; it is
// checked and compiled by core/automation/compile_rules.hpp and never changes once it is saved: a change is a new
// version. Conditions are JsonLogic over the facts of core/automation/order_model.hpp; a condition that is null always
// holds.
//
// Names of channels, locations and strategies are codes, as a person writes them: a rule set can be read by itself.

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/instant.hpp"
#include "base/json_value.hpp"
#include "core/network/channel.hpp"
#include "core/network/location.hpp"
#include "core/order/order.hpp"
#include "core/routing/strategy.hpp"
#include "core/rules/named_lists.hpp"

namespace waybill::core {

/// When automation rules are looked at. All rules of a moment see the order as it was when the moment began, so that
/// no rule can set off another.
enum class Moment : std::uint8_t {
    placed,            ///< checked, and not routed yet
    routed,            ///< its units have got their places, or are short; also when it was routed again
    shipped,           ///< units have left
    cancelled,         ///< units were cancelled by somebody
    before_release,    ///< units are about to become the work of their locations
    rejected,          ///< a location gave work back; what it gave back was not routed yet
    return_requested,  ///< units are to come back; nobody approved it yet
};
BOOST_DESCRIBE_ENUM(Moment, placed, routed, shipped, cancelled, before_release, rejected, return_requested)
inline constexpr std::size_t moments = 7;

struct AddTag {
    static constexpr std::string_view type_name = "add_tag";
    std::string tag;
    bool operator==(const AddTag&) const = default;
};
BOOST_DESCRIBE_STRUCT(AddTag, (), (tag))

/// The order is never fulfilled from these, now and when it is routed again.
struct ForbidSources {
    static constexpr std::string_view type_name = "forbid_sources";
    std::vector<LocationKind> kinds;
    std::vector<std::string> locations;
    bool operator==(const ForbidSources&) const = default;
};
BOOST_DESCRIBE_STRUCT(ForbidSources, (), (kinds, locations))

/// What is not set stays as the channel and the order have it.
struct SetSplitting {
    static constexpr std::string_view type_name = "set_splitting";
    std::optional<bool> allow_split;
    std::optional<bool> ship_complete;
    std::optional<std::int64_t> max_shipments;
    std::optional<std::int64_t> max_line_shipments;
    bool operator==(const SetSplitting&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetSplitting, (), (allow_split, ship_complete, max_shipments, max_line_shipments))

struct SetOnShortage {
    static constexpr std::string_view type_name = "set_on_shortage";
    OnShortage on_shortage = OnShortage::backorder;
    bool operator==(const SetOnShortage&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetOnShortage, (), (on_shortage))

/// A hold of that code that is there already stays as it is.
struct PlaceHold {
    static constexpr std::string_view type_name = "place_hold";
    std::string code;
    std::string reason;
    std::vector<HoldBlock> blocks;
    bool operator==(const PlaceHold&) const = default;
};
BOOST_DESCRIBE_STRUCT(PlaceHold, (), (code, reason, blocks))

/// Takes off the hold of that code, if there is one. What waits is routed with the next re-route.
struct TakeOffHold {
    static constexpr std::string_view type_name = "release_hold";
    std::string code;
    bool operator==(const TakeOffHold&) const = default;
};
BOOST_DESCRIBE_STRUCT(TakeOffHold, (), (code))

struct SetPriority {
    static constexpr std::string_view type_name = "set_priority";
    std::int32_t priority = 0;  ///< smaller goes first
    bool operator==(const SetPriority&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetPriority, (), (priority))

/// Something that a person should see. One of that kind that is open already stays as it is.
struct FlagException {
    static constexpr std::string_view type_name = "raise_exception";
    std::string kind;
    std::string reason;
    Severity severity = Severity::normal;
    std::string owner;
    std::optional<std::int64_t> due_minutes;  ///< from when it is raised
    bool operator==(const FlagException&) const = default;
};
BOOST_DESCRIBE_STRUCT(FlagException, (), (kind, reason, severity, owner, due_minutes))

/// Resolves the exception of that kind, if one is open.
struct SettleException {
    static constexpr std::string_view type_name = "resolve_exception";
    std::string kind;
    bool operator==(const SettleException&) const = default;
};
BOOST_DESCRIBE_STRUCT(SettleException, (), (kind))

/// Lines of one item are served with another; what the customer pays stays. Does not happen while `by` is not active,
/// nor where a line would have too many units.
struct Substitute {
    static constexpr std::string_view type_name = "substitute";
    std::string sku;
    std::string by;
    std::int64_t quantity = 1;  ///< base units of `by` for one of `sku`
    bool operator==(const Substitute&) const = default;
};
BOOST_DESCRIBE_STRUCT(Substitute, (), (sku, by, quantity))

/// How the order is fulfilled. Does not happen where the order could not have asked for it itself: it goes to no
/// country, or nobody can collect at the location.
struct SetMethod {
    static constexpr std::string_view type_name = "set_method";
    FulfillmentMethod method = FulfillmentMethod::ship;
    std::string location;  ///< of a pick-up; empty otherwise
    bool operator==(const SetMethod&) const = default;
};
BOOST_DESCRIBE_STRUCT(SetMethod, (), (method, location))

/// The code of the hold, and the kind of the exception, of an order whose method a rule forbids.
inline constexpr std::string_view method_forbidden = "method_forbidden";

/// An order that is to be fulfilled so is not routed: it waits on hold for a person, who finds it by an exception.
struct ForbidMethod {
    static constexpr std::string_view type_name = "forbid_method";
    FulfillmentMethod method = FulfillmentMethod::ship;
    std::string reason;
    bool operator==(const ForbidMethod&) const = default;
};
BOOST_DESCRIBE_STRUCT(ForbidMethod, (), (method, reason))

/// The order is fulfilled from these only, now and when it is routed again.
struct RequireSources {
    static constexpr std::string_view type_name = "require_sources";
    std::vector<LocationKind> kinds;
    std::vector<std::string> locations;
    bool operator==(const RequireSources&) const = default;
};
BOOST_DESCRIBE_STRUCT(RequireSources, (), (kinds, locations))

/// The event in which the rule fired is sent to that webhook, whether it asks for such events or not.
struct CallWebhook {
    static constexpr std::string_view type_name = "call_webhook";
    std::string webhook;
    bool operator==(const CallWebhook&) const = default;
};
BOOST_DESCRIBE_STRUCT(CallWebhook, (), (webhook))

/// That message goes to the customer, or whom its template names, at the event in which the rule fired.
struct Notify {
    static constexpr std::string_view type_name = "notify";
    std::string message;
    bool operator==(const Notify&) const = default;
};
BOOST_DESCRIBE_STRUCT(Notify, (), (message))

using RuleAction =
    std::variant<AddTag, ForbidSources, SetSplitting, SetOnShortage, PlaceHold, TakeOffHold, SetPriority, FlagException,
                 SettleException, Substitute, SetMethod, ForbidMethod, RequireSources, CallWebhook, Notify>;

struct AutomationRule {
    std::string code;
    std::string name;
    Moment moment = Moment::placed;
    JsonValue when;
    std::vector<RuleAction> then;
    bool stop = false;  ///< when it fires, later rules of the moment are not looked at
    bool operator==(const AutomationRule&) const = default;
};
BOOST_DESCRIBE_STRUCT(AutomationRule, (), (code, name, moment, when, then, stop))

/// Locations for which `when` does not hold are out: always (hard), or as long as the order can be sourced without
/// them (soft).
struct LocationFilter {
    std::string code;
    std::string reason;  ///< for people: "too far for chilled goods"
    JsonValue when;
    bool hard = true;
    bool operator==(const LocationFilter&) const = default;
};
BOOST_DESCRIBE_STRUCT(LocationFilter, (), (code, reason, when, hard))

struct FilteredStrategy {
    RoutingStrategy strategy;
    std::vector<LocationFilter> filters;
    bool operator==(const FilteredStrategy&) const = default;
};
BOOST_DESCRIBE_STRUCT(FilteredStrategy, (), (strategy, filters))

/// Of branches beside one another the first whose condition holds is taken; of its own branches likewise. The
/// strategies of the innermost branch taken that names any are tried in their order.
struct RoutingBranch {
    std::string code;
    JsonValue when;
    std::vector<std::string> strategies;
    std::vector<RoutingBranch> branches;
    bool operator==(const RoutingBranch&) const = default;
};
BOOST_DESCRIBE_STRUCT(RoutingBranch, (), (code, when, strategies, branches))

struct GoldenLine {
    std::string sku;
    std::int64_t quantity = 1;           ///< base units
    std::int64_t unit_price_micros = 0;  ///< of one base unit
    bool operator==(const GoldenLine&) const = default;
};
BOOST_DESCRIBE_STRUCT(GoldenLine, (), (sku, quantity, unit_price_micros))

/// Units of one item at one location: what an example finds there, or what is expected to be taken.
struct GoldenUnits {
    std::string sku;
    std::string location;
    std::int64_t units = 0;
    bool operator==(const GoldenUnits&) const = default;
};
BOOST_DESCRIBE_STRUCT(GoldenUnits, (), (sku, location, units))

struct GoldenExpectation {
    std::optional<std::vector<std::string>> fired;       ///< automation rules of `placed`, then of `routed`, by code
    std::optional<std::vector<std::string>> tags;        ///< all tags afterwards, ascending
    std::optional<std::vector<std::string>> holds;       ///< codes of the holds on it afterwards, ascending
    std::optional<std::vector<std::string>> exceptions;  ///< kinds of those open afterwards, ascending
    std::optional<std::int32_t> priority;
    std::optional<std::string> strategy;              ///< the one that decided; "": none
    std::optional<std::vector<GoldenUnits>> sources;  ///< ascending by SKU and location
    std::optional<std::int64_t> short_units;          ///< of all lines
    bool operator==(const GoldenExpectation&) const = default;
};
BOOST_DESCRIBE_STRUCT(GoldenExpectation, (), (fired, tags, holds, exceptions, priority, strategy, sources, short_units))

/// An example order with the stock it finds, and what has to come of it. What is not stated is not checked.
struct GoldenOrder {
    std::string code;
    std::string channel;
    Instant placed_at;
    FulfillmentMethod method = FulfillmentMethod::ship;
    std::string pickup_location;
    std::string country;
    std::string region;
    std::string postcode;
    std::string customer_group;
    std::vector<std::string> tags;
    std::vector<GoldenLine> lines;
    std::vector<GoldenUnits> stock;
    GoldenExpectation expect;
    bool operator==(const GoldenOrder&) const = default;
};
BOOST_DESCRIBE_STRUCT(GoldenOrder, (),
                      (code, channel, placed_at, method, pickup_location, country, region, postcode, customer_group,
                       tags, lines, stock, expect))

struct RuleSet {
    std::string name;
    std::string note;  ///< why it was made
    std::vector<rules::NamedList> lists;
    std::vector<AutomationRule> automation;
    std::vector<FilteredStrategy> strategies;
    std::vector<RoutingBranch> routing;
    std::vector<GoldenOrder> golden_orders;
    bool operator==(const RuleSet&) const = default;
};
BOOST_DESCRIBE_STRUCT(RuleSet, (), (name, note, lists, automation, strategies, routing, golden_orders))

}  // namespace waybill::core

#pragma once
// The events: ground truth. A published event keeps its meaning for ever: members are only added, with a default that
// says what older events meant; a change of meaning is a new event type with an upcaster.
//
// Every event is a described struct with its name on the log as `type_name`. Stored text is in docs/formats/events.md.

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/access/api_key.hpp"
#include "core/automation/rule_set.hpp"
#include "core/automation/rules_trace.hpp"
#include "core/catalogue/item.hpp"
#include "core/customer/customer.hpp"
#include "core/ids.hpp"
#include "core/integration/webhook.hpp"
#include "core/inventory/movement.hpp"
#include "core/messages/message_template.hpp"
#include "core/network/channel.hpp"
#include "core/network/location.hpp"
#include "core/network/rate_table.hpp"
#include "core/order/order.hpp"
#include "core/routing/trace.hpp"
#include "core/tenant.hpp"

namespace waybill::core {

struct TenantConfigured {
    static constexpr std::string_view type_name = "tenant_configured";
    TenantSettings settings;
};
BOOST_DESCRIBE_STRUCT(TenantConfigured, (), (settings))

struct ItemPut {
    static constexpr std::string_view type_name = "item_put";
    ItemIx ix = 0;
    Item item;
};
BOOST_DESCRIBE_STRUCT(ItemPut, (), (ix, item))

struct LocationPut {
    static constexpr std::string_view type_name = "location_put";
    LocationIx ix = 0;
    Location location;
};
BOOST_DESCRIBE_STRUCT(LocationPut, (), (ix, location))

struct ChannelPut {
    static constexpr std::string_view type_name = "channel_put";
    ChannelIx ix = 0;
    Channel channel;
};
BOOST_DESCRIBE_STRUCT(ChannelPut, (), (ix, channel))

struct PostcodeAreasPut {
    static constexpr std::string_view type_name = "postcode_areas_put";
    std::vector<PostcodeArea> areas;
};
BOOST_DESCRIBE_STRUCT(PostcodeAreasPut, (), (areas))

struct RateTablePut {
    static constexpr std::string_view type_name = "rate_table_put";
    RateTableIx ix = 0;
    RateTable table;
};
BOOST_DESCRIBE_STRUCT(RateTablePut, (), (ix, table))

/// A new one is told of what comes after this event.
struct WebhookPut {
    static constexpr std::string_view type_name = "webhook_put";
    WebhookIx ix = 0;
    Webhook webhook;
};
BOOST_DESCRIBE_STRUCT(WebhookPut, (), (ix, webhook))

/// Something was delivered, or was not; or somebody set it to another place. No webhook is told of it.
struct WebhookProgressed {
    static constexpr std::string_view type_name = "webhook_progressed";
    WebhookIx ix = 0;
    DeliveryProgress progress;
};
BOOST_DESCRIBE_STRUCT(WebhookProgressed, (), (ix, progress))

struct MessageTemplatePut {
    static constexpr std::string_view type_name = "message_template_put";
    MessageIx ix = 0;
    MessageTemplate message;
};
BOOST_DESCRIBE_STRUCT(MessageTemplatePut, (), (ix, message))

/// Mail went out, or did not. Nobody is told of it.
struct MessagesProgressed {
    static constexpr std::string_view type_name = "messages_progressed";
    DeliveryProgress progress;
};
BOOST_DESCRIBE_STRUCT(MessagesProgressed, (), (progress))

/// A mail will not reach whom it was for; the others went on.
struct MessageFailed {
    static constexpr std::string_view type_name = "message_failed";
    MessageIx message = 0;
    OrderId order;
    Sequence at;  ///< the event that it was to tell of
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(MessageFailed, (), (message, order, at, reason))

/// The rows that say something new.
struct DemandPut {
    static constexpr std::string_view type_name = "demand_put";
    struct Row {
        ItemIx item = 0;
        LocationIx location = 0;
        std::int64_t weekly_milliunits = 0;
        std::int32_t markdown_bp = 0;
        bool operator==(const Row&) const = default;
    };
    std::vector<Row> rows;
};
BOOST_DESCRIBE_STRUCT(DemandPut::Row, (), (item, location, weekly_milliunits, markdown_bp))
BOOST_DESCRIBE_STRUCT(DemandPut, (), (rows))

/// Numbers go from 1 without gaps.
struct RuleSetSaved {
    static constexpr std::string_view type_name = "rule_set_saved";
    std::uint32_t number = 0;
    RuleSet rules;
    std::string by;  ///< who asked
};
BOOST_DESCRIBE_STRUCT(RuleSetSaved, (), (number, rules, by))

struct RuleSetActivated {
    static constexpr std::string_view type_name = "rule_set_activated";
    std::uint32_t number = 0;  ///< 0: from then on no rules
    Instant from;
    std::string reason;
    bool rolls_back = false;  ///< to what decided before
    std::string by;           ///< who asked
};
BOOST_DESCRIBE_STRUCT(RuleSetActivated, (), (number, from, reason, rolls_back, by))

struct KeyIssued {
    static constexpr std::string_view type_name = "key_issued";
    ApiKey key;
};
BOOST_DESCRIBE_STRUCT(KeyIssued, (), (key))

struct KeyRevoked {
    static constexpr std::string_view type_name = "key_revoked";
    KeyId id;
};
BOOST_DESCRIBE_STRUCT(KeyRevoked, (), (id))

struct InventoryMoved {
    static constexpr std::string_view type_name = "inventory_moved";
    std::vector<Movement> movements;
    std::string reference;  ///< the caller's own number for it (a receipt, a transfer)
};
BOOST_DESCRIBE_STRUCT(InventoryMoved, (), (movements, reference))

struct FeedApplied {
    static constexpr std::string_view type_name = "feed_applied";
    FeedIx feed = 0;
    std::string source;
    std::uint64_t sequence = 0;
    std::vector<Movement>
        movements;  ///< counts that found no difference are listed too: they mark the level as counted
};
BOOST_DESCRIBE_STRUCT(FeedApplied, (), (feed, source, sequence, movements))

struct CustomerPut {
    static constexpr std::string_view type_name = "customer_put";
    Customer customer;
};
BOOST_DESCRIBE_STRUCT(CustomerPut, (), (customer))

/// `from` lives on in `into`, with its identities.
struct CustomersMerged {
    static constexpr std::string_view type_name = "customers_merged";
    CustomerId from;
    CustomerId into;
};
BOOST_DESCRIBE_STRUCT(CustomersMerged, (), (from, into))

struct PersonErased {
    static constexpr std::string_view type_name = "person_erased";
    CustomerId customer;
};
BOOST_DESCRIBE_STRUCT(PersonErased, (), (customer))

struct OrderPlaced {
    static constexpr std::string_view type_name = "order_placed";
    Order order;
    RoutingTrace routing;
    RulesTrace rules;
};
BOOST_DESCRIBE_STRUCT(OrderPlaced, (), (order, routing, rules))

/// Some units of the allocation at `location` for `capacity_day`.
struct AllocationPart {
    LocationIx location = 0;
    CivilDate capacity_day;
    std::int64_t quantity = 0;
    bool operator==(const AllocationPart&) const = default;
};
BOOST_DESCRIBE_STRUCT(AllocationPart, (), (location, capacity_day, quantity))

/// Some units of one line of a fulfillment order.
struct FulfillmentPart {
    std::uint32_t number = 0;
    CivilDate capacity_day;
    std::int64_t quantity = 0;
    std::int64_t packed = 0;  ///< of these: in parcels that leave with it
    bool operator==(const FulfillmentPart&) const = default;
};
BOOST_DESCRIBE_STRUCT(FulfillmentPart, (), (number, capacity_day, quantity, packed))

/// What happened to one line: releases first, then reservations, then the rest.
struct LineChange {
    LineNo line_no;
    std::int64_t cancelled = 0;
    std::vector<AllocationPart> released;
    std::vector<Allocation> reserved;
    std::vector<AllocationPart> shipped;
    std::vector<FulfillmentPart> fulfilled;  ///< of the shipped ones: those that were in work
    std::vector<FulfillmentPart> recalled;   ///< of the released ones: those that were in work and are no more
    bool operator==(const LineChange&) const = default;
};
BOOST_DESCRIBE_STRUCT(LineChange, (), (line_no, cancelled, released, reserved, shipped, fulfilled, recalled))

struct OrderCancelled {
    static constexpr std::string_view type_name = "order_cancelled";
    OrderId order;
    std::string reason;
    std::vector<LineChange> lines;
};
BOOST_DESCRIBE_STRUCT(OrderCancelled, (), (order, reason, lines))

struct OrderRerouted {
    static constexpr std::string_view type_name = "order_rerouted";
    OrderId order;
    std::string reason;
    std::vector<LineChange> lines;
    RoutingTrace routing;
    RulesTrace rules;
};
BOOST_DESCRIBE_STRUCT(OrderRerouted, (), (order, reason, lines, routing, rules))

/// A parcel as it left.
struct ShippedParcel {
    std::uint32_t fulfillment = 0;
    std::uint32_t number = 0;
    std::string sscc;
    std::string carrier;
    std::string service;
    std::string tracking;
    std::vector<ParcelUnits> lines;
    bool operator==(const ShippedParcel&) const = default;
};
BOOST_DESCRIBE_STRUCT(ShippedParcel, (), (fulfillment, number, sscc, carrier, service, tracking, lines))

struct OrderShipped {
    static constexpr std::string_view type_name = "order_shipped";
    OrderId order;
    LocationIx location = 0;
    std::vector<LineChange> lines;
    std::string carrier;
    std::string tracking;
    Instant shipped_at;                  ///< when units left; events older than returns do not say
    std::vector<ShippedParcel> parcels;  ///< each with a number of its own; ascending by fulfillment and number
};
BOOST_DESCRIBE_STRUCT(OrderShipped, (), (order, location, lines, carrier, tracking, shipped_at, parcels))

struct OrderHeld {
    static constexpr std::string_view type_name = "order_held";
    OrderId order;
    OrderHold hold;
};
BOOST_DESCRIBE_STRUCT(OrderHeld, (), (order, hold))

struct OrderHoldReleased {
    static constexpr std::string_view type_name = "order_hold_released";
    OrderId order;
    std::string code;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(OrderHoldReleased, (), (order, code, reason))

/// What automation rules did after an event of the order, which comes right before this one. Only where some fired or
/// failed; those of Moment::placed are in OrderPlaced.
struct OrderMarked {
    static constexpr std::string_view type_name = "order_marked";
    OrderId order;
    Moment moment = Moment::routed;
    RulesTrace rules;                   ///< with the tags that it added
    std::vector<OrderHold> holds;       ///< placed, ascending by code
    std::vector<std::string> released;  ///< holds taken off, ascending
    std::optional<std::int32_t> priority;
    std::uint64_t config_sequence = 0;   ///< the configuration that the rules saw
    std::vector<OrderException> raised;  ///< ascending by kind
    std::vector<std::string> resolved;   ///< kinds of exceptions, ascending
};
BOOST_DESCRIBE_STRUCT(OrderMarked, (),
                      (order, moment, rules, holds, released, priority, config_sequence, raised, resolved))

struct OrderExceptionRaised {
    static constexpr std::string_view type_name = "order_exception_raised";
    OrderId order;
    OrderException exception;
};
BOOST_DESCRIBE_STRUCT(OrderExceptionRaised, (), (order, exception))

/// What is not set stays as it is.
struct OrderExceptionChanged {
    static constexpr std::string_view type_name = "order_exception_changed";
    OrderId order;
    std::string kind;
    std::optional<std::string> owner;
    std::optional<Severity> severity;
    std::optional<Instant> due_at;
};
BOOST_DESCRIBE_STRUCT(OrderExceptionChanged, (), (order, kind, owner, severity, due_at))

struct OrderExceptionResolved {
    static constexpr std::string_view type_name = "order_exception_resolved";
    OrderId order;
    std::string kind;
    std::string resolution;
};
BOOST_DESCRIBE_STRUCT(OrderExceptionResolved, (), (order, kind, resolution))

/// Units that are reserved became the work of their locations, one fulfillment order each.
struct FulfillmentReleased {
    static constexpr std::string_view type_name = "fulfillment_released";
    OrderId order;
    std::vector<FulfillmentOrder> fulfillments;  ///< ascending by number
};
BOOST_DESCRIBE_STRUCT(FulfillmentReleased, (), (order, fulfillments))

struct FulfillmentAccepted {
    static constexpr std::string_view type_name = "fulfillment_accepted";
    OrderId order;
    std::uint32_t number = 0;
};
BOOST_DESCRIBE_STRUCT(FulfillmentAccepted, (), (order, number))

/// Units of one line of one fulfillment order.
struct WorkedUnits {
    LineNo line_no;
    CivilDate capacity_day;
    std::int64_t quantity = 0;
    bool operator==(const WorkedUnits&) const = default;
};
BOOST_DESCRIBE_STRUCT(WorkedUnits, (), (line_no, capacity_day, quantity))

struct FulfillmentPicked {
    static constexpr std::string_view type_name = "fulfillment_picked";
    OrderId order;
    std::uint32_t number = 0;
    std::vector<WorkedUnits> lines;
};
BOOST_DESCRIBE_STRUCT(FulfillmentPicked, (), (order, number, lines))

/// A parcel was made, got more units, or something else is known of it: it is now as `parcel` says.
struct FulfillmentPacked {
    static constexpr std::string_view type_name = "fulfillment_packed";
    OrderId order;
    std::uint32_t number = 0;
    Parcel parcel;
};
BOOST_DESCRIBE_STRUCT(FulfillmentPacked, (), (order, number, parcel))

/// Its units are picked as before and in no parcel.
struct ParcelUnpacked {
    static constexpr std::string_view type_name = "parcel_unpacked";
    OrderId order;
    std::uint32_t number = 0;
    std::uint32_t parcel = 0;
};
BOOST_DESCRIBE_STRUCT(ParcelUnpacked, (), (order, number, parcel))

/// The location gave units back; they are reserved there no more.
struct FulfillmentRejected {
    static constexpr std::string_view type_name = "fulfillment_rejected";
    OrderId order;
    std::uint32_t number = 0;
    std::string reason;
    StockFinding stock = StockFinding::kept;
    std::vector<LineChange> lines;   ///< their released parts
    std::vector<Movement> findings;  ///< by which the stock becomes what `stock` says of it
};
BOOST_DESCRIBE_STRUCT(FulfillmentRejected, (), (order, number, reason, stock, lines, findings))

/// Units were taken back from the location; they are reserved there as before.
struct FulfillmentRecalled {
    static constexpr std::string_view type_name = "fulfillment_recalled";
    OrderId order;
    std::uint32_t number = 0;
    std::string reason;
    std::vector<WorkedUnits> lines;
};
BOOST_DESCRIBE_STRUCT(FulfillmentRecalled, (), (order, number, reason, lines))

/// Somebody wants to send units back.
struct ReturnRequested {
    static constexpr std::string_view type_name = "return_requested";
    OrderId order;
    OrderReturn made;
};
BOOST_DESCRIBE_STRUCT(ReturnRequested, (), (order, made))

struct ReturnApproved {
    static constexpr std::string_view type_name = "return_approved";
    OrderId order;
    std::uint32_t number = 0;
};
BOOST_DESCRIBE_STRUCT(ReturnApproved, (), (order, number))

struct ReturnDeclined {
    static constexpr std::string_view type_name = "return_declined";
    OrderId order;
    std::uint32_t number = 0;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReturnDeclined, (), (order, number, reason))

/// Units of one line that came back.
struct ReceivedUnits {
    LineNo line_no;
    std::int64_t quantity = 0;
    Disposition disposition = Disposition::restock;
    bool operator==(const ReceivedUnits&) const = default;
};
BOOST_DESCRIBE_STRUCT(ReceivedUnits, (), (line_no, quantity, disposition))

struct ReturnReceived {
    static constexpr std::string_view type_name = "return_received";
    OrderId order;
    std::uint32_t number = 0;
    LocationIx location = 0;
    std::vector<ReceivedUnits> lines;
    std::vector<Movement> movements;  ///< by which they become stock of the location
};
BOOST_DESCRIBE_STRUCT(ReturnReceived, (), (order, number, location, lines, movements))

/// What had not come is not expected any more.
struct ReturnCancelled {
    static constexpr std::string_view type_name = "return_cancelled";
    OrderId order;
    std::uint32_t number = 0;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReturnCancelled, (), (order, number, reason))

using Event =
    std::variant<TenantConfigured, ItemPut, LocationPut, ChannelPut, PostcodeAreasPut, KeyIssued, KeyRevoked,
                 InventoryMoved, FeedApplied, CustomerPut, CustomersMerged, PersonErased, OrderPlaced, OrderCancelled,
                 OrderRerouted, OrderShipped, RuleSetSaved, RuleSetActivated, OrderHeld, OrderHoldReleased, OrderMarked,
                 OrderExceptionRaised, OrderExceptionChanged, OrderExceptionResolved, RateTablePut, FulfillmentReleased,
                 FulfillmentAccepted, FulfillmentPicked, FulfillmentRejected, FulfillmentRecalled, WebhookPut,
                 WebhookProgressed, ReturnRequested, ReturnApproved, ReturnDeclined, ReturnReceived, ReturnCancelled,
                 DemandPut, MessageTemplatePut, MessagesProgressed, MessageFailed, FulfillmentPacked, ParcelUnpacked>;

enum class AggregateKind : std::uint8_t {
    tenant,
    item,
    location,
    channel,
    key,
    inventory,
    customer,
    order,
    rule_set,
    rate_table,
    webhook,
    message_template,
    mail,  ///< all of the tenant's
};
BOOST_DESCRIBE_ENUM(AggregateKind, tenant, item, location, channel, key, inventory, customer, order, rule_set,
                    rate_table, webhook, message_template, mail)

/// What an event happened to. `id` is the order's or customer's id, the number of a rule set, or the dense index of an
/// item, location, channel, rate table, webhook, message template or feed; inventory movements that belong to no feed
/// have id 0.
struct Aggregate {
    AggregateKind kind = AggregateKind::tenant;
    std::uint64_t id = 0;
    bool operator==(const Aggregate&) const = default;
};
[[nodiscard]] Aggregate aggregate_of(const Event& event);
[[nodiscard]] std::string_view type_of(const Event& event);
/// Configuration events: what a decision's config_sequence counts.
[[nodiscard]] bool is_configuration(const Event& event);

}  // namespace waybill::core

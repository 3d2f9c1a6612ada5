#pragma once
// The commands: every change of state is one of these, whoever asks (HTTP, bulk, CLI, timers, the simulator). They
// carry what the caller said, in the caller's words (SKUs, codes); the decide functions resolve and check them.
//
// Text in commands is UTF-8 and free of control characters; edges see to that. Everything else is checked by decide.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/instant.hpp"
#include "core/access/api_key.hpp"
#include "core/automation/rule_set.hpp"
#include "core/catalogue/item.hpp"
#include "core/customer/customer.hpp"
#include "core/integration/webhook.hpp"
#include "core/inventory/movement.hpp"
#include "core/messages/message_template.hpp"
#include "core/network/channel.hpp"
#include "core/network/location.hpp"
#include "core/network/rate_table.hpp"
#include "core/order/order.hpp"
#include "core/tenant.hpp"

namespace waybill::core {

/// Makes the tenant's settings, or changes them. The currency is set once.
struct ConfigureTenant {
    static constexpr std::string_view name = "configure_tenant";
    TenantSettings settings;
};

struct ComponentInput {
    std::string sku;
    std::int64_t quantity = 1;
};

struct PutItem {
    static constexpr std::string_view name = "put_item";
    Item item;  ///< components are given by `components`
    std::vector<ComponentInput> components;
};

struct PutLocation {
    static constexpr std::string_view name = "put_location";
    Location location;
};

struct PutChannel {
    static constexpr std::string_view name = "put_channel";
    Channel channel;  ///< routing.locations are given by `locations`
    std::vector<std::string> locations;
};

struct PutPostcodeAreas {
    static constexpr std::string_view name = "put_postcode_areas";
    std::vector<PostcodeArea> areas;
};

/// Makes a rate table, or replaces it as a whole.
struct PutRateTable {
    static constexpr std::string_view name = "put_rate_table";
    RateTable table;
};

/// Makes a webhook, or replaces what can be said of it; the number of its secret stays.
struct PutWebhook {
    static constexpr std::string_view name = "put_webhook";
    Webhook webhook;
};

struct RotateWebhookSecret {
    static constexpr std::string_view name = "rotate_webhook_secret";
    std::string code;
};

/// What a request to a webhook came to: told by whoever sends, and nobody else.
struct RecordDelivery {
    static constexpr std::string_view name = "record_delivery";
    WebhookIx webhook = 0;
    Sequence after;         ///< DeliveryProgress::through as the sender knew it
    Sequence through;       ///< as it is now; the same as `after` where nothing was taken
    std::string failure;    ///< why not; empty: it was taken
    bool gives_up = false;  ///< it is paused
};

/// A webhook goes on after `after`, also when it was paused.
struct ResumeWebhook {
    static constexpr std::string_view name = "resume_webhook";
    std::string code;
    std::optional<Sequence> after;  ///< not set: where it stopped
};

/// Makes a template of a message, or replaces it. `since` and `version` are not the caller's.
struct PutMessageTemplate {
    static constexpr std::string_view name = "put_message_template";
    MessageTemplate message;
};

/// What the mail of the tenant came to: told by whoever sends, and nobody else.
struct RecordMessages {
    static constexpr std::string_view name = "record_messages";
    Sequence after;                     ///< DeliveryProgress::through as the sender knew it
    Sequence through;                   ///< as it is now
    std::string failure;                ///< why the last attempt is to be repeated; empty: it is not
    std::vector<FailedMessage> failed;  ///< what will never be taken, of events up to `through`
};

/// Keeps a rule set as the next version. It has to be sound (core/automation/compile_rules.hpp); it decides nothing
/// yet.
struct SaveRuleSet {
    static constexpr std::string_view name = "save_rule_set";
    RuleSet rules;
};

/// From `at` on the version decides. Its golden orders have to come out as they say. Activations that were to happen at
/// `at` or later are replaced.
struct ActivateRuleSet {
    static constexpr std::string_view name = "activate_rule_set";
    std::uint32_t number = 0;  ///< of the version; 0: from then on no rules at all
    Instant at;                ///< not set: now
    std::string reason;
};

/// The version that decided before the present one decides again, from now on.
struct RollBackRuleSet {
    static constexpr std::string_view name = "roll_back_rule_set";
    std::string reason;
};

struct IssueKey {
    static constexpr std::string_view name = "issue_key";
    std::string key_name;
    Role role = Role::viewer;
    std::vector<std::string> locations;
    std::string hash;
};

struct RevokeKey {
    static constexpr std::string_view name = "revoke_key";
    KeyId id;
};

/// What a person or system says happened to stock. `count` sets on hand to `quantity`; `safety` and `quarantine` set
/// their bucket; the other kinds move `quantity` units (adjust: signed).
enum class MoveKind : std::uint8_t { receive, adjust, count, transfer, safety, quarantine };
BOOST_DESCRIBE_ENUM(MoveKind, receive, adjust, count, transfer, safety, quarantine)

struct MoveInput {
    MoveKind kind = MoveKind::receive;
    std::string sku;
    std::string location;
    std::string to_location;  ///< transfer only
    std::string unit;         ///< empty: the base unit
    std::int64_t quantity = 0;
    std::string reason;  ///< required for adjust
};

/// All of them or none.
struct MoveInventory {
    static constexpr std::string_view name = "move_inventory";
    std::vector<MoveInput> moves;
    std::string reference;
};

enum class FeedMode : std::uint8_t { count, delta };
BOOST_DESCRIBE_ENUM(FeedMode, count, delta)

struct FeedRowInput {
    std::string sku;
    std::string location;
    std::int64_t quantity = 0;
    std::optional<std::int64_t> safety;
};

/// One message of a stock feed. Rows that can not be taken are reported and do not stop the others.
struct ApplyFeed {
    static constexpr std::string_view name = "apply_feed";
    std::string source;
    std::uint64_t sequence = 0;
    FeedMode mode = FeedMode::count;
    std::vector<FeedRowInput> rows;
};

struct DemandInput {
    std::string sku;
    std::string location;
    std::int64_t weekly_milliunits = 0;
    std::int64_t markdown_bp = 0;
};

/// How fast items sell at locations, and by how much they are marked down there. Each row takes the place of what was
/// known of its item and location; one of zeros takes it away. All of them or none.
struct PutDemand {
    static constexpr std::string_view name = "put_demand";
    std::vector<DemandInput> rows;
};

struct IdentityInput {
    std::string channel;
    std::string external_id;
};

/// Makes a customer (id not set) or changes one.
struct PutCustomer {
    static constexpr std::string_view name = "put_customer";
    CustomerId id;
    std::vector<IdentityInput> identities;  ///< added to those it has
    std::optional<std::string> group;
    std::optional<bool> blocked;
    std::string blocked_reason;
    bool has_person = false;  ///< the caller gave personal data; the engine keeps it
};

struct MergeCustomers {
    static constexpr std::string_view name = "merge_customers";
    CustomerId from;
    CustomerId into;
};

struct ErasePerson {
    static constexpr std::string_view name = "erase_person";
    CustomerId customer;
};

struct LineInput {
    std::string channel_line_id;
    std::string sku;
    std::string unit;           ///< empty: the base unit
    std::int64_t quantity = 0;  ///< in that unit
    std::int64_t unit_price_micros = 0;
    std::int64_t discount = 0;  ///< minor units, of this line alone
    std::int64_t tax = 0;
};

struct PlaceOrder {
    static constexpr std::string_view name = "place_order";
    std::string channel;
    std::string channel_order_id;
    CustomerId customer;  ///< or the identity, or neither
    std::string customer_external_id;
    Instant placed_at;  ///< not set: now
    Currency currency;
    bool tax_included = false;
    FulfillmentMethod method = FulfillmentMethod::ship;
    std::string pickup_location;
    ShipTo ship_to;  ///< person is set by the engine
    bool has_person = false;
    std::optional<CivilDate> requested_date;
    std::optional<CivilDate> promised_date;
    std::vector<std::string> tags;
    std::optional<bool> allow_split;  ///< each overrides the channel's
    std::optional<bool> ship_complete;
    std::optional<std::int64_t> max_shipments;
    std::optional<std::int64_t> max_line_shipments;
    std::optional<OnShortage> on_shortage;
    std::int32_t priority = 0;
    std::vector<Charge> charges;
    std::int64_t discount = 0;          ///< of the whole order, apportioned over its lines by amount
    std::optional<std::int64_t> total;  ///< what the channel says it comes to; checked
    std::vector<LineInput> lines;
};

struct CancelLineInput {
    LineNo line_no;
    std::optional<std::int64_t> quantity;  ///< base units; none: all that is left
};

struct CancelOrder {
    static constexpr std::string_view name = "cancel_order";
    OrderId order;
    std::vector<CancelLineInput> lines;  ///< empty: all that has not shipped
    std::string reason;
};

/// Sources again what is open and, when asked, what is reserved and has not shipped.
struct RerouteOrder {
    static constexpr std::string_view name = "reroute_order";
    OrderId order;
    bool open_only = false;
    std::vector<std::string> exclude_locations;
    std::string reason;
};

struct ShipLineInput {
    LineNo line_no;
    std::int64_t quantity = 0;  ///< base units
};

struct ShipOrder {
    static constexpr std::string_view name = "ship_order";
    OrderId order;
    std::string location;
    std::vector<ShipLineInput> lines;  ///< empty: all that is reserved there
    std::string carrier;
    std::string tracking;
};

/// Makes what is reserved the work of its locations.
struct ReleaseOrder {
    static constexpr std::string_view name = "release_order";
    OrderId order;
    std::string location;  ///< empty: all of them
};

struct AcceptFulfillment {
    static constexpr std::string_view name = "accept_fulfillment";
    OrderId order;
    std::uint32_t number = 0;
};

struct PickLineInput {
    LineNo line_no;
    std::int64_t quantity = 0;  ///< base units that were picked; of a scan: units of what the GTIN is on
    std::int64_t missing = 0;   ///< base units that should have been there and were not; not of a scan
    std::string gtin;           ///< instead of the line: as scanned
};

/// Units are off the shelf. What was missing is given back as by RejectFulfillment.
struct PickFulfillment {
    static constexpr std::string_view name = "pick_fulfillment";
    OrderId order;
    std::uint32_t number = 0;
    std::vector<PickLineInput> lines;  ///< empty: all that is to be picked
};

struct PackLineInput {
    LineNo line_no;
    std::int64_t quantity = 0;  ///< base units; of a scan: units of what the GTIN is on
    std::string gtin;           ///< instead of the line: as scanned
};

/// Picked units go into a parcel, or something is said of it. What is not set stays as it is.
struct PackFulfillment {
    static constexpr std::string_view name = "pack_fulfillment";
    OrderId order;
    std::uint32_t number = 0;
    std::uint32_t parcel = 0;          ///< 0: a new one
    std::vector<PackLineInput> lines;  ///< empty: into a new one all that is picked and in no parcel; else nothing
    std::string sscc;                  ///< empty: by Waybill, where the tenant has a company prefix
    std::optional<std::int64_t> weight_g;
    std::optional<std::int64_t> length_mm;
    std::optional<std::int64_t> width_mm;
    std::optional<std::int64_t> height_mm;
    std::optional<std::string> carrier;
    std::optional<std::string> service;
    std::optional<std::string> tracking;
};

/// By number or SSCC, or by both.
struct ParcelName {
    std::uint32_t number = 0;
    std::string sscc;
};

/// The parcel is no more. Its units stay picked.
struct UnpackParcel {
    static constexpr std::string_view name = "unpack_parcel";
    OrderId order;
    std::uint32_t number = 0;
    ParcelName parcel;
};

struct RejectLineInput {
    LineNo line_no;
    std::optional<std::int64_t> quantity;  ///< base units; none: all that is in work
};

/// The location will not or can not do it. What it gives back is routed elsewhere at once.
struct RejectFulfillment {
    static constexpr std::string_view name = "reject_fulfillment";
    OrderId order;
    std::uint32_t number = 0;
    std::vector<RejectLineInput> lines;  ///< empty: all that is not picked
    std::string reason;
    StockFinding stock = StockFinding::kept;
};

/// Takes back from the location what it has not picked. It stays reserved there.
struct RecallFulfillment {
    static constexpr std::string_view name = "recall_fulfillment";
    OrderId order;
    std::uint32_t number = 0;
    std::string reason;
};

struct ShipParcelInput {
    ParcelName parcel;
    std::string carrier;  ///< empty, as below: as was said of the parcel before, else as of all that leaves
    std::string service;
    std::string tracking;
};

struct ShipFulfillment {
    static constexpr std::string_view name = "ship_fulfillment";
    OrderId order;
    std::uint32_t number = 0;
    /// Of what is in no parcel. No lines and no parcels: all that is picked, or all there is where nothing was.
    std::vector<ShipLineInput> lines;
    std::string carrier;
    std::string tracking;
    std::vector<ShipParcelInput> parcels;  ///< with all that is in them
};

struct HoldOrder {
    static constexpr std::string_view name = "hold_order";
    OrderId order;
    std::string code;
    std::string reason;
    std::vector<HoldBlock> blocks;
};

/// What waits and may be routed now is.
struct ReleaseHold {
    static constexpr std::string_view name = "release_hold";
    OrderId order;
    std::string code;
    std::string reason;
};

/// Something about the order that a person should see.
struct RaiseException {
    static constexpr std::string_view name = "raise_exception";
    OrderId order;
    std::string kind;
    std::string reason;
    Severity severity = Severity::normal;
    std::string owner;
    Instant due_at;  ///< not set: no time is due
};

/// What is not set stays as it is.
struct ChangeException {
    static constexpr std::string_view name = "change_exception";
    OrderId order;
    std::string kind;
    std::optional<std::string> owner;  ///< "": nobody
    std::optional<Severity> severity;
    std::optional<Instant> due_at;
};

struct ResolveException {
    static constexpr std::string_view name = "resolve_exception";
    OrderId order;
    std::string kind;
    std::string resolution;  ///< what was done, for people; may be empty
};

struct ReturnLineInput {
    LineNo line_no;
    std::optional<std::int64_t> quantity;  ///< base units; none: all that can be returned
    std::string reason;                    ///< a code
};

struct RequestReturn {
    static constexpr std::string_view name = "request_return";
    OrderId order;
    std::vector<ReturnLineInput> lines;
    std::string location;           ///< where the goods are to come; empty: anywhere
    bool overrides_policy = false;  ///< the channel's window and reasons do not count
};

struct ApproveReturn {
    static constexpr std::string_view name = "approve_return";
    OrderId order;
    std::uint32_t number = 0;
};

struct DeclineReturn {
    static constexpr std::string_view name = "decline_return";
    OrderId order;
    std::uint32_t number = 0;
    std::string reason;
};

struct ReceiveLineInput {
    LineNo line_no;
    std::optional<std::int64_t> quantity;    ///< base units; none: all that are still expected
    std::optional<Disposition> disposition;  ///< none: that of the command
};

/// Goods came back, were looked at, and become what `disposition` says. A line may be named once for each.
struct ReceiveReturn {
    static constexpr std::string_view name = "receive_return";
    OrderId order;
    std::uint32_t number = 0;
    std::string location;
    std::vector<ReceiveLineInput> lines;  ///< empty: all that is expected
    Disposition disposition = Disposition::restock;
};

/// What has not come is not expected any more.
struct CancelReturn {
    static constexpr std::string_view name = "cancel_return";
    OrderId order;
    std::uint32_t number = 0;
    std::string reason;
};

using Command =
    std::variant<ConfigureTenant, PutItem, PutLocation, PutChannel, PutPostcodeAreas, SaveRuleSet, ActivateRuleSet,
                 RollBackRuleSet, IssueKey, RevokeKey, MoveInventory, ApplyFeed, PutCustomer, MergeCustomers,
                 ErasePerson, PlaceOrder, CancelOrder, RerouteOrder, ShipOrder, HoldOrder, ReleaseHold, RaiseException,
                 ChangeException, ResolveException, PutRateTable, ReleaseOrder, AcceptFulfillment, PickFulfillment,
                 RejectFulfillment, RecallFulfillment, ShipFulfillment, PutWebhook, RotateWebhookSecret, RecordDelivery,
                 ResumeWebhook, RequestReturn, ApproveReturn, DeclineReturn, ReceiveReturn, CancelReturn, PutDemand,
                 PutMessageTemplate, RecordMessages, PackFulfillment, UnpackParcel>;

[[nodiscard]] std::string_view name_of(const Command& command);

}  // namespace waybill::core

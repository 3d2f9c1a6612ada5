#pragma once
// Model: what one tenant ought to be, in plain maps of quantities. It is written from the documentation, not from core:
// it shares core's words for what goes in and comes out (commands, orders, rejections) and none of its arithmetic.
// Reservations and capacity are counted afresh from the orders every time, money and working days have their own rules.
//
// Where the engine has a choice (which place serves which unit) the model takes what the log says and checks that it is
// allowed; everything else it foretells.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/commands.hpp"
#include "core/decide.hpp"
#include "core/events.hpp"
#include "sim/rules_model.hpp"

namespace waybill::sim {

struct Marks;

struct ItemModel {
    core::Item wanted;                                          ///< as asked for, without version and components
    std::vector<std::pair<std::uint32_t, std::int64_t>> parts;  ///< of a kit: item, units
    bool operator==(const ItemModel&) const = default;
    [[nodiscard]] bool is_kit() const { return !parts.empty(); }
};

struct StockModel {
    std::int64_t on_hand = 0;
    std::int64_t safety = 0;
    std::int64_t unsellable = 0;
    std::string counted_by;  ///< the feed that last counted it
    std::uint64_t counted_at = 0;
};

using Takes = std::vector<std::pair<std::uint32_t, std::int64_t>>;  ///< item, units for one of the line

struct PartModel {
    std::int64_t quantity = 0;
    std::int64_t shipped = 0;
    bool operator==(const PartModel&) const = default;
};

/// Where and for which working day.
using PlaceDay = std::pair<std::uint32_t, std::int32_t>;

/// Units of one line for one day in the work of a place. Each is counted once, so that all of them are what was
/// released.
struct WorkModel {
    std::int64_t to_pick = 0;
    std::int64_t picked = 0;  ///< and in no parcel
    std::int64_t packed = 0;
    std::int64_t shipped = 0;
    std::int64_t rejected = 0;
    std::int64_t recalled = 0;
    [[nodiscard]] std::int64_t left() const { return to_pick + picked + packed; }
    [[nodiscard]] std::int64_t released() const { return left() + shipped + rejected + recalled; }
};

struct ParcelModel {
    core::ParcelStatus status = core::ParcelStatus::packed;
    std::string sscc;
    std::map<std::pair<std::size_t, std::int32_t>, std::int64_t> held;  ///< units by line, from 0, and day
    std::int64_t weight_g = 0;
    std::string carrier;
    std::string service;
    std::string tracking;
    Instant packed_at;
    Instant shipped_at;
    bool operator==(const ParcelModel&) const = default;
};

struct FulfillmentModel {
    std::uint32_t location = 0;
    Instant released_at;
    Instant accepted_at;
    std::string reason;
    std::map<std::pair<std::size_t, std::int32_t>, WorkModel> lines;  ///< by line, from 0, and day
    std::vector<ParcelModel> parcels;                                 ///< by number, from 1

    /// Of all lines, or of one.
    [[nodiscard]] WorkModel sum(std::optional<std::size_t> line = std::nullopt) const;
    [[nodiscard]] std::set<std::size_t> lines_named() const;
    [[nodiscard]] core::FulfillmentStatus status() const;
    [[nodiscard]] std::int32_t due() const;
    /// Up to so many units of a line that are counted as `from` are counted as `to`, the earliest day first. By day.
    std::map<std::int32_t, std::int64_t> count_as(std::int64_t WorkModel::*to, std::int64_t WorkModel::*from,
                                                  std::size_t line, std::int64_t units);
};

/// Units of one line that come back. Each is counted once, so that all of them are what was asked for.
struct ComingModel {
    std::int64_t expected = 0;
    std::int64_t dropped = 0;
    std::map<core::Disposition, std::int64_t> came;
    std::string reason;
    [[nodiscard]] std::int64_t received() const;
    [[nodiscard]] std::int64_t asked() const { return expected + dropped + received(); }
};

struct ReturnModel {
    std::uint32_t location = core::no_index;
    Instant requested_at;
    Instant approved_at;
    bool declined = false;
    std::string reason;
    std::map<std::size_t, ComingModel> lines;  ///< by line, from 0

    [[nodiscard]] bool is_open() const;
    [[nodiscard]] core::ReturnStatus status() const;
};

struct LineModel {
    std::string channel_line_id;
    std::uint32_t item = 0;
    Takes takes;                           ///< as the item was when it was ordered
    std::optional<std::uint32_t> ordered;  ///< what was ordered, where another item serves the line
    std::string unit;
    std::int64_t unit_quantity = 0;
    std::int64_t quantity = 0;
    std::int64_t price_micros = 0;
    std::int64_t amount = 0;
    std::int64_t discount = 0;
    std::int64_t tax = 0;
    std::int64_t cancelled = 0;
    std::string cancel_reason;
    std::map<PlaceDay, PartModel> parts;

    [[nodiscard]] std::int64_t reserved() const;
    [[nodiscard]] std::int64_t shipped() const;
    [[nodiscard]] std::int64_t open() const { return quantity - cancelled - reserved() - shipped(); }
};

struct HoldModel {
    std::set<core::HoldBlock> blocks;
    std::string reason;
    std::string placed_by;  ///< empty: somebody, not a rule
};

struct ExceptionModel {
    std::string reason;
    core::Severity severity = core::Severity::normal;
    std::string owner;
    Instant due_at;
    std::string raised_by;  ///< empty: somebody, not a rule
    std::uint64_t raised_in = 0;
};

struct OrderModel {
    std::uint64_t id = 0;
    std::uint32_t channel = 0;
    std::string number;
    std::uint64_t customer = 0;
    std::string group;  ///< of the customer, when it was placed
    Instant placed_at;
    Instant received_at;
    Instant updated_at;
    Currency currency;
    bool tax_included = false;
    core::FulfillmentMethod method = core::FulfillmentMethod::ship;
    std::uint32_t pickup = core::no_index;
    std::string country;
    std::string postcode;
    std::optional<CivilDate> wanted_by;
    std::uint64_t person = 0;
    std::set<std::string> tags;
    std::int32_t priority = 0;
    std::map<std::string, HoldModel> holds;
    std::map<std::string, ExceptionModel> exceptions;
    core::RoutingPolicy policy;
    std::vector<core::Charge> charges;
    std::vector<LineModel> lines;
    std::vector<FulfillmentModel> work;  ///< by number, from 1
    std::set<std::uint32_t> refused_by;  ///< places that gave work back
    std::set<std::string> freed_of;      ///< holds on releasing that somebody took off
    std::vector<ReturnModel> returns;    ///< by number, from 1
    Instant shipped_at;                  ///< when units left last
    std::string status_reason;
    std::uint32_t version = 0;
    std::uint64_t last_sequence = 0;

    [[nodiscard]] core::OrderStatus status() const;
    [[nodiscard]] core::OrderTotals totals() const;
    [[nodiscard]] bool blocked(core::HoldBlock what) const;
    [[nodiscard]] bool is_closed() const;
    [[nodiscard]] std::int64_t open() const;
    [[nodiscard]] bool waits() const { return open() > 0; }
    /// Units of lines that wait more than they did in `before`.
    [[nodiscard]] std::int64_t newly_waiting(const OrderModel& before) const;
    /// Units that wait and were once given back.
    [[nodiscard]] std::int64_t given_back_and_waiting() const;
    /// Units that a place works on.
    [[nodiscard]] std::int64_t in_work(std::size_t line, const PlaceDay& place) const;
    /// Units that a place has reserved and does not work on.
    [[nodiscard]] std::int64_t unreleased(std::size_t line, const PlaceDay& place) const;
    [[nodiscard]] std::int64_t unreleased(std::size_t line) const;
    [[nodiscard]] std::int64_t picked(std::size_t line) const;
    /// Units that have shipped and are in no return that takes or expects them.
    [[nodiscard]] std::int64_t returnable(std::size_t line) const;
    void put_hold(const std::string& code, const HoldModel& hold);
    void take_hold_off(const std::string& code);
    /// The reason of an order on hold is the first hold that keeps it from being routed or shipped.
    void name_hold();
};

struct CustomerModel {
    std::set<std::pair<std::uint32_t, std::string>> identities;
    std::string group;
    bool blocked = false;
    std::string blocked_reason;
    std::uint64_t merged_into = 0;
    std::uint64_t person = 0;
    std::uint64_t version = 0;
};

struct PersonModel {
    std::uint64_t customer = 0;
    std::uint64_t order = 0;
    std::string word;
};

struct FeedModel {
    std::set<std::uint64_t> applied;
    std::uint64_t newest = 0;
};

struct KeyModel {
    std::uint64_t id = 0;
    std::string hash;
    core::Role role = core::Role::viewer;
    bool revoked = false;
};

struct ActivationModel {
    std::uint32_t number = 0;
    Instant from;
    Instant made_at;
    std::string reason;
    bool rolls_back = false;
};

/// Where its deliveries stand is its own.
struct WebhookModel {
    core::Webhook wanted;  ///< as asked for, without version, with the secret it is at
    std::uint64_t through = 0;
    Instant failing_since;
    std::string failure;
    bool paused = false;
    bool operator==(const WebhookModel&) const = default;
};

/// Where the mail of the tenant stands.
struct MailModel {
    std::uint64_t through = 0;
    Instant failing_since;
    std::string failure;
    bool operator==(const MailModel&) const = default;
};

/// What the model says of one command.
struct Verdict {
    std::optional<core::Reject> refused;
    std::uint64_t events = 0;
    core::Aggregate object;
    bool already_applied = false;
    std::vector<std::pair<std::uint32_t, core::Reject>> skipped;
};

[[nodiscard]] inline Verdict refused(core::Reject code) {
    Verdict out;
    out.refused = code;
    return out;
}

/// What surrounds one command.
struct Moment {
    Instant now;
    std::set<std::uint32_t> scope;  ///< empty: all
    bool has_person = false;
    std::string person_word;
    /// Of an accepted order command: what the log says it did. Empty: refused, or nothing happened.
    const std::vector<core::Event>* logged = nullptr;
};

/// The first event of a kind that the log says the command made; nullptr: none.
template <class Event>
[[nodiscard]] const Event* logged_in(const Moment& moment) {
    if (moment.logged == nullptr) return nullptr;
    for (const core::Event& event : *moment.logged) {
        if (const auto* found = std::get_if<Event>(&event)) return found;
    }
    return nullptr;
}

/// The event of this number of the command, from 0; nullptr: the log has none there, or another one.
template <class Event>
[[nodiscard]] const Event* logged_at(const Moment& moment, std::uint64_t number) {
    if (moment.logged == nullptr || number >= moment.logged->size()) return nullptr;
    return std::get_if<Event>(&(*moment.logged)[number]);
}

class RoutingCheck;

class Model {
public:
    core::TenantSettings settings;
    std::vector<ItemModel> items;
    std::vector<core::Location> locations;
    std::vector<core::Channel> channels;
    std::vector<KeyModel> keys;
    std::map<std::string, core::PostcodeArea> areas;
    std::vector<core::RateTable> rate_tables;
    struct Sale {
        std::int64_t weekly_milliunits = 0;
        std::int64_t markdown_bp = 0;
        bool operator==(const Sale&) const = default;
    };
    std::map<std::pair<std::uint32_t, std::uint32_t>, Sale> demand;  ///< by item, location; none of zeros
    std::vector<core::RuleSet> rule_sets;                            ///< by number - 1
    std::vector<ActivationModel> activations;
    std::vector<WebhookModel> webhooks;
    /// Codes of the rules that send an event to a webhook, by sequence and webhook. Both are there only where any do.
    std::map<std::uint64_t, std::map<std::string, std::vector<std::string>>> calls;
    std::vector<core::MessageTemplate> messages;              ///< as asked for, without version
    MailModel mail;                                           ///< once there is a template
    std::map<std::uint64_t, std::set<std::string>> notified;  ///< messages that rules send at an event, by sequence
    std::map<std::pair<std::uint32_t, std::uint32_t>, StockModel> stock;  ///< by item, location
    std::vector<std::pair<std::string, FeedModel>> feeds;
    std::map<std::uint64_t, CustomerModel> customers;
    std::map<std::uint64_t, PersonModel> persons;
    std::set<std::string> gone_words;  ///< of personal data that was erased or replaced
    std::map<std::uint64_t, OrderModel> orders;
    std::set<std::pair<std::uint64_t, std::string>> resolved;  ///< exceptions, by event and kind
    std::uint64_t head = 0;
    std::uint64_t config_sequence = 0;  ///< of the last change that a decision can depend on
    Instant last_instant;

    /// Foretells the command and does what it says. Findings go to `problems`. An accepted command moves the head.
    Verdict take(const core::Command& command, const Moment& moment);

    std::vector<std::string> problems;

    // Questions, for composing commands and for comparing.
    [[nodiscard]] std::optional<std::uint32_t> find_item(const std::string& sku) const;
    [[nodiscard]] std::optional<std::uint32_t> find_location(const std::string& code) const;
    [[nodiscard]] std::optional<std::uint32_t> find_rate_table(const std::string& code) const;
    [[nodiscard]] std::optional<std::uint32_t> find_webhook(const std::string& code) const;
    /// Templates that go out at an event, by index, for somebody who reads that language. model_messages.cpp
    [[nodiscard]] std::vector<std::uint32_t> mails_of(std::string_view type, std::uint64_t sequence,
                                                      const std::string& reader) const;
    [[nodiscard]] std::optional<std::uint32_t> find_channel(const std::string& code) const;
    [[nodiscard]] std::optional<std::uint64_t> find_identity(std::uint32_t channel, const std::string& id) const;
    [[nodiscard]] std::int64_t reserved(std::uint32_t item, std::uint32_t location) const;
    [[nodiscard]] std::int64_t sellable(std::uint32_t item, std::uint32_t location) const;
    struct Use {
        std::int64_t orders = 0;
        std::int64_t units = 0;
    };
    [[nodiscard]] std::map<PlaceDay, Use> capacity_used() const;
    [[nodiscard]] std::int32_t working_day(std::uint32_t location, Instant now) const;
    [[nodiscard]] std::set<std::uint64_t> same_person(std::uint64_t customer) const;
    [[nodiscard]] Takes takes_of(std::uint32_t item) const;
    /// Numbers of the rule sets that decided one after another, 0 for none; the last one decides at `now`.
    [[nodiscard]] std::vector<std::uint32_t> rules_decided(Instant now) const;
    [[nodiscard]] const core::RuleSet* rules_at(Instant now) const;
    [[nodiscard]] RuleFacts facts_of(const OrderModel& order) const;
    [[nodiscard]] RuleFacts facts_of(const core::GoldenOrder& golden) const;
    /// Codes of the rules that fire for an example, when it is placed and when it is routed.
    [[nodiscard]] std::vector<std::string> golden_fired(const core::RuleSet& rules,
                                                        const core::GoldenOrder& golden) const;

private:
    using Refused = std::optional<core::Reject>;

    void problem(std::string what) { problems.push_back(std::move(what)); }

    // model_catalogue.cpp
    Verdict take_one(const core::ConfigureTenant& command, const Moment& moment);
    Verdict take_one(const core::PutItem& command, const Moment& moment);
    Verdict take_one(const core::PutLocation& command, const Moment& moment);
    Verdict take_one(const core::PutChannel& command, const Moment& moment);
    Verdict take_one(const core::PutPostcodeAreas& command, const Moment& moment);
    Verdict take_one(const core::PutRateTable& command, const Moment& moment);
    Verdict take_one(const core::PutDemand& command, const Moment& moment);
    Verdict take_one(const core::IssueKey& command, const Moment& moment);
    Verdict take_one(const core::RevokeKey& command, const Moment& moment);
    // model_rules.cpp
    Verdict take_one(const core::SaveRuleSet& command, const Moment& moment);
    Verdict take_one(const core::ActivateRuleSet& command, const Moment& moment);
    Verdict take_one(const core::RollBackRuleSet& command, const Moment& moment);
    void check_names(const core::RuleAction& action, std::vector<core::Reject>& faults) const;
    [[nodiscard]] bool golden_orders_pass(const core::RuleSet& rules) const;
    /// What a line could have, over the locations that may serve the order.
    [[nodiscard]] std::int64_t available(const LineModel& line, const OrderModel& order) const;
    /// What fired rules make of an order itself: items, method; and what a trace has to say of it.
    void change(const core::RuleSet& rules, const Automated& automated, OrderModel& order,
                core::RulesTrace& trace) const;
    /// Does to an order that is placed what the rules say, and tells what a trace has to say of it.
    [[nodiscard]] core::RulesTrace rule(const core::RuleSet& rules, OrderModel& order, Instant now, Marks& marks) const;
    // model_holds.cpp
    Verdict take_one(const core::HoldOrder& command, const Moment& moment);
    Verdict take_one(const core::ReleaseHold& command, const Moment& moment);
    /// The rules of a later moment, after `events` of this decision: does what they do, compares it with the log. How
    /// many events there are then. `spared`: the code of the hold that is being released.
    std::uint64_t pass(core::Moment passed, OrderModel& order, std::uint64_t events, const Moment& moment,
                       const std::string& spared = {});
    // model_exceptions.cpp
    Verdict take_one(const core::RaiseException& command, const Moment& moment);
    Verdict take_one(const core::ChangeException& command, const Moment& moment);
    Verdict take_one(const core::ResolveException& command, const Moment& moment);
    /// What rules raise and resolve in the event with this sequence.
    void mark_exceptions(OrderModel& order, const Marks& marks, std::uint64_t sequence);
    /// Nobody looks at an order any more that is cancelled as a whole.
    void close_exceptions_of_cancelled(OrderModel& order);
    void resolve_exception(OrderModel& order, const std::string& kind);
    /// Nothing waits any more of what was given back and had no other place.
    void settle_no_supply(OrderModel& order);
    void compare_trace(const core::RulesTrace& expected, const core::RulesTrace& logged);
    // model_webhooks.cpp
    Verdict take_one(const core::PutWebhook& command, const Moment& moment);
    Verdict take_one(const core::RotateWebhookSecret& command, const Moment& moment);
    Verdict take_one(const core::RecordDelivery& command, const Moment& moment);
    Verdict take_one(const core::ResumeWebhook& command, const Moment& moment);
    /// Replaces what there is; one event where that changes anything.
    Verdict put_webhook(std::uint32_t ix, WebhookModel webhook);
    /// Whom rules that fired send the event with this sequence to, and by which messages.
    void note_calls(const core::RuleSet& rules, const std::vector<std::uint16_t>& fired, std::uint64_t sequence);
    // model_messages.cpp
    Verdict take_one(const core::PutMessageTemplate& command, const Moment& moment);
    Verdict take_one(const core::RecordMessages& command, const Moment& moment);
    // model_stock.cpp
    Verdict take_one(const core::MoveInventory& command, const Moment& moment);
    Verdict take_one(const core::ApplyFeed& command, const Moment& moment);
    // model_customers.cpp
    Verdict take_one(const core::PutCustomer& command, const Moment& moment);
    Verdict take_one(const core::MergeCustomers& command, const Moment& moment);
    Verdict take_one(const core::ErasePerson& command, const Moment& moment);
    void keep_person(std::uint64_t id, PersonModel person);
    // model_place_order.cpp
    Verdict take_one(const core::PlaceOrder& command, const Moment& moment);
    [[nodiscard]] OrderModel read_header(const core::PlaceOrder& command, const Moment& moment,
                                         std::vector<core::Reject>& faults) const;
    void take_placed(OrderModel& order, const core::OrderPlaced& placed, RoutingCheck& check, Instant now);
    void take_held(const core::OrderPlaced& placed);
    void keep_buyer(const core::PlaceOrder& command, const Moment& moment, bool made, OrderModel& order);
    // model_orders.cpp
    /// What a key that is limited to places is told when it would cancel, re-route, hold or release.
    [[nodiscard]] static Refused scope_fault(const OrderModel& order, const Moment& moment);
    /// Whether anything of it is, or was, at a place of the key.
    [[nodiscard]] static bool is_known(const OrderModel& order, const Moment& moment);
    Verdict take_one(const core::CancelOrder& command, const Moment& moment);
    Verdict take_one(const core::RerouteOrder& command, const Moment& moment);
    Verdict take_one(const core::ShipOrder& command, const Moment& moment);
    /// By the event of this number of the decision, from 1.
    void changed(OrderModel& order, const Moment& moment, const std::string& reason, std::uint64_t event = 1);
    [[nodiscard]] core::RulesTrace begin_reroute(RoutingCheck& check, const OrderModel& before, Instant now) const;
    /// What a re-route did to `before`, checked.
    [[nodiscard]] OrderModel rerouted(const OrderModel& before, bool open_only, RoutingCheck& check,
                                      const core::OrderRerouted* event, Instant now);
    void read_lines(const core::PlaceOrder& command, OrderModel& order, std::vector<core::Reject>& faults) const;
    void read_amounts(const core::PlaceOrder& command, OrderModel& order, std::vector<core::Reject>& faults) const;
    [[nodiscard]] Refused choose_customer(const core::PlaceOrder& command, OrderModel& order, bool& made) const;
    void take_changes(OrderModel& order, const std::vector<core::LineChange>& changes);
    // model_fulfillments.cpp
    Verdict take_one(const core::ReleaseOrder& command, const Moment& moment);
    Verdict take_one(const core::AcceptFulfillment& command, const Moment& moment);
    Verdict take_one(const core::PickFulfillment& command, const Moment& moment);
    Verdict take_one(const core::RejectFulfillment& command, const Moment& moment);
    Verdict take_one(const core::RecallFulfillment& command, const Moment& moment);
    Verdict take_one(const core::ShipFulfillment& command, const Moment& moment);
    // model_packing.cpp
    Verdict take_one(const core::PackFulfillment& command, const Moment& moment);
    Verdict take_one(const core::UnpackParcel& command, const Moment& moment);
    /// Of what a scanner read, so many units of lines that have so many left; what is taken goes to `taken`.
    void take_scanned(const std::string& gtin, std::int64_t quantity, const OrderModel& order,
                      const FulfillmentModel& work, std::map<std::size_t, std::int64_t>& left,
                      std::map<std::size_t, std::int64_t>& taken, std::vector<core::Reject>& faults) const;
    /// A fulfillment order and its order; nullptr: there is none that the key may see.
    struct Task {
        OrderModel* order = nullptr;
        FulfillmentModel* work = nullptr;
    };
    [[nodiscard]] Task find_task(core::OrderId order, std::uint32_t number, const Moment& moment);
    /// As pass(): the rules before a release, and the release itself at these places unless a hold forbids it by then.
    std::uint64_t release(const std::set<std::uint32_t>& places, OrderModel& order, std::uint64_t events,
                          const Moment& moment, const std::string& spared = {});
    /// The same at places that have their work released as soon as it is routed, where there is any.
    std::uint64_t release_routed(OrderModel& order, std::uint64_t events, const Moment& moment,
                                 const std::string& spared = {});
    /// The same where a hold was taken off meanwhile.
    std::uint64_t release_freed(const std::map<std::string, HoldModel>& holds_before, OrderModel& order,
                                std::uint64_t events, const Moment& moment);
    /// The rules of a moment, and what follows where they take a hold off.
    std::uint64_t pass_and_free(core::Moment passed, OrderModel& order, std::uint64_t events, const Moment& moment);
    /// Units by line leave the work and the place; what is not picked goes first.
    void give_back(const Task& task, const std::map<std::size_t, std::int64_t>& units, core::StockFinding stock);
    /// What follows from that: rules, another place, an exception where there is none. `waited`: units that did before.
    /// As pass().
    std::uint64_t route_given_back(OrderModel& order, const OrderModel& whole, std::uint64_t events,
                                   const Moment& moment);
    /// Somebody has to look at an order of which more waits than did before. As pass().
    std::uint64_t flag_no_supply(OrderModel& order, std::int64_t units, std::uint64_t events, const Moment& moment);
    /// A parcel leaves, with what is in it.
    void ship(OrderModel& order, FulfillmentModel& work, ParcelModel& parcel, Instant now);
    /// `units` of an order leave its place.
    void ship(const Task& task, std::size_t line, std::int64_t units);
    // model_returns.cpp
    Verdict take_one(const core::RequestReturn& command, const Moment& moment);
    Verdict take_one(const core::ApproveReturn& command, const Moment& moment);
    Verdict take_one(const core::DeclineReturn& command, const Moment& moment);
    Verdict take_one(const core::ReceiveReturn& command, const Moment& moment);
    Verdict take_one(const core::CancelReturn& command, const Moment& moment);
    /// A return and its order.
    struct Coming {
        OrderModel* order = nullptr;
        ReturnModel* made = nullptr;
    };
    /// nullopt: there is none. Who only takes goods in need not know the order.
    [[nodiscard]] std::optional<Coming> find_coming(core::OrderId order, std::uint32_t number, const Moment& moment,
                                                    bool takes_in);
    /// What has not come is not expected any more. One event.
    Verdict drop(const Coming& coming, const std::string& reason, const Moment& moment);
};

/// One name alone stays; several different ones are an invalid request.
/// A number that the carrier, if it is one whose numbers are known, can not have given; one that is not said is filled
/// in.
[[nodiscard]] bool is_misread(std::string& carrier, const std::string& tracking);
/// The parcel of this name among those of a fulfillment order; nullptr: there is none that has not left, and why.
[[nodiscard]] ParcelModel* find_parcel(FulfillmentModel& work, const core::ParcelName& name,
                                       std::vector<core::Reject>& faults);
/// What is wrong with entries that name a line or what was scanned.
template <class Input>
[[nodiscard]] std::vector<core::Reject> misnamed_or_unscanned(const OrderModel& order,
                                                              const std::vector<Input>& lines) {
    std::vector<core::Reject> faults;
    std::set<std::uint32_t> met;
    for (const Input& line : lines) {
        const std::uint32_t number = line.line_no.raw();
        if ((number != 0) != line.gtin.empty()) {
            faults.push_back(core::Reject::invalid_request);
        } else if (number > order.lines.size()) {
            faults.push_back(core::Reject::unknown_line);
        } else if (number != 0 && !met.insert(number).second) {
            faults.push_back(core::Reject::invalid_request);
        }
    }
    return faults;
}

[[nodiscard]] std::optional<core::Reject> one_name(const std::vector<core::Reject>& faults);

/// a * b / divisor, halves to even.
[[nodiscard]] std::int64_t part_of(std::int64_t a, std::int64_t b, std::int64_t divisor);
/// By largest remainder, ties to the earlier.
[[nodiscard]] std::vector<std::int64_t> shared_out(std::int64_t total, const std::vector<std::int64_t>& weights);

}  // namespace waybill::sim

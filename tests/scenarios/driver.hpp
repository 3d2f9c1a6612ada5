#pragma once
// Driver: the test-only port between scenarios and the program. One implementation each for the bare core, the engine
// over a store, and the HTTP API; the same files run on all. Nothing behind it is a stand-in: every driver uses the
// code that ships.
//
// Amounts are minor units, costs 10^-6, as in core; names (SKUs, codes) are used wherever the outside uses them.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/commands.hpp"
#include "core/network/capacity.hpp"
#include "core/rejection.hpp"

namespace waybill::scenarios {

/// Latitude and longitude as written. The core wants points, HTTP wants degrees.
struct Degrees {
    std::int32_t latitude_e6 = 0;
    std::int32_t longitude_e6 = 0;
};
/// On the sphere of core/network/geography.hpp.
[[nodiscard]] core::GeoPoint point_of(Degrees degrees);

struct PersonText {
    std::string name;
    std::string email;
    std::string phone;
    [[nodiscard]] bool empty() const { return name.empty() && email.empty() && phone.empty(); }
};

/// One command with what the scenario said of it that is not in the command: coordinates, personal data, and the names
/// by which the scenario refers to orders, customers and keys.
struct Action {
    core::Command command;
    std::optional<Degrees> degrees;     ///< of a location or a ship-to
    std::vector<Degrees> area_degrees;  ///< one for each postcode area
    PersonText person;
    std::string currency_text;  ///< as written; the command's is unset when ISO 4217 lacks it
    std::string order;          ///< scenario's name of the order that the command makes or changes
    std::string customer;       ///< likewise; `into` is the survivor of a merge
    std::string into;
    std::string key;
    std::string webhook;                     ///< code of the webhook to which something was delivered, or was not
    std::string rules;                       ///< of the rule set that the command saves or activates
    std::string rules_json;                  ///< as written
    std::optional<std::string> tried_rules;  ///< of a preview: by these, not by those in force
};

struct Sourcing {
    std::string status;
    std::string method;
    std::int64_t cost_micros = 0;
    std::int64_t lower_bound_micros = 0;
};

struct Skipped {
    std::uint32_t row = 0;
    std::string code;
};

/// What became of an action.
struct Answer {
    std::optional<core::Rejection> refused;
    std::uint64_t object_id = 0;
    bool already_applied = false;
    bool wrote_events = false;
    std::vector<Skipped> skipped;
    std::optional<Sourcing> sourcing;
};

struct AllocationView {
    std::string location;
    std::int64_t quantity = 0;
    std::int64_t shipped = 0;
    std::string supply;
    std::string supply_id;
    std::optional<CivilDate> capacity_day;
};

struct LineView {
    std::string sku;
    std::string ordered_sku;  ///< empty: `sku`
    std::string unit;
    std::int64_t unit_quantity = 0;
    std::int64_t quantity = 0;
    std::int64_t open = 0;
    std::int64_t allocated = 0;
    std::int64_t shipped = 0;
    std::int64_t cancelled = 0;
    std::int64_t returning = 0;  ///< of those shipped
    std::int64_t returned = 0;   ///< likewise
    std::int64_t amount = 0;
    std::int64_t discount = 0;
    std::int64_t tax = 0;
    std::vector<AllocationView> allocations;
};

struct ExceptionView {
    std::string kind;
    std::string severity;
    std::string owner;
    std::string due;  ///< empty: never
    std::string reason;
    std::string by;
};

struct ParcelView {
    std::string status;
    std::string sscc;
    std::string carrier;
    std::string service;
    std::string tracking;
    std::int64_t weight_g = 0;
    std::vector<std::pair<std::int64_t, std::int64_t>> lines;  ///< units by line
};

struct FulfillmentView {
    struct Line {
        std::int64_t line_no = 0;
        std::int64_t to_pick = 0;
        std::int64_t picked = 0;
        std::int64_t packed = 0;  ///< of those picked
        std::int64_t shipped = 0;
        std::int64_t rejected = 0;
        std::int64_t recalled = 0;
    };
    std::string location;
    std::string status;
    std::vector<std::string> actions;
    std::vector<Line> lines;          ///< one for each line of the order
    std::vector<ParcelView> parcels;  ///< by number
};

struct ReturnView {
    struct Line {
        std::int64_t line_no = 0;
        std::int64_t expected = 0;
        std::int64_t restocked = 0;
        std::int64_t quarantined = 0;
        std::int64_t to_vendor = 0;
        std::int64_t destroyed = 0;
        std::int64_t dropped = 0;
    };
    std::string location;  ///< where it is expected; empty: anywhere
    std::string status;
    std::vector<std::string> actions;
    std::vector<Line> lines;
};

struct OrderView {
    std::string status;
    std::string reason;
    Currency currency;
    std::uint64_t customer = 0;
    std::uint32_t version = 0;
    core::OrderTotals totals;
    std::vector<std::string> tags;
    std::int64_t priority = 0;
    std::vector<std::string> holds;
    std::vector<ExceptionView> exceptions;
    std::vector<FulfillmentView> fulfillments;  ///< by number
    std::vector<ReturnView> returns;            ///< by number
    std::string method;
    std::string pickup_location;
    std::string requested_date;
    std::string promised_date;
    std::vector<std::string> actions;
    std::vector<LineView> lines;
};

struct LevelView {
    std::int64_t on_hand = 0;
    std::int64_t reserved = 0;
    std::int64_t safety = 0;
    std::int64_t unsellable = 0;
};

struct AvailabilityView {
    std::int64_t total = 0;
    std::vector<std::pair<std::string, std::int64_t>> locations;
};

struct MovementView {
    std::string kind;
    LevelView change;
};

struct CustomerView {
    std::size_t identities = 0;
    std::string group;
    bool blocked = false;
    std::uint64_t merged_into = 0;
    std::optional<PersonText> person;  ///< drivers without personal data leave it out
};

struct CandidateView {
    std::string location;
    bool chosen = false;
    std::optional<std::int64_t> loses_by_micros;
    std::string loses_at;    ///< "distance 2": in an ordered strategy
    std::string ineligible;  ///< empty: it was a candidate
    std::string filter;      ///< code of the filter that keeps it out
    /// What would make it win, each alone: "with 1 A", "with 1 A and 2 B", "under 6.10", "with room for 2 units".
    std::vector<std::string> wins;
};

struct WebhookView {
    core::WebhookIx ix = 0;
    std::string status;
    std::int64_t through = 0;
    std::int64_t behind = 0;    ///< events of the log after that
    std::string failing_since;  ///< empty: it does not fail
    std::string failure;
};

/// An event as a webhook is told of it.
struct ToldView {
    std::string type;
    std::vector<std::string> rules;  ///< that send it
};

/// Which rules took part in a routing decision.
struct RulesView {
    std::uint32_t rule_set = 0;  ///< 0: none
    std::vector<std::string> fired;
    std::vector<std::string> failed;
    std::vector<std::string> branches;  ///< those on the way through the routing tree
    std::string strategy;               ///< empty: none
    bool reproduced = true;
};

struct PreviewView {
    std::optional<core::Rejection> refused;
    Sourcing sourcing;
    std::vector<CandidateView> candidates;
    RulesView rules;
    std::vector<std::string> differences;  ///< of an order that was placed: "rules", "tags", "strategy", "sources"
};

/// Of a contrast, in the words of scenarios.
struct ContrastView {
    std::vector<std::pair<std::string, std::int64_t>> units;  ///< by SKU
    std::optional<std::int64_t> shipment_under_micros;
    std::int64_t capacity_units = 0;
    std::int64_t capacity_orders = 0;
};
[[nodiscard]] std::vector<std::string> wins_of(const ContrastView& contrast);

class Driver {
public:
    virtual ~Driver() = default;
    [[nodiscard]] virtual std::string name() const = 0;  ///< "core", "engine" or "http", as `only` lines say

    virtual void set_now(Instant now) = 0;
    /// The key that asks from now on; empty: nobody in particular (over HTTP the tenant's first admin key).
    virtual void set_actor(const std::string& key) = 0;

    virtual Answer run(const Action& action) = 0;
    /// `version`: of the rules to try; 0: none at all; nullopt: those in force.
    virtual PreviewView preview(const Action& order, std::optional<std::uint32_t> version) = 0;

    /// An order that was placed, decided once more; versions as above.
    virtual PreviewView try_order(std::uint64_t id, std::optional<std::uint32_t> version) = 0;
    /// Of the order's last routing decision, as it was recorded.
    virtual std::vector<CandidateView> candidates_of(std::uint64_t order) = 0;

    virtual std::optional<OrderView> order(std::uint64_t id) = 0;
    virtual std::optional<LevelView> level(const std::string& sku, const std::string& location) = 0;
    virtual AvailabilityView availability(const std::string& sku, const std::string& channel) = 0;
    virtual core::CapacityDay capacity(const std::string& location, CivilDate day) = 0;
    /// Oldest first.
    virtual std::vector<MovementView> movements(const std::string& sku, const std::string& location) = 0;
    virtual std::optional<CustomerView> customer(std::uint64_t id) = 0;
    /// Of the order's last routing decision.
    virtual RulesView rules_of(std::uint64_t order) = 0;
    /// Of the last moment of this name that the order has passed; nullopt: it has passed none.
    virtual std::optional<RulesView> moment_of(std::uint64_t order, core::Moment moment) = 0;
    /// Number of the rule set that decides now; 0: none.
    virtual std::uint32_t rule_set_in_force() = 0;
    /// Orders that a search for the word finds, ascending.
    virtual std::vector<std::uint64_t> search_orders(const std::string& word) = 0;
    /// Exceptions that are open over all orders, by order and kind, as the queue lists them.
    virtual std::vector<std::pair<std::uint64_t, std::string>> exception_queue() = 0;
    /// Open fulfillment orders of a location, by order and number, as its list has them.
    virtual std::vector<std::pair<std::uint64_t, std::uint32_t>> open_work(const std::string& location) = 0;

    /// Open returns that are expected at a location, by order and number, as their list has them.
    virtual std::vector<std::pair<std::uint64_t, std::uint32_t>> open_returns(const std::string& location) = 0;

    virtual std::optional<WebhookView> webhook(const std::string& code) = 0;
    /// The events of the last action that a webhook is told of, oldest first.
    virtual std::vector<ToldView> told(const std::string& code) = 0;

    /// The mails that the events of the last action make for somebody who reads that language: "CODE/LOCALE".
    virtual std::vector<std::string> mails(const std::string& locale) = 0;
    /// Where the mail of the tenant stands.
    virtual WebhookView mail() = 0;

    /// Everything that must hold whatever the scenario said; empty: it does. Called after every action and, with
    /// `at_end`, once more when the file is through (stores are reopened and audited then).
    enum class When { after_action, at_end };
    virtual std::vector<std::string> broken_invariants(When when) = 0;
};

}  // namespace waybill::scenarios

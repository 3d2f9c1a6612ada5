#pragma once
// Rule sets as JSON: what a person writes, what is kept, and what came of checking it. What has rules
// for its fields here is a type of its own: those of core are also what is stored, and are read without them there.

#include <array>
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/location_json.hpp"
#include "api/order_input.hpp"
#include "api/problem.hpp"
#include "core/automation/golden_orders.hpp"
#include "core/commands.hpp"
#include "core/limits.hpp"
#include "json/rules.hpp"

namespace waybill::api {

struct NamedListJson {
    static constexpr std::string_view schema_name = "NamedList";
    std::string name;
    rules::ListKind kind = rules::ListKind::values;
    std::vector<std::string> entries;
};
BOOST_DESCRIBE_STRUCT(NamedListJson, (), (name, kind, entries))

struct LocationFilterJson {
    static constexpr std::string_view schema_name = "LocationFilter";
    std::string code;
    std::string reason;
    JsonValue when;
    bool hard = true;
};
BOOST_DESCRIBE_STRUCT(LocationFilterJson, (), (code, reason, when, hard))

struct RoutingBranchJson {
    static constexpr std::string_view schema_name = "RoutingBranch";
    std::string code;
    JsonValue when;
    std::vector<std::string> strategies;
    std::vector<RoutingBranchJson> branches;
};
BOOST_DESCRIBE_STRUCT(RoutingBranchJson, (), (code, when, strategies, branches))

struct ForbidSourcesJson {
    static constexpr std::string_view schema_name = "ForbidSources";
    static constexpr std::string_view type_name = core::ForbidSources::type_name;
    std::vector<PlaceKind> kinds;
    std::vector<std::string> locations;
};
BOOST_DESCRIBE_STRUCT(ForbidSourcesJson, (), (kinds, locations))

struct PlaceHoldJson {
    static constexpr std::string_view schema_name = "PlaceHold";
    static constexpr std::string_view type_name = core::PlaceHold::type_name;
    std::string code;
    std::string reason;
    std::vector<core::HoldBlock> blocks;
};
BOOST_DESCRIBE_STRUCT(PlaceHoldJson, (), (code, reason, blocks))

struct SubstituteJson {
    static constexpr std::string_view schema_name = "Substitute";
    static constexpr std::string_view type_name = core::Substitute::type_name;
    std::string sku;
    std::string by;
    std::int64_t quantity = 1;
};
BOOST_DESCRIBE_STRUCT(SubstituteJson, (), (sku, by, quantity))

struct SetMethodJson {
    static constexpr std::string_view schema_name = "SetMethod";
    static constexpr std::string_view type_name = core::SetMethod::type_name;
    core::FulfillmentMethod method = core::FulfillmentMethod::ship;
    std::optional<std::string> location;
};
BOOST_DESCRIBE_STRUCT(SetMethodJson, (), (method, location))

struct ForbidMethodJson {
    static constexpr std::string_view schema_name = "ForbidMethod";
    static constexpr std::string_view type_name = core::ForbidMethod::type_name;
    core::FulfillmentMethod method = core::FulfillmentMethod::ship;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(ForbidMethodJson, (), (method, reason))

struct RequireSourcesJson {
    static constexpr std::string_view schema_name = "RequireSources";
    static constexpr std::string_view type_name = core::RequireSources::type_name;
    std::vector<PlaceKind> kinds;
    std::vector<std::string> locations;
};
BOOST_DESCRIBE_STRUCT(RequireSourcesJson, (), (kinds, locations))

struct CallWebhookJson {
    static constexpr std::string_view schema_name = "CallWebhook";
    static constexpr std::string_view type_name = core::CallWebhook::type_name;
    std::string webhook;
};
BOOST_DESCRIBE_STRUCT(CallWebhookJson, (), (webhook))

struct NotifyJson {
    static constexpr std::string_view schema_name = "Notify";
    static constexpr std::string_view type_name = core::Notify::type_name;
    std::string message;
};
BOOST_DESCRIBE_STRUCT(NotifyJson, (), (message))

using RuleActionJson =
    std::variant<core::AddTag, ForbidSourcesJson, core::SetSplitting, core::SetOnShortage, PlaceHoldJson,
                 core::TakeOffHold, core::SetPriority, core::FlagException, core::SettleException, SubstituteJson,
                 SetMethodJson, ForbidMethodJson, RequireSourcesJson, CallWebhookJson, NotifyJson>;

struct AutomationRuleJson {
    static constexpr std::string_view schema_name = "AutomationRule";
    std::string code;
    std::string name;
    core::Moment moment = core::Moment::placed;
    JsonValue when;
    std::vector<RuleActionJson> then;
    bool stop = false;
};
BOOST_DESCRIBE_STRUCT(AutomationRuleJson, (), (code, name, moment, when, then, stop))

struct ClearanceTermJson {
    static constexpr std::string_view schema_name = "ClearanceTerm";
    std::vector<std::string> item_classes;
    std::vector<std::string> locations;
    std::string credit_per_unit;
};
BOOST_DESCRIBE_STRUCT(ClearanceTermJson, (), (item_classes, locations, credit_per_unit))

struct StrategyJson {
    static constexpr std::string_view schema_name = "RoutingStrategy";
    std::string code;
    std::string name;
    core::RankBy rank_by = core::RankBy::least_cost;
    std::vector<core::Criterion> criteria;
    std::optional<std::int64_t> max_shipments;
    std::optional<bool> allow_split;
    std::optional<bool> ship_complete;
    std::optional<std::string> min_part_value;
    std::optional<std::string> split_penalty;
    std::optional<std::string> late_cost_per_unit_day;
    std::vector<ClearanceTermJson> clearance;
    std::vector<std::string> no_split_classes;
    std::int64_t safety_units = 0;
    std::optional<core::OnShortage> on_shortage;
    std::vector<LocationFilterJson> filters;
    std::optional<std::int64_t> max_line_shipments;
};
BOOST_DESCRIBE_STRUCT(StrategyJson, (),
                      (code, name, rank_by, criteria, max_shipments, allow_split, ship_complete, min_part_value,
                       split_penalty, late_cost_per_unit_day, clearance, no_split_classes, safety_units, on_shortage,
                       filters, max_line_shipments))

struct GoldenLineJson {
    static constexpr std::string_view schema_name = "GoldenLine";
    std::string sku;
    std::int64_t quantity = 1;
    std::string unit_price = "0";
};
BOOST_DESCRIBE_STRUCT(GoldenLineJson, (), (sku, quantity, unit_price))

struct GoldenOrderJson {
    static constexpr std::string_view schema_name = "GoldenOrder";
    std::string code;
    std::string channel;
    std::optional<Instant> placed_at;
    core::FulfillmentMethod method = core::FulfillmentMethod::ship;
    std::optional<std::string> pickup_location;
    std::string country;
    std::string region;
    std::string postcode;
    std::string customer_group;
    std::vector<std::string> tags;
    std::vector<GoldenLineJson> lines;
    std::vector<core::GoldenUnits> stock;
    core::GoldenExpectation expect;
};
BOOST_DESCRIBE_STRUCT(GoldenOrderJson, (),
                      (code, channel, placed_at, method, pickup_location, country, region, postcode, customer_group,
                       tags, lines, stock, expect))

struct RuleSetInput {
    std::string name;
    std::string note;
    std::vector<NamedListJson> lists;
    std::vector<AutomationRuleJson> automation;
    std::vector<StrategyJson> strategies;
    std::vector<RoutingBranchJson> routing;
    std::vector<GoldenOrderJson> golden_orders;
};
BOOST_DESCRIBE_STRUCT(RuleSetInput, (), (name, note, lists, automation, strategies, routing, golden_orders))

struct RuleSetOutput {
    static constexpr std::string_view schema_name = "RuleSet";
    std::uint32_t number = 0;
    Instant saved_at;
    std::string saved_by;
    std::string name;
    std::string note;
    std::vector<NamedListJson> lists;
    std::vector<AutomationRuleJson> automation;
    std::vector<StrategyJson> strategies;
    std::vector<RoutingBranchJson> routing;
    std::vector<GoldenOrderJson> golden_orders;
};
BOOST_DESCRIBE_STRUCT(RuleSetOutput, (),
                      (number, saved_at, saved_by, name, note, lists, automation, strategies, routing, golden_orders))

struct RuleSetSummary {
    std::uint32_t number = 0;
    Instant saved_at;
    std::string saved_by;
    std::string name;
    std::string note;
    std::uint64_t rules = 0;
    std::uint64_t strategies = 0;
    std::uint64_t golden_orders = 0;
};
BOOST_DESCRIBE_STRUCT(RuleSetSummary, (), (number, saved_at, saved_by, name, note, rules, strategies, golden_orders))

struct GoldenResultOutput {
    static constexpr std::string_view schema_name = "GoldenResult";
    std::string code;
    bool passed = false;
    std::vector<std::string> differences;
};
BOOST_DESCRIBE_STRUCT(GoldenResultOutput, (), (code, passed, differences))

struct RuleCheckOutput {
    static constexpr std::string_view schema_name = "RuleCheck";
    std::uint32_t rule_set = 0;
    bool passed = false;
    std::vector<GoldenResultOutput> golden_orders;
};
BOOST_DESCRIBE_STRUCT(RuleCheckOutput, (), (rule_set, passed, golden_orders))

struct ActivationInput {
    std::uint32_t rule_set = 0;
    std::optional<Instant> at;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(ActivationInput, (), (rule_set, at, reason))

struct RollBackInput {
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(RollBackInput, (), (reason))

struct ActivationOutput {
    static constexpr std::string_view schema_name = "RuleActivation";
    std::uint32_t rule_set = 0;
    Instant from;
    Instant made_at;
    std::string made_by;
    std::string reason;
    bool rolls_back = false;
};
BOOST_DESCRIBE_STRUCT(ActivationOutput, (), (rule_set, from, made_at, made_by, reason, rolls_back))

struct CurrentRulesOutput {
    static constexpr std::string_view schema_name = "CurrentRules";
    std::uint32_t rule_set = 0;
    std::optional<ActivationOutput> activation;
    std::vector<ActivationOutput> scheduled;
};
BOOST_DESCRIBE_STRUCT(CurrentRulesOutput, (), (rule_set, activation, scheduled))

struct RuleFactOutput {
    static constexpr std::string_view schema_name = "RuleFact";
    std::string name;
    std::string type;
    bool nullable = false;
    std::string description;
};
BOOST_DESCRIBE_STRUCT(RuleFactOutput, (), (name, type, nullable, description))

/// Errors: malformed_json, invalid_request.
[[nodiscard]] Result<core::RuleSet, Problem> read_rule_set(std::string_view text);
[[nodiscard]] RuleSetOutput render_rule_set(const core::RuleSetVersion& version, Currency currency);
[[nodiscard]] RuleSetSummary summarise(const core::RuleSetVersion& version);
[[nodiscard]] RuleCheckOutput render_check(std::uint32_t number, const std::vector<core::GoldenResult>& results);
[[nodiscard]] ActivationOutput render_activation(const core::RuleActivation& activation);
/// Every fact that conditions may name, by its path.
[[nodiscard]] std::vector<RuleFactOutput> rule_facts();

}  // namespace waybill::api

namespace waybill::json {

template <>
struct Rules<api::NamedListJson> {
    static constexpr auto fields =
        std::array{defaulted("kind"), items("entries", 0, core::limits::rule_list_entries_max)};
};
template <>
struct Rules<api::ForbidSourcesJson> {
    static constexpr auto fields = std::array{
        defaulted("kinds"),
        items("locations", 0, core::limits::named_locations_max).text(1, core::limits::code_bytes_max).defaulted()};
};
template <>
struct Rules<api::SubstituteJson> {
    static constexpr auto fields =
        std::array{text("sku", 1, core::limits::sku_bytes_max), text("by", 1, core::limits::sku_bytes_max),
                   integer("quantity", 1, core::limits::substitute_units_max).defaulted()};
};
template <>
struct Rules<api::SetMethodJson> {
    static constexpr auto fields = std::array{text("location", 1, core::limits::code_bytes_max)};
};
template <>
struct Rules<api::ForbidMethodJson> {
    static constexpr auto fields = std::array{text("reason", 0, core::limits::name_bytes_max).defaulted()};
};
template <>
struct Rules<api::RequireSourcesJson> {
    static constexpr auto fields = std::array{
        defaulted("kinds"),
        items("locations", 0, core::limits::named_locations_max).text(1, core::limits::code_bytes_max).defaulted()};
};
template <>
struct Rules<api::CallWebhookJson> {
    static constexpr auto fields = std::array{text("webhook", 1, core::limits::code_bytes_max)};
};
template <>
struct Rules<api::NotifyJson> {
    static constexpr auto fields = std::array{text("message", 1, core::limits::code_bytes_max)};
};
template <>
struct Rules<api::PlaceHoldJson> {
    static constexpr auto fields =
        std::array{text("code", 1, core::limits::code_bytes_max),
                   text("reason", 0, core::limits::name_bytes_max).defaulted(), items("blocks", 1, 5)};
};
template <>
struct Rules<core::FlagException> {
    static constexpr auto fields = std::array{
        text("kind", 1, core::limits::code_bytes_max), text("reason", 0, core::limits::name_bytes_max).defaulted(),
        defaulted("severity"), text("owner", 0, core::limits::code_bytes_max).defaulted(),
        integer("due_minutes", 0, core::limits::exception_due_minutes_max)};
};
template <>
struct Rules<api::AutomationRuleJson> {
    static constexpr auto fields = std::array{text("code", 1, core::limits::code_bytes_max),
                                              text("name", 0, core::limits::name_bytes_max).defaulted(),
                                              defaulted("moment"),
                                              defaulted("when"),
                                              items("then", 0, core::limits::rule_actions_max).defaulted(),
                                              defaulted("stop")};
};
template <>
struct Rules<api::LocationFilterJson> {
    static constexpr auto fields =
        std::array{text("code", 1, core::limits::code_bytes_max),
                   text("reason", 0, core::limits::name_bytes_max).defaulted(), defaulted("hard")};
};
template <>
struct Rules<api::RoutingBranchJson> {
    static constexpr auto fields = std::array{
        text("code", 1, core::limits::code_bytes_max), defaulted("when"),
        items("strategies", 0, core::limits::strategy_attempts_max).text(1, core::limits::code_bytes_max).defaulted(),
        items("branches", 0, core::limits::routing_branches_max).defaulted()};
};
template <>
struct Rules<api::GoldenLineJson> {
    static constexpr auto fields =
        std::array{integer("quantity", 1, core::limits::quantity_max),
                   text("unit_price", 1, api::amount_text_max).pattern(Pattern::amount).defaulted()};
};
template <>
struct Rules<api::GoldenOrderJson> {
    static constexpr auto fields =
        std::array{text("code", 1, core::limits::code_bytes_max),
                   defaulted("method"),
                   defaulted("country"),
                   defaulted("region"),
                   defaulted("postcode"),
                   defaulted("customer_group"),
                   items("tags", 0, core::limits::order_tags_max).text(1, core::limits::code_bytes_max).defaulted(),
                   items("lines", 1, core::limits::golden_units_max),
                   items("stock", 0, core::limits::golden_units_max).defaulted(),
                   defaulted("expect")};
};
template <>
struct Rules<api::ClearanceTermJson> {
    static constexpr auto fields = std::array{
        items("item_classes", 0, core::limits::clearance_classes_max).text(1, core::limits::code_bytes_max).defaulted(),
        items("locations", 0, core::limits::named_locations_max).text(1, core::limits::code_bytes_max).defaulted(),
        text("credit_per_unit", 1, api::amount_text_max).pattern(Pattern::amount)};
};
template <>
struct Rules<api::StrategyJson> {
    static constexpr auto fields =
        std::array{text("code", 1, core::limits::code_bytes_max),
                   text("name", 0, core::limits::name_bytes_max).defaulted(),
                   defaulted("rank_by"),
                   items("criteria", 0, core::limits::criteria_max).defaulted(),
                   integer("max_shipments", 1, core::limits::shipments_max),
                   integer("max_line_shipments", 1, core::limits::line_shipments_max),
                   text("min_part_value", 1, api::amount_text_max).pattern(Pattern::amount),
                   text("split_penalty", 1, api::amount_text_max).pattern(Pattern::amount),
                   text("late_cost_per_unit_day", 1, api::amount_text_max).pattern(Pattern::amount),
                   items("clearance", 0, core::limits::clearance_terms_max).defaulted(),
                   items("no_split_classes", 0, core::limits::no_split_classes_max)
                       .text(1, core::limits::code_bytes_max)
                       .defaulted(),
                   integer("safety_units", 0, core::limits::quantity_max).defaulted(),
                   items("filters", 0, core::limits::strategy_filters_max).defaulted()};
};
template <>
struct Rules<api::RuleSetInput> {
    static constexpr auto fields = std::array{text("name", 0, core::limits::name_bytes_max).defaulted(),
                                              text("note", 0, core::limits::note_bytes_max).defaulted(),
                                              items("lists", 0, core::limits::rule_lists_max).defaulted(),
                                              items("automation", 0, core::limits::automation_rules_max).defaulted(),
                                              items("strategies", 0, core::limits::strategies_max).defaulted(),
                                              defaulted("routing"),
                                              items("golden_orders", 0, core::limits::golden_orders_max).defaulted()};
};
template <>
struct Rules<api::ActivationInput> {
    static constexpr auto fields = std::array{integer("rule_set", 0, core::limits::rule_sets_max),
                                              text("reason", 0, core::limits::note_bytes_max).defaulted()};
};
template <>
struct Rules<api::RollBackInput> {
    static constexpr auto fields = std::array{text("reason", 0, core::limits::note_bytes_max).defaulted()};
};

}  // namespace waybill::json

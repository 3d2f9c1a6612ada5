// The contract and the C++ types say the same, both ways: names, required members, types, enums and limits; and the
// routes, their permissions, and the names of refusals.

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "api/availability_json.hpp"
#include "api/bulk.hpp"
#include "api/channel_json.hpp"
#include "api/customer_json.hpp"
#include "api/demand_json.hpp"
#include "api/exception_json.hpp"
#include "api/explanation_json.hpp"
#include "api/fulfillment_json.hpp"
#include "api/inventory_json.hpp"
#include "api/item_json.hpp"
#include "api/key_json.hpp"
#include "api/location_json.hpp"
#include "api/message_json.hpp"
#include "api/order_action_json.hpp"
#include "api/order_input.hpp"
#include "api/order_output.hpp"
#include "api/order_preview_json.hpp"
#include "api/order_rules_json.hpp"
#include "api/packing_slip.hpp"
#include "api/postcode_area_json.hpp"
#include "api/rate_table_json.hpp"
#include "api/reference.hpp"
#include "api/return_json.hpp"
#include "api/router.hpp"
#include "api/rule_set_json.hpp"
#include "api/settings_json.hpp"
#include "api/webhook_json.hpp"
#include "json/schema.hpp"

namespace waybill::api {
namespace {

namespace bj = boost::json;

const bj::object& contract() {
    static const bj::value root = bj::parse(openapi_json());
    return root.as_object();
}
const bj::object& schemas() { return contract().at("components").at("schemas").as_object(); }

/// Schemas that are no C++ type of their own.
bool is_contract_only(std::string_view name) { return name == "Page" || name == "Health" || name == "CloudEvent"; }

std::string name_in(std::string_view reference) { return std::string(reference.substr(reference.rfind('/') + 1)); }

/// Follows $ref and a lone allOf to what is described; a struct keeps its name.
struct Resolved {
    const bj::object* schema = nullptr;
    std::string struct_name;
};
Resolved resolve(const bj::object& schema) {
    if (const auto* all = schema.if_contains("allOf")) return resolve(all->as_array().at(0).as_object());
    const auto* reference = schema.if_contains("$ref");
    if (reference == nullptr) return {&schema, {}};
    const std::string name = name_in(std::string_view(reference->as_string()));
    const bj::object& target = schemas().at(name).as_object();
    if (target.if_contains("properties") != nullptr) return {&target, name};
    return resolve(target);
}

std::string text(const bj::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? std::string() : std::string(value->as_string());
}
std::optional<std::int64_t> number(const bj::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? std::nullopt : std::optional(value->to_number<std::int64_t>());
}

/// What "type" says in an alternative of several; empty: the struct is none.
std::string tag_of(const std::string& name) {
    const bj::object& properties = schemas().at(name).as_object().at("properties").as_object();
    const auto* type = properties.if_contains("type");
    return type == nullptr ? std::string() : text(type->as_object(), "const");
}

template <class T>
std::optional<std::int64_t> wide(const std::optional<T>& value) {
    return value ? std::optional(static_cast<std::int64_t>(*value)) : std::nullopt;
}

void compare_type(const json::TypeSchema& ours, const bj::object& theirs, const std::string& at) {
    using enum json::SchemaType;
    const Resolved found = resolve(theirs);
    const bj::object& schema = *found.schema;
    if (ours.type == reference) {
        EXPECT_EQ(found.struct_name, ours.reference) << at;
        return;
    }
    if (ours.type == any) {
        if (schema.if_contains("x-json-logic") != nullptr) return;
        EXPECT_EQ(text(schema, "type"), "number") << at << ": only degrees and distances are passed through";
        return;
    }
    if (ours.type == one_of) {
        std::vector<std::string> names;
        std::vector<std::string> tags;
        for (const auto& alternative : schema.at("oneOf").as_array()) {
            names.push_back(resolve(alternative.as_object()).struct_name);
            tags.push_back(tag_of(names.back()));
        }
        EXPECT_EQ(names, ours.one_of) << at;
        EXPECT_EQ(tags, ours.one_of_tags) << at;
        return;
    }
    const std::map<json::SchemaType, std::string> names = {
        {boolean, "boolean"}, {integer, "integer"}, {string, "string"}, {list, "array"}};
    ASSERT_TRUE(names.contains(ours.type)) << at;
    EXPECT_EQ(text(schema, "type"), names.at(ours.type)) << at;
    std::vector<std::string> values;
    if (const auto* list_of = schema.if_contains("enum")) {
        for (const auto& value : list_of->as_array()) values.emplace_back(value.as_string());
    }
    EXPECT_EQ(values, ours.enum_values) << at;
    EXPECT_EQ(text(schema, "pattern"), ours.pattern) << at;
    if (ours.type == string) {
        EXPECT_EQ(text(schema, "format"), ours.format) << at;
    }
    EXPECT_EQ(number(schema, "minLength"), wide(ours.min_length)) << at;
    EXPECT_EQ(number(schema, "maxLength"), wide(ours.max_length)) << at;
    EXPECT_EQ(number(schema, "minItems"), wide(ours.min_items)) << at;
    EXPECT_EQ(number(schema, "maxItems"), wide(ours.max_items)) << at;
    EXPECT_EQ(number(schema, "minimum"), ours.minimum) << at;
    EXPECT_EQ(number(schema, "maximum"), ours.maximum) << at;
    if (ours.type == list) compare_type(ours.item.at(0), schema.at("items").as_object(), at + "[]");
}

void compare_struct(const json::Schema& ours) {
    ASSERT_NE(schemas().if_contains(ours.name), nullptr) << ours.name << " is not in the contract";
    const bj::object& theirs = schemas().at(ours.name).as_object();
    EXPECT_FALSE(theirs.at("additionalProperties").as_bool()) << ours.name;
    std::set<std::string> required;
    if (const auto* list = theirs.if_contains("required")) {
        for (const auto& name : list->as_array()) required.emplace(name.as_string());
    }
    const bj::object& properties = theirs.at("properties").as_object();
    for (const auto& property : properties) {
        if (property.key() == "type" && !tag_of(ours.name).empty()) continue;
        EXPECT_NE(ours.find(property.key()), nullptr) << ours.name << '.' << property.key() << " is in no C++ type";
    }
    for (const json::FieldSchema& field : ours.fields) {
        const std::string at = ours.name + '.' + field.name;
        ASSERT_NE(properties.if_contains(field.name), nullptr) << at << " is not in the contract";
        EXPECT_EQ(required.contains(field.name), field.is_required) << at << ": required";
        compare_type(field.type, properties.at(field.name).as_object(), at);
    }
}

template <class... T>
std::map<std::string, json::Schema> collect() {
    std::map<std::string, json::Schema> out;
    const auto add = [&](std::vector<json::Schema> found) {
        for (json::Schema& schema : found) out.emplace(schema.name, schema);
    };
    (add(json::schemas_of<T>()), ...);
    return out;
}

TEST(ContractSchemas, EqualTheTypes) {
    const auto types =
        collect<OrderInput, OrderOutput, CancelInput, BulkCancelInput, RerouteInput, ShipInput, BulkShipInput,
                HoldInput, BulkHoldInput, ReleaseInput, BulkReleaseInput, ExceptionInput, BulkExceptionInput,
                ExceptionChangeInput, BulkExceptionChangeInput, ResolutionInput, BulkResolutionInput, ExceptionOutput,
                ReleaseOrderInput, BulkReleaseOrderInput, AcceptInput, BulkAcceptInput, PickInput, BulkPickInput,
                PackInput, BulkPackInput, UnpackInput, BulkUnpackInput, PackingSlip, RejectInput, BulkRejectInput,
                RecallInput, BulkRecallInput, ShipFulfillmentInput, BulkShipFulfillmentInput, FulfillmentOutput,
                OrderRulesOutput, ExplanationOutput, OrderPreviewOutput, ItemInput, ItemOutput, LocationInput,
                LocationOutput, PostcodeAreaJson, RateTableInput, RateTableOutput, ChannelInput, ChannelOutput,
                LevelOutput, MovementOutput, MovementsInput, MovementsResult, FeedInput, FeedResult, AvailabilityOutput,
                CustomerInput, CustomerOutput, MergeInput, SettingsInput, SettingsOutput, TenantOutput, KeyInput,
                KeyOutput, ProblemOutput, BulkResult, RuleSetInput, RuleSetOutput, RuleSetSummary, RuleCheckOutput,
                ActivationInput, RollBackInput, ActivationOutput, CurrentRulesOutput, RuleFactOutput, WebhookInput,
                WebhookOutput, ResumeWebhookInput, WebhookSecretOutput, MessageTemplateInput, MessageTemplateOutput,
                MailOutput, RequestReturnInput, BulkRequestReturnInput, ApproveReturnInput, BulkApproveReturnInput,
                DeclineReturnInput, BulkDeclineReturnInput, ReceiveReturnInput, BulkReceiveReturnInput,
                CancelReturnInput, BulkCancelReturnInput, ReturnOutput, DemandInput, DemandResult>();
    for (const auto& [name, schema] : types) compare_struct(schema);
    for (const auto& entry : schemas()) {
        if (entry.value().as_object().if_contains("properties") == nullptr || is_contract_only(entry.key())) continue;
        EXPECT_TRUE(types.contains(std::string(entry.key()))) << entry.key() << " is no C++ type";
    }
}

TEST(ContractSchemas, EveryRouteAndNoOther) {
    std::set<std::string> routed;
    for (const Route& route : routes()) {
        std::string path(route.pattern);
        if (const std::size_t plus = path.find("+}"); plus != std::string::npos) path.erase(plus, 1);
        std::string method(route.method);
        for (char& letter : method) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        routed.insert(method + ' ' + path);
        const auto* item = contract().at("paths").as_object().if_contains(path);
        ASSERT_NE(item, nullptr) << path;
        const auto* operation = item->as_object().if_contains(method);
        ASSERT_NE(operation, nullptr) << method << ' ' << path;
        const std::string permission = text(operation->as_object(), "x-permission");
        EXPECT_EQ(permission, route.permission ? std::string(json::enum_text(*route.permission)) : "") << path;
    }
    for (const auto& path : contract().at("paths").as_object()) {
        for (const auto& operation : path.value().as_object()) {
            if (operation.key() == "parameters") continue;
            EXPECT_TRUE(routed.contains(std::string(operation.key()) + ' ' + std::string(path.key()))) << path.key();
        }
    }
}

TEST(ContractSchemas, EveryRefusalByName) {
    std::vector<std::string> ours;
    for (const core::RejectInfo& info : core::all_rejections()) ours.emplace_back(info.name);
    std::vector<std::string> theirs;
    for (const auto& name : schemas().at("ErrorCode").at("enum").as_array()) theirs.emplace_back(name.as_string());
    EXPECT_EQ(std::set(ours.begin(), ours.end()), std::set(theirs.begin(), theirs.end()));
    for (const core::RejectInfo& info : core::all_rejections()) {
        const int status = http_status(info.code);
        EXPECT_TRUE(status >= 400 && status < 600) << info.name;
        EXPECT_EQ(status >= 500, static_cast<int>(info.code) >= 900) << info.name;
    }
}

}  // namespace
}  // namespace waybill::api

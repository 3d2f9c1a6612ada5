#pragma once
// Fulfillment orders: what callers do with them, and how they are shown.

#include <array>
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.hpp"
#include "api/order_action_json.hpp"
#include "core/commands.hpp"
#include "core/limits.hpp"
#include "engine/engine.hpp"
#include "engine/fulfillment_rows.hpp"
#include "json/rules.hpp"

namespace waybill::api {

/// "ful_12-1": the order and the number of the fulfillment order in it.
struct FulfillmentId {
    core::OrderId order;
    std::uint32_t number = 0;
};
[[nodiscard]] std::optional<FulfillmentId> parse_fulfillment_id(std::string_view text);

struct ReleaseOrderInput {
    std::optional<std::string> location;
};
BOOST_DESCRIBE_STRUCT(ReleaseOrderInput, (), (location))

struct BulkReleaseOrderInput : ReleaseOrderInput {
    core::OrderId order;
};
BOOST_DESCRIBE_STRUCT(BulkReleaseOrderInput, (ReleaseOrderInput), (order))

/// There is nothing to say; it is an object all the same, so that something can be added.
struct AcceptInput {};
BOOST_DESCRIBE_STRUCT(AcceptInput, (), ())

struct BulkAcceptInput : AcceptInput {
    std::string fulfillment_order;
};
BOOST_DESCRIBE_STRUCT(BulkAcceptInput, (AcceptInput), (fulfillment_order))

struct PickLineJson {
    static constexpr std::string_view schema_name = "PickLineInput";
    core::LineNo line_no;
    std::int64_t quantity = 0;
    std::int64_t missing = 0;
};
BOOST_DESCRIBE_STRUCT(PickLineJson, (), (line_no, quantity, missing))

struct PickInput {
    std::vector<PickLineJson> lines;
};
BOOST_DESCRIBE_STRUCT(PickInput, (), (lines))

struct BulkPickInput : PickInput {
    std::string fulfillment_order;
};
BOOST_DESCRIBE_STRUCT(BulkPickInput, (PickInput), (fulfillment_order))

struct RejectLineJson {
    static constexpr std::string_view schema_name = "RejectLineInput";
    core::LineNo line_no;
    std::optional<std::int64_t> quantity;
};
BOOST_DESCRIBE_STRUCT(RejectLineJson, (), (line_no, quantity))

struct RejectInput {
    std::vector<RejectLineJson> lines;
    std::string reason;
    core::StockFinding stock = core::StockFinding::kept;
};
BOOST_DESCRIBE_STRUCT(RejectInput, (), (lines, reason, stock))

struct BulkRejectInput : RejectInput {
    std::string fulfillment_order;
};
BOOST_DESCRIBE_STRUCT(BulkRejectInput, (RejectInput), (fulfillment_order))

struct RecallInput {
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(RecallInput, (), (reason))

struct BulkRecallInput : RecallInput {
    std::string fulfillment_order;
};
BOOST_DESCRIBE_STRUCT(BulkRecallInput, (RecallInput), (fulfillment_order))

struct ShipFulfillmentInput {
    std::vector<ShipLineJson> lines;
    std::string carrier;
    std::string tracking;
};
BOOST_DESCRIBE_STRUCT(ShipFulfillmentInput, (), (lines, carrier, tracking))

struct BulkShipFulfillmentInput : ShipFulfillmentInput {
    std::string fulfillment_order;
};
BOOST_DESCRIBE_STRUCT(BulkShipFulfillmentInput, (ShipFulfillmentInput), (fulfillment_order))

/// Errors of each: malformed_json, invalid_request.
[[nodiscard]] Result<core::ReleaseOrder, Problem> read_release_order(std::string_view text, core::OrderId order);
[[nodiscard]] Result<core::ReleaseOrder, Problem> read_bulk_release_order(std::string_view text);
[[nodiscard]] Result<core::AcceptFulfillment, Problem> read_accept(std::string_view text, FulfillmentId id);
[[nodiscard]] Result<core::AcceptFulfillment, Problem> read_bulk_accept(std::string_view text);
[[nodiscard]] Result<core::PickFulfillment, Problem> read_pick(std::string_view text, FulfillmentId id);
[[nodiscard]] Result<core::PickFulfillment, Problem> read_bulk_pick(std::string_view text);
[[nodiscard]] Result<core::RejectFulfillment, Problem> read_reject(std::string_view text, FulfillmentId id);
[[nodiscard]] Result<core::RejectFulfillment, Problem> read_bulk_reject(std::string_view text);
[[nodiscard]] Result<core::RecallFulfillment, Problem> read_recall(std::string_view text, FulfillmentId id);
[[nodiscard]] Result<core::RecallFulfillment, Problem> read_bulk_recall(std::string_view text);
[[nodiscard]] Result<core::ShipFulfillment, Problem> read_ship(std::string_view text, FulfillmentId id);
[[nodiscard]] Result<core::ShipFulfillment, Problem> read_bulk_ship(std::string_view text);

/// Of all working days that the units of the line are for.
struct FulfillmentLineOutput {
    static constexpr std::string_view schema_name = "FulfillmentLine";
    core::LineNo line_no;
    std::string sku;
    std::int64_t quantity = 0;
    std::int64_t to_pick = 0;
    std::int64_t picked = 0;
    std::int64_t shipped = 0;
    std::int64_t rejected = 0;
    std::int64_t recalled = 0;
};
BOOST_DESCRIBE_STRUCT(FulfillmentLineOutput, (), (line_no, sku, quantity, to_pick, picked, shipped, rejected, recalled))

struct FulfillmentOutput {
    static constexpr std::string_view schema_name = "FulfillmentOrder";
    std::string id;
    core::OrderId order;
    std::string channel;
    std::string channel_order_id;
    std::string location;
    core::FulfillmentStatus status = core::FulfillmentStatus::released;
    core::FulfillmentMethod method = core::FulfillmentMethod::ship;
    std::int32_t priority = 0;
    CivilDate due;
    Instant released_at;
    std::string released_by;
    std::optional<Instant> accepted_at;
    std::optional<std::string> reason;
    std::vector<FulfillmentLineOutput> lines;
    std::vector<std::string> allowed_actions;
};
BOOST_DESCRIBE_STRUCT(FulfillmentOutput, (),
                      (id, order, channel, channel_order_id, location, status, method, priority, due, released_at,
                       released_by, accepted_at, reason, lines, allowed_actions))

/// REQUIRES: the caller sees its location.
[[nodiscard]] FulfillmentOutput render_fulfillment(const core::FulfillmentOrder& fulfillment, const core::Order& order,
                                                   const engine::TenantView& view, const Caller& caller);
/// As its row keeps it: the order is not at hand, so what blocks shipping is not known.
[[nodiscard]] FulfillmentOutput render_fulfillment(const engine::FulfillmentDoc& doc, const engine::TenantView& view,
                                                   const Caller& caller);

}  // namespace waybill::api

namespace waybill::json {

/// The name of a fulfillment order; its shape is read where it is used.
inline constexpr FieldRule fulfillment_order_name = text("fulfillment_order", 1, core::limits::code_bytes_max);

template <>
struct Rules<api::ReleaseOrderInput> {
    static constexpr auto fields = std::array{text("location", 1, core::limits::code_bytes_max)};
};
template <>
struct Rules<api::BulkAcceptInput> {
    static constexpr auto fields = std::array{fulfillment_order_name};
};
template <>
struct Rules<api::PickLineJson> {
    static constexpr auto fields = std::array{integer("quantity", 0, core::limits::quantity_max),
                                              integer("missing", 0, core::limits::quantity_max).defaulted()};
};
template <>
struct Rules<api::PickInput> {
    static constexpr auto fields = std::array{items("lines", 0, core::limits::order_lines_max).defaulted()};
};
template <>
struct Rules<api::BulkPickInput> {
    static constexpr auto fields = std::array{fulfillment_order_name};
};
template <>
struct Rules<api::RejectLineJson> {
    static constexpr auto fields = std::array{integer("quantity", 1, core::limits::quantity_max)};
};
template <>
struct Rules<api::RejectInput> {
    static constexpr auto fields = std::array{items("lines", 0, core::limits::order_lines_max).defaulted(),
                                              text("reason", 1, core::limits::code_bytes_max), defaulted("stock")};
};
template <>
struct Rules<api::BulkRejectInput> {
    static constexpr auto fields = std::array{fulfillment_order_name};
};
template <>
struct Rules<api::RecallInput> {
    static constexpr auto fields = std::array{text("reason", 1, core::limits::code_bytes_max)};
};
template <>
struct Rules<api::BulkRecallInput> {
    static constexpr auto fields = std::array{fulfillment_order_name};
};
template <>
struct Rules<api::ShipFulfillmentInput> {
    static constexpr auto fields = std::array{items("lines", 0, core::limits::order_lines_max).defaulted(),
                                              text("carrier", 0, core::limits::code_bytes_max).defaulted(),
                                              text("tracking", 0, core::limits::name_bytes_max).defaulted()};
};
template <>
struct Rules<api::BulkShipFulfillmentInput> {
    static constexpr auto fields = std::array{fulfillment_order_name};
};

}  // namespace waybill::json

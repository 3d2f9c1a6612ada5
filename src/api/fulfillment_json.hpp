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
    std::optional<core::LineNo> line_no;
    std::int64_t quantity = 0;
    std::int64_t missing = 0;
    std::optional<std::string> gtin;
};
BOOST_DESCRIBE_STRUCT(PickLineJson, (), (line_no, quantity, missing, gtin))

struct PickInput {
    std::vector<PickLineJson> lines;
};
BOOST_DESCRIBE_STRUCT(PickInput, (), (lines))

struct BulkPickInput : PickInput {
    std::string fulfillment_order;
};
BOOST_DESCRIBE_STRUCT(BulkPickInput, (PickInput), (fulfillment_order))

struct PackLineJson {
    static constexpr std::string_view schema_name = "PackLineInput";
    std::optional<core::LineNo> line_no;
    std::optional<std::string> gtin;
    std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(PackLineJson, (), (line_no, gtin, quantity))

struct PackInput {
    std::optional<std::uint32_t> number;
    std::vector<PackLineJson> lines;
    std::string sscc;
    std::optional<std::int64_t> weight_g;
    std::optional<std::int64_t> length_mm;
    std::optional<std::int64_t> width_mm;
    std::optional<std::int64_t> height_mm;
    std::optional<std::string> carrier;
    std::optional<std::string> service;
    std::optional<std::string> tracking;
};
BOOST_DESCRIBE_STRUCT(PackInput, (),
                      (number, lines, sscc, weight_g, length_mm, width_mm, height_mm, carrier, service, tracking))

struct BulkPackInput : PackInput {
    std::string fulfillment_order;
};
BOOST_DESCRIBE_STRUCT(BulkPackInput, (PackInput), (fulfillment_order))

struct UnpackInput {
    std::optional<std::uint32_t> number;
    std::string sscc;
};
BOOST_DESCRIBE_STRUCT(UnpackInput, (), (number, sscc))

struct BulkUnpackInput : UnpackInput {
    std::string fulfillment_order;
};
BOOST_DESCRIBE_STRUCT(BulkUnpackInput, (UnpackInput), (fulfillment_order))

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

struct ShipParcelJson {
    static constexpr std::string_view schema_name = "ShipParcelInput";
    std::optional<std::uint32_t> number;
    std::string sscc;
    std::string carrier;
    std::string service;
    std::string tracking;
};
BOOST_DESCRIBE_STRUCT(ShipParcelJson, (), (number, sscc, carrier, service, tracking))

struct ShipFulfillmentInput {
    std::vector<ShipLineJson> lines;
    std::string carrier;
    std::string tracking;
    std::vector<ShipParcelJson> parcels;
};
BOOST_DESCRIBE_STRUCT(ShipFulfillmentInput, (), (lines, carrier, tracking, parcels))

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
[[nodiscard]] Result<core::PackFulfillment, Problem> read_pack(std::string_view text, FulfillmentId id);
[[nodiscard]] Result<core::PackFulfillment, Problem> read_bulk_pack(std::string_view text);
[[nodiscard]] Result<core::UnpackParcel, Problem> read_unpack(std::string_view text, FulfillmentId id);
[[nodiscard]] Result<core::UnpackParcel, Problem> read_bulk_unpack(std::string_view text);
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
    std::int64_t packed = 0;  ///< of those picked
    std::int64_t shipped = 0;
    std::int64_t rejected = 0;
    std::int64_t recalled = 0;
};
BOOST_DESCRIBE_STRUCT(FulfillmentLineOutput, (),
                      (line_no, sku, quantity, to_pick, picked, packed, shipped, rejected, recalled))

struct ParcelLineOutput {
    static constexpr std::string_view schema_name = "ParcelLine";
    core::LineNo line_no;
    std::string sku;
    std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(ParcelLineOutput, (), (line_no, sku, quantity))

struct ParcelOutput {
    static constexpr std::string_view schema_name = "Parcel";
    std::uint32_t number = 0;
    core::ParcelStatus status = core::ParcelStatus::packed;
    std::optional<std::string> sscc;
    std::vector<ParcelLineOutput> lines;
    std::optional<std::int64_t> weight_g;
    std::optional<std::int64_t> length_mm;
    std::optional<std::int64_t> width_mm;
    std::optional<std::int64_t> height_mm;
    std::optional<std::string> carrier;
    std::optional<std::string> service;
    std::optional<std::string> tracking;
    Instant packed_at;
    std::optional<Instant> shipped_at;
};
BOOST_DESCRIBE_STRUCT(ParcelOutput, (),
                      (number, status, sscc, lines, weight_g, length_mm, width_mm, height_mm, carrier, service,
                       tracking, packed_at, shipped_at))

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
    std::vector<ParcelOutput> parcels;
    std::vector<std::string> allowed_actions;
};
BOOST_DESCRIBE_STRUCT(FulfillmentOutput, (),
                      (id, order, channel, channel_order_id, location, status, method, priority, due, released_at,
                       released_by, accepted_at, reason, lines, parcels, allowed_actions))

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
                                              integer("missing", 0, core::limits::quantity_max).defaulted(),
                                              text("gtin", 8, 14).pattern(Pattern::digits)};
};
template <>
struct Rules<api::PickInput> {
    static constexpr auto fields = std::array{items("lines", 0, core::limits::order_lines_max).defaulted()};
};
template <>
struct Rules<api::PackLineJson> {
    static constexpr auto fields =
        std::array{text("gtin", 8, 14).pattern(Pattern::digits), integer("quantity", 1, core::limits::quantity_max)};
};
template <>
struct Rules<api::PackInput> {
    static constexpr auto fields = std::array{integer("number", 1, core::limits::fulfillment_parcels_max),
                                              items("lines", 0, core::limits::order_lines_max).defaulted(),
                                              text("sscc", 0, core::limits::code_bytes_max).defaulted(),
                                              integer("weight_g", 0, core::limits::weight_g_max),
                                              integer("length_mm", 0, core::limits::length_mm_max),
                                              integer("width_mm", 0, core::limits::length_mm_max),
                                              integer("height_mm", 0, core::limits::length_mm_max),
                                              text("carrier", 0, core::limits::code_bytes_max),
                                              text("service", 0, core::limits::code_bytes_max),
                                              text("tracking", 0, core::limits::name_bytes_max)};
};
template <>
struct Rules<api::BulkPackInput> {
    static constexpr auto fields = std::array{fulfillment_order_name};
};
template <>
struct Rules<api::UnpackInput> {
    static constexpr auto fields = std::array{integer("number", 1, core::limits::fulfillment_parcels_max),
                                              text("sscc", 0, core::limits::code_bytes_max).defaulted()};
};
template <>
struct Rules<api::BulkUnpackInput> {
    static constexpr auto fields = std::array{fulfillment_order_name};
};
template <>
struct Rules<api::ShipParcelJson> {
    static constexpr auto fields = std::array{integer("number", 1, core::limits::fulfillment_parcels_max),
                                              text("sscc", 0, core::limits::code_bytes_max).defaulted(),
                                              text("carrier", 0, core::limits::code_bytes_max).defaulted(),
                                              text("service", 0, core::limits::code_bytes_max).defaulted(),
                                              text("tracking", 0, core::limits::name_bytes_max).defaulted()};
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
                                              text("tracking", 0, core::limits::name_bytes_max).defaulted(),
                                              items("parcels", 0, core::limits::fulfillment_parcels_max).defaulted()};
};
template <>
struct Rules<api::BulkShipFulfillmentInput> {
    static constexpr auto fields = std::array{fulfillment_order_name};
};

}  // namespace waybill::json

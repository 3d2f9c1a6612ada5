#pragma once
// What callers ask of an order that exists: cancel, re-route, ship, hold; and the same as lines of a bulk, where an
// order may be named by its channel and lines by the channel's own ids.

#include <array>
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.hpp"
#include "core/commands.hpp"
#include "core/limits.hpp"
#include "json/rules.hpp"

namespace waybill::api {

struct CancelLineJson {
    static constexpr std::string_view schema_name = "CancelLineInput";
    std::optional<core::LineNo> line_no;
    std::optional<std::string> channel_line_id;
    std::optional<std::int64_t> quantity;
};
BOOST_DESCRIBE_STRUCT(CancelLineJson, (), (line_no, channel_line_id, quantity))

struct CancelInput {
    std::string reason;
    std::vector<CancelLineJson> lines;
};
BOOST_DESCRIBE_STRUCT(CancelInput, (), (reason, lines))

struct BulkCancelInput {
    std::optional<core::OrderId> order_id;
    std::optional<std::string> channel;
    std::optional<std::string> channel_order_id;
    std::string reason;
    std::vector<CancelLineJson> lines;
};
BOOST_DESCRIBE_STRUCT(BulkCancelInput, (), (order_id, channel, channel_order_id, reason, lines))

struct RerouteInput {
    std::string reason;
    bool open_only = false;
    std::vector<std::string> exclude_locations;
};
BOOST_DESCRIBE_STRUCT(RerouteInput, (), (reason, open_only, exclude_locations))

struct ShipLineJson {
    static constexpr std::string_view schema_name = "ShipLineInput";
    core::LineNo line_no;
    std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(ShipLineJson, (), (line_no, quantity))

struct ShipInput {
    std::string location;
    std::vector<ShipLineJson> lines;
    std::string carrier;
    std::string tracking;
};
BOOST_DESCRIBE_STRUCT(ShipInput, (), (location, lines, carrier, tracking))

struct BulkShipInput {
    core::OrderId order_id;
    std::string location;
    std::vector<ShipLineJson> lines;
    std::string carrier;
    std::string tracking;
};
BOOST_DESCRIBE_STRUCT(BulkShipInput, (), (order_id, location, lines, carrier, tracking))

struct HoldInput {
    std::string code;
    std::string reason;
    std::vector<core::HoldBlock> blocks;
};
BOOST_DESCRIBE_STRUCT(HoldInput, (), (code, reason, blocks))

struct BulkHoldInput {
    core::OrderId order_id;
    std::string code;
    std::string reason;
    std::vector<core::HoldBlock> blocks;
};
BOOST_DESCRIBE_STRUCT(BulkHoldInput, (), (order_id, code, reason, blocks))

struct BulkReleaseInput {
    core::OrderId order_id;
    std::string code;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(BulkReleaseInput, (), (order_id, code, reason))

struct ReleaseInput {
    std::string code;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReleaseInput, (), (code, reason))

/// Errors of each: malformed_json, invalid_request.
[[nodiscard]] Result<CancelInput, Problem> read_cancel(std::string_view text);
[[nodiscard]] Result<BulkCancelInput, Problem> read_bulk_cancel(std::string_view text);
[[nodiscard]] Result<core::RerouteOrder, Problem> read_reroute(std::string_view text, core::OrderId order);
[[nodiscard]] Result<core::HoldOrder, Problem> read_hold(std::string_view text, core::OrderId order);
[[nodiscard]] Result<core::ReleaseHold, Problem> read_release(std::string_view text, core::OrderId order);
[[nodiscard]] Result<core::HoldOrder, Problem> read_bulk_hold(std::string_view text);
[[nodiscard]] Result<core::ReleaseHold, Problem> read_bulk_release(std::string_view text);
[[nodiscard]] Result<core::ShipOrder, Problem> read_shipment(std::string_view text, core::OrderId order);
[[nodiscard]] Result<core::ShipOrder, Problem> read_bulk_shipment(std::string_view text);

/// Whether a line is named by the channel's id, so that the order must be read to find it.
[[nodiscard]] bool names_channel_lines(const std::vector<CancelLineJson>& lines);
/// `order` is needed only where lines are named by the channel's ids. Errors: invalid_request, unknown_line.
[[nodiscard]] Result<core::CancelOrder, Problem> cancel_command(core::OrderId id, const core::Order* order,
                                                                std::string reason,
                                                                const std::vector<CancelLineJson>& lines);

}  // namespace waybill::api

namespace waybill::json {

template <>
struct Rules<api::CancelLineJson> {
    static constexpr auto fields = std::array{text("channel_line_id", 1, core::limits::code_bytes_max),
                                              integer("quantity", 1, core::limits::quantity_max)};
};
template <>
struct Rules<api::CancelInput> {
    static constexpr auto fields = std::array{text("reason", 1, core::limits::code_bytes_max),
                                              items("lines", 0, core::limits::order_lines_max).defaulted()};
};
template <>
struct Rules<api::BulkCancelInput> {
    static constexpr auto fields = std::array{text("channel", 1, core::limits::code_bytes_max),
                                              text("channel_order_id", 1, core::limits::channel_order_id_bytes_max),
                                              text("reason", 1, core::limits::code_bytes_max),
                                              items("lines", 0, core::limits::order_lines_max).defaulted()};
};
template <>
struct Rules<api::RerouteInput> {
    static constexpr auto fields = std::array{text("reason", 1, core::limits::code_bytes_max), defaulted("open_only"),
                                              items("exclude_locations", 0, core::limits::named_locations_max)
                                                  .text(1, core::limits::code_bytes_max)
                                                  .defaulted()};
};
template <>
struct Rules<api::HoldInput> {
    static constexpr auto fields =
        std::array{text("code", 1, core::limits::code_bytes_max),
                   text("reason", 0, core::limits::code_bytes_max).defaulted(), items("blocks", 1, 5)};
};
template <>
struct Rules<api::BulkHoldInput> {
    static constexpr auto fields = Rules<api::HoldInput>::fields;
};
template <>
struct Rules<api::ReleaseInput> {
    static constexpr auto fields = std::array{text("code", 1, core::limits::code_bytes_max),
                                              text("reason", 0, core::limits::code_bytes_max).defaulted()};
};
template <>
struct Rules<api::BulkReleaseInput> {
    static constexpr auto fields = Rules<api::ReleaseInput>::fields;
};
template <>
struct Rules<api::ShipLineJson> {
    static constexpr auto fields = std::array{integer("quantity", 1, core::limits::quantity_max)};
};
template <>
struct Rules<api::ShipInput> {
    static constexpr auto fields = std::array{text("location", 1, core::limits::code_bytes_max),
                                              items("lines", 0, core::limits::order_lines_max).defaulted(),
                                              text("carrier", 0, core::limits::code_bytes_max).defaulted(),
                                              text("tracking", 0, core::limits::name_bytes_max).defaulted()};
};
template <>
struct Rules<api::BulkShipInput> {
    static constexpr auto fields = std::array{text("location", 1, core::limits::code_bytes_max),
                                              items("lines", 0, core::limits::order_lines_max).defaulted(),
                                              text("carrier", 0, core::limits::code_bytes_max).defaulted(),
                                              text("tracking", 0, core::limits::name_bytes_max).defaulted()};
};

}  // namespace waybill::json

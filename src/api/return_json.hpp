#pragma once
// Returns: what callers do with them, and how they are shown.

#include <array>
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.hpp"
#include "core/commands.hpp"
#include "core/limits.hpp"
#include "engine/engine.hpp"
#include "engine/return_rows.hpp"
#include "json/rules.hpp"

namespace waybill::api {

/// "ret_12-1": the order and the number of the return in it.
struct ReturnId {
    core::OrderId order;
    std::uint32_t number = 0;
};
[[nodiscard]] std::optional<ReturnId> parse_return_id(std::string_view text);

struct ReturnLineJson {
    static constexpr std::string_view schema_name = "ReturnLineInput";
    core::LineNo line_no;
    std::optional<std::int64_t> quantity;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(ReturnLineJson, (), (line_no, quantity, reason))

struct RequestReturnInput {
    std::vector<ReturnLineJson> lines;
    std::optional<std::string> location;
    bool override_policy = false;
};
BOOST_DESCRIBE_STRUCT(RequestReturnInput, (), (lines, location, override_policy))

struct BulkRequestReturnInput : RequestReturnInput {
    core::OrderId order_id;
};
BOOST_DESCRIBE_STRUCT(BulkRequestReturnInput, (RequestReturnInput), (order_id))

/// There is nothing to say; it is an object all the same, so that something can be added.
struct ApproveReturnInput {};
BOOST_DESCRIBE_STRUCT(ApproveReturnInput, (), ())

struct BulkApproveReturnInput : ApproveReturnInput {
    std::string return_id;
};
BOOST_DESCRIBE_STRUCT(BulkApproveReturnInput, (ApproveReturnInput), (return_id))

struct DeclineReturnInput {
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(DeclineReturnInput, (), (reason))

struct BulkDeclineReturnInput : DeclineReturnInput {
    std::string return_id;
};
BOOST_DESCRIBE_STRUCT(BulkDeclineReturnInput, (DeclineReturnInput), (return_id))

struct ReceiveLineJson {
    static constexpr std::string_view schema_name = "ReceiveLineInput";
    core::LineNo line_no;
    std::optional<std::int64_t> quantity;
    std::optional<core::Disposition> disposition;
};
BOOST_DESCRIBE_STRUCT(ReceiveLineJson, (), (line_no, quantity, disposition))

struct ReceiveReturnInput {
    std::string location;
    std::vector<ReceiveLineJson> lines;
    core::Disposition disposition = core::Disposition::restock;
};
BOOST_DESCRIBE_STRUCT(ReceiveReturnInput, (), (location, lines, disposition))

struct BulkReceiveReturnInput : ReceiveReturnInput {
    std::string return_id;
};
BOOST_DESCRIBE_STRUCT(BulkReceiveReturnInput, (ReceiveReturnInput), (return_id))

struct CancelReturnInput {
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(CancelReturnInput, (), (reason))

struct BulkCancelReturnInput : CancelReturnInput {
    std::string return_id;
};
BOOST_DESCRIBE_STRUCT(BulkCancelReturnInput, (CancelReturnInput), (return_id))

/// Errors of each: malformed_json, invalid_request.
[[nodiscard]] Result<core::RequestReturn, Problem> read_request_return(std::string_view text, core::OrderId order);
[[nodiscard]] Result<core::RequestReturn, Problem> read_bulk_request_return(std::string_view text);
[[nodiscard]] Result<core::ApproveReturn, Problem> read_approve_return(std::string_view text, ReturnId id);
[[nodiscard]] Result<core::ApproveReturn, Problem> read_bulk_approve_return(std::string_view text);
[[nodiscard]] Result<core::DeclineReturn, Problem> read_decline_return(std::string_view text, ReturnId id);
[[nodiscard]] Result<core::DeclineReturn, Problem> read_bulk_decline_return(std::string_view text);
[[nodiscard]] Result<core::ReceiveReturn, Problem> read_receive_return(std::string_view text, ReturnId id);
[[nodiscard]] Result<core::ReceiveReturn, Problem> read_bulk_receive_return(std::string_view text);
[[nodiscard]] Result<core::CancelReturn, Problem> read_cancel_return(std::string_view text, ReturnId id);
[[nodiscard]] Result<core::CancelReturn, Problem> read_bulk_cancel_return(std::string_view text);

struct ReturnLineOutput {
    static constexpr std::string_view schema_name = "ReturnLine";
    core::LineNo line_no;
    std::string sku;
    std::string reason;
    std::int64_t quantity = 0;
    std::int64_t expected = 0;
    std::int64_t restocked = 0;
    std::int64_t quarantined = 0;
    std::int64_t to_vendor = 0;
    std::int64_t destroyed = 0;
    std::int64_t dropped = 0;
};
BOOST_DESCRIBE_STRUCT(ReturnLineOutput, (),
                      (line_no, sku, reason, quantity, expected, restocked, quarantined, to_vendor, destroyed, dropped))

struct ReturnOutput {
    static constexpr std::string_view schema_name = "Return";
    std::string id;
    core::OrderId order_id;
    std::string channel;
    std::string channel_order_id;
    core::ReturnStatus status = core::ReturnStatus::requested;
    std::optional<std::string> location;
    Instant requested_at;
    std::string requested_by;
    std::optional<Instant> approved_at;
    std::optional<std::string> reason;
    std::vector<ReturnLineOutput> lines;
    std::vector<std::string> allowed_actions;
};
BOOST_DESCRIBE_STRUCT(ReturnOutput, (),
                      (id, order_id, channel, channel_order_id, status, location, requested_at, requested_by,
                       approved_at, reason, lines, allowed_actions))

/// REQUIRES: the caller may see it; nothing else of the order is shown.
[[nodiscard]] ReturnOutput render_return(const core::OrderReturn& made, const core::Order& order,
                                         const engine::TenantView& view, const Caller& caller);
/// As its row keeps it: the order is not at hand, so what blocks returning is not known.
[[nodiscard]] ReturnOutput render_return(const engine::ReturnDoc& doc, const engine::TenantView& view,
                                         const Caller& caller);

}  // namespace waybill::api

namespace waybill::json {

/// The name of a return; its shape is read where it is used.
inline constexpr FieldRule return_name = text("return_id", 1, core::limits::code_bytes_max);

template <>
struct Rules<api::ReturnLineJson> {
    static constexpr auto fields =
        std::array{integer("quantity", 1, core::limits::quantity_max), text("reason", 1, core::limits::code_bytes_max)};
};
template <>
struct Rules<api::RequestReturnInput> {
    static constexpr auto fields =
        std::array{items("lines", 1, core::limits::order_lines_max), text("location", 1, core::limits::code_bytes_max),
                   defaulted("override_policy")};
};
template <>
struct Rules<api::BulkApproveReturnInput> {
    static constexpr auto fields = std::array{return_name};
};
template <>
struct Rules<api::DeclineReturnInput> {
    static constexpr auto fields = std::array{text("reason", 1, core::limits::code_bytes_max)};
};
template <>
struct Rules<api::BulkDeclineReturnInput> {
    static constexpr auto fields = std::array{return_name};
};
template <>
struct Rules<api::ReceiveLineJson> {
    static constexpr auto fields = std::array{integer("quantity", 1, core::limits::quantity_max)};
};
template <>
struct Rules<api::ReceiveReturnInput> {
    static constexpr auto fields = std::array{
        text("location", 1, core::limits::code_bytes_max),
        items("lines", 0, core::limits::order_lines_max* core::dispositions).defaulted(), defaulted("disposition")};
};
template <>
struct Rules<api::BulkReceiveReturnInput> {
    static constexpr auto fields = std::array{return_name};
};
template <>
struct Rules<api::CancelReturnInput> {
    static constexpr auto fields = std::array{text("reason", 1, core::limits::code_bytes_max)};
};
template <>
struct Rules<api::BulkCancelReturnInput> {
    static constexpr auto fields = std::array{return_name};
};

}  // namespace waybill::json

#pragma once
// Exceptions of orders: what callers say of them, and how they are shown.

#include <array>
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.hpp"
#include "core/commands.hpp"
#include "core/limits.hpp"
#include "engine/engine.hpp"
#include "engine/exception_rows.hpp"
#include "json/rules.hpp"

namespace waybill::api {

struct ExceptionInput {
    std::string kind;
    std::string reason;
    core::Severity severity = core::Severity::normal;
    std::string owner;
    std::optional<Instant> due_at;
};
BOOST_DESCRIBE_STRUCT(ExceptionInput, (), (kind, reason, severity, owner, due_at))

struct BulkExceptionInput {
    core::OrderId order_id;
    std::string kind;
    std::string reason;
    core::Severity severity = core::Severity::normal;
    std::string owner;
    std::optional<Instant> due_at;
};
BOOST_DESCRIBE_STRUCT(BulkExceptionInput, (), (order_id, kind, reason, severity, owner, due_at))

struct ExceptionChangeInput {
    std::string kind;
    std::optional<std::string> owner;
    std::optional<core::Severity> severity;
    std::optional<Instant> due_at;
};
BOOST_DESCRIBE_STRUCT(ExceptionChangeInput, (), (kind, owner, severity, due_at))

struct BulkExceptionChangeInput {
    core::OrderId order_id;
    std::string kind;
    std::optional<std::string> owner;
    std::optional<core::Severity> severity;
    std::optional<Instant> due_at;
};
BOOST_DESCRIBE_STRUCT(BulkExceptionChangeInput, (), (order_id, kind, owner, severity, due_at))

struct ResolutionInput {
    std::string kind;
    std::string resolution;
};
BOOST_DESCRIBE_STRUCT(ResolutionInput, (), (kind, resolution))

struct BulkResolutionInput {
    core::OrderId order_id;
    std::string kind;
    std::string resolution;
};
BOOST_DESCRIBE_STRUCT(BulkResolutionInput, (), (order_id, kind, resolution))

/// Errors of each: malformed_json, invalid_request.
[[nodiscard]] Result<core::RaiseException, Problem> read_exception(std::string_view text, core::OrderId order);
[[nodiscard]] Result<core::RaiseException, Problem> read_bulk_exception(std::string_view text);
[[nodiscard]] Result<core::ChangeException, Problem> read_exception_change(std::string_view text, core::OrderId order);
[[nodiscard]] Result<core::ChangeException, Problem> read_bulk_exception_change(std::string_view text);
[[nodiscard]] Result<core::ResolveException, Problem> read_resolution(std::string_view text, core::OrderId order);
[[nodiscard]] Result<core::ResolveException, Problem> read_bulk_resolution(std::string_view text);

/// As an order shows those that are open.
struct OpenExceptionOutput {
    static constexpr std::string_view schema_name = "OpenException";
    std::string kind;
    std::string reason;
    core::Severity severity = core::Severity::normal;
    std::optional<std::string> owner;
    std::optional<Instant> due_at;
    Instant raised_at;
    std::string raised_by;
};
BOOST_DESCRIBE_STRUCT(OpenExceptionOutput, (), (kind, reason, severity, owner, due_at, raised_at, raised_by))
/// `to_scoped`: to callers who see some places only: not why it was raised, by whom and who looks after it.
[[nodiscard]] OpenExceptionOutput render_open_exception(const core::OrderException& exception, bool to_scoped);

enum class ExceptionStatus : std::uint8_t { open, resolved };
BOOST_DESCRIBE_ENUM(ExceptionStatus, open, resolved)

/// As the queue shows it.
struct ExceptionOutput {
    static constexpr std::string_view schema_name = "Exception";
    core::OrderId order_id;
    std::string channel;
    std::string channel_order_id;
    std::string kind;
    ExceptionStatus status = ExceptionStatus::open;
    core::Severity severity = core::Severity::normal;
    std::string reason;
    std::optional<std::string> owner;
    std::optional<Instant> due_at;
    Instant raised_at;
    std::string raised_by;
    core::Sequence raised_in;
    std::optional<Instant> resolved_at;
    std::optional<std::string> resolved_by;
    std::optional<std::string> resolution;
    std::vector<std::string> allowed_actions;
};
BOOST_DESCRIBE_STRUCT(ExceptionOutput, (),
                      (order_id, channel, channel_order_id, kind, status, severity, reason, owner, due_at, raised_at,
                       raised_by, raised_in, resolved_at, resolved_by, resolution, allowed_actions))
[[nodiscard]] ExceptionOutput render_exception(const engine::ExceptionDoc& doc, const engine::TenantView& view);

}  // namespace waybill::api

namespace waybill::json {

template <>
struct Rules<api::ExceptionInput> {
    static constexpr auto fields = std::array{
        text("kind", 1, core::limits::code_bytes_max), text("reason", 0, core::limits::name_bytes_max).defaulted(),
        defaulted("severity"), text("owner", 0, core::limits::code_bytes_max).defaulted()};
};
template <>
struct Rules<api::BulkExceptionInput> {
    static constexpr auto fields = Rules<api::ExceptionInput>::fields;
};
template <>
struct Rules<api::ExceptionChangeInput> {
    static constexpr auto fields =
        std::array{text("kind", 1, core::limits::code_bytes_max), text("owner", 0, core::limits::code_bytes_max)};
};
template <>
struct Rules<api::BulkExceptionChangeInput> {
    static constexpr auto fields = Rules<api::ExceptionChangeInput>::fields;
};
template <>
struct Rules<api::ResolutionInput> {
    static constexpr auto fields = std::array{text("kind", 1, core::limits::code_bytes_max),
                                              text("resolution", 0, core::limits::name_bytes_max).defaulted()};
};
template <>
struct Rules<api::BulkResolutionInput> {
    static constexpr auto fields = Rules<api::ResolutionInput>::fields;
};

}  // namespace waybill::json

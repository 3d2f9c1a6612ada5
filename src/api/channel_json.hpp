#pragma once
// Channels as JSON.

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
#include "json/rules.hpp"

namespace waybill::api {

struct ChannelRoutingJson {
    static constexpr std::string_view schema_name = "ChannelRouting";
    bool allow_split = true;
    bool ship_complete = false;
    std::optional<std::int64_t> max_shipments;
    core::OnShortage on_shortage = core::OnShortage::backorder;
    std::vector<std::string> locations;
    std::optional<std::int64_t> max_line_shipments;
};
BOOST_DESCRIBE_STRUCT(ChannelRoutingJson, (),
                      (allow_split, ship_complete, max_shipments, on_shortage, locations, max_line_shipments))

/// Whether somebody has to approve each return, or a request is approved at once.
enum class ReturnApproval : std::uint8_t { automatic, by_person };
BOOST_DESCRIBE_ENUM(ReturnApproval, automatic, by_person)

struct ReturnPolicyJson {
    static constexpr std::string_view schema_name = "ReturnPolicy";
    std::optional<std::int64_t> window_days;
    std::vector<std::string> reasons;
    ReturnApproval approval = ReturnApproval::automatic;
};
BOOST_DESCRIBE_STRUCT(ReturnPolicyJson, (), (window_days, reasons, approval))

struct ChannelInput {
    std::optional<std::string> code;
    std::string name;
    core::ChannelKind kind = core::ChannelKind::web;
    ChannelRoutingJson routing;
    bool active = true;
    ReturnPolicyJson returns;
    std::string locale;
};
BOOST_DESCRIBE_STRUCT(ChannelInput, (), (code, name, kind, routing, active, returns, locale))

struct ChannelOutput {
    static constexpr std::string_view schema_name = "Channel";
    std::string code;
    std::string name;
    core::ChannelKind kind = core::ChannelKind::web;
    ChannelRoutingJson routing;
    bool active = true;
    ReturnPolicyJson returns;
    std::optional<std::string> locale;
    std::uint64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(ChannelOutput, (), (code, name, kind, routing, active, returns, locale, version))

/// `path_code` as in read_item. Errors: malformed_json, invalid_request.
[[nodiscard]] Result<core::PutChannel, Problem> read_channel(std::string_view text, std::string_view path_code);
[[nodiscard]] ChannelOutput render_channel(const core::Channel& channel, const engine::TenantView& view);

}  // namespace waybill::api

namespace waybill::json {

template <>
struct Rules<api::ChannelRoutingJson> {
    static constexpr auto fields =
        std::array{defaulted("allow_split"),
                   defaulted("ship_complete"),
                   integer("max_shipments", 1, core::limits::shipments_max),
                   defaulted("on_shortage"),
                   items("locations", 0, core::limits::locations_max).text(1, core::limits::code_bytes_max).defaulted(),
                   integer("max_line_shipments", 1, core::limits::line_shipments_max)};
};
template <>
struct Rules<api::ReturnPolicyJson> {
    static constexpr auto fields = std::array{
        integer("window_days", 1, core::limits::return_window_days_max),
        items("reasons", 0, core::limits::return_reasons_max).text(1, core::limits::code_bytes_max).defaulted(),
        defaulted("approval")};
};
template <>
struct Rules<api::ChannelInput> {
    static constexpr auto fields = std::array{text("code", 1, core::limits::code_bytes_max),
                                              text("name", 0, core::limits::name_bytes_max).defaulted(),
                                              defaulted("kind"),
                                              defaulted("routing"),
                                              defaulted("active"),
                                              defaulted("returns"),
                                              text("locale", 0, core::limits::locale_bytes_max).defaulted()};
};

}  // namespace waybill::json

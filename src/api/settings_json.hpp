#pragma once
// A tenant and its settings as JSON.

#include <array>
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "api/cost_json.hpp"
#include "api/key_json.hpp"
#include "core/tenant.hpp"

namespace waybill::api {

struct SettingsInput {
    std::string name;
    std::string currency;
    std::optional<CostTermsJson> costs;
    std::optional<std::string> short_per_unit;
    std::optional<std::string> backorder_fixed;
    std::optional<std::string> gs1_company_prefix;
};
BOOST_DESCRIBE_STRUCT(SettingsInput, (), (name, currency, costs, short_per_unit, backorder_fixed, gs1_company_prefix))

struct SettingsOutput {
    static constexpr std::string_view schema_name = "Settings";
    std::string name;
    Currency currency;
    std::optional<CostTermsJson> costs;
    std::string short_per_unit;
    std::string backorder_fixed;
    std::optional<std::string> gs1_company_prefix;
    std::uint64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(SettingsOutput, (),
                      (name, currency, costs, short_per_unit, backorder_fixed, gs1_company_prefix, version))

struct TenantOutput {
    static constexpr std::string_view schema_name = "Tenant";
    core::TenantId id;
    std::string name;
    std::optional<Currency> currency;  ///< none: the tenant's data is damaged
    std::optional<KeySecret> admin_key;
};
BOOST_DESCRIBE_STRUCT(TenantOutput, (), (id, name, currency, admin_key))

/// Errors: malformed_json, invalid_request, unknown_currency.
[[nodiscard]] Result<core::TenantSettings, Problem> read_settings(std::string_view text);
[[nodiscard]] SettingsOutput render_settings(const core::TenantSettings& settings);

}  // namespace waybill::api

namespace waybill::json {

template <>
struct Rules<api::SettingsInput> {
    static constexpr auto fields = std::array{
        text("name", 1, core::limits::name_bytes_max).pattern(Pattern::trimmed), text("currency", 3, 3),
        text("short_per_unit", 1, 24).pattern(Pattern::amount), text("backorder_fixed", 1, 24).pattern(Pattern::amount),
        text("gs1_company_prefix", core::limits::company_prefix_digits_min, core::limits::company_prefix_digits_max)
            .pattern(Pattern::digits)};
};

}  // namespace waybill::json

#include "api/settings_json.hpp"

#include "api/amounts.hpp"
#include "json/read.hpp"

namespace waybill::api {

Result<core::TenantSettings, Problem> read_settings(std::string_view text) {
    auto input = json::read_text<json::Api, SettingsInput>(text);
    if (!input) return fail(problem_of(input.error()));
    FieldErrors errors;
    AmountReader amounts(errors);
    const json::Pointer root;
    core::TenantSettings out;
    out.name = std::move(input->name);
    const auto currency = Currency::parse(input->currency);
    if (!currency) {
        errors.push_back({"/currency", std::string(core::info_of(core::Reject::unknown_currency).name),
                          "must be a currency of ISO 4217, such as \"GBP\""});
    }
    out.currency = currency.value_or(Currency());
    if (input->costs) out.costs = read_costs(*input->costs, json::Pointer(root, "costs"), errors);
    if (input->short_per_unit) {
        out.short_per_unit_micros = amounts.micros(*input->short_per_unit, json::Pointer(root, "short_per_unit"));
    }
    out.backorder_fixed_micros = amounts.micros(input->backorder_fixed, json::Pointer(root, "backorder_fixed"));
    out.gs1_company_prefix = std::move(input->gs1_company_prefix).value_or(std::string());
    if (!errors.empty()) return fail(problem_of(std::move(errors)));
    return out;
}

SettingsOutput render_settings(const core::TenantSettings& settings) {
    SettingsOutput out;
    out.name = settings.name;
    out.currency = settings.currency;
    if (settings.costs) out.costs = render_costs(*settings.costs, settings.currency);
    out.short_per_unit = micros_text(settings.short_per_unit_micros, settings.currency);
    out.backorder_fixed = micros_text(settings.backorder_fixed_micros, settings.currency);
    if (!settings.gs1_company_prefix.empty()) out.gs1_company_prefix = settings.gs1_company_prefix;
    out.version = settings.version;
    return out;
}

}  // namespace waybill::api

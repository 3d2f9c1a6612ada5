#include "api/item_json.hpp"

#include "api/amounts.hpp"
#include "json/read.hpp"

namespace waybill::api {
namespace {

constexpr std::string_view default_unit = "each";

void check_sku(const ItemInput& input, std::string_view path_sku, FieldErrors& errors) {
    if (path_sku.empty() && !input.sku) {
        errors.push_back({"/sku", std::string(json::rule::required), "is missing"});
    } else if (!path_sku.empty() && input.sku && *input.sku != path_sku) {
        errors.push_back({"/sku", std::string(json::rule::one_of), "must be the SKU of the path, or left out"});
    }
}

}  // namespace

Result<core::PutItem, Problem> read_item(std::string_view text, std::string_view path_sku) {
    auto input = json::read_text<json::Api, ItemInput>(text);
    if (!input) return fail(problem_of(input.error()));
    FieldErrors errors;
    check_sku(*input, path_sku, errors);
    const json::Pointer root;
    core::PutItem out;
    core::Item& item = out.item;
    item.price_micros = AmountReader(errors).micros(input->price, json::Pointer(root, "price"));
    if (!errors.empty()) return fail(problem_of(std::move(errors)));

    item.sku = path_sku.empty() ? std::move(*input->sku) : std::string(path_sku);
    item.title = std::move(input->title);
    for (ItemUnitInput& unit : input->units) {
        item.units.push_back({std::move(unit.unit), unit.factor, unit.gtin ? std::move(*unit.gtin) : std::string()});
    }
    if (item.units.empty()) item.units.push_back({std::string(default_unit), 1, {}});
    item.weight_g = input->weight_g;
    item.length_mm = input->length_mm;
    item.width_mm = input->width_mm;
    item.height_mm = input->height_mm;
    item.item_class = std::move(input->class_);
    item.ship_alone = input->ship_alone;
    item.active = input->active;
    for (ComponentJson& component : input->components) {
        out.components.push_back({std::move(component.sku), component.quantity});
    }
    return out;
}

ItemOutput render_item(const core::Item& item, const engine::TenantView& view) {
    ItemOutput out;
    out.sku = item.sku;
    out.title = item.title;
    for (const core::ItemUnit& unit : item.units) {
        out.units.push_back({unit.unit, unit.factor, {}});
        if (!unit.gtin.empty()) out.units.back().gtin = unit.gtin;
    }
    out.weight_g = item.weight_g;
    out.length_mm = item.length_mm;
    out.width_mm = item.width_mm;
    out.height_mm = item.height_mm;
    out.price = micros_text(item.price_micros, view.settings().currency);
    out.class_ = item.item_class;
    out.ship_alone = item.ship_alone;
    out.active = item.active;
    for (const core::Component& component : item.components) {
        out.components.push_back({view.item(component.item).sku, component.quantity});
    }
    out.version = item.version;
    return out;
}

}  // namespace waybill::api

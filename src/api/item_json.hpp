#pragma once
// Items as JSON.

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
#include "engine/engine.hpp"
#include "json/rules.hpp"

namespace waybill::api {

struct ItemUnitInput {
    std::string unit;
    std::int64_t factor = 1;
    std::optional<std::string> gtin;
};
BOOST_DESCRIBE_STRUCT(ItemUnitInput, (), (unit, factor, gtin))

struct ComponentJson {
    static constexpr std::string_view schema_name = "Component";
    std::string sku;
    std::int64_t quantity = 1;
};
BOOST_DESCRIBE_STRUCT(ComponentJson, (), (sku, quantity))

struct ItemInput {
    std::optional<std::string> sku;
    std::string title;
    std::vector<ItemUnitInput> units;
    std::int64_t weight_g = 0;
    std::int64_t length_mm = 0;
    std::int64_t width_mm = 0;
    std::int64_t height_mm = 0;
    std::optional<std::string> price;
    std::string class_;
    bool ship_alone = false;
    bool active = true;
    std::vector<ComponentJson> components;
};
BOOST_DESCRIBE_STRUCT(ItemInput, (),
                      (sku, title, units, weight_g, length_mm, width_mm, height_mm, price, class_, ship_alone, active,
                       components))

struct ItemUnitOutput {
    static constexpr std::string_view schema_name = "ItemUnit";
    std::string unit;
    std::int64_t factor = 1;
    std::optional<std::string> gtin;
};
BOOST_DESCRIBE_STRUCT(ItemUnitOutput, (), (unit, factor, gtin))

struct ItemOutput {
    static constexpr std::string_view schema_name = "Item";
    std::string sku;
    std::string title;
    std::vector<ItemUnitOutput> units;
    std::int64_t weight_g = 0;
    std::int64_t length_mm = 0;
    std::int64_t width_mm = 0;
    std::int64_t height_mm = 0;
    std::string price;
    std::string class_;
    bool ship_alone = false;
    bool active = true;
    std::vector<ComponentJson> components;
    std::uint64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(ItemOutput, (),
                      (sku, title, units, weight_g, length_mm, width_mm, height_mm, price, class_, ship_alone, active,
                       components, version))

/// `path_sku` is the SKU of the path; the body may leave it out, and must not name another. In bulk it is empty and the
/// body's is required. Errors: malformed_json, invalid_request, amount_out_of_range.
[[nodiscard]] Result<core::PutItem, Problem> read_item(std::string_view text, std::string_view path_sku);
[[nodiscard]] ItemOutput render_item(const core::Item& item, const engine::TenantView& view);

}  // namespace waybill::api

namespace waybill::json {

template <>
struct Rules<api::ItemUnitInput> {
    static constexpr auto fields = std::array{text("unit", 1, core::limits::code_bytes_max),
                                              integer("factor", 1, core::limits::unit_factor_max), text("gtin", 0, 14)};
};
template <>
struct Rules<api::ComponentJson> {
    static constexpr auto fields =
        std::array{text("sku", 1, core::limits::sku_bytes_max), integer("quantity", 1, core::limits::unit_factor_max)};
};
template <>
struct Rules<api::ItemInput> {
    static constexpr auto fields = std::array{text("sku", 1, core::limits::sku_bytes_max),
                                              text("title", 0, core::limits::name_bytes_max).defaulted(),
                                              items("units", 0, core::limits::item_units_max).defaulted(),
                                              integer("weight_g", 0, core::limits::weight_g_max).defaulted(),
                                              integer("length_mm", 0, core::limits::length_mm_max).defaulted(),
                                              integer("width_mm", 0, core::limits::length_mm_max).defaulted(),
                                              integer("height_mm", 0, core::limits::length_mm_max).defaulted(),
                                              text("price", 1, 24).pattern(Pattern::amount),
                                              text("class", 0, core::limits::code_bytes_max).defaulted(),
                                              defaulted("ship_alone"),
                                              defaulted("active"),
                                              items("components", 0, core::limits::item_components_max).defaulted()};
};

}  // namespace waybill::json

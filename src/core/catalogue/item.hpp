#pragma once
// Item: a sellable SKU. Every quantity inside Waybill is in the item's base unit, the first of `units`, whose factor is
// one; other units (inner, case, pallet) convert by exact integer factors.

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"

namespace waybill::core {

struct ItemUnit {
    std::string unit;         ///< "each", "inner", "case", "pallet" or the merchant's own name
    std::int64_t factor = 1;  ///< base units in one of these
    std::string gtin;         ///< 14 digits, or empty
    bool operator==(const ItemUnit&) const = default;
};
BOOST_DESCRIBE_STRUCT(ItemUnit, (), (unit, factor, gtin))

/// What one kit is made of, in the component's base unit.
struct Component {
    ItemIx item = 0;
    std::int64_t quantity = 1;
    bool operator==(const Component&) const = default;
};
BOOST_DESCRIBE_STRUCT(Component, (), (item, quantity))

struct Item {
    std::string sku;
    std::string title;
    std::vector<ItemUnit> units;
    std::int64_t weight_g = 0;  ///< of one base unit, as are the dimensions
    std::int64_t length_mm = 0;
    std::int64_t width_mm = 0;
    std::int64_t height_mm = 0;
    std::int64_t price_micros = 0;  ///< list price of one base unit in the tenant's currency
    std::string item_class;
    bool ship_alone = false;            ///< never shares a parcel
    bool active = true;                 ///< inactive items take no new orders; stock and history stay
    std::vector<Component> components;  ///< not empty: a kit, sold from its components' stock
    std::uint64_t version = 0;          ///< sequence of the event that set it

    [[nodiscard]] const ItemUnit* find_unit(std::string_view name) const;
    [[nodiscard]] bool is_kit() const { return !components.empty(); }
    bool operator==(const Item&) const = default;
};
BOOST_DESCRIBE_STRUCT(Item, (),
                      (sku, title, units, weight_g, length_mm, width_mm, height_mm, price_micros, item_class,
                       ship_alone, active, components, version))

}  // namespace waybill::core

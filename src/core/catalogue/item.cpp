#include "core/catalogue/item.hpp"

namespace waybill::core {

const ItemUnit* Item::find_unit(std::string_view name) const {
    if (name.empty()) return &units.front();
    for (const ItemUnit& unit : units) {
        if (unit.unit == name) return &unit;
    }
    return nullptr;
}

}  // namespace waybill::core

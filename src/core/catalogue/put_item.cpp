#include "core/catalogue/put_item.hpp"

#include <algorithm>

#include "core/catalogue/gtin.hpp"
#include "core/field_checks.hpp"

namespace waybill::core {
namespace {

void check_units(Item& item, ItemIx ix, const TenantState& state, Faults& faults) {
    if (item.units.empty()) item.units.push_back({"each", 1, ""});
    if (item.units.size() > limits::item_units_max) {
        faults.add("/units", Reject::invalid_request, "at most " + std::to_string(limits::item_units_max) + " units");
        return;
    }
    for (std::size_t i = 0; i < item.units.size(); ++i) {
        ItemUnit& unit = item.units[i];
        check_code(faults, at("/units", i, "unit"), unit.unit, limits::code_bytes_max);
        check_range(faults, at("/units", i, "factor"), unit.factor, 1, limits::unit_factor_max);
        if (i == 0 && unit.factor != 1) {
            faults.add(at("/units", i, "factor"), Reject::invalid_request,
                       "the first unit is the base unit: its factor is 1");
        }
        for (std::size_t other = 0; other < i; ++other) {
            if (item.units[other].unit == unit.unit) {
                faults.add(at("/units", i, "unit"), Reject::invalid_request, "is named twice");
            }
            if (!unit.gtin.empty() && item.units[other].gtin == unit.gtin) {
                faults.add(at("/units", i, "gtin"), Reject::invalid_request, "is given twice");
            }
        }
        if (unit.gtin.empty()) continue;
        const auto gtin = normalise_gtin(unit.gtin);
        if (!gtin) {
            faults.add(at("/units", i, "gtin"), Reject::invalid_request,
                       "must be 8, 12, 13 or 14 digits with a correct GS1 check digit");
            continue;
        }
        unit.gtin = *gtin;
        const auto known = state.gtins.find(unit.gtin);
        const ItemIx owner = known ? state.gtin_items.read(*known) : no_index;
        if (owner != no_index && owner != ix) {
            faults.add(at("/units", i, "gtin"), Reject::gtin_taken,
                       "item " + state.items[owner].sku + " has this GTIN");
        }
    }
}

bool is_component_of_any(const TenantState& state, ItemIx ix) {
    for (ItemIx other = 0; other < state.items.size(); ++other) {
        for (const Component& component : state.items[other].components) {
            if (component.item == ix) return true;
        }
    }
    return false;
}

void resolve_components(const PutItem& command, Item& item, ItemIx ix, const TenantState& state, Faults& faults) {
    item.components.clear();
    if (command.components.size() > limits::item_components_max) {
        faults.add("/components", Reject::invalid_request,
                   "at most " + std::to_string(limits::item_components_max) + " components");
        return;
    }
    for (std::size_t i = 0; i < command.components.size(); ++i) {
        const ComponentInput& input = command.components[i];
        check_range(faults, at("/components", i, "quantity"), input.quantity, 1, limits::unit_factor_max);
        const auto component = state.items.find(input.sku);
        if (!component) {
            faults.add(at("/components", i, "sku"), Reject::unknown_sku, "no item has the SKU " + input.sku);
            continue;
        }
        if (*component == ix || state.items[*component].is_kit()) {
            faults.add(at("/components", i, "sku"), Reject::kit_of_kits, input.sku + " is a kit itself");
            continue;
        }
        const bool repeated = std::any_of(item.components.begin(), item.components.end(),
                                          [&](const Component& c) { return c.item == *component; });
        if (repeated) {
            faults.add(at("/components", i, "sku"), Reject::invalid_request, "is listed twice; give its quantity once");
            continue;
        }
        item.components.push_back({*component, input.quantity});
    }
    if (item.components.empty() || ix == state.items.size()) return;
    if (!state.items[ix].is_kit() && (is_component_of_any(state, ix) || !state.levels_of(ix).levels.empty())) {
        faults.add("/components", Reject::kit_of_kits,
                   "the item has stock or is part of a kit, so it can not become one");
    }
}

}  // namespace

Result<Decision, Rejection> decide(const PutItem& command, const TenantState& state, const Context& context) {
    Faults faults;
    Item item = command.item;
    const auto known = state.items.find(item.sku);
    const ItemIx ix = known.value_or(state.items.size());
    if (auto room = check_room(ix, limits::items_max, "items"); !known && !room) return fail(std::move(room).error());
    check_code(faults, "/sku", item.sku, limits::sku_bytes_max);
    check_text(faults, "/title", item.title, 0, limits::name_bytes_max);
    check_text(faults, "/class", item.item_class, 0, limits::code_bytes_max);
    check_range(faults, "/weight_g", item.weight_g, 0, limits::weight_g_max);
    check_range(faults, "/length_mm", item.length_mm, 0, limits::length_mm_max);
    check_range(faults, "/width_mm", item.width_mm, 0, limits::length_mm_max);
    check_range(faults, "/height_mm", item.height_mm, 0, limits::length_mm_max);
    check_range(faults, "/price", item.price_micros, 0, limits::price_micros_max);
    check_units(item, ix, state, faults);
    resolve_components(command, item, ix, state, faults);
    if (known && !item.units.empty() && item.units.front().unit != state.items[ix].units.front().unit) {
        faults.add("/units/0/unit", Reject::unit_in_use,
                   "the base unit is " + state.items[ix].units.front().unit + " for ever");
    }
    if (faults.any()) return faults.take();

    Decision decision;
    decision.outcome.object = {AggregateKind::item, ix};
    if (known) {
        item.version = state.items[ix].version;
        if (item == state.items[ix]) return decision;
    }
    item.version = context.next.raw();
    decision.events.emplace_back(ItemPut{ix, std::move(item)});
    return decision;
}

}  // namespace waybill::core

#include "core/fulfillment/scanned_units.hpp"

#include <algorithm>
#include <vector>

#include "base/mutant.hpp"
#include "core/catalogue/gtin.hpp"

namespace waybill::core {
namespace {

struct ScannedItem {
    ItemIx item = no_index;
    std::int64_t factor = 1;  ///< base units in one scan
};

ScannedItem find_item(const std::string& gtin, const TenantState& state) {
    const auto known = state.gtins.find(gtin);
    const ItemIx owner = known ? state.gtin_items.read(*known) : no_index;
    if (owner == no_index) return {};
    const std::vector<ItemUnit>& units = state.items[owner].units;
    const auto unit = std::find_if(units.begin(), units.end(), [&](const ItemUnit& one) { return one.gtin == gtin; });
    if (unit == units.end()) return {};
    return {owner, WAYBILL_MUTANT(scanned_case_is_one_unit) ? 1 : unit->factor};
}

}  // namespace

void take_scanned(const Work& work, const Scan& scan, const std::string& where, const std::string& state_of_units,
                  const TenantState& state, UnitsLeft& left, UnitsLeft& taken, Faults& faults) {
    const auto gtin = normalise_gtin(scan.gtin);
    if (!gtin) {
        faults.add(where + "/gtin", Reject::invalid_request,
                   "must be 8, 12, 13 or 14 digits with a correct GS1 check digit");
        return;
    }
    const ScannedItem scanned = find_item(*gtin, state);
    std::vector<LineNo> lines;
    std::int64_t room = 0;
    for (const LineNo line_no : lines_of(*work.fulfillment)) {
        if (find_line(*work.order, line_no)->item != scanned.item) continue;
        lines.push_back(line_no);
        room += left[line_no];
    }
    if (lines.empty()) {
        const std::string what = scanned.item == no_index ? "no item" : state.items[scanned.item].sku;
        faults.add(where + "/gtin", Reject::scan_not_in_order,
                   *gtin + " is on " + what + ", which is in no line of this work");
        return;
    }
    if (scan.quantity < 1 || scan.quantity > limits::quantity_max || scan.quantity * scanned.factor > room) {
        faults.add(where + "/quantity", Reject::quantity_not_in_work,
                   std::to_string(room) + " units of " + *gtin + " are " + state_of_units);
        return;
    }
    std::int64_t rest = scan.quantity * scanned.factor;
    for (const LineNo line_no : lines) {
        const std::int64_t part = std::min(rest, left[line_no]);
        if (part == 0) continue;
        left[line_no] -= part;
        taken[line_no] += part;
        rest -= part;
    }
}

}  // namespace waybill::core

#pragma once
// Units that were named by what a scanner read: they are those of the lines of the work whose item has that GTIN, in
// the order of lines.

#include <map>
#include <string>

#include "core/fulfillment/find_work.hpp"

namespace waybill::core {

/// Units that can still be taken, by line of a fulfillment order.
using UnitsLeft = std::map<LineNo, std::int64_t>;

struct Scan {
    const std::string& gtin;
    std::int64_t quantity = 0;  ///< of what the GTIN is on: a case counts for what is in it
};

/// Takes the units out of `left` and adds them to `taken`; nothing where there is a fault. `where`: "/lines/3";
/// `state_of_units`: what they are, for the fault of a surplus. Faults: invalid_request, scan_not_in_order,
/// quantity_not_in_work.
void take_scanned(const Work& work, const Scan& scan, const std::string& where, const std::string& state_of_units,
                  const TenantState& state, UnitsLeft& left, UnitsLeft& taken, Faults& faults);

/// As check_named_lines, of those that name a line; the others have to have a GTIN.
template <class Input>
void check_lines_or_scans(const Order& order, const std::vector<Input>& lines, Faults& faults) {
    if (lines.size() > limits::order_lines_max) {
        faults.add("/lines", Reject::invalid_request, "more lines than an order has");
        return;
    }
    std::set<std::uint32_t> seen;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const bool is_named = lines[i].line_no.is_set();
        if (is_named == !lines[i].gtin.empty()) {
            faults.add(at("/lines", i, "line_no"), Reject::invalid_request, "name the line, or else a gtin");
        } else if (is_named && find_line(order, lines[i].line_no) == nullptr) {
            faults.add(at("/lines", i, "line_no"), Reject::unknown_line, "the order has no such line");
        } else if (is_named && !seen.insert(lines[i].line_no.raw()).second) {
            faults.add(at("/lines", i, "line_no"), Reject::invalid_request, "is named twice");
        }
    }
}

}  // namespace waybill::core

#include "engine/parcel_event_checks.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace waybill::engine {
namespace {

constexpr const char* no_open_parcel = "a parcel that is not there or has left";

const core::Parcel* open_parcel(const core::Order& order, std::uint32_t fulfillment, std::uint32_t number) {
    const core::FulfillmentOrder* work = order.find_fulfillment(fulfillment);
    const core::Parcel* parcel = work == nullptr ? nullptr : work->find_parcel(number);
    return parcel != nullptr && parcel->is_open() ? parcel : nullptr;
}

bool has_sscc_twice(const core::Order& order, const core::FulfillmentOrder& work, const core::Parcel& made) {
    if (made.sscc.empty()) return false;
    for (const core::FulfillmentOrder& other : order.fulfillments) {
        for (const core::Parcel& parcel : other.parcels) {
            const bool is_it = other.number == work.number && parcel.number == made.number;
            if (!is_it && parcel.sscc == made.sscc) return true;
        }
    }
    return false;
}

/// Its lines are in order, hold something, and no more than is picked and in no other parcel.
bool holds_picked_units(const core::FulfillmentOrder& work, const core::Parcel& made, const core::Parcel* before) {
    const core::ParcelUnits* last = nullptr;
    for (const core::ParcelUnits& units : made.lines) {
        const bool follows = last == nullptr ||
                             std::tie(last->line_no, last->capacity_day) < std::tie(units.line_no, units.capacity_day);
        if (!follows || units.quantity <= 0) return false;
        last = &units;
        const auto line = std::find_if(work.lines.begin(), work.lines.end(), [&](const core::FulfillmentLine& one) {
            return one.line_no == units.line_no && one.capacity_day == units.capacity_day;
        });
        if (line == work.lines.end()) return false;
        const std::int64_t mine = before == nullptr ? 0 : before->units(units.line_no, units.capacity_day);
        const std::int64_t loose = line->picked - work.packed(units.line_no, units.capacity_day);
        if (units.quantity - mine > loose || units.quantity < mine) return false;
    }
    return !made.lines.empty();
}

}  // namespace

std::string parcel_misfit_of(const core::FulfillmentPacked& event, const core::Order& order) {
    const core::FulfillmentOrder* work = order.find_fulfillment(event.number);
    if (work == nullptr) return "a fulfillment order that does not exist";
    const core::Parcel& made = event.parcel;
    const bool is_new = made.number == work->parcels.size() + 1;
    const core::Parcel* before = open_parcel(order, event.number, made.number);
    if (!is_new && before == nullptr) return no_open_parcel;
    if (made.shipped_at.is_set()) return "a parcel that leaves as it is packed";
    if (!made.sscc.empty() && core::normalise_sscc(made.sscc) != made.sscc) return "an SSCC that is none";
    if (!is_new && made.sscc != before->sscc) return "a parcel that changes its SSCC";
    if (has_sscc_twice(order, *work, made)) return "an SSCC that another parcel has";
    if (!holds_picked_units(*work, made, before)) return "a parcel of units that are not there to be packed";
    // What was in it stays in it.
    if (!is_new && made.lines.size() < before->lines.size()) return "a parcel that loses units";
    return {};
}

std::string parcel_misfit_of(const core::ParcelUnpacked& event, const core::Order& order) {
    return open_parcel(order, event.number, event.parcel) == nullptr ? no_open_parcel : "";
}

std::string parcel_misfit_of(const core::OrderShipped& event, const core::Order& order) {
    std::map<std::tuple<core::LineNo, std::uint32_t, CivilDate>, std::int64_t> units;
    for (const core::LineChange& change : event.lines) {
        for (const core::FulfillmentPart& part : change.fulfilled) {
            if (part.packed > 0) units[{change.line_no, part.number, part.capacity_day}] += part.packed;
        }
    }
    std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
    for (const core::ShippedParcel& shipped : event.parcels) {
        const core::Parcel* parcel = open_parcel(order, shipped.fulfillment, shipped.number);
        if (parcel == nullptr || !seen.emplace(shipped.fulfillment, shipped.number).second) return no_open_parcel;
        if (shipped.sscc != parcel->sscc || shipped.lines != parcel->lines)
            return "a parcel that is not as it was packed";
        for (const core::ParcelUnits& held : parcel->lines) {
            units[{held.line_no, shipped.fulfillment, held.capacity_day}] -= held.quantity;
        }
    }
    const bool all_leave = std::all_of(units.begin(), units.end(), [](const auto& entry) { return entry.second == 0; });
    return all_leave ? "" : "packed units that leave without their parcels";
}

}  // namespace waybill::engine

#include "engine/order_event_checks.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "core/fulfillment/units_in_work.hpp"
#include "core/order/line_change.hpp"
#include "engine/parcel_event_checks.hpp"
#include "engine/return_event_checks.hpp"

namespace waybill::engine {
namespace {

using Place = std::pair<core::LocationIx, CivilDate>;
using UnitsAt = std::map<Place, std::int64_t>;

constexpr const char* no_units = "quantities that the order does not have";
constexpr const char* no_work = "units in work that the order does not have";
constexpr const char* no_fulfillment = "a fulfillment order that does not exist";

/// Reserved and not shipped, by where and when.
UnitsAt open_parts(const core::OrderLine& line) {
    UnitsAt out;
    for (const core::Allocation& a : line.allocations) out[{a.location, a.capacity_day}] += a.quantity - a.shipped;
    return out;
}

/// REQUIRES: line_change_fits found that the parts are there.
UnitsAt units_at(const std::vector<core::AllocationPart>& parts) {
    UnitsAt out;
    for (const core::AllocationPart& part : parts) out[{part.location, part.capacity_day}] += part.quantity;
    return out;
}

bool take(UnitsAt& parts, Place place, std::int64_t units) {
    const auto at = parts.find(place);
    if (at == parts.end() || units <= 0 || units > at->second) return false;
    at->second -= units;
    return true;
}

/// What is reserved after the change; nullopt: it takes what is not there.
std::optional<UnitsAt> parts_after(const core::OrderLine& line, const core::LineChange& change) {
    const UnitsAt before = open_parts(line);
    UnitsAt parts = before;
    std::int64_t open = line.open();
    for (const core::AllocationPart& part : change.released) {
        if (!take(parts, {part.location, part.capacity_day}, part.quantity)) return std::nullopt;
        open += part.quantity;
    }
    for (const core::Allocation& reserved : change.reserved) {
        if (reserved.quantity <= 0 || reserved.shipped != 0) return std::nullopt;
        parts[{reserved.location, reserved.capacity_day}] += reserved.quantity;
        open -= reserved.quantity;
    }
    for (const core::AllocationPart& part : change.shipped) {
        // Movements are read against the line before the change: what ships must have been there already.
        const Place place{part.location, part.capacity_day};
        if (!before.contains(place) || !take(parts, place, part.quantity)) return std::nullopt;
    }
    if (change.cancelled < 0 || open - change.cancelled < 0) return std::nullopt;
    return parts;
}

/// The fulfillment orders of an order, as an event takes from them.
class WorkLeft {
public:
    explicit WorkLeft(const core::Order& order) { order_.fulfillments = order.fulfillments; }

    /// nullptr: there is none.
    core::FulfillmentLine* find(std::uint32_t number, core::LineNo line_no, CivilDate day) {
        if (order_.find_fulfillment(number) == nullptr) return nullptr;
        for (core::FulfillmentLine& line : order_.fulfillments[number - 1].lines) {
            if (line.line_no == line_no && line.capacity_day == day) return &line;
        }
        return nullptr;
    }
    /// Units in work, picked or not; of them so many with the parcels that they are in, which no other part takes.
    bool take(const core::FulfillmentPart& part, core::LineNo line_no) {
        core::FulfillmentLine* line = find(part.number, line_no, part.capacity_day);
        if (line == nullptr || part.quantity <= 0 || part.quantity > line->open()) return false;
        if (part.packed < 0 || part.packed > part.quantity) return false;
        std::int64_t& left_packed =
            packed_
                .try_emplace({part.number, line_no, part.capacity_day},
                             order_.fulfillments[part.number - 1].packed(line_no, part.capacity_day))
                .first->second;
        if (part.packed > left_packed || part.quantity - part.packed > line->open() - left_packed) return false;
        left_packed -= part.packed;
        line->recalled += part.quantity;
        return true;
    }
    bool take_unpicked(std::uint32_t number, const core::WorkedUnits& units) {
        core::FulfillmentLine* line = find(number, units.line_no, units.capacity_day);
        if (line == nullptr || units.quantity <= 0 || units.quantity > line->to_pick()) return false;
        line->recalled += units.quantity;
        return true;
    }
    [[nodiscard]] std::int64_t at(core::LineNo line_no, Place place) const {
        const core::UnitsInWork work = core::units_in_work(order_, line_no, place.first, place.second);
        return work.to_pick + work.picked;
    }

private:
    core::Order order_;
    std::map<std::tuple<std::uint32_t, core::LineNo, CivilDate>, std::int64_t> packed_;  ///< as parts leave it
};

class OrderMisfit {
public:
    explicit OrderMisfit(const core::Order& order) : order_(order) {}

    template <class Other>
    std::string operator()(const Other&) const {
        return "no change of an order";
    }
    std::string operator()(const core::OrderCancelled& e) const { return changes(e.lines, true); }
    std::string operator()(const core::OrderRerouted& e) const { return changes(e.lines, false); }
    std::string operator()(const core::OrderShipped& e) const {
        if (auto fault = changes(e.lines, true); !fault.empty()) return fault;
        return parcel_misfit_of(e, order_);
    }
    std::string operator()(const core::OrderHeld&) const { return {}; }
    std::string operator()(const core::OrderHoldReleased&) const { return {}; }
    std::string operator()(const core::OrderMarked&) const { return {}; }
    std::string operator()(const core::OrderExceptionRaised&) const { return {}; }
    std::string operator()(const core::OrderExceptionChanged&) const { return {}; }
    std::string operator()(const core::OrderExceptionResolved&) const { return {}; }

    std::string operator()(const core::FulfillmentReleased& e) const {
        std::map<std::tuple<core::LineNo, core::LocationIx, CivilDate>, std::int64_t> released;
        std::size_t known = order_.fulfillments.size();
        for (const core::FulfillmentOrder& fulfillment : e.fulfillments) {
            if (fulfillment.number != ++known) return "a fulfillment order with another number than follows";
            if (fulfillment.lines.empty()) return "a fulfillment order without lines";
            if (fulfillment.accepted_at.is_set()) return "a fulfillment order that was accepted before its release";
            const core::FulfillmentLine* last = nullptr;
            for (const core::FulfillmentLine& line : fulfillment.lines) {
                const bool follows = last == nullptr || std::tie(last->line_no, last->capacity_day) <
                                                            std::tie(line.line_no, line.capacity_day);
                if (!follows) return "lines of a fulfillment order that are not in order";
                last = &line;
                std::int64_t& units = released[{line.line_no, fulfillment.location, line.capacity_day}];
                if (!is_free(line, fulfillment.location, units)) return no_units;
                units += line.quantity;
            }
        }
        return {};
    }
    std::string operator()(const core::FulfillmentAccepted& e) const { return exists(e.number); }
    std::string operator()(const core::FulfillmentPicked& e) const { return unpicked(e.number, e.lines); }
    std::string operator()(const core::FulfillmentRecalled& e) const { return unpicked(e.number, e.lines); }
    std::string operator()(const core::FulfillmentPacked& e) const { return parcel_misfit_of(e, order_); }
    std::string operator()(const core::ParcelUnpacked& e) const { return parcel_misfit_of(e, order_); }
    std::string operator()(const core::FulfillmentRejected& e) const {
        if (auto fault = exists(e.number); !fault.empty()) return fault;
        const core::LocationIx location = order_.find_fulfillment(e.number)->location;
        std::vector<core::LineChange> lines = e.lines;
        for (core::LineChange& change : lines) {
            const bool gives_back_only = change.cancelled == 0 && change.reserved.empty() && change.shipped.empty() &&
                                         change.fulfilled.empty() && change.recalled.empty();
            if (!gives_back_only) return "a rejection that does more than give back";
            for (const core::AllocationPart& part : change.released) {
                if (part.location != location) return no_work;
                change.recalled.push_back({e.number, part.capacity_day, part.quantity, 0});
            }
        }
        return changes(lines, true);
    }
    std::string operator()(const core::ReturnRequested& e) const { return return_misfit_of(e, order_); }
    std::string operator()(const core::ReturnApproved& e) const { return return_misfit_of(e, order_); }
    std::string operator()(const core::ReturnDeclined& e) const { return return_misfit_of(e, order_); }
    std::string operator()(const core::ReturnReceived& e) const { return return_misfit_of(e, order_); }
    std::string operator()(const core::ReturnCancelled& e) const { return return_misfit_of(e, order_); }

private:
    [[nodiscard]] std::string exists(std::uint32_t number) const {
        return order_.find_fulfillment(number) != nullptr ? "" : no_fulfillment;
    }

    [[nodiscard]] std::string unpicked(std::uint32_t number, const std::vector<core::WorkedUnits>& lines) const {
        WorkLeft work(order_);
        for (const core::WorkedUnits& units : lines) {
            if (!work.take_unpicked(number, units)) return exists(number).empty() ? no_work : no_fulfillment;
        }
        return exists(number);
    }

    /// Nothing was done of it yet, and beside `released` units of this event so many are reserved and not in work.
    [[nodiscard]] bool is_free(const core::FulfillmentLine& work, core::LocationIx location,
                               std::int64_t released) const {
        core::FulfillmentLine fresh;
        fresh.line_no = work.line_no;
        fresh.capacity_day = work.capacity_day;
        fresh.quantity = work.quantity;
        const core::OrderLine* line = core::find_line(order_, work.line_no);
        if (line == nullptr || !(work == fresh) || work.quantity <= 0) return false;
        const core::Allocation* allocation = core::find_allocation(*line, location, work.capacity_day);
        if (allocation == nullptr) return false;
        const core::UnitsInWork busy = core::units_in_work(order_, work.line_no, location, work.capacity_day);
        return work.quantity <= allocation->quantity - allocation->shipped - busy.to_pick - busy.picked - released;
    }

    /// `touches_work`: what the changes say of fulfillment orders is done.
    [[nodiscard]] std::string changes(const std::vector<core::LineChange>& list, bool touches_work) const {
        std::set<core::LineNo> seen;
        std::optional<WorkLeft> work;
        for (const core::LineChange& change : list) {
            const core::OrderLine* line = core::find_line(order_, change.line_no);
            if (line == nullptr || !seen.insert(change.line_no).second) return no_units;
            const std::optional<UnitsAt> after = parts_after(*line, change);
            if (!after) return no_units;
            const bool names_work = !change.fulfilled.empty() || !change.recalled.empty();
            if (names_work && !touches_work) return "a change of work by what changes none";
            if (order_.fulfillments.empty() && !names_work) continue;
            if (!work) work.emplace(order_);
            if (!work_fits(change, *line, *after, *work)) return no_work;
        }
        return {};
    }

    /// What leaves work leaves its place as well, and no more stays in work than stays reserved.
    [[nodiscard]] bool work_fits(const core::LineChange& change, const core::OrderLine& line, const UnitsAt& after,
                                 WorkLeft& work) const {
        const auto take_parts = [&](const std::vector<core::FulfillmentPart>& parts, UnitsAt at) {
            return std::all_of(parts.begin(), parts.end(), [&](const core::FulfillmentPart& part) {
                if (!work.take(part, change.line_no)) return false;
                const core::LocationIx location = order_.find_fulfillment(part.number)->location;
                return take(at, {location, part.capacity_day}, part.quantity);
            });
        };
        if (!take_parts(change.fulfilled, units_at(change.shipped))) return false;
        const bool gives_no_parcel = std::all_of(change.recalled.begin(), change.recalled.end(),
                                                 [](const core::FulfillmentPart& part) { return part.packed == 0; });
        if (!gives_no_parcel || !take_parts(change.recalled, units_at(change.released))) return false;
        const UnitsAt places = open_parts(line);
        return std::all_of(places.begin(), places.end(), [&](const auto& entry) {
            return work.at(change.line_no, entry.first) <= after.at(entry.first);
        });
    }

    const core::Order& order_;
};

}  // namespace

std::string placed_misfit_of(const core::Order& order) {
    if (!order.fulfillments.empty() || !order.refused_by.empty()) return "work on an order that was only placed";
    if (!order.returns.empty() || order.shipped_at.is_set()) return "goods that left an order that was only placed";
    for (std::size_t i = 0; i < order.lines.size(); ++i) {
        const core::OrderLine& line = order.lines[i];
        if (line.line_no.raw() != i + 1) return "lines that are not numbered from 1 on";
        std::set<Place> seen;
        for (const core::Allocation& allocation : line.allocations) {
            const bool is_fresh = allocation.quantity > 0 && allocation.shipped == 0;
            const bool is_first = seen.emplace(allocation.location, allocation.capacity_day).second;
            if (!is_fresh || !is_first) return "allocations that placing does not make";
        }
        if (line.open() < 0) return no_units;
    }
    return {};
}

std::string order_misfit_of(const core::Event& event, const core::Order& order) {
    return std::visit(OrderMisfit(order), event);
}

}  // namespace waybill::engine

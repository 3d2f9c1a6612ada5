#include "core/fulfillment/ship_fulfillment.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/automation/after_event.hpp"
#include "core/fulfillment/find_work.hpp"
#include "core/fulfillment/pack_fulfillment.hpp"
#include "core/fulfillment/release_order.hpp"
#include "core/fulfillment/tracking_number.hpp"
#include "core/fulfillment/units_in_work.hpp"
#include "core/order/ship_order.hpp"

namespace waybill::core {
namespace {

/// What leaves, by line and day.
class Load {
public:
    explicit Load(const FulfillmentOrder& fulfillment) : fulfillment_(fulfillment) {}

    /// Units of one line that are in no parcel: picked ones first, whatever day they were reserved for.
    void add_loose(LineNo line_no, std::int64_t units) {
        for (const bool picked : {true, false}) {
            for (const FulfillmentLine& part : fulfillment_.lines) {
                if (part.line_no != line_no) continue;
                const std::int64_t loose = part.picked - fulfillment_.packed(line_no, part.capacity_day);
                const std::int64_t taken = std::min(units, picked ? loose : part.to_pick());
                if (taken > 0) parts_[line_no][part.capacity_day].quantity += taken;
                units -= taken;
            }
        }
    }

    void add(const Parcel& parcel) {
        for (const ParcelUnits& units : parcel.lines) {
            FulfillmentPart& part = parts_[units.line_no][units.capacity_day];
            part.quantity += units.quantity;
            part.packed += units.quantity;
        }
    }

    [[nodiscard]] std::vector<LineChange> changes() const {
        std::vector<LineChange> out;
        for (const auto& [line_no, days] : parts_) {
            LineChange& change = out.emplace_back();
            change.line_no = line_no;
            for (const auto& [day, part] : days) {
                change.shipped.push_back({fulfillment_.location, day, part.quantity});
                change.fulfilled.push_back({fulfillment_.number, day, part.quantity, part.packed});
            }
        }
        return out;
    }

private:
    const FulfillmentOrder& fulfillment_;
    std::map<LineNo, std::map<CivilDate, FulfillmentPart>> parts_;
};

/// The parcels that are named, as they leave, ascending by number.
std::vector<ShippedParcel> named_parcels(const ShipFulfillment& command, const Work& work, const OrderShipped& event,
                                         Faults& faults) {
    std::map<std::uint32_t, ShippedParcel> out;
    if (command.parcels.size() > limits::fulfillment_parcels_max) {
        faults.add("/parcels", Reject::invalid_request, "more parcels than a fulfillment order has");
        return {};
    }
    for (std::size_t i = 0; i < command.parcels.size(); ++i) {
        const ShipParcelInput& input = command.parcels[i];
        check_text(faults, at("/parcels", i, "carrier"), input.carrier, 0, limits::code_bytes_max);
        check_text(faults, at("/parcels", i, "service"), input.service, 0, limits::code_bytes_max);
        check_text(faults, at("/parcels", i, "tracking"), input.tracking, 0, limits::name_bytes_max);
        const Parcel* known = find_open_parcel(work, input.parcel, at("/parcels", i), faults);
        if (known == nullptr) continue;
        Parcel parcel = *known;
        if (!input.carrier.empty()) parcel.carrier = input.carrier;
        if (!input.service.empty()) parcel.service = input.service;
        if (!input.tracking.empty()) parcel.tracking = input.tracking;
        const std::string pointer = parcel.tracking.empty() ? "/tracking" : at("/parcels", i, "tracking");
        auto shipped = shipped_parcel(work.fulfillment->number, parcel, event, pointer, faults);
        if (!out.emplace(parcel.number, std::move(shipped)).second) {
            faults.add(at("/parcels", i), Reject::invalid_request, "is named twice");
        }
    }
    std::vector<ShippedParcel> list;
    for (auto& [number, parcel] : out) list.push_back(std::move(parcel));
    return list;
}

}  // namespace

Result<Decision, Rejection> decide(const ShipFulfillment& command, const TenantState& state, const Context& context) {
    const auto work = find_work(command.order, command.number, FulfillmentAction::ship, state, context);
    if (!work) return fail(work.error());
    const Order& order = *work->order;
    const FulfillmentOrder& fulfillment = *work->fulfillment;
    Faults faults;
    check_text(faults, "/carrier", command.carrier, 0, limits::code_bytes_max);
    check_text(faults, "/tracking", command.tracking, 0, limits::name_bytes_max);
    check_named_lines(order, command.lines, faults);
    OrderShipped event{order.id, fulfillment.location, {}, command.carrier, command.tracking, context.now, {}};
    settle_tracking(event.carrier, event.tracking, "/tracking", faults);
    event.parcels = named_parcels(command, *work, event, faults);
    if (faults.any()) return faults.take();
    Load load(fulfillment);
    const bool has_picked = std::any_of(fulfillment.lines.begin(), fulfillment.lines.end(),
                                        [](const FulfillmentLine& line) { return line.picked > 0; });
    if (command.lines.empty() && command.parcels.empty()) {
        for (const LineNo line_no : lines_of(fulfillment)) {
            const LineUnits units = line_units(fulfillment, line_no);
            load.add_loose(line_no, has_picked ? units.loose() : units.to_pick);
        }
        for (const Parcel& parcel : fulfillment.parcels) {
            if (!parcel.is_open()) continue;
            event.parcels.push_back(shipped_parcel(fulfillment.number, parcel, event, "/tracking", faults));
        }
    }
    for (std::size_t i = 0; i < command.lines.size(); ++i) {
        const ShipLineInput& input = command.lines[i];
        const LineUnits units = line_units(fulfillment, input.line_no);
        if (input.quantity < 1 || input.quantity > units.open()) {
            faults.add(at("/lines", i, "quantity"), Reject::quantity_not_in_work,
                       std::to_string(units.open()) + " units are in work");
            continue;
        }
        if (input.quantity > units.open() - units.packed) {
            faults.add(at("/lines", i, "quantity"), Reject::quantity_packed,
                       std::to_string(units.packed) + " of them are in parcels");
            continue;
        }
        load.add_loose(input.line_no, input.quantity);
    }
    if (faults.any()) return faults.take();
    if (auto free = check_may_ship(order); !free) return fail(std::move(free).error());
    for (const ShippedParcel& parcel : event.parcels) load.add(*fulfillment.find_parcel(parcel.number));
    event.lines = load.changes();
    settle_shipment(event);
    Decision decision = decision_on(order);
    decision.events.emplace_back(std::move(event));
    add_automation_after(Moment::shipped, order, state, context, decision);
    release_freed(order, state, context, decision);
    return decision;
}

}  // namespace waybill::core

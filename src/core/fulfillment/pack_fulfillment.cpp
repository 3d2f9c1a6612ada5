#include "core/fulfillment/pack_fulfillment.hpp"

#include <algorithm>
#include <tuple>

#include "base/mutant.hpp"
#include "core/fulfillment/scanned_units.hpp"
#include "core/fulfillment/tracking_number.hpp"

namespace waybill::core {
namespace {

/// Picked and in no parcel.
std::int64_t loose_units(const FulfillmentOrder& fulfillment, const FulfillmentLine& work) {
    if (WAYBILL_MUTANT(unit_packed_twice)) return work.picked;
    return work.picked - fulfillment.packed(work.line_no, work.capacity_day);
}

UnitsLeft loose_units(const FulfillmentOrder& fulfillment) {
    UnitsLeft out;
    for (const FulfillmentLine& work : fulfillment.lines) out[work.line_no] += loose_units(fulfillment, work);
    return out;
}

UnitsLeft wanted_units(const PackFulfillment& command, const Work& work, const TenantState& state, Faults& faults) {
    UnitsLeft left = loose_units(*work.fulfillment);
    if (command.lines.empty()) {
        std::erase_if(left, [](const auto& entry) { return entry.second == 0; });
        if (command.parcel != 0) return {};
        if (left.empty()) faults.add("/lines", Reject::quantity_not_in_work, "nothing is picked and in no parcel");
        return left;
    }
    UnitsLeft taken;
    for (std::size_t i = 0; i < command.lines.size(); ++i) {
        const PackLineInput& input = command.lines[i];
        if (!input.gtin.empty()) {
            take_scanned(work, {input.gtin, input.quantity}, at("/lines", i), "picked and in no parcel", state, left,
                         taken, faults);
            continue;
        }
        std::int64_t& room = left[input.line_no];
        if (input.quantity < 1 || input.quantity > room) {
            faults.add(at("/lines", i, "quantity"), Reject::quantity_not_in_work,
                       std::to_string(room) + " units are picked and in no parcel");
            continue;
        }
        room -= input.quantity;
        taken[input.line_no] += input.quantity;
    }
    return taken;
}

/// Of a line, the earliest day first.
void put_units(const FulfillmentOrder& fulfillment, const UnitsLeft& wanted, Parcel& parcel) {
    for (const auto& [line_no, units] : wanted) {
        std::int64_t rest = units;
        for (const FulfillmentLine& work : fulfillment.lines) {
            if (work.line_no != line_no) continue;
            const std::int64_t part = std::min(rest, loose_units(fulfillment, work));
            if (part == 0) continue;
            rest -= part;
            const auto place = std::lower_bound(
                parcel.lines.begin(), parcel.lines.end(), work, [](const ParcelUnits& a, const FulfillmentLine& b) {
                    return std::tie(a.line_no, a.capacity_day) < std::tie(b.line_no, b.capacity_day);
                });
            const bool is_there =
                place != parcel.lines.end() && place->line_no == line_no && place->capacity_day == work.capacity_day;
            if (is_there) {
                place->quantity += part;
            } else {
                parcel.lines.insert(place, {line_no, work.capacity_day, part});
            }
        }
        WAYBILL_ASSERT(rest == 0);
    }
}

bool has_sscc(const Order& order, const std::string& sscc) {
    return std::any_of(order.fulfillments.begin(), order.fulfillments.end(), [&](const FulfillmentOrder& fulfillment) {
        return std::any_of(fulfillment.parcels.begin(), fulfillment.parcels.end(),
                           [&](const Parcel& parcel) { return parcel.sscc == sscc; });
    });
}

/// Errors: sscc_exhausted, alone; faults otherwise.
Result<Unit, Rejection> set_sscc(const PackFulfillment& command, const Order& order, const TenantState& state,
                                 const Context& context, Parcel& parcel, Faults& faults) {
    const std::string& prefix = state.tenant().gs1_company_prefix;
    if (command.sscc.empty()) {
        if (command.parcel != 0 || prefix.empty()) return Unit{};
        const std::uint64_t serial = WAYBILL_MUTANT(sscc_given_again) ? order.id.raw() : context.next.raw();
        auto made = make_sscc(prefix, serial);
        if (!made) return reject(Reject::sscc_exhausted, "of the prefix " + prefix);
        parcel.sscc = *std::move(made);
        return Unit{};
    }
    const auto sscc = normalise_sscc(command.sscc);
    if (!sscc) {
        faults.add("/sscc", Reject::invalid_request, "must be 18 digits with a correct GS1 check digit");
    } else if (command.parcel != 0 && parcel.sscc != *sscc) {
        faults.add("/sscc", Reject::invalid_request, "what a parcel is called stays");
    } else if (command.parcel == 0 && !prefix.empty() && is_sscc_of(*sscc, prefix)) {
        faults.add("/sscc", Reject::sscc_taken, *sscc + " has the prefix of which Waybill gives the numbers");
    } else if (command.parcel == 0 && has_sscc(order, *sscc)) {
        faults.add("/sscc", Reject::sscc_taken, "another parcel of the order is " + *sscc);
    } else {
        parcel.sscc = *sscc;
    }
    return Unit{};
}

void describe(const PackFulfillment& command, Parcel& parcel, Faults& faults) {
    parcel.weight_g = command.weight_g.value_or(parcel.weight_g);
    parcel.length_mm = command.length_mm.value_or(parcel.length_mm);
    parcel.width_mm = command.width_mm.value_or(parcel.width_mm);
    parcel.height_mm = command.height_mm.value_or(parcel.height_mm);
    parcel.carrier = command.carrier.value_or(parcel.carrier);
    parcel.service = command.service.value_or(parcel.service);
    parcel.tracking = command.tracking.value_or(parcel.tracking);
    check_range(faults, "/weight_g", parcel.weight_g, 0, limits::weight_g_max);
    check_range(faults, "/length_mm", parcel.length_mm, 0, limits::length_mm_max);
    check_range(faults, "/width_mm", parcel.width_mm, 0, limits::length_mm_max);
    check_range(faults, "/height_mm", parcel.height_mm, 0, limits::length_mm_max);
    check_text(faults, "/carrier", parcel.carrier, 0, limits::code_bytes_max);
    check_text(faults, "/service", parcel.service, 0, limits::code_bytes_max);
    check_text(faults, "/tracking", parcel.tracking, 0, limits::name_bytes_max);
    settle_tracking(parcel.carrier, parcel.tracking, "/tracking", faults);
}

void check_room_for(const FulfillmentOrder& fulfillment, const Parcel& parcel, Faults& faults) {
    std::size_t lines = parcel.lines.size();
    for (const Parcel& other : fulfillment.parcels) {
        if (other.number != parcel.number) lines += other.lines.size();
    }
    if (parcel.number <= limits::fulfillment_parcels_max && lines <= limits::fulfillment_parcel_lines_max) return;
    faults.add("/number", Reject::invalid_request,
               "a fulfillment order has at most " + std::to_string(limits::fulfillment_parcels_max) +
                   " parcels, with " + std::to_string(limits::fulfillment_parcel_lines_max) + " lines");
}

}  // namespace

const Parcel* find_open_parcel(const Work& work, const ParcelName& name, const std::string& where, Faults& faults) {
    const FulfillmentOrder& fulfillment = *work.fulfillment;
    if (name.number == 0 && name.sscc.empty()) {
        faults.add(where, Reject::invalid_request, "name the parcel by number or sscc");
        return nullptr;
    }
    const std::string member = where + (name.sscc.empty() ? "/number" : "/sscc");
    const std::string called = name.sscc.empty() ? std::to_string(name.number) : name.sscc;
    const std::string sscc = normalise_sscc(name.sscc).value_or(name.sscc);
    const auto parcel = std::find_if(fulfillment.parcels.begin(), fulfillment.parcels.end(), [&](const Parcel& one) {
        return (name.number == 0 || one.number == name.number) && (sscc.empty() || one.sscc == sscc);
    });
    if (parcel == fulfillment.parcels.end()) {
        faults.add(member, Reject::unknown_parcel,
                   fulfillment_name(work.order->id, fulfillment.number) + " has no parcel " + called);
        return nullptr;
    }
    if (parcel->is_open()) return &*parcel;
    faults.add(member, Reject::parcel_state,
               "parcel " + called + (parcel->status() == ParcelStatus::shipped ? " has left" : " was unpacked"));
    return nullptr;
}

Result<Decision, Rejection> decide(const PackFulfillment& command, const TenantState& state, const Context& context) {
    const auto work = find_work(command.order, command.number, FulfillmentAction::pack, state, context);
    if (!work) return fail(work.error());
    const FulfillmentOrder& fulfillment = *work->fulfillment;
    Faults faults;
    Parcel parcel;
    if (command.parcel == 0) {
        parcel.number = static_cast<std::uint32_t>(fulfillment.parcels.size() + 1);
        parcel.packed_at = context.now;
    } else if (const Parcel* known = find_open_parcel(*work, {command.parcel, ""}, "", faults)) {
        parcel = *known;
    }
    check_lines_or_scans(*work->order, command.lines, faults);
    if (faults.any()) return faults.take();
    put_units(fulfillment, wanted_units(command, *work, state, faults), parcel);
    describe(command, parcel, faults);
    check_room_for(fulfillment, parcel, faults);
    if (auto named = set_sscc(command, *work->order, state, context, parcel, faults); !named) {
        return fail(std::move(named).error());
    }
    if (faults.any()) return faults.take();
    Decision decision = decision_on(*work->order);
    const Parcel* before = fulfillment.find_parcel(parcel.number);
    if (before != nullptr && *before == parcel) return decision;
    decision.events.emplace_back(FulfillmentPacked{command.order, command.number, std::move(parcel)});
    return decision;
}

Result<Decision, Rejection> decide(const UnpackParcel& command, const TenantState& state, const Context& context) {
    const auto work = find_work(command.order, command.number, FulfillmentAction::unpack, state, context);
    if (!work) return fail(work.error());
    Faults faults;
    const Parcel* parcel = find_open_parcel(*work, command.parcel, "", faults);
    if (parcel == nullptr) return faults.take();
    Decision decision = decision_on(*work->order);
    decision.events.emplace_back(ParcelUnpacked{command.order, command.number, parcel->number});
    return decision;
}

}  // namespace waybill::core

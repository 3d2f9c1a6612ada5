// The model's parcels: what of the picked units is in which, and under which numbers.

#include <fmt/format.h>

#include <algorithm>

#include "sim/model.hpp"

namespace waybill::sim {

using core::AggregateKind;
using core::ParcelStatus;
using core::Reject;

namespace {

/// Weights 3 and 1 from the right.
char check_digit(const std::string& digits) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const bool is_odd = (digits.size() - i) % 2 == 1;
        sum += (digits[i] - '0') * (is_odd ? 3 : 1);
    }
    return static_cast<char>('0' + (1'000 - sum) % 10);
}

bool is_sscc(const std::string& text) { return text.size() == 18 && check_digit(text.substr(0, 17)) == text.back(); }

std::string sscc_of(const std::string& prefix, std::uint64_t sequence) {
    const std::string serial = fmt::format("{:0{}}", sequence, 17 - prefix.size());
    const std::string digits = serial.substr(0, 1) + prefix + serial.substr(1);
    return digits + check_digit(digits);
}

Verdict packed(OrderModel& order, std::uint64_t events) {
    Verdict out;
    out.object = {AggregateKind::order, order.id};
    out.events = events;
    return out;
}

}  // namespace

bool is_misread(std::string& carrier, const std::string& tracking) {
    // The only number of a known carrier that is composed, and one with a digit read wrong.
    const bool is_ups = tracking == "1Z5R89390357567127";
    if (carrier.empty() && is_ups) carrier = "ups";
    return carrier == "ups" && !tracking.empty() && !is_ups;
}

ParcelModel* find_parcel(FulfillmentModel& work, const core::ParcelName& name, std::vector<Reject>& faults) {
    if (name.number == 0 && name.sscc.empty()) {
        faults.push_back(Reject::invalid_request);
        return nullptr;
    }
    for (std::size_t p = 0; p < work.parcels.size(); ++p) {
        ParcelModel& parcel = work.parcels[p];
        const bool is_it =
            (name.number == 0 || name.number == p + 1) && (name.sscc.empty() || name.sscc == parcel.sscc);
        if (!is_it) continue;
        if (parcel.status == ParcelStatus::packed) return &parcel;
        faults.push_back(Reject::parcel_state);
        return nullptr;
    }
    faults.push_back(Reject::unknown_parcel);
    return nullptr;
}

void Model::take_scanned(const std::string& gtin, std::int64_t quantity, const OrderModel& order,
                         const FulfillmentModel& work, std::map<std::size_t, std::int64_t>& left,
                         std::map<std::size_t, std::int64_t>& taken, std::vector<Reject>& faults) const {
    std::optional<std::uint32_t> item;
    std::int64_t factor = 1;
    for (std::uint32_t ix = 0; ix < items.size(); ++ix) {
        for (const core::ItemUnit& unit : items[ix].wanted.units) {
            if (unit.gtin != gtin) continue;
            item = ix;
            factor = unit.factor;
        }
    }
    std::set<std::size_t> lines;
    std::int64_t room = 0;
    for (const std::size_t i : work.lines_named()) {
        if (!item || order.lines[i].item != *item) continue;
        lines.insert(i);
        room += left[i];
    }
    if (lines.empty()) return faults.push_back(Reject::scan_not_in_order);
    std::int64_t rest = quantity * factor;
    if (quantity < 1 || rest > room) return faults.push_back(Reject::quantity_not_in_work);
    for (const std::size_t i : lines) {
        const std::int64_t part = std::min(rest, left[i]);
        if (part == 0) continue;
        left[i] -= part;
        taken[i] += part;
        rest -= part;
    }
}

Verdict Model::take_one(const core::PackFulfillment& command, const Moment& moment) {
    const Task task = find_task(command.order, command.number, moment);
    if (task.work == nullptr) return refused(Reject::unknown_fulfillment_order);
    FulfillmentModel& work = *task.work;
    if (const WorkModel all = work.sum(); all.picked + all.packed == 0) return refused(Reject::fulfillment_state);
    std::vector<Reject> faults;
    ParcelModel parcel;
    ParcelModel* known = nullptr;
    parcel.packed_at = moment.now;
    if (command.parcel != 0) {
        known = find_parcel(work, {command.parcel, ""}, faults);
        if (known != nullptr) parcel = *known;
    }
    for (const Reject fault : misnamed_or_unscanned(*task.order, command.lines)) faults.push_back(fault);
    if (const auto code = one_name(faults)) return refused(*code);
    std::map<std::size_t, std::int64_t> left;
    std::map<std::size_t, std::int64_t> taken;
    for (const std::size_t i : work.lines_named()) left[i] = work.sum(i).picked;
    if (command.lines.empty() && command.parcel == 0) {
        taken = left;
        if (work.sum().picked == 0) faults.push_back(Reject::quantity_not_in_work);
    }
    for (const core::PackLineInput& input : command.lines) {
        if (!input.gtin.empty()) {
            take_scanned(input.gtin, input.quantity, *task.order, work, left, taken, faults);
            continue;
        }
        const std::size_t i = input.line_no.raw() - 1;
        if (input.quantity < 1 || input.quantity > left[i]) {
            faults.push_back(Reject::quantity_not_in_work);
        } else {
            left[i] -= input.quantity;
            taken[i] += input.quantity;
        }
    }
    parcel.weight_g = command.weight_g.value_or(parcel.weight_g);
    parcel.carrier = command.carrier.value_or(parcel.carrier);
    parcel.service = command.service.value_or(parcel.service);
    parcel.tracking = command.tracking.value_or(parcel.tracking);
    if (is_misread(parcel.carrier, parcel.tracking)) faults.push_back(Reject::invalid_request);
    const std::string& prefix = settings.gs1_company_prefix;
    if (command.sscc.empty()) {
        if (known == nullptr && !prefix.empty()) parcel.sscc = sscc_of(prefix, head + 1);
    } else if (!is_sscc(command.sscc) || (known != nullptr && command.sscc != parcel.sscc)) {
        faults.push_back(Reject::invalid_request);
    } else if (known == nullptr) {
        bool is_taken = !prefix.empty() && command.sscc.substr(1, prefix.size()) == prefix;
        for (const FulfillmentModel& other : task.order->work) {
            for (const ParcelModel& one : other.parcels) is_taken = is_taken || one.sscc == command.sscc;
        }
        if (is_taken) faults.push_back(Reject::sscc_taken);
        parcel.sscc = command.sscc;
    }
    if (const auto code = one_name(faults)) return refused(*code);
    for (const auto& [i, units] : taken) {
        for (const auto& [day, part] : work.count_as(&WorkModel::packed, &WorkModel::picked, i, units)) {
            parcel.held[{i, day}] += part;
        }
    }
    if (known != nullptr && *known == parcel) return packed(*task.order, 0);
    if (known != nullptr) {
        *known = parcel;
    } else {
        work.parcels.push_back(parcel);
    }
    changed(*task.order, moment, task.order->status_reason);
    return packed(*task.order, 1);
}

Verdict Model::take_one(const core::UnpackParcel& command, const Moment& moment) {
    const Task task = find_task(command.order, command.number, moment);
    if (task.work == nullptr) return refused(Reject::unknown_fulfillment_order);
    if (const WorkModel all = task.work->sum(); all.picked + all.packed == 0) return refused(Reject::fulfillment_state);
    std::vector<Reject> faults;
    ParcelModel* parcel = find_parcel(*task.work, command.parcel, faults);
    if (parcel == nullptr) return refused(faults.front());
    for (const auto& [key, units] : parcel->held) {
        task.work->lines.at(key).packed -= units;
        task.work->lines.at(key).picked += units;
    }
    parcel->held.clear();
    parcel->status = ParcelStatus::voided;
    changed(*task.order, moment, task.order->status_reason);
    return packed(*task.order, 1);
}

}  // namespace waybill::sim

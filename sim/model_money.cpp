// The model's money: rounding, sharing out, totals. Plain 128-bit integers, written apart from base and core.

#include <algorithm>
#include <numeric>

#include "sim/model.hpp"

namespace waybill::sim {

__extension__ using Wide = __int128;

std::int64_t part_of(std::int64_t a, std::int64_t b, std::int64_t divisor) {
    const Wide exact = static_cast<Wide>(a) * b;
    Wide below = exact / divisor;
    if (exact % divisor != 0 && exact < 0) below -= 1;
    const Wide twice = (exact - below * divisor) * 2;
    const bool up = twice > divisor || (twice == divisor && below % 2 != 0);
    return static_cast<std::int64_t>(up ? below + 1 : below);
}

std::vector<std::int64_t> shared_out(std::int64_t total, const std::vector<std::int64_t>& weights) {
    const std::int64_t sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
    std::vector<std::int64_t> parts(weights.size(), 0);
    if (sum == 0) {
        parts[0] = total;
        return parts;
    }
    std::int64_t left = total;
    std::vector<std::pair<Wide, std::size_t>> rest;  // less is more, so that ties go to the earlier
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const Wide exact = static_cast<Wide>(total) * weights[i];
        parts[i] = static_cast<std::int64_t>(exact / sum);
        left -= parts[i];
        rest.emplace_back(-(exact % sum), i);
    }
    std::sort(rest.begin(), rest.end());
    for (std::int64_t i = 0; i < left; ++i) ++parts[rest[static_cast<std::size_t>(i)].second];
    return parts;
}

core::OrderTotals OrderModel::totals() const {
    core::OrderTotals out;
    bool gone = true;
    for (const LineModel& line : lines) {
        out.subtotal += line.amount;
        out.discount += line.discount;
        out.tax += line.tax;
        const std::int64_t worth = line.amount - line.discount + (tax_included ? 0 : line.tax);
        out.cancelled += part_of(worth, line.cancelled, line.quantity);
        gone = gone && line.cancelled == line.quantity;
    }
    for (const core::Charge& charge : charges) {
        out.charges += charge.amount;
        out.tax += charge.tax;
    }
    out.total = out.subtotal - out.discount + out.charges;
    if (!tax_included) out.total += out.tax;
    if (gone) out.cancelled = out.total;
    return out;
}

}  // namespace waybill::sim

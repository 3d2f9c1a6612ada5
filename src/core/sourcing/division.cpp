#include "core/sourcing/division.hpp"

#include <algorithm>

#include "core/sourcing/completion.hpp"

namespace waybill::sourcing {
namespace {

// Both halves should rise; the lesser rise counts most.
void prefer(Division& best, const Division& candidate) {
    const auto score = [](const Division& division) {
        return static_cast<Int128>(division.lesser()) * 8 +
               std::min(std::max(division.low, division.high), unreachable / 16);
    };
    if (!best.exists() || score(candidate) > score(best)) best = candidate;
}

// What the others would have to stop paying were item i alone to make its shipment certain.
std::int64_t unpaid(const DivisionView& at, std::uint32_t s, std::uint32_t i) {
    const Source& source = at.model.sources[s];
    if (i >= source.alone) return 0;
    std::int64_t sum = 0;
    for (std::uint32_t other = source.from; other < source.alone; ++other) {
        if (other != i && at.domain.least[other] > 0) return 0;
        if (other != i) sum += std::min(at.payments.item[other], at.regrets.used[other]);
    }
    return sum;
}

// The lines that travel together pay for the node; it is free where only others use it.
std::int64_t unpaid_node(const DivisionView& at, std::uint32_t s) {
    const Source& source = at.model.sources[s];
    const auto used = [&](std::uint32_t from, std::uint32_t to) {
        return std::any_of(at.answers.amounts.begin() + from, at.answers.amounts.begin() + to,
                           [](std::int64_t units) { return units > 0; });
    };
    return !used(source.from, source.alone) && used(source.alone, source.to) ? source.node_cost : 0;
}

}  // namespace

Division choose_by_regret(const DivisionView& at) {
    Division best;
    if (at.domain.region.shortage == Choice::free) {
        best = {.shortage = true, .low = at.regrets.shortage_closed, .high = at.regrets.shortage_opened};
    }
    for (std::uint32_t s = 0; s < at.model.sources.size(); ++s) {
        const Source& source = at.model.sources[s];
        if (at.domain.region.sources[s] == Choice::closed) continue;
        bool alive = false;
        bool forced = false;
        for (std::uint32_t i = source.from; i < source.to; ++i) {
            alive = alive || at.domain.most[i] > 0;
            forced = forced || at.domain.least[i] > 0;
            if (source.groups() == 1 || at.domain.most[i] < 1 || at.domain.least[i] > 0) continue;
            prefer(best, {.item = i, .low = at.regrets.unused[i], .high = at.regrets.used[i] + unpaid(at, s, i)});
        }
        if (!alive || forced || at.domain.region.sources[s] == Choice::open) continue;
        const std::int64_t high = source.groups() > 1 ? unpaid_node(at, s) : at.regrets.opened[s];
        prefer(best, {.source = s, .low = at.regrets.closed[s], .high = high});
    }
    return best;
}

Division choose_overload(const DivisionView& at) {
    Division best;
    for (std::uint32_t s = 0; s < at.model.sources.size(); ++s) {
        const Source& source = at.model.sources[s];
        if (source.units_max == no_limit && source.shipments_max == no_limit) continue;
        std::int64_t asked = 0;
        std::int64_t groups = 0;
        bool regular = false;
        for (std::uint32_t i = source.from; i < source.to; ++i) {
            const std::int64_t now = at.answers.amounts[i];
            asked += now;
            if (i >= source.alone) groups += now > 0 ? 1 : 0;
            if (i < source.alone) regular = regular || now > 0;
        }
        groups += regular ? 1 : 0;
        const bool too_many = source.shipments_max != no_limit && groups > source.shipments_max;
        const std::int64_t over = source.units_max == no_limit ? 0 : asked - source.units_max;
        if (over <= 0 && !too_many) continue;
        for (std::uint32_t i = source.from; i < source.to; ++i) {
            const std::int64_t now = at.answers.amounts[i];
            const std::int64_t least = at.domain.least[i];
            if (now == 0 || least >= at.domain.most[i] || (over <= 0 && least > 0)) continue;
            Division division{.item = i, .low = now, .high = now};
            if (over > 0) division.units = std::clamp(now - over, least, at.domain.most[i] - 1);
            prefer(best, division);
        }
    }
    return best;
}

Division choose_any(const DivisionView& at) {
    Division best;
    for (std::uint32_t i = 0; i < at.model.items.size(); ++i) {
        const std::int64_t least = at.domain.least[i];
        const std::int64_t most = at.domain.most[i];
        if (at.domain.region.sources[at.model.items[i].source] == Choice::closed || least >= most) continue;
        const std::int64_t now = at.answers.amounts[i];
        prefer(best, {.item = i, .units = std::clamp(now, least, most - 1), .low = now, .high = now});
    }
    return best;
}

void restrict_to(const Division& division, Half half, Domain& domain) {
    const bool low = half == Half::low;
    if (division.source != no_index) {
        domain.region.sources[division.source] = low ? Choice::closed : Choice::open;
    } else if (division.item != no_index) {
        if (low)
            domain.most[division.item] = division.units;
        else
            domain.least[division.item] = division.units + 1;
    } else {
        domain.region.shortage = low ? Choice::closed : Choice::open;
    }
}

}  // namespace waybill::sourcing

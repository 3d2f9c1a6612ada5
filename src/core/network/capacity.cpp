#include "core/network/capacity.hpp"

#include <algorithm>

namespace waybill::core {
namespace {

bool before_day(const CapacityDay& a, CivilDate day) { return a.day < day; }

}  // namespace

CapacityDay CapacityBook::on(CivilDate day) const {
    const auto at = std::lower_bound(days.begin(), days.end(), day, before_day);
    if (at == days.end() || at->day != day) return {day, 0, 0};
    return *at;
}

CapacityDay& CapacityBook::at(CivilDate day) {
    const auto place = std::lower_bound(days.begin(), days.end(), day, before_day);
    if (place != days.end() && place->day == day) return *place;
    return *days.insert(place, {day, 0, 0});
}

}  // namespace waybill::core

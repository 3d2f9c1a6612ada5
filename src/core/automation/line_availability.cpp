#include "core/automation/line_availability.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/routing/candidates.hpp"

namespace waybill::core {
namespace {

class LineAvailability {
public:
    LineAvailability(const RouteRequest& request, const TenantState& state) : request_(request), state_(state) {
        for (LocationIx ix = 0; ix < state.locations.size(); ++ix) serves_.push_back(!why_not(ix, request, state));
        for (const RouteRequest::Freed& freed : request.freed) freed_[{freed.item, freed.location}] += freed.units;
    }

    std::int64_t of(const OrderLine& line) {
        const auto known = sums_.find(line.item);
        if (known != sums_.end()) return known->second;
        std::int64_t sum = 0;
        if (line.takes.empty()) {
            each_place(line.item, [&](LocationIx, std::int64_t units) { sum += units; });
        } else {
            sum = kits_of(line.takes);
        }
        sums_[line.item] = sum;
        return sum;
    }

private:
    [[nodiscard]] std::int64_t units_at(ItemIx item, LocationIx location) const {
        std::int64_t units = 0;
        if (request_.stock != nullptr) {
            for (const RouteRequest::GivenStock& given : *request_.stock) {
                if (given.item == item && given.location == location) units += given.units;
            }
            return units;
        }
        const Level* level = state_.levels_of(item).find(location);
        return level == nullptr ? 0 : units_of(*level, item);
    }

    [[nodiscard]] std::int64_t units_of(const Level& level, ItemIx item) const {
        const auto freed = freed_.empty() ? freed_.end() : freed_.find({item, level.location});
        return level.sellable() + (freed == freed_.end() ? 0 : freed->second);
    }

    /// Calls visit(location, units) for every place that serves the order and has at least one unit.
    template <class Visit>
    void each_place(ItemIx item, Visit&& visit) const {
        const auto look = [&](LocationIx location, std::int64_t units) {
            if (units > 0 && serves_[location]) visit(location, units);
        };
        if (request_.stock != nullptr) {
            for (const RouteRequest::GivenStock& given : *request_.stock) {
                if (given.item == item) look(given.location, given.units);
            }
            return;
        }
        for (const Level& level : state_.levels_of(item).levels) look(level.location, units_of(level, item));
    }

    [[nodiscard]] std::int64_t kits_of(const std::vector<KitTake>& takes) const {
        std::int64_t sum = 0;
        each_place(takes.front().item, [&](LocationIx location, std::int64_t units) {
            std::int64_t kits = units / takes.front().quantity;
            for (std::size_t i = 1; i < takes.size() && kits > 0; ++i) {
                kits = std::min(kits, units_at(takes[i].item, location) / takes[i].quantity);
            }
            sum += std::max<std::int64_t>(kits, 0);
        });
        return sum;
    }

    const RouteRequest& request_;
    const TenantState& state_;
    std::vector<bool> serves_;  ///< by location
    std::map<std::pair<ItemIx, LocationIx>, std::int64_t> freed_;
    std::map<ItemIx, std::int64_t> sums_;
};

}  // namespace

std::vector<std::int64_t> available_by_line(const Order& order, const RouteRequest& request, const TenantState& state) {
    LineAvailability availability(request, state);
    std::vector<std::int64_t> out;
    out.reserve(order.lines.size());
    for (const OrderLine& line : order.lines) out.push_back(availability.of(line));
    return out;
}

}  // namespace waybill::core

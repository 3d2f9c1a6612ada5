#include "sim/cluster_world.hpp"

#include <algorithm>
#include <utility>

#include "sim/spans.hpp"
#include "sim/zones.hpp"

namespace waybill::sim {
namespace {

/// A tenth of a lease is what clocks may differ in a lease; a little less, so that times are not equal.
constexpr std::int64_t drift_ppm_max = 90'000;

}  // namespace

ClusterWorld::ClusterWorld() {
    rows_->clock = [this] { return Instant(first_micros + traffic_.now + traffic_.store_offset); };
    store_ = storage::memory::open_memory(rows_);
}

ClusterProcess* ClusterWorld::find(const std::string& address) {
    for (const auto& process : processes_) {
        if (process->address() == address) return process.get();
    }
    return nullptr;
}

void ClusterWorld::start(std::uint64_t dice) {
    Dice thrown(dice);
    stores_.push_back(storage::memory::open_memory(rows_));
    const auto number = static_cast<std::uint32_t>(stores_.size());
    const std::int64_t drift = thrown.one_in(3) ? 0 : thrown.between(-drift_ppm_max, drift_ppm_max);
    processes_.push_back(std::make_unique<ClusterProcess>(traffic_, *stores_.back(), number, second + drift));
}

void ClusterWorld::crash(std::size_t at) {
    processes_[at]->crash();
    processes_.erase(processes_.begin() + static_cast<std::ptrdiff_t>(at));
}

void ClusterWorld::heal() {
    for (const auto& process : processes_) {
        process->link().heal();
        process->link().end_plans();
        process->pause_until(0);
    }
    for (Traffic::Late& late : std::exchange(traffic_.late, {})) late.arrive();
}

void ClusterWorld::bury_who_left() {
    std::erase_if(processes_, [](const auto& process) { return process->has_left(); });
}

std::vector<ClusterProcess::Step> ClusterWorld::steps() {
    std::vector<ClusterProcess::Step> out;
    for (const auto& process : processes_) process->add_steps(out);
    for (std::size_t i = 0; i < traffic_.late.size(); ++i) {
        out.push_back({traffic_.late[i].at, [this, i] {
                           auto late = std::move(traffic_.late[i]);
                           traffic_.late.erase(traffic_.late.begin() + static_cast<std::ptrdiff_t>(i));
                           late.arrive();
                       }});
    }
    if (others) others(out);
    return out;
}

void ClusterWorld::run(std::int64_t micros, std::uint64_t dice, const std::function<void()>& watch) {
    traffic_.dice = Dice(dice);
    const std::int64_t until = traffic_.now + micros;
    while (true) {
        std::vector<ClusterProcess::Step> all = steps();
        std::vector<ClusterProcess::Step*> now;
        std::int64_t next = never;
        for (ClusterProcess::Step& step : all) {
            if (step.at <= traffic_.now) {
                now.push_back(&step);
            } else {
                next = std::min(next, step.at);
            }
        }
        if (now.empty()) {
            traffic_.now = std::min(next, until);
            if (next > until) return;
            continue;
        }
        traffic_.dice.pick(now)->take();
        bury_who_left();
        watch();
    }
}

}  // namespace waybill::sim

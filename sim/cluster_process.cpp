#include "sim/cluster_process.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "sim/spans.hpp"
#include "sim/zones.hpp"

namespace waybill::sim {
namespace {

constexpr std::int64_t probe_micros = 200'000;

engine::EngineOptions process_options(std::string address) {
    engine::EngineOptions out;
    out.address = std::move(address);
    out.lease = cluster_lease;
    // Whether batches overlap is the business of the simulation of one process: here one strand commits.
    out.overlap_commands_min = out.queue_commands_max + 1;
    return out;
}

}  // namespace

Instant WallClock::now() {
    said_ = Instant(first_micros + traffic_.now + offset_);
    return said_;
}

void WallClock::jump(std::int64_t micros) {
    // Within days, or answers that are kept for a week would be forgotten.
    constexpr std::int64_t most = 2 * micros_per_day;
    offset_ = std::clamp(offset_ + micros, -most, most);
}

ClusterProcess::ClusterProcess(Traffic& traffic, engine::Store& store, std::uint32_t number, std::int64_t rate_ppm)
    : traffic_(traffic),
      number_(number),
      address_(fmt::format("http://process{}:1", number)),
      rate_ppm_(rate_ppm),
      born_(traffic.now),
      link_(traffic),
      wall_clock_(traffic),
      store_(link_store(store, link_)) {
    writer_ = std::make_unique<engine::Writer>(*store_, wall_clock_, zones(), process_options(address_),
                                               std::move(store_->reader().value()));
    engine::Ownership::Driver driver;
    driver.now = [this] { return steady_now(); };
    driver.hurry = [this] { hurries_ = true; };
    driver.load = [this] { loads_ = true; };
    ownership_ = &writer_->share_stepped(std::move(store_->leases().value()), std::move(store_->reader().value()),
                                         std::move(driver));
}

ClusterProcess::~ClusterProcess() {
    if (!has_left_) crash();
}

engine::Ownership::Steady::time_point ClusterProcess::steady_now() const {
    // Processes that begin later count from another number.
    const std::int64_t counted = (traffic_.now - born_) * rate_ppm_ / second + born_ * 7 + second;
    return engine::Ownership::Steady::time_point(std::chrono::microseconds(counted));
}

void ClusterProcess::add_steps(std::vector<Step>& steps) {
    for (Step step : {writer_step(), beat_step(), load_step()}) {
        if (step.at == never) continue;
        step.at = std::max(step.at, paused_until_);
        steps.push_back(std::move(step));
    }
}

ClusterProcess::Step ClusterProcess::writer_step() {
    if (has_left_) return {};
    if (!writer_strand_.is_idle()) return {writer_strand_.wakes_at(), [this] { writer_strand_.resume(); }};
    const Step turn{0, [this] {
                        next_probe_ = traffic_.now + probe_micros;
                        writer_strand_.start([this] { writer_->take_turn(); });
                    }};
    if (writer_->has_work()) return turn;
    if (leaves_ && beat_strand_.is_idle() && load_strand_.is_idle()) {
        return {0, [this] { writer_strand_.start([this] { leave(); }); }};
    }
    if (!writer_->not_ready().empty()) return {next_probe_, turn.take};
    return {};
}

ClusterProcess::Step ClusterProcess::beat_step() {
    if (!beat_strand_.is_idle()) return {beat_strand_.wakes_at(), [this] { beat_strand_.resume(); }};
    if (leaves_) return {};
    return {hurries_ ? 0 : next_beat_, [this] { beat_strand_.start([this] { beat(); }); }};
}

ClusterProcess::Step ClusterProcess::load_step() {
    if (!load_strand_.is_idle()) return {load_strand_.wakes_at(), [this] { load_strand_.resume(); }};
    if (leaves_ || !loads_) return {};
    return {0, [this] { load_strand_.start([this] { loads_ = ownership_->load_next(); }); }};
}

void ClusterProcess::beat() {
    hurries_ = false;
    if (has_joined_) {
        ownership_->beat();
    } else {
        has_joined_ = ownership_->join().has_value();
        hurries_ = has_joined_;
    }
    const auto interval = std::chrono::microseconds(ownership_->beat_every()).count();
    next_beat_ = traffic_.now + interval * second / rate_ppm_;
}

void ClusterProcess::leave() {
    ownership_->leave();
    has_left_ = true;
}

void ClusterProcess::crash() {
    link_.end();
    for (Strand* strand : {&writer_strand_, &beat_strand_, &load_strand_}) {
        while (!strand->is_idle()) strand->resume();
    }
}

}  // namespace waybill::sim

#pragma once
// The world of a cluster: processes that come and go, one store in memory that they share, and time, which goes on only
// when nothing can happen before. What can happen at a moment happens in an order that the dice decide.

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "sim/cluster_process.hpp"
#include "storage/memory/memory_store.hpp"

namespace waybill::sim {

class ClusterWorld {
public:
    ClusterWorld();

    [[nodiscard]] Traffic& traffic() { return traffic_; }
    /// The rows themselves: for looking at what is true.
    [[nodiscard]] engine::Store& store() { return *store_; }
    /// Not those that crashed or left.
    [[nodiscard]] const std::vector<std::unique_ptr<ClusterProcess>>& processes() const { return processes_; }
    /// nullptr: it is no more.
    [[nodiscard]] ClusterProcess* find(const std::string& address);

    /// Its clock goes wrong by as much as the design allows at most.
    void start(std::uint64_t dice);
    void crash(std::size_t at);
    /// Backwards: that it does not jump ahead is what reads rely on.
    void turn_store_clock_back(std::int64_t micros) { traffic_.store_offset -= micros; }
    /// Everybody can reach the store, nobody is paused, nothing is planned, and what is late arrives.
    void heal();

    /// Things happen for so long. After each of them `watch` is called.
    void run(std::int64_t micros, std::uint64_t dice, const std::function<void()>& watch);
    /// Of those outside the processes: adds what they would do.
    std::function<void(std::vector<ClusterProcess::Step>&)> others;

private:
    [[nodiscard]] std::vector<ClusterProcess::Step> steps();
    void bury_who_left();

    Traffic traffic_;
    std::shared_ptr<storage::memory::SharedRows> rows_ = std::make_shared<storage::memory::SharedRows>();
    std::unique_ptr<engine::Store> store_;
    std::vector<std::unique_ptr<engine::Store>> stores_;  ///< of each process there ever was: calls may be late
    std::vector<std::unique_ptr<ClusterProcess>> processes_;
};

}  // namespace waybill::sim

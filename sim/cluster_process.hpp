#pragma once
// A process of the cluster: the real engine's writer and ownership with clocks of its own, taken step by step. It has
// three strands, as the program has three threads: one takes the writer's turns, one beats, one loads.
//
// Threads: the world's, except what the engine does on the strands.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/writer.hpp"
#include "sim/cluster_link.hpp"
#include "sim/strand.hpp"

namespace waybill::sim {

/// Of all processes: small, so that much happens in little simulated time.
inline constexpr std::chrono::milliseconds cluster_lease{1'000};

/// What a process takes the time of day for. Remembers what it said last: by that, commands were decided.
class WallClock final : public engine::Clock {
public:
    explicit WallClock(const Traffic& traffic) : traffic_(traffic) {}
    Instant now() override;
    void jump(std::int64_t micros);
    [[nodiscard]] Instant said() const { return said_; }

private:
    const Traffic& traffic_;
    std::int64_t offset_ = 0;
    Instant said_;
};

class ClusterProcess {
public:
    /// `rate_ppm`: how many micros its steady clock counts in a second.
    ClusterProcess(Traffic& traffic, engine::Store& store, std::uint32_t number, std::int64_t rate_ppm);
    ~ClusterProcess();
    ClusterProcess(const ClusterProcess&) = delete;
    ClusterProcess& operator=(const ClusterProcess&) = delete;

    [[nodiscard]] std::uint32_t number() const { return number_; }
    [[nodiscard]] const std::string& address() const { return address_; }
    [[nodiscard]] engine::Engine& engine() { return *writer_; }
    [[nodiscard]] Link& link() { return link_; }
    [[nodiscard]] WallClock& wall_clock() { return wall_clock_; }
    /// Nothing of it goes on before then.
    void pause_until(std::int64_t at) { paused_until_ = at; }
    /// Takes no more commands, ends what it has, gives everything up.
    void begin_to_leave() { leaves_ = true; }
    [[nodiscard]] bool leaves() const { return leaves_; }
    [[nodiscard]] bool has_left() const { return has_left_; }
    /// Its memory is as its last commit left it: the writer is not in the middle of anything.
    [[nodiscard]] bool is_at_rest() const { return writer_strand_.is_idle(); }
    /// The end of the machine. Returns when nothing of it is left to go on.
    void crash();

    struct Step {
        std::int64_t at = never;  ///< not before
        std::function<void()> take;
    };
    /// What can go on, one of each strand.
    void add_steps(std::vector<Step>& steps);

private:
    [[nodiscard]] engine::Ownership::Steady::time_point steady_now() const;
    [[nodiscard]] Step writer_step();
    [[nodiscard]] Step beat_step();
    [[nodiscard]] Step load_step();
    void beat();
    void leave();

    Traffic& traffic_;
    std::uint32_t number_;
    std::string address_;
    std::int64_t rate_ppm_;
    std::int64_t born_;
    Link link_;
    WallClock wall_clock_;
    std::unique_ptr<engine::Store> store_;
    std::unique_ptr<engine::Writer> writer_;
    engine::Ownership* ownership_ = nullptr;
    std::int64_t paused_until_ = 0;
    std::int64_t next_beat_ = 0;
    std::int64_t next_probe_ = 0;
    bool has_joined_ = false;
    bool hurries_ = false;
    bool loads_ = false;
    bool leaves_ = false;
    bool has_left_ = false;
    Strand writer_strand_;
    Strand beat_strand_;
    Strand load_strand_;
};

}  // namespace waybill::sim

#pragma once
// The dispatcher: tells the receivers of the tenants that this process serves of their events, from the log (ADR 21).
// Each has one delivery at a time and waits for itself alone. What was delivered is recorded by commands, at most once
// a second for each; what is sent between the last record and the death of the process is sent again.
//
// Nothing is read before there is a slot for it, so memory is bounded by the slots. Half of them is the most that
// receivers have which failed last time: those that answer are not held up by those that do not.
//
// Threads: one of its own, and those of who sends. `stop` and `stats` from any.

#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "base/result.hpp"
#include "delivery/dispatch_inbox.hpp"
#include "delivery/dispatch_stats.hpp"
#include "delivery/dispatch_target.hpp"
#include "delivery/receiver.hpp"
#include "engine/engine.hpp"
#include "engine/store.hpp"

namespace waybill::delivery {

/// A receiver began to fail, was taken again, or was paused since it failed for long; or its events can not be read.
struct DispatchNote {
    enum class Kind : std::uint8_t { failing, recovered, paused, unread };
    Kind kind = Kind::failing;
    core::TenantId tenant;
    std::string receiver;  ///< its name
    std::string failure;
};

struct DispatcherOptions {
    std::size_t at_once = 64;  ///< deliveries under way
    std::chrono::milliseconds give_up_after{5 * 24 * 3'600'000};
    std::chrono::milliseconds beat{500};             ///< how soon a tenant that came, or its first receiver, is noticed
    std::chrono::milliseconds stop_wait_max{3'000};  ///< for what is under way, and then for records
    std::function<void(const DispatchNote&)> on_note;  ///< on the dispatcher's thread
};

class Dispatcher {
public:
    /// Starts its thread. `engine`, `store` and `clock` outlive it; its listener stays with the engine.
    /// Errors: the store gives no reader.
    [[nodiscard]] static Result<std::unique_ptr<Dispatcher>, engine::IoError> start(engine::Engine& engine,
                                                                                    engine::Store& store,
                                                                                    engine::Clock& clock,
                                                                                    std::unique_ptr<Outlet> outlet,
                                                                                    DispatcherOptions options);
    ~Dispatcher();
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    /// No new deliveries from now on. Does not wait.
    void begin_stop() { inbox_->stop(); }
    /// Waits for what is under way, cuts off what takes too long, records what was delivered, and ends the thread.
    /// REQUIRES: the engine still takes commands.
    void stop();

    /// As of the last beat, but for the counters.
    [[nodiscard]] DispatchStats stats() const;

private:
    struct Tenant {
        std::map<std::uint32_t, DispatchTarget> targets;
        core::Sequence head;
    };

    Dispatcher(engine::Engine& engine, engine::Clock& clock, std::unique_ptr<engine::Reader> reader,
               std::unique_ptr<Outlet> outlet, DispatcherOptions options);

    void run();
    void take_letters();
    void fire_timers();
    void beat();
    void count();
    void finish();

    /// Takes in what is committed of a tenant, and forgets it when it is not served here.
    void look_at(core::TenantId tenant);
    void take_in(TargetKey key, const core::TenantState& state);
    [[nodiscard]] DispatchTarget* find(TargetKey key, std::uint64_t incarnation);

    /// Whatever is due for it: puts it in line, sets a timer, records.
    void consider(TargetKey key, DispatchTarget& target);
    void set_timer(TargetKey key, DispatchTarget& target, Steady::time_point at);
    void clear_timer(TargetKey key, DispatchTarget& target);
    /// Something waits in this one of the two queues, and there is a slot for it.
    [[nodiscard]] bool can_serve(const std::deque<TargetKey>& queue) const;
    void serve_queues();
    void go_on(TargetKey key, DispatchTarget& target);
    void send(TargetKey key, DispatchTarget& target, Selection selection);
    void on_delivery(TargetKey key, DispatchTarget& target, core::Sequence through, Delivery delivery);
    void on_failure(TargetKey key, DispatchTarget& target, Delivery delivery);
    void record(TargetKey key, DispatchTarget& target);
    void on_recorded(TargetKey key, DispatchTarget& target, const Told& told,
                     const Result<engine::Receipt, engine::Failure>& result);
    void note(DispatchNote::Kind kind, TargetKey key, const DispatchTarget& target);

    engine::Engine& engine_;
    engine::Clock& clock_;
    const std::unique_ptr<engine::Reader> reader_;
    const std::unique_ptr<Outlet> outlet_;
    const DispatcherOptions options_;
    const std::shared_ptr<DispatchInbox> inbox_ = std::make_shared<DispatchInbox>();

    // Of the thread.
    std::map<core::TenantId, Tenant> tenants_;
    std::set<std::pair<Steady::time_point, TargetKey>> timers_;
    std::deque<TargetKey> queue_;
    std::deque<TargetKey> failing_queue_;  ///< those that failed last time
    std::size_t under_way_ = 0;
    std::size_t failing_under_way_ = 0;
    std::size_t recording_ = 0;
    std::uint64_t incarnations_ = 0;
    Steady::time_point next_beat_;
    Steady::time_point next_look_;  ///< at logs that grew
    bool is_stopping_ = false;
    std::mt19937_64 chance_{std::random_device{}()};

    std::atomic<std::uint64_t> taken_{0}, failed_{0}, events_sent_{0};
    std::atomic<std::uint64_t> events_waiting_{0}, failing_{0}, paused_{0};

    std::mutex stop_mutex_;
    std::thread thread_;
};

}  // namespace waybill::delivery

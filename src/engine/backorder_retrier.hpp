#pragma once
// The retrier: as soon as supply appears, the orders that wait for it are routed again, by priority and then by age. It
// follows the tenants that this process serves and asks for what anybody may ask for: RerouteOrder of what is open.
//
// Threads: one of its own, and the writer's for answers. `stop` and `stats` from any.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

/// Of re-routes that supply caused: in the event, and in the order's status_reason.
inline constexpr std::string_view supply_reason = "supply_appeared";

/// Reads what waits of a tenant into its queue, unless it is followed already. REQUIRES: the tenant is served here.
/// Errors: the store's; then it is not followed.
[[nodiscard]] Result<Unit, IoError> follow_backorders(Engine& engine, Reader& reader, core::TenantId tenant);

/// Tells its queue of the day and of the rules in force, on the writer's thread.
void tell_backorders_of_today(Engine& engine, core::TenantId tenant);

struct BackorderStats {
    std::uint64_t waiting = 0;   ///< orders, now
    std::uint64_t retried = 0;   ///< re-routes that were asked for
    std::uint64_t supplied = 0;  ///< of those, that found units
};

struct BackorderRetrierOptions {
    std::size_t at_once = 64;               ///< re-routes under way: between them, new orders come in as ever
    std::chrono::milliseconds beat{500};    ///< how soon a tenant that came is noticed
    std::chrono::seconds day_every{60};     ///< how soon a new working day is
    std::chrono::milliseconds rest{1'000};  ///< when the store or the engine could not answer
};

class BackorderRetrier {
public:
    /// Starts its thread. `engine` and `store` outlive it. Errors: the store gives no reader.
    [[nodiscard]] static Result<std::unique_ptr<BackorderRetrier>, IoError> start(Engine& engine, Store& store,
                                                                                  BackorderRetrierOptions options);
    ~BackorderRetrier();
    BackorderRetrier(const BackorderRetrier&) = delete;
    BackorderRetrier& operator=(const BackorderRetrier&) = delete;

    /// Waits for what is under way. REQUIRES: the engine still answers.
    void stop();
    [[nodiscard]] BackorderStats stats() const;

private:
    /// What callbacks need; they may come last.
    struct Desk {
        std::mutex mutex;
        std::condition_variable news;
        std::size_t under_way = 0;
        bool has_due = true;
        bool is_in_trouble = false;
        bool is_stopping = false;
        std::atomic<std::uint64_t> retried{0};
        std::atomic<std::uint64_t> supplied{0};
    };

    BackorderRetrier(Engine& engine, std::unique_ptr<Reader> reader, BackorderRetrierOptions options);
    void run();
    /// Follows tenants that came, forgets those that went. False: some could not be read.
    [[nodiscard]] bool look_around();
    void look_at_day();
    /// As many as there is room for. False: nothing more is due.
    [[nodiscard]] bool retry_some(std::size_t room);
    void retry(core::TenantId tenant, core::OrderId order);

    Engine& engine_;
    const std::unique_ptr<Reader> reader_;
    const BackorderRetrierOptions options_;
    const std::shared_ptr<Desk> desk_ = std::make_shared<Desk>();
    std::mutex stop_mutex_;
    std::thread thread_;
};

}  // namespace waybill::engine

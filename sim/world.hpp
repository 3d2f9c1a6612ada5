#pragma once
// World: the real engine over a real store with faults in between, on a clock that only the simulator moves.
//
// Runs are the same every time although the engine has a thread of its own: the writer is held while a round of
// requests is queued, so what forms a batch is no accident, and nothing is looked at before every answer has come.

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "engine/store.hpp"
#include "sim/compose.hpp"
#include "sim/fault_store.hpp"

namespace waybill::sim {

/// Of the engine in a run: small, so that rounds of more commands meet a full queue.
inline constexpr std::size_t queue_commands_max = 6;

enum class StoreKind : std::uint8_t { memory, sqlite };

class SimClock final : public engine::Clock {
public:
    Instant now() override { return Instant(micros.load()); }
    std::atomic<std::int64_t> micros{0};
};

using Answer = Result<engine::Receipt, engine::Failure>;

class World {
public:
    /// `overlap`: with as many commands waiting, the next batch is decided while one is made durable; 0: never.
    World(StoreKind kind, std::uint32_t overlap);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    SimClock clock;

    [[nodiscard]] engine::Engine& engine() { return *engine_; }
    [[nodiscard]] FaultStore& faults() { return *faults_; }
    /// The store itself: for looking at what is true. `look` runs on the writer's thread, since the store belongs to
    /// that one, which may still try a store in trouble after its last answer. It must not ask the engine.
    void with_store(const std::function<void(engine::Store&)>& look);
    /// Of the store itself. It may be used beside the writer.
    [[nodiscard]] Result<std::unique_ptr<engine::Reader>, engine::IoError> reader() { return store_->reader(); }

    [[nodiscard]] core::TenantId make_tenant(const core::TenantSettings& settings);

    /// All of them in one batch, unless one of them erases a person (the batch ends with that one) or batches overlap:
    /// then in several, the same ones every time, since the writer is held while they are queued. `fault` hits the
    /// first commit. Request i is sent as actor names[i].
    [[nodiscard]] std::vector<Answer> run_together(const std::vector<Request>& requests,
                                                   const std::vector<std::string>& names,
                                                   const std::vector<core::TenantId>& tenants, Fault fault);

    /// What the writer has to do is done.
    void wait_until_idle();
    /// The engine's own attempt at a store in trouble.
    void probe();
    /// The working day of each location, as the next command would see it.
    [[nodiscard]] std::vector<CivilDate> working_days(core::TenantId tenant);

    /// As an operator stops and starts it.
    void restart();
    /// As the machine does. The bytes that the last commit had written so far survive up to a part of them.
    void crash(Fault fault, std::uint64_t dice);

private:
    void open_store();
    void open_engine();
    void copy_files(Fault fault, std::uint64_t dice);
    [[nodiscard]] std::filesystem::path store_file(const char* suffix) const;
    [[nodiscard]] std::uint64_t log_bytes() const;

    StoreKind kind_;
    std::uint32_t overlap_;
    std::filesystem::path folder_;
    std::uint32_t generation_ = 0;  ///< of the files: each crash goes on with a copy
    std::uint64_t log_before_ = 0;  ///< bytes of the write-ahead log before the commit that a crash tore
    std::uint64_t log_after_ = 0;
    std::unique_ptr<engine::Store> store_;
    std::unique_ptr<FaultStore> faults_;
    std::unique_ptr<engine::Engine> engine_;
};

}  // namespace waybill::sim

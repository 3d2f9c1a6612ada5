#pragma once
// EngineHost: a store and an engine over it, with the scenario's clock. The engine and the HTTP driver stand on it.

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "engine/store.hpp"
#include "tests/scenarios/driver.hpp"

namespace waybill::scenarios {

class ScenarioClock final : public engine::Clock {
public:
    Instant now() override { return Instant(micros_.load()); }
    void set(Instant now) { micros_.store(now.micros()); }

private:
    std::atomic<std::int64_t> micros_{parse_instant("2026-03-02T10:00:00Z").value().micros()};
};

enum class StoreKind { memory, sqlite, postgres };

class EngineHost {
public:
    explicit EngineHost(StoreKind kind);
    ~EngineHost();
    EngineHost(const EngineHost&) = delete;
    EngineHost& operator=(const EngineHost&) = delete;

    [[nodiscard]] engine::Engine& engine() { return *engine_; }
    [[nodiscard]] engine::Store& store() { return *store_; }
    [[nodiscard]] ScenarioClock& clock() { return clock_; }
    /// Everything queued is decided and answered first. Stopping twice is no fault.
    void stop_engine();
    /// Ends the engine and opens another over the same store.
    void restart_engine();
    /// Of the tenant's log, committed.
    [[nodiscard]] core::Sequence head(core::TenantId tenant);

    /// Of the events after `after`: those that a webhook is told of.
    [[nodiscard]] std::vector<ToldView> told(core::TenantId tenant, const std::string& webhook, core::Sequence after);

    /// Of the events after `after`: the mails that they make for somebody who reads that language.
    [[nodiscard]] std::vector<std::string> mails(core::TenantId tenant, const std::string& locale,
                                                 core::Sequence after);

    /// Stops the engine; a store in a file is closed and opened again first. Empty: all holds.
    [[nodiscard]] std::vector<std::string> audit_at_end();

private:
    void open_store();
    void open_engine();

    StoreKind kind_;
    std::filesystem::path folder_;
    std::string address_;
    ScenarioClock clock_;
    std::unique_ptr<engine::Store> store_;
    std::unique_ptr<engine::Engine> engine_;
};

/// Submits and waits.
[[nodiscard]] Result<engine::Receipt, engine::Failure> run_and_wait(engine::Engine& engine,
                                                                    engine::Submission submission);

}  // namespace waybill::scenarios

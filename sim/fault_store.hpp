#pragma once
// FaultStore: passes everything on to a real store and fails as told, once, at the next commit or load of a batch.
//
// It also knows the truth that the engine may have to find out: whether the changes of a commit are in the store.
// Writes that carry neither events nor replies (the engine's probes of a store in trouble) share the failure of the
// moment without using it up.
//
// Threads: told by the simulator while the writer is held or idle; called by the writer and whom
// it lends the store.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/store.hpp"

namespace waybill::sim {

enum class Fault : std::uint8_t {
    none,
    full,
    read_only,
    unavailable,
    load_fails,    ///< the rows that the batch needs can not be read
    unknown_kept,  ///< the commit happened, but the store says that it does not know
    unknown_lost,  ///< it did not happen
    crash_kept,    ///< the process ends after the commit and before its answer
    crash_lost,    ///< before the commit
    crash_torn,    ///< in the middle: the file has part of the commit's bytes
};
inline constexpr std::size_t fault_kinds = 10;
[[nodiscard]] std::string_view name_of(Fault fault);
[[nodiscard]] bool is_crash(Fault fault);

class FaultStore final : public engine::Store {
public:
    explicit FaultStore(engine::Store& inner) : inner_(inner) {}

    void plan(Fault fault) {
        fault_ = fault;
        is_kept_ = false;
        hit_events_ = false;
    }
    /// A planned fault that hit nothing hits nothing later.
    void end_plan() { fault_ = Fault::none; }
    void blind(bool on) { blind_ = on; }
    [[nodiscard]] bool is_blind() const { return blind_; }
    /// Called around the inner commit of a crash, to know what it wrote.
    std::function<void()> before_crash;
    std::function<void()> after_crash;

    /// Whether the commit that the last planned fault hit is in the inner store all the same.
    [[nodiscard]] bool is_kept() const { return is_kept_; }
    /// Whether events were in that commit, so that the engine has to find out what became of it.
    [[nodiscard]] bool hit_events() const { return hit_events_; }

    std::string_view kind() const override { return inner_.kind(); }
    Result<std::vector<engine::TenantHead>, engine::IoError> tenants() override { return inner_.tenants(); }
    Result<engine::Loaded, engine::IoError> load(core::TenantId tenant, const engine::LoadKeys& keys) override;
    Result<Unit, engine::IoError> commit(const std::vector<engine::TenantBatch>& batches) override;
    Result<Unit, engine::IoError> drop_unfinished(core::TenantId tenant) override {
        return inner_.drop_unfinished(tenant);
    }
    Result<std::unique_ptr<engine::Reader>, engine::IoError> reader() override;
    Result<Unit, engine::IoError> backup(const std::string& path,
                                         const std::function<void(std::uint64_t, std::uint64_t)>& progress) override {
        return inner_.backup(path, progress);
    }
    Result<std::vector<std::string>, engine::IoError> check() override { return inner_.check(); }
    engine::StoreStats stats() const override { return inner_.stats(); }

private:
    /// A commit that happens although its answer does not come.
    [[nodiscard]] Result<Unit, engine::IoError> keep(const std::vector<engine::TenantBatch>& batches);

    engine::Store& inner_;
    std::atomic<Fault> fault_{Fault::none};
    std::atomic<bool> blind_{false};
    std::atomic<bool> dead_{false};
    std::atomic<bool> is_kept_{false};
    std::atomic<bool> hit_events_{false};
};

}  // namespace waybill::sim

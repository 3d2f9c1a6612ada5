#pragma once
// What engine tests share: a clock that tests set, a store that fails when told to, and a small shop.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.hpp"
#include "engine/store.hpp"

namespace waybill::engine::testing {

class SetClock final : public Clock {
public:
    Instant now() override { return Instant(micros.load()); }
    std::atomic<std::int64_t> micros{1'782'000'000'000'000};  // 2026-06-21
};

[[nodiscard]] const std::vector<core::ZoneRules>& test_zones();

/// Holds the writer inside a commit for as long as a test wants, so that what gathers meanwhile is exact.
class CommitGate {
public:
    void close();
    void open();
    /// Lets the commit that is held pass, and holds the next one.
    void open_once();
    /// Until a commit has come to the closed gate.
    void wait_until_held();
    /// By the store, before a commit.
    void pass();

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_closed_ = false;
    bool is_one_let_through_ = false;
    bool is_held_ = false;
};

/// What happens to the next commits of a FaultyStore.
struct PlannedFault {
    IoError error;
    bool commit_really_happens = false;
};

/// Wraps a store and fails commits and head look-ups as planned.
class FaultyStore final : public Store {
public:
    explicit FaultyStore(Store& inner) : inner_(inner) {}

    std::vector<PlannedFault> faults;  ///< of the next commits, in order; set while nothing is under way
    std::atomic<bool> head_unreadable{false};
    std::atomic<bool> lease_not_renewed{false};  ///< as if the way to the store was cut for what renews it only
    bool loads_beside = false;                   ///< set before an engine is opened
    CommitGate gate;

    std::string_view kind() const override { return inner_.kind(); }
    Result<std::vector<TenantHead>, IoError> tenants() override { return inner_.tenants(); }
    Result<Loaded, IoError> load(core::TenantId tenant, const LoadKeys& keys) override {
        return inner_.load(tenant, keys);
    }
    [[nodiscard]] bool loads_beside_commit() const override { return loads_beside; }
    Result<Unit, IoError> commit(const std::vector<TenantBatch>& batches) override;
    Result<Unit, IoError> drop_unfinished(core::TenantId tenant) override { return inner_.drop_unfinished(tenant); }
    Result<std::unique_ptr<Reader>, IoError> reader() override;
    Result<std::unique_ptr<Leases>, IoError> leases() override;
    Result<Unit, IoError> backup(const std::string& path,
                                 const std::function<void(std::uint64_t, std::uint64_t)>& progress) override {
        return inner_.backup(path, progress);
    }
    Result<std::vector<std::string>, IoError> check() override { return inner_.check(); }
    StoreStats stats() const override { return inner_.stats(); }

private:
    Store& inner_;
};

using Answer = Result<Receipt, Failure>;

/// An engine and a client that waits for answers. Items A and B, locations LON and MAN, channel WEB, as `open_shop`
/// makes.
class Shop {
public:
    explicit Shop(Store& store, EngineOptions options = {});
    ~Shop() { engine->stop(); }
    Shop(const Shop&) = delete;
    Shop& operator=(const Shop&) = delete;

    SetClock clock;
    std::unique_ptr<Engine> engine;
    core::TenantId tenant{2};

    /// Makes tenant 2 with a catalogue, two places and stock of each item at each.
    void open_shop(std::int64_t stock_each);
    core::TenantId make_tenant(const std::string& name);
    void configure(core::TenantId of, std::int64_t stock_each);

    Answer run(core::Command command) { return run(submission(std::move(command))); }
    Answer run(Submission submission);
    /// Submits so that all of them are in one batch, and waits for every answer.
    std::vector<Answer> run_together(std::vector<Submission> submissions);
    [[nodiscard]] Submission submission(core::Command command) const;
    [[nodiscard]] Submission keyed(core::Command command, const std::string& key, unsigned char body = 1) const;

    [[nodiscard]] core::Level level(const std::string& sku, const std::string& location);
};

[[nodiscard]] core::PlaceOrder order_of(const std::string& number, const std::string& sku, std::int64_t quantity,
                                        core::OnShortage on_shortage = core::OnShortage::backorder);
[[nodiscard]] core::MoveInventory receipt_of(const std::string& sku, const std::string& location,
                                             std::int64_t quantity);

/// nullopt: accepted, or an IoError.
[[nodiscard]] std::optional<core::Reject> rejection_of(const Answer& answer);
[[nodiscard]] std::optional<IoFailure> io_failure_of(const Answer& answer);

/// Every problem that the auditor finds, and the state hashes.
struct Audited {
    std::vector<std::string> problems;
    std::vector<std::string> hashes;
};
[[nodiscard]] Audited audited(Store& store);

}  // namespace waybill::engine::testing

#pragma once
// For the tests of forwarding: a second process in this one. It has an engine without the tenants of the first, reads
// the first one's store, and believes of their place what the test tells it.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "api/api_test_kit.hpp"
#include "engine/placement.hpp"

namespace waybill::api::testing {

/// An engine that is told where tenants are. Knows keys of its own, or those of the engine that it is switched to.
class PlacedEngine final : public engine::Engine {
public:
    explicit PlacedEngine(engine::Engine& own) : own_(own), engine_(&own) {}

    void place(engine::Placement::Where where, std::string address = {}) {
        const std::lock_guard lock(mutex_);
        placement_ = {where, std::move(address)};
    }
    /// The tenants of `other` are here from now on.
    void take_over(engine::Engine& other) {
        const std::lock_guard lock(mutex_);
        engine_ = &other;
        placement_ = {engine::Placement::Where::here, {}};
    }
    /// What is submitted next finds that the tenants have just gone to the process at `address`.
    void lose_at_next_submission(std::string address) {
        const std::lock_guard lock(mutex_);
        loses_to_ = std::move(address);
    }
    /// What is submitted next is done, and then the tenants go to the process at `address`, before anybody answers.
    void lose_after_next_submission(std::string address) {
        const std::lock_guard lock(mutex_);
        loses_after_to_ = std::move(address);
    }
    /// Waits until a request has asked `more` times where it should go.
    void wait_for_questions(std::uint64_t more) {
        std::unique_lock lock(mutex_);
        const std::uint64_t wanted = questions_ + more;
        asked_.wait(lock, [&] { return questions_ >= wanted; });
    }

    engine::Placement placement(core::TenantId tenant) override {
        const std::lock_guard lock(mutex_);
        if (tenant == engine::system_tenant) return {engine::Placement::Where::here, {}};
        ++questions_;
        asked_.notify_all();
        return placement_;
    }
    void submit(engine::Submission submission) override {
        if (is_just_lost()) return submission.done(fail(engine::IoError{engine::IoFailure::elsewhere, "gone"}));
        engine::Engine& serving = now();
        if (is_lost_after()) {
            submission.done = [this, done = std::move(submission.done)](auto result) {
                lose();
                done(std::move(result));
            };
        }
        serving.submit(std::move(submission));
    }
    engine::Backorders& backorders() override { return now().backorders(); }
    std::optional<engine::Epoch> epoch(core::TenantId tenant) override { return now().epoch(tenant); }
    void create_tenant(core::TenantSettings settings, engine::Actor actor, engine::Done done) override {
        now().create_tenant(std::move(settings), std::move(actor), std::move(done));
    }
    bool inspect(core::TenantId tenant,
                 std::function<void(const core::TenantState*, const core::Context&)> look) override {
        return now().inspect(tenant, std::move(look));
    }
    std::optional<engine::TenantView> view(core::TenantId tenant) override { return now().view(tenant); }
    std::optional<core::Sequence> head(core::TenantId tenant) override { return now().head(tenant); }
    std::optional<engine::KeyHit> find_key(std::string_view hash) override { return now().find_key(hash); }
    std::vector<engine::TenantHead> tenants() override { return now().tenants(); }
    std::optional<core::TenantId> find_tenant(std::string_view name) override { return now().find_tenant(name); }
    void on_commit(engine::CommitListener told) override { now().on_commit(std::move(told)); }
    std::string not_ready() override { return now().not_ready(); }
    engine::EngineStats stats() const override { return now().stats(); }
    std::optional<engine::OwnershipStats> ownership() const override { return std::nullopt; }
    void stop() override {}

private:
    [[nodiscard]] bool is_just_lost() {
        const std::lock_guard lock(mutex_);
        if (!loses_to_) return false;
        placement_ = {engine::Placement::Where::elsewhere, *std::exchange(loses_to_, std::nullopt)};
        return true;
    }
    [[nodiscard]] bool is_lost_after() {
        const std::lock_guard lock(mutex_);
        return loses_after_to_.has_value();
    }
    void lose() {
        const std::lock_guard lock(mutex_);
        placement_ = {engine::Placement::Where::elsewhere, *std::exchange(loses_after_to_, std::nullopt)};
        engine_ = &own_;
    }
    [[nodiscard]] engine::Engine& now() const {
        const std::lock_guard lock(mutex_);
        return *engine_;
    }

    mutable std::mutex mutex_;
    std::condition_variable asked_;
    engine::Engine& own_;
    engine::Engine* engine_;
    engine::Placement placement_{engine::Placement::Where::nowhere, {}};
    std::optional<std::string> loses_to_;
    std::optional<std::string> loses_after_to_;
    std::uint64_t questions_ = 0;
};

/// A process beside `owner`, over the same store.
class Neighbour {
public:
    Neighbour(TestServer& owner, ApiOptions options);
    ~Neighbour();
    Neighbour(const Neighbour&) = delete;
    Neighbour& operator=(const Neighbour&) = delete;

    Answered send(const std::string& method, const std::string& target, const std::string& secret,
                  const std::string& body = {}, std::vector<http::Header> headers = {});
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
    [[nodiscard]] PlacedEngine& engine() { return placed_; }
    /// The value of a metric, "waybill_reads_total".
    [[nodiscard]] std::uint64_t metric(const std::string& name);
    /// As a process that is told to stop.
    void end_streams();

private:
    std::unique_ptr<engine::Store> store_;
    engine::testing::SetClock clock_;
    std::unique_ptr<engine::Engine> own_;
    PlacedEngine placed_;
    std::unique_ptr<Api> api_;
    std::unique_ptr<http::Server> server_;
    std::thread thread_;
};

/// The value of a metric of a server.
[[nodiscard]] std::uint64_t metric_of(const std::string& url, const std::string& name);

}  // namespace waybill::api::testing

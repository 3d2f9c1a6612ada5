#pragma once
// Writer: the engine's one thread that changes anything, and the queue before it.
//
// A batch is decided, made durable and answered before the next one is looked at, unless many commands wait: then
// another thread makes it durable, and meanwhile the writer decides the next batch above it. That one is answered only
// after both are durable, and when the first fails it has not happened either. A store that loads beside a commit lets
// the next batch gather meanwhile; of another one it is what waited before (EngineOptions::overlap_commands_min).
//
// When a commit fails for a known reason (store full, read-only ...), nothing of the batch has happened, each of its
// commands is told so, and the next batch is tried as usual. While no commands come, a rewrite of one unchanged row
// every `probe_every` finds out whether the store takes writes again.
//
// When it is not known whether a commit happened, nothing more is written until the head of the log was read again: if
// it moved, the batch is durable and becomes visible; else it is dropped. Commands that wait meanwhile are refused with
// outcome_unknown.
//
// When somebody else wrote (conflict), this process stops writing for good; where processes share the store, it lets go
// of the tenants that it has lost.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/batch.hpp"
#include "engine/batch_pace.hpp"
#include "engine/engine.hpp"
#include "engine/ownership.hpp"
#include "engine/ownership_threads.hpp"
#include "engine/tenants.hpp"

namespace waybill::engine {

class Writer final : public Engine {
public:
    Writer(Store& store, Clock& clock, const std::vector<core::ZoneRules>& zones, EngineOptions options,
           std::unique_ptr<Reader> reader);
    ~Writer() override;
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Before `start`, on the opening thread.
    [[nodiscard]] Result<Unit, IoError> load_tenants();
    [[nodiscard]] Result<Unit, IoError> make_system_tenant();
    void start();
    /// After `start`: owns tenants by leases, beside other processes.
    [[nodiscard]] Result<Unit, IoError> share(std::unique_ptr<Leases> leases, std::unique_ptr<Reader> reader);

    /// Instead of `start` and `share`: no thread is started, and somebody else takes turns and steps. `driver` says
    /// how; its writer's side is filled in.
    [[nodiscard]] Ownership& share_stepped(std::unique_ptr<Leases> leases, std::unique_ptr<Reader> reader,
                                           Ownership::Driver driver);
    /// What the writer's thread does when something waits or the store is in trouble, once.
    void take_turn();
    /// Something waits that a turn would do.
    [[nodiscard]] bool has_work();

    void submit(Submission submission) override;
    void create_tenant(core::TenantSettings settings, Actor actor, Done done) override;
    bool inspect(core::TenantId tenant,
                 std::function<void(const core::TenantState*, const core::Context&)> look) override;
    Placement placement(core::TenantId tenant) override;
    std::optional<core::Sequence> head(core::TenantId tenant) override { return tenants_.head(tenant); }
    std::optional<TenantView> view(core::TenantId tenant) override { return tenants_.view(tenant); }
    std::optional<KeyHit> find_key(std::string_view hash) override { return tenants_.find_key(hash); }
    std::vector<TenantHead> tenants() override { return tenants_.heads(); }
    std::optional<core::TenantId> find_tenant(std::string_view name) override { return tenants_.find_name(name); }
    void on_commit(CommitListener told) override;
    std::string not_ready() override;
    EngineStats stats() const override;
    std::optional<OwnershipStats> ownership() const override;
    Backorders& backorders() override { return backorders_; }
    std::optional<Epoch> epoch(core::TenantId tenant) override { return tenants_.epoch(tenant); }
    void stop() override;

private:
    struct Look {
        core::TenantId tenant;
        std::function<void(const core::TenantState*, const core::Context&)> look;
    };
    /// What waited when a turn began.
    struct Turn {
        std::vector<Job> jobs;
        std::vector<Look> looks;
        std::vector<std::function<void()>> chores;
        bool ends = false;  ///< nothing waits, and nothing will
    };
    /// A batch whose commit may or may not have happened.
    struct Unresolved {
        std::unique_ptr<Batch> batch;
        core::TenantId tenant;  ///< one whose log the batch moves
        Epoch epoch = 0;
        core::Sequence before;
        core::Sequence after;
        EventRow first;  ///< of that tenant in the batch: the mark by which it is known
        std::string detail;
    };
    enum class Resolution : std::uint8_t { happened, did_not_happen, unknown };

    void enqueue(Job job);
    /// Runs something on the writer's thread, between batches, when nothing is unresolved.
    void post(std::function<void()> chore);
    [[nodiscard]] Result<Unit, IoError> make_first_tenant_of_all();
    void run();
    /// REQUIRES: queue_mutex_ is held, as of the next one.
    [[nodiscard]] bool something_waits() const;
    [[nodiscard]] Turn begin_turn();
    void run_turn(Turn turn);
    void make_ownership(std::unique_ptr<Leases> leases, std::unique_ptr<Reader> reader, Ownership::Driver driver);
    /// Takes what waits, or a part of it when enough waits for two batches. `under_way`: the batch that has yet to
    /// come out, or nullptr.
    void take_batch(std::vector<Job>& jobs, const Batch* under_way);
    void run_look(Look& look);
    void run_batch(std::vector<Job> jobs);
    /// nullptr: it could not be loaded, and everybody was told.
    [[nodiscard]] std::unique_ptr<Batch> load_batch(std::vector<Job> jobs, const Batch* under_way);
    void decide_batch(Batch& batch);
    /// Makes the batch durable and answers it. Returns the next one, when that was decided meanwhile.
    [[nodiscard]] std::unique_ptr<Batch> commit_batch(std::unique_ptr<Batch> batch);
    /// Of a store that is one thread's: what is next is loaded before the commit begins.
    [[nodiscard]] Result<Unit, IoError> commit_after_load(const Batch& sealed, std::unique_ptr<Batch>& next);
    /// Of a store that loads beside a commit: what is next gathers while the commit is under way.
    [[nodiscard]] Result<Unit, IoError> commit_beside(const Batch& sealed, std::unique_ptr<Batch>& next);
    /// One command, and nothing behind it: whoever sent it gains nothing by another thread.
    [[nodiscard]] bool is_alone(const Batch& sealed);
    /// Waits until it is time to take the next batch and there is one. False: the commit was over before.
    [[nodiscard]] bool gather(std::chrono::steady_clock::time_point take_at);
    /// The batch to be decided while `sealed` is made durable, if enough commands wait.
    [[nodiscard]] std::unique_ptr<Batch> load_next(const Batch& sealed, std::size_t commands_min);
    /// On the writer's thread, or while that decides the next batch on another one.
    [[nodiscard]] Result<Unit, IoError> commit(const std::vector<TenantBatch>& rows);
    void finish(std::unique_ptr<Batch> batch, Result<Unit, IoError> committed, std::unique_ptr<Batch>& next);
    /// The batch is durable; its answers are still to be given.
    void succeed(std::unique_ptr<Batch> batch);
    void count_outcomes(const BatchCounts& counts);
    void answer_made();
    void tell(const std::vector<std::pair<core::TenantId, core::Sequence>>& heads);
    void fail_commit(std::unique_ptr<Batch> batch, IoError error);
    void hold_unresolved(std::unique_ptr<Batch> batch, std::string detail);
    void let_go_of_lost(const Batch& batch, const IoError& error);
    [[nodiscard]] Resolution read_outcome(const Unresolved& unresolved);
    /// Tries again to find out; true when nothing is unresolved any more.
    bool settle();
    void probe();
    void set_not_ready(std::string why);
    [[nodiscard]] bool in_trouble();

    Store& store_;
    Clock& clock_;
    const std::vector<core::ZoneRules>& zones_;
    EngineOptions options_;
    std::unique_ptr<Reader> reader_;
    Tenants tenants_;
    Backorders backorders_;
    sourcing::Workspace workspace_;
    rules::Scratch scratch_;
    Surroundings around_;
    std::unique_ptr<Batch> made_;  ///< durable and not answered yet
    std::optional<Unresolved> unresolved_;
    std::optional<IoError> stopped_for_good_;

    std::mutex queue_mutex_;
    std::condition_variable wake_;
    std::deque<Job> queue_;
    std::vector<Look> looks_;
    std::vector<std::function<void()>> chores_;
    std::size_t wake_at_ = 1;  ///< as many have to wait for the writer to be woken
    bool is_committing_ = false;
    bool stopping_ = false;
    bool ended_ = false;

    BatchPace pace_;
    BatchPace::Micros commit_spent_{0};  ///< by the last commit; of its thread while one is under way

    std::mutex not_ready_mutex_;
    std::string not_ready_;
    std::mutex told_mutex_;
    std::vector<CommitListener> told_;

    struct Counters {
        std::atomic<std::uint64_t> commands{0}, accepted{0}, rejected{0}, overloaded{0}, batches{0}, overlapped{0},
            events{0};
        std::atomic<std::uint64_t> decide_micros{0}, load_micros{0}, encode_micros{0}, commit_micros{0};
        std::atomic<std::uint64_t> routed_optimal{0}, routed_unproved{0};
        RuleCounters rules;
        std::atomic<std::uint64_t> queued{0};
    };
    Counters counters_;

    std::mutex stop_mutex_;
    std::thread thread_;
    std::unique_ptr<Ownership> ownership_;
    OwnershipThreads ownership_threads_;  // named last: they end before what they use
};

}  // namespace waybill::engine

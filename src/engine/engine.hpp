#pragma once
// The engine: one writer. Commands wait in a bounded queue; the writer thread takes what is there as one batch, stamps
// it, loads the rows that it needs, decides and evolves in order, makes it durable with one commit and only then
// answers. The batch forms by itself: while one commit is under way the next one gathers, and when many wait it is
// decided meanwhile, on top of what is being made durable.
//
// Threads: `submit`, `inspect`, `view` and the counters may be called from any thread. Done callbacks come on the
// writer thread and must not block. The writer holds the memory lock only while it swaps a batch in; readers never wait
// for a commit.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "core/commands.hpp"
#include "core/decide.hpp"
#include "core/rejection.hpp"
#include "core/routing/route.hpp"
#include "core/state.hpp"
#include "engine/backorders.hpp"
#include "engine/placement.hpp"
#include "engine/rule_counts.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

/// A tenant came to this process, or left it.
struct OwnershipNote {
    enum class Kind : std::uint8_t {
        taken,
        lost,         ///< somebody else took it, since this process' lease had run out
        handed_over,  ///< `detail`: to whom
        not_served,   ///< `detail`: what is wrong with its data
    };
    Kind kind = Kind::taken;
    core::TenantId tenant;
    Epoch epoch = 0;
    std::string detail;
};

struct OwnershipStats {
    std::uint64_t served = 0;  ///< now
    std::uint64_t taken = 0;
    std::uint64_t lost = 0;
    std::uint64_t handed_over = 0;
    std::uint64_t not_served = 0;
    std::chrono::milliseconds lease_left{0};
};

struct EngineOptions {
    std::size_t queue_commands_max = 20'000;  ///< more are refused with engine_overloaded
    std::size_t batch_commands_max = 1'000;
    /// With as many waiting the next batch is decided while one is made durable. Below, a commit costs more than
    /// deciding does, and one batch of all is faster than two.
    std::size_t overlap_commands_min = 64;
    /// The same where the store loads beside a commit: as many that came meanwhile are a batch, though it may still
    /// grow until the commit ends.
    std::size_t beside_commands_min = 8;
    std::size_t inspections_max = 256;            ///< waiting to look at the state; more are refused
    std::chrono::hours reply_keep{7 * 24};        ///< how long an Idempotency-Key is remembered
    std::chrono::milliseconds probe_every{1000};  ///< how often a store that failed is tried while no commands come
    sourcing::Budget routing_budget = sourcing::live_budget;

    // Of a store that several processes share (ADR 15).

    /// How long a process that says nothing is taken for alive.
    std::chrono::milliseconds lease{5'000};
    /// Where the others reach this process: "http://10.0.0.5:8080". Empty: it shares with nobody, and owns all tenants.
    std::string address;
    std::string version;  ///< of the program, for people
    /// Told of tenants that come and go; from any thread.
    std::function<void(const OwnershipNote&)> on_ownership;
};

/// Where instants come from. The engine never reads a clock of its own.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() = 0;
};

/// Who asks: goes into every event.
struct Actor {
    std::string name = "system";          ///< "key_12"
    std::vector<core::LocationIx> scope;  ///< locations it is limited to; empty: all
};

/// Personal data that came with a command. Kept beside the log; core sees its id only.
struct PersonData {
    std::string doc;  ///< JSON
};

struct Idempotency {
    std::string key;
    std::array<unsigned char, 32> body_hash{};
};

/// How the routing that a command made came out, for its answer.
struct RoutingSummary {
    core::RoutingStatus status = core::RoutingStatus::optimal;
    core::RoutingMethod method = core::RoutingMethod::trivial;
    std::int64_t cost_micros = 0;
    std::int64_t lower_bound_micros = 0;
    bool by_score = false;  ///< neither of the two is money
};

/// The answer of a command that was accepted and is durable.
struct Receipt {
    core::Outcome outcome;
    core::Sequence sequence;                   ///< the tenant's head after it: reads at or after it see it
    std::shared_ptr<const core::Order> order;  ///< of order commands: the order after it
    std::optional<RoutingSummary> routing;  ///< of commands that route: from the trace of OrderPlaced or OrderRerouted
    std::optional<ReplyRow> replayed;       ///< the Idempotency-Key was known: nothing was done, this was the answer
};

using Failure = std::variant<core::Rejection, IoError>;
using Done = std::function<void(Result<Receipt, Failure>)>;

struct Submission {
    core::TenantId tenant;
    Actor actor;
    core::Command command;
    std::optional<PersonData> person;
    std::optional<Idempotency> idempotency;
    std::optional<std::uint32_t> if_version;  ///< the order must still have this version
    std::uint16_t reply_status = 200;         ///< what an accepted command answers; remembered with the key
    Done done;
};

/// Committed state of one tenant, for reading: holds the memory lock shared while it lives, so keep it short. Only the
/// `find_committed` and `committed` members of tables may be used.
class TenantView {
public:
    TenantView(std::shared_lock<std::shared_mutex> lock, const core::TenantState& state)
        : lock_(std::move(lock)), state_(&state) {}
    /// Of a tenant that another process serves: its configuration only.
    explicit TenantView(std::shared_ptr<const core::TenantState> kept) : kept_(std::move(kept)), state_(kept_.get()) {}
    [[nodiscard]] const core::TenantState& state() const { return *state_; }
    [[nodiscard]] std::optional<core::ItemIx> find_item(std::string_view sku) const;
    [[nodiscard]] std::optional<core::LocationIx> find_location(std::string_view code) const;
    [[nodiscard]] std::optional<core::ChannelIx> find_channel(std::string_view code) const;
    [[nodiscard]] const core::Item& item(core::ItemIx ix) const { return state_->items.rows.committed(ix); }
    [[nodiscard]] const core::Location& location(core::LocationIx ix) const {
        return state_->locations.rows.committed(ix);
    }
    [[nodiscard]] const core::Channel& channel(core::ChannelIx ix) const { return state_->channels.rows.committed(ix); }
    [[nodiscard]] const core::TenantSettings& settings() const { return state_->settings.committed(0); }
    [[nodiscard]] const core::ItemLevels& levels(core::ItemIx ix) const { return state_->levels.committed(ix); }

private:
    std::shared_lock<std::shared_mutex> lock_;
    std::shared_ptr<const core::TenantState> kept_;
    const core::TenantState* state_;
};

/// An API key as found by the hash of its secret.
struct KeyHit {
    core::TenantId tenant;
    core::ApiKey key;
};

struct EngineStats {
    std::uint64_t commands = 0;  ///< decided
    std::uint64_t accepted = 0;
    std::uint64_t rejected = 0;
    std::uint64_t overloaded = 0;
    std::uint64_t batches = 0;
    std::uint64_t overlapped = 0;  ///< batches decided while the one before was made durable
    std::uint64_t events = 0;
    std::uint64_t queued = 0;  ///< now
    std::uint64_t decide_micros = 0;
    std::uint64_t load_micros = 0;
    std::uint64_t encode_micros = 0;
    std::uint64_t commit_micros = 0;
    std::uint64_t routed_optimal = 0;
    std::uint64_t routed_unproved = 0;
    RuleCounts rules;
};

/// Tenants that changed, and where their logs end now.
using CommitListener = std::function<void(const std::vector<std::pair<core::TenantId, core::Sequence>>&)>;

class Engine {
public:
    /// Opens every tenant of the store: configuration and inventory into memory. Starts the writer thread.
    [[nodiscard]] static Result<std::unique_ptr<Engine>, IoError> open(Store& store, Clock& clock,
                                                                       const std::vector<core::ZoneRules>& zones,
                                                                       EngineOptions options);
    virtual ~Engine() = default;

    /// Queues a command. Done is called exactly once, also when the queue is full (at once, on this thread).
    virtual void submit(Submission submission) = 0;
    /// Makes a tenant with its first settings. The receipt's outcome names it.
    virtual void create_tenant(core::TenantSettings settings, Actor actor, Done done) = 0;

    /// Runs a function on the writer thread between batches, where pending and committed state are one: previews,
    /// explanations. Must be short. Its state is nullptr when nothing can be vouched for: no such tenant, an unknown
    /// outcome, an engine that has stopped (then at once, on this thread). False: too many wait, it will not be called.
    virtual bool inspect(core::TenantId tenant,
                         std::function<void(const core::TenantState*, const core::Context&)> look) = 0;

    /// Which process serves a tenant just now. Cheap: asked for every request.
    [[nodiscard]] virtual Placement placement(core::TenantId tenant) = 0;
    /// Where its log ends for whoever reads now; nullopt as below.
    [[nodiscard]] virtual std::optional<core::Sequence> head(core::TenantId tenant) = 0;
    /// nullopt: no such tenant, or not in this process.
    [[nodiscard]] virtual std::optional<TenantView> view(core::TenantId tenant) = 0;
    [[nodiscard]] virtual std::optional<KeyHit> find_key(std::string_view hash) = 0;
    /// All of the store; the heads of those of other processes are a moment old.
    [[nodiscard]] virtual std::vector<TenantHead> tenants() = 0;
    [[nodiscard]] virtual std::optional<core::TenantId> find_tenant(std::string_view name) = 0;

    /// One more listener: it is called on the writer thread after every commit with the tenants that changed and their
    /// new heads. None is taken away: it holds what it uses, and does little.
    virtual void on_commit(CommitListener told) = 0;

    /// Empty: writes are taken. Else one line: why not (store full, read-only, outcome unknown ...).
    [[nodiscard]] virtual std::string not_ready() = 0;
    [[nodiscard]] virtual EngineStats stats() const = 0;
    /// nullopt: no other process can share the store.
    [[nodiscard]] virtual std::optional<OwnershipStats> ownership() const = 0;

    /// The queues of orders that wait for supply.
    [[nodiscard]] virtual Backorders& backorders() = 0;
    /// Since which owner a tenant is served here; nullopt: it is not.
    [[nodiscard]] virtual std::optional<Epoch> epoch(core::TenantId tenant) = 0;

    /// No new commands; everything queued is decided, made durable and answered; the writer ends.
    virtual void stop() = 0;
};

/// The system tenant: holds the operator's keys and no orders.
inline constexpr core::TenantId system_tenant{1};

}  // namespace waybill::engine

#include "engine/writer.hpp"

#include <algorithm>
#include <future>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "engine/codec.hpp"
#include "engine/load_state.hpp"
#include "engine/writer_counting.hpp"

namespace waybill::engine {
namespace {

/// Half of what waits when that is enough for two batches: one is decided while the other is made durable.
std::size_t share_of(std::size_t waiting, std::size_t overlap_min, std::size_t batch_max) {
    const std::size_t half = (waiting + 1) / 2;
    return std::min(half < overlap_min ? waiting : half, batch_max);
}

Failure refusal(core::Reject code) { return core::Rejection{code, {}, {}}; }

/// Every tenant has a currency; nothing of this one is ever priced.
core::TenantSettings system_settings() {
    core::TenantSettings out;
    out.name = "system";
    out.currency = Currency::parse("USD").value();
    return out;
}

}  // namespace

Writer::Writer(Store& store, Clock& clock, const std::vector<core::ZoneRules>& zones, EngineOptions options,
               std::unique_ptr<Reader> reader)
    : store_(store), clock_(clock), zones_(zones), options_(options), reader_(std::move(reader)) {
    around_ = {&store_, &tenants_, &zones_, &workspace_, &scratch_, &options_, &backorders_};
}

Writer::~Writer() { stop(); }

Result<Unit, IoError> Writer::load_tenants() {
    auto heads = store_.tenants();
    if (!heads) return fail(std::move(heads.error()));
    std::sort(heads->begin(), heads->end(), [](const auto& a, const auto& b) { return a.tenant < b.tenant; });
    for (const TenantHead& head : *heads) {
        // Ids have gaps where the rest of an unfinished import was dropped.
        if (head.is_unfinished()) {
            tenants_.know({head});
            continue;
        }
        auto state = load_state(*reader_, head);
        if (!state) return fail(std::move(state.error()));
        auto slot = std::make_unique<TenantSlot>();
        slot->state = *std::move(state);
        slot->name = head.name;
        slot->committed_head = head.head;
        slot->committed_instant = head.last_instant;
        tenants_.adopt(std::move(slot));
    }
    return Unit{};
}

Result<Unit, IoError> Writer::make_system_tenant() {
    if (tenants_.find(system_tenant) != nullptr) return Unit{};
    Result<Unit, IoError> out = Unit{};
    Job job{JobKind::create_tenant, {}};
    job.submission.command = core::ConfigureTenant{system_settings()};
    job.submission.done = [&out](Result<Receipt, Failure> result) {
        if (result) return;
        if (auto* error = std::get_if<IoError>(&result.error())) {
            out = fail(std::move(*error));
            return;
        }
        out =
            fail(IoError{IoFailure::corrupt, "the system tenant: " + std::get<core::Rejection>(result.error()).detail});
    };
    std::vector<Job> jobs;
    jobs.push_back(std::move(job));
    run_batch(std::move(jobs));
    return out;
}

void Writer::start() {
    thread_ = std::thread([this] { run(); });
}

Result<Unit, IoError> Writer::share(std::unique_ptr<Leases> leases, std::unique_ptr<Reader> reader) {
    Ownership::Driver driver;
    driver.now = sleepless_now;
    driver.hurry = [this] { ownership_threads_.hurry(); };
    driver.load = [this] { ownership_threads_.load(); };
    make_ownership(std::move(leases), std::move(reader), std::move(driver));
    if (auto started = ownership_threads_.start(*ownership_); !started) return started;
    return make_first_tenant_of_all();
}

Ownership& Writer::share_stepped(std::unique_ptr<Leases> leases, std::unique_ptr<Reader> reader,
                                 Ownership::Driver driver) {
    make_ownership(std::move(leases), std::move(reader), std::move(driver));
    return *ownership_;
}

void Writer::make_ownership(std::unique_ptr<Leases> leases, std::unique_ptr<Reader> reader, Ownership::Driver driver) {
    driver.post = [this](std::function<void()> chore) { post(std::move(chore)); };
    driver.is_process = [this](ProcessId process) { around_.process = process; };
    ownership_ =
        std::make_unique<Ownership>(std::move(leases), std::move(reader), tenants_, std::move(driver), options_);
}

Result<Unit, IoError> Writer::make_first_tenant_of_all() {
    // Another process may do the same at the same moment; then its tenant comes into sight with the next look.
    while (ownership_->saw_no_tenant()) {
        std::promise<std::optional<IoError>> made;
        create_tenant(system_settings(), {}, [&made](Result<Receipt, Failure> result) {
            if (result) return made.set_value(std::nullopt);
            const auto* error = std::get_if<IoError>(&result.error());
            made.set_value(error != nullptr ? *error : IoError{IoFailure::corrupt, "the system tenant"});
        });
        const auto error = made.get_future().get();
        if (!error) break;
        if (!error->retryable() && error->kind != IoFailure::outcome_unknown) return fail(*error);
        std::this_thread::sleep_for(options_.lease / 10);
    }
    return Unit{};
}

void Writer::post(std::function<void()> chore) {
    const std::lock_guard lock(queue_mutex_);
    chores_.push_back(std::move(chore));
    wake_.notify_one();
}

Placement Writer::placement(core::TenantId tenant) {
    if (ownership_) return ownership_->placement(tenant);
    return {tenants_.epoch(tenant) ? Placement::Where::here : Placement::Where::nowhere, {}};
}

std::optional<OwnershipStats> Writer::ownership() const {
    if (!ownership_) return std::nullopt;
    return ownership_->stats();
}

void Writer::submit(Submission submission) { enqueue({JobKind::command, std::move(submission)}); }

void Writer::create_tenant(core::TenantSettings settings, Actor actor, Done done) {
    Job job{JobKind::create_tenant, {}};
    job.submission.actor = std::move(actor);
    job.submission.command = core::ConfigureTenant{std::move(settings)};
    job.submission.done = std::move(done);
    enqueue(std::move(job));
}

void Writer::enqueue(Job job) {
    core::Reject refused = core::Reject::shutting_down;
    {
        const std::lock_guard lock(queue_mutex_);
        const std::size_t more = WAYBILL_MUTANT(queue_one_too_long) ? 1 : 0;
        if (!stopping_ && queue_.size() < options_.queue_commands_max + more) {
            queue_.push_back(std::move(job));
            counters_.queued.store(queue_.size(), std::memory_order_relaxed);
            // The writer looks at the queue again before it waits, so only this one needs to wake it.
            if (queue_.size() == wake_at_) wake_.notify_one();
            return;
        }
        if (!stopping_) refused = core::Reject::engine_overloaded;
    }
    if (refused == core::Reject::engine_overloaded) count(counters_.overloaded);
    job.submission.done(fail(refusal(refused)));
}

bool Writer::inspect(core::TenantId tenant, std::function<void(const core::TenantState*, const core::Context&)> look) {
    {
        const std::lock_guard lock(queue_mutex_);
        if (!ended_) {
            if (looks_.size() >= options_.inspections_max) return false;
            looks_.push_back({tenant, std::move(look)});
            wake_.notify_one();
            return true;
        }
    }
    look(nullptr, core::Context{});
    return true;
}

bool Writer::something_waits() const {
    return !queue_.empty() || !looks_.empty() || (!chores_.empty() && !unresolved_) || stopping_;
}

void Writer::run() {
    while (true) {
        Turn turn;
        {
            std::unique_lock lock(queue_mutex_);
            const auto something = [this] { return something_waits(); };
            if (in_trouble()) {
                wake_.wait_for(lock, options_.probe_every, something);
            } else {
                wake_.wait(lock, something);
            }
            turn = begin_turn();
        }
        if (turn.ends) return;
        run_turn(std::move(turn));
    }
}

void Writer::take_turn() {
    Turn turn;
    {
        const std::lock_guard lock(queue_mutex_);
        turn = begin_turn();
    }
    if (!turn.ends) run_turn(std::move(turn));
}

bool Writer::has_work() {
    const std::lock_guard lock(queue_mutex_);
    return something_waits() && !ended_;
}

Writer::Turn Writer::begin_turn() {
    Turn turn;
    if (!unresolved_) turn.chores.swap(chores_);
    take_batch(turn.jobs, nullptr);
    turn.looks.swap(looks_);
    turn.ends = turn.jobs.empty() && turn.looks.empty() && stopping_;
    ended_ = ended_ || turn.ends;
    return turn;
}

void Writer::run_turn(Turn turn) {
    for (const auto& chore : turn.chores) chore();
    for (Look& look : turn.looks) run_look(look);
    if (!turn.jobs.empty()) {
        run_batch(std::move(turn.jobs));
    } else if (in_trouble()) {
        probe();
    }
}

void Writer::take_batch(std::vector<Job>& jobs, const Batch* under_way) {
    // Where the next batch is loaded beside the commit, what comes meanwhile is enough for it.
    const bool shares = !store_.loads_beside_commit();
    const std::size_t most = shares
                                 ? share_of(queue_.size(), options_.overlap_commands_min, options_.batch_commands_max)
                                 : std::min(queue_.size(), options_.batch_commands_max);
    jobs.reserve(most);
    while (!queue_.empty() && jobs.size() < most) {
        if (under_way != nullptr && under_way->must_come_out_before(queue_.front())) break;
        jobs.push_back(std::move(queue_.front()));
        queue_.pop_front();
        // Whether a batch's erasures come before or after its personal data is then no question for stores.
        if (std::holds_alternative<core::ErasePerson>(jobs.back().submission.command)) break;
    }
    counters_.queued.store(queue_.size(), std::memory_order_relaxed);
}

void Writer::run_look(Look& look) {
    TenantSlot* slot = tenants_.find(look.tenant);
    core::Context context;
    context.zones = &zones_;
    context.workspace = &workspace_;
    context.scratch = &scratch_;
    context.routing_budget = options_.routing_budget;
    if (slot == nullptr || unresolved_) {
        // With an unresolved batch pending and committed state differ, and neither can be vouched for.
        look.look(nullptr, context);
        return;
    }
    context.now = std::max(clock_.now(), slot->state->last_instant);
    context.next = core::Sequence(slot->state->head.raw() + 1);
    slot->refresh_working_days(context.now, zones_);
    context.working_days = &slot->working_days;
    look.look(slot->state.get(), context);
}

void Writer::run_batch(std::vector<Job> jobs) {
    auto batch = load_batch(std::move(jobs), nullptr);
    if (batch) decide_batch(*batch);
    while (batch) batch = commit_batch(std::move(batch));
}

std::unique_ptr<Batch> Writer::load_batch(std::vector<Job> jobs, const Batch* under_way) {
    auto batch = std::make_unique<Batch>(around_, std::move(jobs), clock_.now());
    if (stopped_for_good_) {
        batch->answer_all(*stopped_for_good_);
        return nullptr;
    }
    if (!settle()) {
        batch->answer_all(IoError{IoFailure::outcome_unknown, unresolved_->detail});
        return nullptr;
    }
    const Stopwatch time(counters_.load_micros);
    if (auto loaded = batch->load(*reader_, under_way); !loaded) {
        batch->drop();
        set_not_ready("the store can not be read: " + loaded.error().detail);
        batch->answer_all(std::move(loaded.error()));
        return nullptr;
    }
    return batch;
}

void Writer::decide_batch(Batch& batch) {
    {
        const Stopwatch time(counters_.decide_micros);
        batch.decide();
    }
    const Stopwatch time(counters_.encode_micros);
    batch.encode();
    count(counters_.batches);
    count(counters_.commands, batch.commands());
}

void Writer::succeed(std::unique_ptr<Batch> batch) {
    const auto heads = batch->accept();
    count_outcomes(batch->counts());
    tell(heads);
    WAYBILL_ASSERT(made_ == nullptr);
    made_ = std::move(batch);
}

void Writer::count_outcomes(const BatchCounts& counts) {
    count(counters_.accepted, counts.accepted);
    count(counters_.rejected, counts.rejected);
    count(counters_.events, counts.events);
    count(counters_.routed_optimal, counts.routed_optimal);
    count(counters_.routed_unproved, counts.routed_unproved);
    counters_.rules.add(counts.rules);
}

void Writer::answer_made() {
    if (const std::unique_ptr<Batch> made = std::move(made_)) made->answer(*reader_);
}

void Writer::tell(const std::vector<std::pair<core::TenantId, core::Sequence>>& heads) {
    if (heads.empty()) return;
    const std::lock_guard lock(told_mutex_);
    for (const CommitListener& told : told_) told(heads);
}

void Writer::on_commit(CommitListener told) {
    const std::lock_guard lock(told_mutex_);
    told_.push_back(std::move(told));
}

EngineStats Writer::stats() const {
    const auto read = [](const std::atomic<std::uint64_t>& counter) { return counter.load(std::memory_order_relaxed); };
    EngineStats out;
    out.commands = read(counters_.commands);
    out.accepted = read(counters_.accepted);
    out.rejected = read(counters_.rejected);
    out.overloaded = read(counters_.overloaded);
    out.batches = read(counters_.batches);
    out.overlapped = read(counters_.overlapped);
    out.events = read(counters_.events);
    out.queued = read(counters_.queued);
    out.decide_micros = read(counters_.decide_micros);
    out.load_micros = read(counters_.load_micros);
    out.encode_micros = read(counters_.encode_micros);
    out.commit_micros = read(counters_.commit_micros);
    out.routed_optimal = read(counters_.routed_optimal);
    out.routed_unproved = read(counters_.routed_unproved);
    out.rules = counters_.rules.read();
    return out;
}

void Writer::stop() {
    const std::lock_guard once(stop_mutex_);
    {
        const std::lock_guard lock(queue_mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
    // Only now: until everything was answered the lease had to be held.
    ownership_threads_.stop();
    if (ownership_) ownership_->leave();
}

}  // namespace waybill::engine

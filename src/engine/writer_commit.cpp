// How the writer makes a batch durable, and what it does meanwhile (ADR 13).

#include <future>

#include "base/mutant.hpp"
#include "engine/writer.hpp"
#include "engine/writer_counting.hpp"

namespace waybill::engine {

std::unique_ptr<Batch> Writer::commit_batch(std::unique_ptr<Batch> batch) {
    if (batch->rows().empty()) {
        answer_made();
        batch->drop();
        // What was refused is counted, too, where nothing else came with it.
        count_outcomes(batch->counts());
        batch->answer(*reader_);
        return nullptr;
    }
    batch->seal();
    std::unique_ptr<Batch> next;
    auto committed = store_.loads_beside_commit() ? commit_beside(*batch, next) : commit_after_load(*batch, next);
    finish(std::move(batch), std::move(committed), next);
    return next;
}

Result<Unit, IoError> Writer::commit_after_load(const Batch& sealed, std::unique_ptr<Batch>& next) {
    answer_made();
    next = load_next(sealed, options_.overlap_commands_min);
    if (!next) return commit(sealed.rows());
    // The store is this thread's again when the result is there. Where no other thread can be had, `get` commits.
    auto committed =
        std::async(std::launch::async | std::launch::deferred, [this, &sealed] { return commit(sealed.rows()); });
    decide_batch(*next);
    count(counters_.overlapped);
    return committed.get();
}

Result<Unit, IoError> Writer::commit_beside(const Batch& sealed, std::unique_ptr<Batch>& next) {
    if (is_alone(sealed)) {
        answer_made();
        return commit(sealed.rows());
    }
    const auto take_at = std::chrono::steady_clock::now() + pace_.head_start();
    is_committing_ = true;  // this thread's alone, until the next line
    auto committed = std::async(std::launch::async | std::launch::deferred, [this, &sealed] {
        auto done = commit(sealed.rows());
        const std::lock_guard lock(queue_mutex_);
        is_committing_ = false;
        wake_.notify_one();
        return done;
    });
    answer_made();
    const bool is_under_way = committed.wait_for(std::chrono::seconds(0)) != std::future_status::deferred;
    if (is_under_way && gather(take_at)) {
        const auto began = std::chrono::steady_clock::now();
        next = load_next(sealed, 1);
        if (next) {
            decide_batch(*next);
            count(counters_.overlapped);
            pace_.decided(std::chrono::duration_cast<BatchPace::Micros>(std::chrono::steady_clock::now() - began));
        }
    }
    auto done = committed.get();
    pace_.committed(commit_spent_);
    return done;
}

bool Writer::is_alone(const Batch& sealed) {
    const std::lock_guard lock(queue_mutex_);
    return sealed.commands() == 1 && queue_.empty();
}

bool Writer::gather(std::chrono::steady_clock::time_point take_at) {
    std::unique_lock lock(queue_mutex_);
    const auto no_longer = [this] { return !is_committing_ || queue_.size() >= options_.batch_commands_max; };
    wake_at_ = options_.batch_commands_max;
    wake_.wait_until(lock, take_at, no_longer);
    wake_at_ = options_.beside_commands_min;
    wake_.wait(lock, [this] { return !is_committing_ || queue_.size() >= options_.beside_commands_min; });
    wake_at_ = 1;
    return is_committing_;
}

std::unique_ptr<Batch> Writer::load_next(const Batch& sealed, std::size_t commands_min) {
    std::vector<Job> jobs;
    {
        const std::lock_guard lock(queue_mutex_);
        // Looks and chores wait for a moment when nothing is pending.
        const bool others_wait = !looks_.empty() || !chores_.empty();
        if (queue_.size() < commands_min || others_wait) return nullptr;
        take_batch(jobs, &sealed);
    }
    if (jobs.empty()) return nullptr;
    return load_batch(std::move(jobs), &sealed);
}

Result<Unit, IoError> Writer::commit(const std::vector<TenantBatch>& rows) {
    const Stopwatch time(counters_.commit_micros);
    auto done = store_.commit(rows);
    commit_spent_ = time.spent();
    return done;
}

void Writer::finish(std::unique_ptr<Batch> batch, Result<Unit, IoError> committed, std::unique_ptr<Batch>& next) {
    if (committed || WAYBILL_MUTANT(failed_commit_answered)) {
        set_not_ready({});
        succeed(std::move(batch));
        // The next commit need not wait for answers to this one.
        if (!next) answer_made();
        return;
    }
    if (next) {
        // It was decided above what did not happen, or may not have happened: it has not happened itself.
        next->drop();
        const IoFailure kind = committed.error().kind;
        // Nor is it known whether it conflicts with what another process wrote.
        const bool is_open = kind == IoFailure::outcome_unknown || (kind == IoFailure::conflict && ownership_);
        next->answer_all(IoError{is_open ? IoFailure::unavailable : kind, committed.error().detail});
        next.reset();
    }
    fail_commit(std::move(batch), std::move(committed.error()));
}

}  // namespace waybill::engine

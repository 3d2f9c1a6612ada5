// What the writer does when a commit failed, or may have: who is told what, and how it finds out where the store
// stands.

#include "base/mutant.hpp"
#include "engine/codec.hpp"
#include "engine/writer.hpp"

namespace waybill::engine {

void Writer::fail_commit(std::unique_ptr<Batch> batch, IoError error) {
    if (error.kind == IoFailure::outcome_unknown) return hold_unresolved(std::move(batch), std::move(error.detail));
    batch->drop();
    if (error.kind == IoFailure::conflict && ownership_) {
        let_go_of_lost(*batch, error);
        error = stopped_for_good_ ? *stopped_for_good_
                                  : IoError{IoFailure::elsewhere, "another process serves the tenant now"};
    } else if (error.kind == IoFailure::conflict) {
        stopped_for_good_ = error;
        set_not_ready("another process wrote to the store; this one writes no more: " + error.detail);
    } else {
        set_not_ready("the store does not take writes: " + error.detail);
    }
    batch->answer_all(std::move(error));
}

void Writer::let_go_of_lost(const Batch& batch, const IoError& error) {
    std::vector<core::TenantId> lost;
    bool explains = false;
    for (const TenantBatch& rows : batch.rows()) {
        // A name or a number that somebody else took meanwhile; the next look knows of it.
        explains = explains || !rows.tenant_name.empty();
        if (tenants_.find(rows.tenant) == nullptr) continue;
        const auto found = reader_->settled(rows.tenant);
        if (found && found->epoch == rows.epoch && found->head == rows.head_before) continue;
        lost.push_back(rows.tenant);
    }
    if (lost.empty() && !explains) {
        stopped_for_good_ = error;
        return set_not_ready("the store does not take what is written, though nobody else wrote: " + error.detail);
    }
    ownership_->suspect(lost);
}

void Writer::hold_unresolved(std::unique_ptr<Batch> batch, std::string detail) {
    for (const TenantBatch& rows : batch->rows()) {
        if (rows.events.empty()) continue;
        unresolved_ = Unresolved{};
        unresolved_->tenant = rows.tenant;
        unresolved_->epoch = rows.epoch;
        unresolved_->first = rows.events.front();
        unresolved_->before = rows.head_before;
        unresolved_->after = rows.events.back().sequence;
        break;
    }
    const IoError unknown{IoFailure::outcome_unknown, detail};
    if (!unresolved_) {
        // Only remembered replies were at stake. Whether they are there or not, a repetition gets the right answer.
        batch->drop();
        return batch->answer_all(unknown);
    }
    unresolved_->detail = detail;
    const bool lost = WAYBILL_MUTANT(unknown_taken_as_lost);
    const Resolution found = lost ? Resolution::did_not_happen : read_outcome(*unresolved_);
    if (found == Resolution::unknown && !stopped_for_good_) {
        set_not_ready("it is not known whether the last change was made: " + detail);
        batch->answer_all(unknown);
        unresolved_->batch = std::move(batch);
        return;
    }
    unresolved_.reset();
    if (found == Resolution::happened) {
        succeed(std::move(batch));
        return answer_made();
    }
    batch->drop();
    if (stopped_for_good_) return batch->answer_all(*stopped_for_good_);
    set_not_ready("the store does not take writes: " + detail);
    batch->answer_all(IoError{IoFailure::unavailable, detail});
}

Writer::Resolution Writer::read_outcome(const Unresolved& unresolved) {
    const auto found = reader_->settled(unresolved.tenant);
    if (!found) return Resolution::unknown;
    if (found->head == unresolved.before) return Resolution::did_not_happen;
    if (ownership_ && !WAYBILL_MUTANT(outcome_told_by_head_alone)) {
        // Somebody else may have taken the tenant since and written as many events: the batch is known by its first.
        EventQuery query;
        query.after = unresolved.before;
        query.limit = 1;
        const auto events = reader_->events(unresolved.tenant, query);
        if (!events) return Resolution::unknown;
        const bool is_there = !events->empty() && events->front() == unresolved.first;
        return is_there ? Resolution::happened : Resolution::did_not_happen;
    }
    if (found->head == unresolved.after) return Resolution::happened;
    stopped_for_good_ = IoError{IoFailure::conflict, "the log ends at " + std::to_string(found->head.raw())};
    set_not_ready("another process wrote to the store; this one writes no more");
    return Resolution::unknown;
}

bool Writer::settle() {
    if (!unresolved_) return true;
    const Resolution found = read_outcome(*unresolved_);
    if (found == Resolution::unknown) return false;
    // Its commands were told that the outcome is unknown; what is left is to make the state agree with the store.
    if (found == Resolution::happened && !WAYBILL_MUTANT(settled_without_accept)) {
        tell(unresolved_->batch->accept());
    } else {
        unresolved_->batch->drop();
    }
    unresolved_.reset();
    set_not_ready({});
    return true;
}

void Writer::probe() {
    if (WAYBILL_MUTANT(trouble_never_probed) || stopped_for_good_ || !settle()) return;
    if (!in_trouble()) return;
    TenantSlot* slot = tenants_.any();
    if (slot == nullptr) return set_not_ready({});
    TenantBatch batch;
    batch.tenant = slot->state->id;
    batch.epoch = slot->epoch;
    batch.head_before = slot->state->head;
    batch.docs.push_back({DocKind::settings, 0, std::string(settings_code), encode_doc(slot->state->tenant())});
    const auto done = store_.commit({std::move(batch)});
    // That somebody else has the tenant is found by the next look; the store takes writes.
    if (done || (ownership_ && done.error().kind == IoFailure::conflict)) set_not_ready({});
}

void Writer::set_not_ready(std::string why) {
    const std::lock_guard lock(not_ready_mutex_);
    not_ready_ = std::move(why);
}

bool Writer::in_trouble() {
    const std::lock_guard lock(not_ready_mutex_);
    return !not_ready_.empty() && !stopped_for_good_;
}

std::string Writer::not_ready() {
    const std::lock_guard lock(not_ready_mutex_);
    if (not_ready_.empty() && ownership_ && !ownership_->is_valid()) {
        return "the lease of this process has run out, and the store does not renew it";
    }
    return not_ready_;
}

}  // namespace waybill::engine

// The answer phase of a batch: every command hears exactly once what became of it.

#include "engine/batch.hpp"
#include "engine/order_as_of.hpp"

namespace waybill::engine {
namespace {

/// The answer to a repeated request shows the order as it was the first time.
std::optional<IoError> add_order(Receipt& receipt, core::TenantId tenant, Reader& reader) {
    if (receipt.order || receipt.outcome.object.kind != core::AggregateKind::order) return std::nullopt;
    auto order = order_as_of(reader, tenant, core::OrderId(receipt.outcome.object.id), receipt.sequence);
    if (!order) return std::move(order.error());
    receipt.order = std::make_shared<const core::Order>(*std::move(order));
    return std::nullopt;
}

ReplyRow reply_of(const Submission& first, const Receipt& receipt) {
    ReplyRow row;
    row.key = first.idempotency->key;
    row.body_hash = first.idempotency->body_hash;
    row.status = first.reply_status;
    row.object = receipt.outcome.object;
    row.sequence = receipt.sequence;
    return row;
}

}  // namespace

void Batch::answer(Reader& reader) {
    // Repetitions first: they copy from answers that are moved out below.
    for (Answer& answer : answers_) {
        if (!answer.same_as) continue;
        const Submission& first = jobs_[*answer.same_as].submission;
        answer.receipt = answers_[*answer.same_as].receipt;
        answer.receipt.replayed = reply_of(first, answer.receipt);
    }
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
        Answer& answer = answers_[i];
        if (!answer.failure && answer.receipt.replayed) {
            if (auto error = add_order(answer.receipt, answer.tenant, reader)) answer.failure = std::move(*error);
        }
        Done& done = jobs_[i].submission.done;
        if (answer.failure) {
            done(fail(std::move(*answer.failure)));
        } else {
            done(std::move(answer.receipt));
        }
    }
}

void Batch::answer_all(const Failure& failure) {
    for (Job& job : jobs_) job.submission.done(fail(failure));
}

}  // namespace waybill::engine

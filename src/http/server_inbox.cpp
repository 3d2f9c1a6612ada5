#include "http/server_inbox.hpp"

#include <utility>

namespace waybill::http {
namespace {

class PendingReply {
public:
    PendingReply(std::shared_ptr<Inbox> inbox, ExchangeKey key) : inbox_(std::move(inbox)), key_(key) {}
    PendingReply(const PendingReply&) = delete;
    PendingReply& operator=(const PendingReply&) = delete;
    ~PendingReply() {
        if (!answered_.load(std::memory_order_relaxed)) inbox_->push({key_, Delivery::Kind::dropped, {}});
    }

    void answer(Response response) {
        if (answered_.exchange(true, std::memory_order_relaxed)) return;
        inbox_->push_reply(key_, std::move(response));
    }

private:
    std::shared_ptr<Inbox> inbox_;
    ExchangeKey key_;
    std::atomic<bool> answered_ = false;
};

}  // namespace

void Inbox::push(Delivery delivery) {
    const std::lock_guard lock(mutex_);
    if (!wake_) return;
    waiting_.push_back(std::move(delivery));
    // The wake-up is posted under the lock: after close() returns nobody can still be inside it.
    if (waiting_.size() == 1) wake_();
}

void Inbox::push_reply(ExchangeKey key, Response response) {
    if (server_thread_.load(std::memory_order_relaxed) == std::this_thread::get_id() &&
        inline_exchange_ == key.exchange) {
        inline_response_ = std::move(response);
        return;
    }
    push({key, Delivery::Kind::reply, std::move(response)});
}

void Inbox::close() {
    std::vector<Delivery> dropped;
    const std::lock_guard lock(mutex_);
    wake_ = nullptr;
    dropped.swap(waiting_);
}

std::optional<Response> Inbox::end_inline() {
    inline_exchange_ = 0;
    return std::exchange(inline_response_, std::nullopt);
}

void Inbox::take(std::vector<Delivery>& out) {
    const std::lock_guard lock(mutex_);
    out.swap(waiting_);
}

Reply make_reply(std::shared_ptr<Inbox> inbox, ExchangeKey key) {
    auto pending = std::make_shared<PendingReply>(std::move(inbox), key);
    return [pending = std::move(pending)](Response response) { pending->answer(std::move(response)); };
}

}  // namespace waybill::http

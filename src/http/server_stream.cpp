#include "http/server_stream.hpp"

#include <utility>

#include "base/assert.hpp"

namespace waybill::http {

void StreamState::bind(ExchangeKey key) {
    const std::lock_guard lock(mutex_);
    key_ = key;
    news_ = News();
    told_ = Told::no;
    phase_ = Phase::fresh;
    waiting_bytes_ = 0;
    unsent_bytes_ = 0;
}

void StreamState::tell() {
    if (told_ == Told::yes) return;
    told_ = Told::yes;
    inbox_->push({key_, Delivery::Kind::stream, {}});
}

void StreamState::start(Response head) {
    const std::lock_guard lock(mutex_);
    if (phase_ == Phase::over) return;
    WAYBILL_ASSERT(phase_ == Phase::fresh);
    phase_ = Phase::started;
    news_.bytes = std::exchange(head.body, {});
    waiting_bytes_.store(news_.bytes.size(), std::memory_order_relaxed);
    news_.head = std::move(head);
    tell();
}

bool StreamState::write(std::string bytes) {
    const std::lock_guard lock(mutex_);
    if (phase_ == Phase::over) return false;
    WAYBILL_ASSERT(phase_ == Phase::started);
    // One write may be larger than the buffer when nothing is ahead of it: then its size says nothing about the reader.
    const std::size_t ahead = queued_bytes();
    if (ahead > 0 && ahead + bytes.size() > buffer_bytes_max_) {
        phase_ = Phase::over;
        news_.end = News::End::overflowed;
        tell();
        return false;
    }
    if (bytes.empty()) return true;
    if (news_.bytes.empty()) {
        news_.bytes = std::move(bytes);
    } else {
        news_.bytes.append(bytes);
    }
    waiting_bytes_.store(news_.bytes.size(), std::memory_order_relaxed);
    tell();
    return true;
}

void StreamState::finish() {
    const std::lock_guard lock(mutex_);
    if (phase_ == Phase::over) return;
    // Finished without a head: there is nothing to send, so the client is told as for a dropped reply.
    news_.end = phase_ == Phase::started ? News::End::finished : News::End::abandoned;
    phase_ = Phase::over;
    tell();
}

void StreamState::abandon() {
    const std::lock_guard lock(mutex_);
    if (phase_ == Phase::over) return;
    phase_ = Phase::over;
    news_.end = News::End::abandoned;
    tell();
}

void StreamState::resume() {
    const std::lock_guard lock(mutex_);
    news_.intake = News::Intake::resumed;
    tell();
}

StreamState::News StreamState::take(Take what) {
    const std::lock_guard lock(mutex_);
    told_ = Told::no;
    if (what == Take::signals) {
        News signals;
        signals.intake = std::exchange(news_.intake, News::Intake::as_before);
        if (news_.end != News::End::finished) signals.end = news_.end;
        return signals;
    }
    News taken = std::move(news_);
    news_ = News();
    // Counted as unsent before it is no longer counted as waiting: a writer that looks now must not see an empty queue.
    unsent_bytes_.fetch_add(taken.bytes.size(), std::memory_order_relaxed);
    waiting_bytes_.store(0, std::memory_order_relaxed);
    return taken;
}

void StreamState::close() {
    const std::lock_guard lock(mutex_);
    phase_ = Phase::over;
    news_ = News();
    told_ = Told::yes;  // nobody listens any more
    waiting_bytes_ = 0;
    unsent_bytes_ = 0;
}

}  // namespace waybill::http

#pragma once
// The response side of a streamed exchange between the threads that write it and the connection that sends it.
// StreamState is shared by both; writers hold it through a StreamHandle, whose end without finish() breaks the exchange
// off rather than leaving the client to wait.

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "http/server_inbox.hpp"

namespace waybill::http {

class StreamState {
public:
    StreamState(std::shared_ptr<Inbox> inbox, std::size_t buffer_bytes_max)
        : inbox_(std::move(inbox)), buffer_bytes_max_(buffer_bytes_max) {}

    // For writers, from any thread.

    void start(Response head);
    [[nodiscard]] bool write(std::string bytes);
    void finish();
    void resume();
    void abandon();
    [[nodiscard]] std::size_t queued_bytes() const {
        return waiting_bytes_.load(std::memory_order_relaxed) + unsent_bytes_.load(std::memory_order_relaxed);
    }

    // For the connection, on the server's thread.

    /// Makes the stream that of another exchange. REQUIRES: no handle is in anybody else's hands.
    void bind(ExchangeKey key);
    struct News {
        std::optional<Response> head;
        std::string bytes;
        enum class End { open, finished, abandoned, overflowed } end = End::open;
        enum class Intake { as_before, resumed } intake = Intake::as_before;
    };
    enum class Take { everything, signals };
    /// What has come since the last call. `signals` leaves head, bytes and a regular end where they are: output that
    /// the client does not take yet stays here, where writers see it counted.
    [[nodiscard]] News take(Take what);
    void set_unsent_bytes(std::size_t bytes) { unsent_bytes_.store(bytes, std::memory_order_relaxed); }
    /// Writers are told that the client is gone from now on.
    void close();

private:
    void tell();  // REQUIRES: mutex_ held

    std::shared_ptr<Inbox> inbox_;
    std::size_t buffer_bytes_max_;
    std::mutex mutex_;
    ExchangeKey key_;  // this and the following are guarded by mutex_
    News news_;
    enum class Told { no, yes } told_ = Told::no;
    enum class Phase { fresh, started, over } phase_ = Phase::fresh;
    std::atomic<std::size_t> waiting_bytes_ = 0;
    std::atomic<std::size_t> unsent_bytes_ = 0;
};

class StreamHandle final : public StreamOut {
public:
    explicit StreamHandle(std::shared_ptr<StreamState> state) : state_(std::move(state)) {}
    StreamHandle(const StreamHandle&) = delete;
    StreamHandle& operator=(const StreamHandle&) = delete;
    ~StreamHandle() override { state_->abandon(); }

    void start(Response head) override { state_->start(std::move(head)); }
    bool write(std::string bytes) override { return state_->write(std::move(bytes)); }
    [[nodiscard]] std::size_t queued_bytes() const override { return state_->queued_bytes(); }
    void finish() override { state_->finish(); }
    void resume() override { state_->resume(); }
    [[nodiscard]] const std::shared_ptr<StreamState>& state() const { return state_; }

private:
    std::shared_ptr<StreamState> state_;
};

}  // namespace waybill::http

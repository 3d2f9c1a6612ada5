#pragma once
// How answers come back to the server's thread: Inbox collects deliveries from any thread and wakes the server once for
// all that come before it looks, so that a batch of a thousand replies costs one wake-up.
//
// Deliveries name their exchange by a key and never hold a connection: a reply that outlives its connection, or the
// whole server, finds nobody and is dropped.

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "http/server.hpp"

namespace waybill::http {

/// One exchange of one connection. Exchange numbers are never used again while a server lives; 0 is none.
struct ExchangeKey {
    std::uint32_t slot = 0;
    std::uint64_t exchange = 0;
};

struct Delivery {
    enum class Kind {
        reply,    ///< `response` is the answer
        dropped,  ///< the reply was destroyed unanswered
        stream,   ///< the stream of the exchange has something to tell
    };
    ExchangeKey key;
    Kind kind = Kind::reply;
    Response response;
};

class Inbox {
public:
    /// `wake` is called from any thread and must lead to a `take` on the server's thread.
    explicit Inbox(std::function<void()> wake) : wake_(std::move(wake)) {}

    void push(Delivery delivery);
    /// Like push, but an answer given inside the handler's call is left for `end_inline`.
    void push_reply(ExchangeKey key, Response response);
    /// After this, deliveries are dropped and nobody is woken.
    void close();

    // The rest is for the server's thread.

    void serve_on_this_thread() { server_thread_.store(std::this_thread::get_id(), std::memory_order_relaxed); }
    void begin_inline(std::uint64_t exchange) { inline_exchange_ = exchange; }
    [[nodiscard]] std::optional<Response> end_inline();
    /// Swaps what has come into `out`, which must be empty; its capacity is used for what comes next.
    void take(std::vector<Delivery>& out);

private:
    std::mutex mutex_;
    std::vector<Delivery> waiting_;  // guarded by mutex_
    std::function<void()> wake_;     // guarded by mutex_; empty once closed
    std::atomic<std::thread::id> server_thread_{};
    std::uint64_t inline_exchange_ = 0;        // server's thread only
    std::optional<Response> inline_response_;  // server's thread only
};

/// The Reply of one exchange.
[[nodiscard]] Reply make_reply(std::shared_ptr<Inbox> inbox, ExchangeKey key);

}  // namespace waybill::http

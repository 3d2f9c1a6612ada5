#pragma once
// Transfers: what goes to servers outside, by libcurl, many at once on one thread. What a transfer is, and what its end
// means, says whoever makes it. libcurl is seen by the sources of transfers only, here as a handle without a type.
//
// Threads: `start` from any. The members of a Transfer, and `sent`, are called on the thread of the transfers; `sent`
// does little.

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "delivery/receiver.hpp"

namespace waybill::delivery {

class Transfer {
public:
    explicit Transfer(Sent done) : sent(std::move(done)) {}
    virtual ~Transfer() = default;
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;
    /// Says everything of it to libcurl. `easy`: a CURL*, which ends before this does. False: there is no memory.
    [[nodiscard]] virtual bool prepare(void* easy) = 0;
    /// `code`: a CURLcode.
    [[nodiscard]] virtual Delivery judge(void* easy, int code) = 0;

    Sent sent;
};

/// One line of a failure that libcurl words: what is no visible ASCII, as of a certificate that it quotes, is not
/// shown.
[[nodiscard]] std::string shown_failure(std::string_view failure);

class Transfers {
public:
    /// Starts the thread. Errors: one line: the library can not be used.
    [[nodiscard]] static Result<std::unique_ptr<Transfers>, std::string> start(std::size_t connections_kept_max);
    virtual ~Transfers() = default;

    /// Calls `sent` exactly once, also when it is stopped (then at once, on this thread).
    virtual void begin(std::unique_ptr<Transfer> transfer) = 0;
    /// Cuts off what is under way and ends the thread.
    virtual void stop() = 0;
};

}  // namespace waybill::delivery

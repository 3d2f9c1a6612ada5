#pragma once
// Sends requests to addresses outside, many at once, on one thread. It follows no redirect, keeps no cookies, uses no
// proxy and no credentials, whatever the environment says; checks certificates; and opens no socket to an address that
// is not public, unless it is allowed to. Of libcurl it sees what
// delivery/transfers.hpp leaves to it.
//
// Threads: `send` from any. `Sent` is called on the sender's thread and does little.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "delivery/receiver.hpp"
#include "webhooks/request.hpp"

namespace waybill::webhooks {

/// Of an answer; what is longer is cut off, and the status counts.
inline constexpr std::size_t answer_headers_bytes_max = 64 * 1024;
inline constexpr std::size_t answer_body_bytes_max = 64 * 1024;

struct HttpSenderOptions {
    bool allow_private = false;                          ///< any address, and http:// as well
    std::chrono::milliseconds request_wait_max{15'000};  ///< from the name's resolution to the end of the answer
    std::size_t connections_kept_max = 64;               ///< open while nothing is sent
    std::string certificates_file;                       ///< authorities to trust, PEM; empty: the system's
};

/// Taken: any status 2xx; gone: 410.
using delivery::Delivery;
using delivery::Sent;

class HttpSender {
public:
    /// Starts the thread. Errors: one line: the library can not be used.
    [[nodiscard]] static Result<std::unique_ptr<HttpSender>, std::string> start(HttpSenderOptions options);
    virtual ~HttpSender() = default;

    /// Calls `sent` exactly once, also when it is stopped (then at once, on this thread).
    virtual void send(HttpRequest request, Sent sent) = 0;
    /// Cuts off what is under way and ends the thread.
    virtual void stop() = 0;
};

}  // namespace waybill::webhooks

#pragma once
// The mail of tenants as the dispatcher sends it (delivery/dispatcher.hpp): one queue a tenant, one event at a time.
// What a mail says is read when it is sent; personal data comes from its rows then, and stays nowhere else.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "delivery/receiver.hpp"
#include "engine/engine.hpp"
#include "engine/mail_stats.hpp"
#include "mail/smtp_sender.hpp"

namespace waybill::mail {

inline constexpr std::size_t mail_bytes_max = 2 * 1024 * 1024;  ///< of both bodies; what is longer fails

struct MailOptions {
    std::string from_name;                                        ///< empty: the name of the tenant
    std::string reply_to;                                         ///< an address; may be empty
    std::string domain;                                           ///< of message ids: that of the sender
    std::chrono::milliseconds give_up_after{5 * 24 * 3'600'000};  ///< older events make no mail any more
};

/// Counts since this process began. Any thread.
struct MailCounts {
    std::atomic<std::uint64_t> sent{0}, tried_again{0}, refused{0}, no_address{0}, too_old{0};
};

/// `clock` outlives it.
[[nodiscard]] std::unique_ptr<delivery::Outlet> make_mail_outlet(engine::Clock& clock,
                                                                 std::unique_ptr<MailSender> sender,
                                                                 MailOptions options,
                                                                 std::shared_ptr<MailCounts> counts);

}  // namespace waybill::mail

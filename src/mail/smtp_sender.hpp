#pragma once
// Sends mails by one server, several at once, each on a connection of its own that is kept for the next.
//
// Source: RFC 5321 for what its replies mean.
// Threads: `send` from any. `sent` is called on the sender's thread and does little.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "delivery/receiver.hpp"
#include "mail/mail.hpp"

namespace waybill::mail {

struct SmtpOptions {
    std::string url;  ///< smtp://host:port, smtps://host:port
    std::string user;
    std::string password;
    std::string from;         ///< an address
    bool require_tls = true;  ///< also by STARTTLS; else where the server offers it
    std::chrono::milliseconds wait_max{30'000};
    std::size_t connections_max = 4;
    std::string certificates_file;  ///< authorities to trust, PEM; empty: the system's
};

class MailSender {
public:
    /// Errors: one line: the library can not be used.
    [[nodiscard]] static Result<std::unique_ptr<MailSender>, std::string> start(SmtpOptions options);
    virtual ~MailSender() = default;

    /// Calls `sent` exactly once, also when it is stopped. `gone` says that this mail will never be taken.
    virtual void send(Mail mail, delivery::Sent sent) = 0;
    /// Cuts off what is under way.
    virtual void stop() = 0;
};

}  // namespace waybill::mail

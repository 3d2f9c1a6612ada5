#pragma once
// What the mail of this process came to, for the people who run it (docs/domain/messages.md).

#include <cstdint>

namespace waybill::engine {

struct MailStats {
    bool is_configured = false;        ///< there is a mail server to send by; else nothing is sent
    std::uint64_t sent = 0;            ///< mails that the server took
    std::uint64_t tried_again = 0;     ///< attempts that failed for now
    std::uint64_t refused = 0;         ///< mails that will never arrive
    std::uint64_t no_address = 0;      ///< mails to customers without an address, or who were erased
    std::uint64_t too_old = 0;         ///< events that nobody needs to hear of any more
    std::uint64_t events_waiting = 0;  ///< now, over all tenants that are served here: behind the head of their log
    std::uint64_t tenants_failing = 0;
};

}  // namespace waybill::engine

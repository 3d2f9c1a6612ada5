#pragma once
// Whether an address is one of the public internet. Whoever may put a webhook names a host, and the process may be
// inside a network that trusts it: what is private, of this machine, of this link or set aside is reached by nobody's
// webhook unless the operator allows it. It is asked of the socket's address, after the name was resolved.
//
// Source: the IANA registries of special-purpose addresses, IPv4 and IPv6 (RFC 6890 and its updates).

#include <sys/socket.h>

namespace waybill::webhooks {

/// False for addresses of other families, too.
[[nodiscard]] bool is_public(const sockaddr& address);

}  // namespace waybill::webhooks

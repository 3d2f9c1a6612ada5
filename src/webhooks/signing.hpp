#pragma once
// The signatures of requests to webhooks, by which their receivers know that they come from here and were not changed.
// A secret is kept nowhere: it is derived from a key of the server, so that no log, row, backup or export has one.
//
// Source: Standard Webhooks 1.0, "Signature scheme" and "Symmetric"; RFC 2104 with SHA-256.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/ids.hpp"

namespace waybill::webhooks {

using Secret = std::array<unsigned char, 32>;

/// The secret with this number of a webhook: HMAC-SHA256, under the server's key, of what it is, the tenant, the code
/// and the number, each ended by a line feed, which no code has. The same on every process that has the same key.
[[nodiscard]] Secret derive_secret(std::string_view server_key, core::TenantId tenant, std::string_view code,
                                   std::uint32_t number);

/// For the receiver: "whsec_" and the secret in base64.
[[nodiscard]] std::string show(const Secret& secret);

/// "v1,<base64>": of the header webhook-signature. `seconds`: since 1970, as webhook-timestamp says. `secret` is of any
/// length.
[[nodiscard]] std::string sign(std::string_view secret, std::string_view id, std::int64_t seconds,
                               std::string_view body);
[[nodiscard]] std::string sign(const Secret& secret, std::string_view id, std::int64_t seconds, std::string_view body);

}  // namespace waybill::webhooks

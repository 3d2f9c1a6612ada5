#pragma once
// Who asks: the secret of an API key against its hash. Secrets have 256 bits from the system's generator, so a plain
// hash is enough to keep them from a reader of the store; nothing here is slow on purpose.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "api/call.hpp"
#include "base/result.hpp"

namespace waybill::api {

/// BLAKE2b-256, lower-case hexadecimal.
[[nodiscard]] std::string hash_secret(std::string_view secret);
/// "wb_" and 43 characters.
[[nodiscard]] std::string new_secret();

[[nodiscard]] std::array<unsigned char, 32> blake2b(std::string_view text);

/// The hash of the secret that a request carries. Errors: unauthenticated.
[[nodiscard]] Result<std::string, Problem> hash_of_key(const http::Request& request);
/// Errors: unauthenticated for no key, key_revoked.
[[nodiscard]] Result<Caller, Problem> authenticate(std::optional<engine::KeyHit> hit);
/// Errors: as authenticate; forbidden.
[[nodiscard]] Result<Caller, Problem> admit(std::optional<engine::KeyHit> hit, core::Permission permission);

}  // namespace waybill::api

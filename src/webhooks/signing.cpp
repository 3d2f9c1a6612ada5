#include "webhooks/signing.hpp"

#include <sodium.h>

#include <initializer_list>

#include "base/assert.hpp"

namespace waybill::webhooks {
namespace {

static_assert(std::tuple_size_v<Secret> == crypto_auth_hmacsha256_BYTES);

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());  // NOLINT: libsodium reads bytes
}

Secret hmac(std::string_view key, std::initializer_list<std::string_view> parts) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
    for (const std::string_view part : parts) crypto_auth_hmacsha256_update(&state, bytes_of(part), part.size());
    Secret out{};
    crypto_auth_hmacsha256_final(&state, out.data());
    sodium_memzero(&state, sizeof state);
    return out;
}

std::string base64(const Secret& bytes) {
    constexpr std::size_t length = sodium_base64_ENCODED_LEN(std::tuple_size_v<Secret>, sodium_base64_VARIANT_ORIGINAL);
    std::array<char, length> text{};  // with the zero at its end
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    return text.data();
}

}  // namespace

Secret derive_secret(std::string_view server_key, core::TenantId tenant, std::string_view code, std::uint32_t number) {
    WAYBILL_ASSERT(!server_key.empty());
    return hmac(server_key, {"waybill webhook secret\n", std::to_string(tenant.raw()), "\n", code, "\n",
                             std::to_string(number), "\n"});
}

std::string show(const Secret& secret) { return "whsec_" + base64(secret); }

std::string sign(std::string_view secret, std::string_view id, std::int64_t seconds, std::string_view body) {
    return "v1," + base64(hmac(secret, {id, ".", std::to_string(seconds), ".", body}));
}

std::string sign(const Secret& secret, std::string_view id, std::int64_t seconds, std::string_view body) {
    const auto* const text = reinterpret_cast<const char*>(secret.data());  // NOLINT: its bytes are the key
    return sign(std::string_view(text, secret.size()), id, seconds, body);
}

}  // namespace waybill::webhooks

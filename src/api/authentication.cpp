#include "api/authentication.hpp"

#include <sodium.h>

#include <algorithm>

#include "base/assert.hpp"

namespace waybill::api {
namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t secret_length_max = 256;

void initialise() {
    static const bool ready = sodium_init() >= 0;
    WAYBILL_ASSERT(ready);
}

bool starts_with_bearer(std::string_view text) {
    constexpr std::string_view scheme = "bearer ";
    return text.size() > scheme.size() &&
           std::equal(scheme.begin(), scheme.end(), text.begin(), [](char want, char have) {
               return want == (have >= 'A' && have <= 'Z' ? static_cast<char>(have + ('a' - 'A')) : have);
           });
}

}  // namespace

std::array<unsigned char, 32> blake2b(std::string_view text) {
    initialise();
    std::array<unsigned char, 32> out{};
    crypto_generichash(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                       nullptr, 0);
    return out;
}

std::string hash_secret(std::string_view secret) {
    const auto hash = blake2b(secret);
    std::array<char, hash.size() * 2 + 1> text{};
    sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
    return text.data();
}

std::string new_secret() {
    initialise();
    std::array<unsigned char, secret_bytes> random{};
    randombytes_buf(random.data(), random.size());
    std::array<char, sodium_base64_ENCODED_LEN(secret_bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text{};
    sodium_bin2base64(text.data(), text.size(), random.data(), random.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return std::string("wb_") + text.data();
}

Result<std::string, Problem> hash_of_key(const http::Request& request) {
    const auto header = request.header("authorization");
    if (!header || !starts_with_bearer(*header)) return refuse(core::Reject::unauthenticated);
    const std::string_view secret = header->substr(std::string_view("bearer ").size());
    if (secret.size() > secret_length_max) return refuse(core::Reject::unauthenticated);
    return hash_secret(secret);
}

Result<Caller, Problem> authenticate(std::optional<engine::KeyHit> hit) {
    if (!hit) return refuse(core::Reject::unauthenticated);
    if (hit->key.revoked_at.is_set()) return refuse(core::Reject::key_revoked);
    return Caller{hit->tenant, std::move(hit->key)};
}

Result<Caller, Problem> admit(std::optional<engine::KeyHit> hit, core::Permission permission) {
    auto caller = authenticate(std::move(hit));
    if (caller && !caller->may(permission)) return refuse(core::Reject::forbidden);
    return caller;
}

}  // namespace waybill::api

#include "webhooks/signing.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <set>

namespace waybill::webhooks {
namespace {

using core::TenantId;

std::string from_base64(std::string_view text) {
    std::string out(text.size(), '\0');
    std::size_t length = 0;
    const int failed = sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(),
                                         text.size(), nullptr, &length, nullptr, sodium_base64_VARIANT_ORIGINAL);
    EXPECT_EQ(failed, 0);
    out.resize(length);
    return out;
}

// The vector that the libraries of Standard Webhooks are tested with.
TEST(WebhookSigning, SignsAsTheStandardDoes) {
    const std::string secret = from_base64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    EXPECT_EQ(sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1'614'265'330, R"({"test": 2432232314})"),
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSigning, WhatIsShownIsWhatSigns) {
    const Secret secret = derive_secret(std::string(32, 'k'), TenantId(2), "erp", 1);
    const std::string shown = show(secret);
    ASSERT_TRUE(shown.starts_with("whsec_"));
    EXPECT_EQ(sign(secret, "a", 1, "b"), sign(from_base64(shown.substr(6)), "a", 1, "b"));
}

// Of another implementation (Python's hmac): receivers have these secrets, so they must never change.
TEST(WebhookSigning, SecretsStayWhatTheyAre) {
    EXPECT_EQ(show(derive_secret("0123456789abcdef0123456789abcdef", TenantId(7), "erp", 3)),
              "whsec_ZYMR4zzrMqjM27djCyUsnONobDfPOL4Hbk8lanv2hfI=");
}

TEST(WebhookSigning, EverySecretIsAnother) {
    std::set<Secret> seen;
    std::size_t made = 0;
    for (const std::string key : {"one key of this server, long enough", "another key of it, long enough, too"}) {
        for (const std::uint32_t tenant : {1U, 2U, 12U}) {
            for (const std::string code : {"e", "erp", "erp2", "2", "12", "erp.1"}) {
                for (const std::uint32_t number : {1U, 2U, 12U, 21U}) {
                    const Secret secret = derive_secret(key, TenantId(tenant), code, number);
                    EXPECT_EQ(secret, derive_secret(key, TenantId(tenant), code, number));
                    seen.insert(secret);
                    ++made;
                }
            }
        }
    }
    EXPECT_EQ(seen.size(), made);
}

TEST(WebhookSigning, ASignatureIsOfEveryPart) {
    const Secret secret = derive_secret(std::string(32, 'k'), TenantId(2), "erp", 1);
    const std::string signature = sign(secret, "id", 10, "body");
    EXPECT_NE(signature, sign(secret, "ie", 10, "body"));
    EXPECT_NE(signature, sign(secret, "id", 11, "body"));
    EXPECT_NE(signature, sign(secret, "id", 10, "bodz"));
    EXPECT_NE(signature, sign(derive_secret(std::string(32, 'k'), TenantId(2), "erp", 2), "id", 10, "body"));
}

}  // namespace
}  // namespace waybill::webhooks

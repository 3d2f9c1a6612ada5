#include "webhooks/request.hpp"

#include <gtest/gtest.h>

#include "webhooks/signing.hpp"

namespace waybill::webhooks {
namespace {

using core::Sequence;
using core::TenantId;

const SenderIdentity identity{"0123456789abcdef0123456789abcdef", "1.2.3"};
constexpr Instant now{1'782'000'000'500'000};

core::Webhook erp(std::int64_t batch_max = 1) {
    core::Webhook out;
    out.code = "erp";
    out.url = "https://erp.example/hook";
    out.batch_max = batch_max;
    return out;
}

std::string signed_by(std::uint32_t number, const std::string& id, const std::string& body) {
    return sign(derive_secret(identity.server_key, TenantId(2), "erp", number), id, 1'782'000'000, body);
}

TEST(WebhookRequest, OfOneEvent) {
    const HttpRequest request = make_request(erp(), {TenantId(2), Sequence(17), Sequence(17), "{}"}, identity, now);
    EXPECT_EQ(request.url, "https://erp.example/hook");
    EXPECT_EQ(request.body, "{}");
    EXPECT_EQ(request.headers, (std::vector<std::string>{"content-type: application/cloudevents+json; charset=utf-8",
                                                         "user-agent: Waybill/1.2.3", "webhook-id: ten_2/17",
                                                         "webhook-timestamp: 1782000000",
                                                         "webhook-signature: " + signed_by(1, "ten_2/17", "{}")}));
}

TEST(WebhookRequest, OfABatch) {
    const HttpRequest request =
        make_request(erp(5), {TenantId(2), Sequence(17), Sequence(30), "[{},{}]"}, identity, now);
    EXPECT_EQ(request.headers[0], "content-type: application/cloudevents-batch+json; charset=utf-8");
    EXPECT_EQ(request.headers[2], "webhook-id: ten_2/17..30");
    EXPECT_EQ(request_id(erp(5), {TenantId(2), Sequence(17), Sequence(17), {}}), "ten_2/17..17");
}

TEST(WebhookRequest, TheSecretBeforeSignsForADay) {
    core::Webhook webhook = erp();
    webhook.secret = 3;
    const auto signature_at = [&](std::int64_t seconds_after_rotation) {
        webhook.secret_since = Instant(now.micros() - seconds_after_rotation * micros_per_second);
        return make_request(webhook, {TenantId(2), Sequence(1), Sequence(1), "{}"}, identity, now).headers[4];
    };
    const std::string fresh = "webhook-signature: " + signed_by(3, "ten_2/1", "{}");
    const std::string both = fresh + ' ' + signed_by(2, "ten_2/1", "{}");
    EXPECT_EQ(signature_at(0), both);
    EXPECT_EQ(signature_at(24 * 3'600 - 1), both);
    EXPECT_EQ(signature_at(24 * 3'600), fresh);
}

}  // namespace
}  // namespace waybill::webhooks

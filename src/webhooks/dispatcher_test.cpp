// The dispatcher on a real engine, with a sender whose requests the test answers; the real one has tests of its own,
// and tests/cli/webhooks_test.py has both.

#include "delivery/dispatcher.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <optional>

#include "engine/engine_test_kit.hpp"
#include "storage/memory/memory_store.hpp"
#include "webhooks/webhook_outlet.hpp"

namespace waybill::webhooks {
namespace {

using namespace std::chrono_literals;
using core::Sequence;
using delivery::Dispatcher;
using delivery::DispatcherOptions;
using delivery::skipped_unrecorded_max;
using delivery::Steady;
using engine::testing::order_of;

constexpr auto patience = 20s;
/// For what must not happen.
constexpr auto a_while = 300ms;

class HeldSender final : public HttpSender {
public:
    struct Held {
        HttpRequest request;
        Sent sent;
    };

    void send(HttpRequest request, Sent sent) override {
        const std::lock_guard lock(mutex_);
        held_.push_back({std::move(request), std::move(sent)});
        came_.notify_all();
    }
    void stop() override {
        const std::lock_guard lock(mutex_);
        for (const Held& held : std::exchange(held_, {})) held.sent({Delivery::Kind::cut_off, {}, {}});
    }

    /// The oldest request to this address; nullopt: none came.
    std::optional<Held> take(const std::string& url, std::chrono::milliseconds wait) {
        std::unique_lock lock(mutex_);
        auto at = held_.end();
        came_.wait_for(lock, wait, [&] {
            at = std::find_if(held_.begin(), held_.end(), [&](const Held& held) { return held.request.url == url; });
            return at != held_.end();
        });
        if (at == held_.end()) return std::nullopt;
        Held out = std::move(*at);
        held_.erase(at);
        return out;
    }

private:
    std::mutex mutex_;
    std::condition_variable came_;
    std::deque<Held> held_;
};

class Dispatching : public testing::Test {
protected:
    void SetUp() override { shop_.open_shop(1'000'000); }
    void TearDown() override {
        if (dispatcher_) dispatcher_->stop();
    }

    void start(std::size_t at_once = 8) {
        auto sender = std::make_unique<HeldSender>();
        sender_ = sender.get();
        DispatcherOptions options;
        options.at_once = at_once;
        options.beat = 20ms;
        options.stop_wait_max = 200ms;
        const RenderEvent render = [](std::string& out, const engine::EventRow& event,
                                      std::span<const std::string_view> rules, const engine::TenantView&) {
            out += std::to_string(event.sequence.raw());
            for (const std::string_view rule : rules) out.append(" ").append(rule);
        };
        auto outlet = make_webhook_outlet(shop_.clock, std::move(sender), render, {std::string(32, 'k'), "1.0"});
        dispatcher_ = Dispatcher::start(*shop_.engine, store_, shop_.clock, std::move(outlet), options).value();
    }

    void put(const std::string& code, std::vector<std::string> events, std::int64_t batch_max = 1,
             const std::string& description = {}) {
        core::Webhook webhook;
        webhook.code = code;
        webhook.url = url_of(code);
        webhook.events = std::move(events);
        webhook.batch_max = batch_max;
        webhook.description = description;
        ASSERT_TRUE(shop_.run(core::PutWebhook{webhook}));
    }

    static std::string url_of(const std::string& code) { return "https://" + code + ".example/"; }

    std::uint64_t order() {
        const auto placed = shop_.run(order_of(std::to_string(++orders_), "A", 1));
        EXPECT_TRUE(placed);
        return placed->order->id.raw();
    }

    /// The body of the next request, which is answered.
    std::string answered(const std::string& code, Delivery delivery = {}) {
        auto held = sender_->take(url_of(code), patience);
        if (!held) return "nothing came";
        held->sent(std::move(delivery));
        return held->request.body;
    }
    bool is_silent(const std::string& code) { return !sender_->take(url_of(code), a_while); }

    core::DeliveryProgress progress(core::WebhookIx ix = 0) {
        return shop_.engine->view(shop_.tenant)->state().webhook_progress.committed(ix);
    }
    Sequence head() { return shop_.engine->head(shop_.tenant).value(); }

    template <class Holds>
    void wait_until(Holds holds) {
        const auto until = Steady::now() + patience;
        while (!holds()) {
            ASSERT_LT(Steady::now(), until);
            std::this_thread::sleep_for(2ms);
        }
    }

    static Delivery failed(const std::string& why) { return {Delivery::Kind::failed, why, {}}; }

    std::unique_ptr<engine::Store> inner_ = storage::memory::open_memory();
    engine::testing::FaultyStore store_{*inner_};
    engine::testing::Shop shop_{store_};
    HeldSender* sender_ = nullptr;
    std::unique_ptr<Dispatcher> dispatcher_;
    int orders_ = 0;
};

TEST_F(Dispatching, OneRequestAtATimeInTheOrderOfTheLog) {
    start();
    put("erp", {"order_placed"});
    const std::uint64_t first = order();
    auto held = sender_->take(url_of("erp"), patience);
    ASSERT_TRUE(held);
    EXPECT_EQ(held->request.body, std::to_string(first));
    const std::uint64_t second = order();
    EXPECT_TRUE(is_silent("erp"));
    held->sent({});
    EXPECT_EQ(answered("erp"), std::to_string(second));
    wait_until([&] { return progress().through.raw() >= second; });
    const Sequence before = head();
    std::this_thread::sleep_for(a_while);
    EXPECT_EQ(head(), before) << "what is recorded is no news";
    EXPECT_EQ(dispatcher_->stats().taken, 2U);
    EXPECT_EQ(dispatcher_->stats().events_sent, 2U);
    wait_until([&] { return dispatcher_->stats().events_waiting == 0; });
}

TEST_F(Dispatching, WhatConcernsItNotIsRecordedSeldom) {
    start();
    put("erp", {"order_cancelled"});
    const Sequence begun = head();
    for (std::uint64_t moved = 0; moved < skipped_unrecorded_max; moved += 200) {
        std::vector<engine::Submission> moves;
        for (int move = 0; move < 200; ++move) {
            moves.push_back(shop_.submission(engine::testing::receipt_of("A", "LON", 1)));
        }
        shop_.run_together(std::move(moves));
    }
    std::this_thread::sleep_for(a_while);
    EXPECT_EQ(head().raw(), begun.raw() + skipped_unrecorded_max);
    EXPECT_EQ(progress().through, begun);
    ASSERT_TRUE(shop_.run(engine::testing::receipt_of("A", "LON", 1)));
    wait_until([&] { return progress().through.raw() == begun.raw() + skipped_unrecorded_max + 1; });
    EXPECT_TRUE(is_silent("erp"));
    EXPECT_EQ(head().raw(), begun.raw() + skipped_unrecorded_max + 2);
}

TEST_F(Dispatching, WhatFailsIsRepeatedAsItWas) {
    start();
    put("erp", {"order_placed"}, 10);
    const std::string first = "[" + std::to_string(order()) + "]";
    EXPECT_EQ(answered("erp", failed("HTTP 500")), first);
    wait_until([&] { return progress().failing_since.is_set(); });
    EXPECT_EQ(progress().failure, "HTTP 500");
    EXPECT_EQ(dispatcher_->stats().failed, 1U);
    const std::uint64_t second = order();
    EXPECT_TRUE(is_silent("erp"));
    put("erp", {"order_placed"}, 10, "mended");
    const std::uint64_t third = order();
    // A webhook that was changed begins anew, with what there is by now.
    const std::string all = first.substr(0, first.size() - 1) + "," + std::to_string(second);
    const std::string body = answered("erp");
    EXPECT_TRUE(body.starts_with(all)) << body;
    wait_until([&] { return !progress().failing_since.is_set(); });
    if (!body.ends_with(std::to_string(third) + "]")) {
        EXPECT_EQ(answered("erp"), "[" + std::to_string(third) + "]");
    }
    wait_until([&] { return dispatcher_->stats().failing == 0; });
}

TEST_F(Dispatching, WhatItIsSetToMeanwhileCounts) {
    start();
    put("erp", {"order_placed"});
    const Sequence begun = head();
    const std::uint64_t first = order();
    const std::uint64_t second = order();
    EXPECT_EQ(answered("erp"), std::to_string(first));
    auto held = sender_->take(url_of("erp"), patience);
    ASSERT_TRUE(held);
    wait_until([&] { return progress().through.raw() >= first; });
    ASSERT_TRUE(shop_.run(core::ResumeWebhook{"erp", begun}));
    std::this_thread::sleep_for(50ms);
    held->sent(failed("of no use"));
    EXPECT_EQ(answered("erp"), std::to_string(first));
    EXPECT_EQ(answered("erp"), std::to_string(second));
    wait_until([&] { return progress().through.raw() >= second; });
    EXPECT_FALSE(progress().failing_since.is_set());
}

TEST_F(Dispatching, GonePausesAndResumeGoesOn) {
    start();
    put("erp", {"order_placed"});
    const std::uint64_t first = order();
    EXPECT_EQ(answered("erp", {Delivery::Kind::gone, "HTTP 410", {}}), std::to_string(first));
    wait_until([&] { return progress().paused; });
    wait_until([&] { return dispatcher_->stats().paused == 1; });
    order();
    EXPECT_TRUE(is_silent("erp"));
    ASSERT_TRUE(shop_.run(core::ResumeWebhook{"erp", {}}));
    EXPECT_EQ(answered("erp"), std::to_string(first));
}

TEST_F(Dispatching, ThoseThatFailLeaveHalfOfTheSlots) {
    start(2);
    for (const char* code : {"bad-1", "bad-2", "good"}) put(code, {"order_placed"});
    order();
    const auto fail_once = [&](const std::string& code) {
        EXPECT_NE(answered(code, failed("HTTP 500")), "nothing came");
    };
    fail_once("bad-1");
    fail_once("bad-2");
    EXPECT_NE(answered("good"), "nothing came");
    for (const char* code : {"bad-1", "bad-2"}) put(code, {"order_placed"}, 1, "again");
    // One of the two is under way and does not come back; the other one waits; the third goes on.
    for (int more = 0; more < 5; ++more) {
        const std::uint64_t placed = order();
        EXPECT_EQ(answered("good"), std::to_string(placed));
    }
    auto of_first = sender_->take(url_of("bad-1"), a_while);
    auto of_second = sender_->take(url_of("bad-2"), a_while);
    ASSERT_NE(of_first.has_value(), of_second.has_value());
    (of_first ? of_first : of_second)->sent({});
    EXPECT_NE(answered(of_first ? "bad-2" : "bad-1"), "nothing came");
}

TEST_F(Dispatching, WhatCouldNotBeRecordedIsRecordedLater) {
    start();
    put("erp", {"order_placed"});
    const std::uint64_t first = order();
    auto held = sender_->take(url_of("erp"), patience);
    ASSERT_TRUE(held);
    store_.faults = {{{engine::IoFailure::full, "full"}}};
    held->sent({});
    wait_until([&] { return progress().through.raw() >= first; });
    const std::uint64_t second = order();
    EXPECT_EQ(answered("erp"), std::to_string(second));
    EXPECT_TRUE(is_silent("erp"));
}

TEST_F(Dispatching, AStopRecordsWhatWasDeliveredAndCutsOffTheRest) {
    start();
    for (const char* code : {"erp", "slow"}) put(code, {"order_placed"});
    const std::uint64_t first = order();
    EXPECT_EQ(answered("erp"), std::to_string(first));
    const std::uint64_t second = order();
    EXPECT_EQ(answered("erp"), std::to_string(second));
    const std::uint64_t third = order();
    auto under_way = sender_->take(url_of("erp"), patience);
    ASSERT_TRUE(under_way);
    std::thread late([sent = std::move(under_way->sent)] {
        std::this_thread::sleep_for(50ms);
        sent({});
    });
    // The slow one's answer never comes.
    dispatcher_->stop();
    late.join();
    EXPECT_EQ(progress(0).through.raw(), third);
    EXPECT_LT(progress(1).through.raw(), first);
    EXPECT_FALSE(progress(1).failing_since.is_set());
    EXPECT_EQ(dispatcher_->stats().failed, 0U);
}

}  // namespace
}  // namespace waybill::webhooks

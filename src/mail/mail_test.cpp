// What mails say and how: headers, templates filled from a real order, and who they go to.

#include "mail/mail.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <random>
#include <set>

#include "core/messages/check_template.hpp"
#include "core/messages/message_fields.hpp"
#include "delivery/dispatcher.hpp"
#include "engine/engine_test_kit.hpp"
#include "mail/mail_outlet.hpp"
#include "mail/message_data.hpp"
#include "mail/render.hpp"
#include "storage/memory/memory_store.hpp"

namespace waybill::mail {
namespace {

using namespace std::chrono_literals;
using core::Sequence;
using delivery::Delivery;
using engine::testing::order_of;

TEST(MailHeaders, HaveOneLineAndNoMore) {
    EXPECT_EQ(one_line("a\r\nBcc: b\t c\n"), "a Bcc: b  c");
    EXPECT_EQ(header_text("Order A-1"), "Order A-1");
    EXPECT_EQ(header_text("a\nb"), "a b");
    EXPECT_EQ(header_text("Gr\xC3\xBC\xC3\x9F"
                          "e"),
              "=?UTF-8?B?R3LDvMOfZQ==?=");
    EXPECT_EQ(header_text("=?x?="), "=?UTF-8?B?PT94Pz0=?=");
    std::string longer;
    for (int i = 0; i < 100; ++i) longer += "\xE2\x82\xAC";
    const std::string words = header_text(longer);
    for (std::size_t at = 0; at < words.size();) {
        const std::size_t end = std::min(words.find("\r\n ", at), words.size());
        EXPECT_LE(end - at, 75U);
        at = end == words.size() ? end : end + 3;
    }
    EXPECT_EQ(header_address("Ada", "a@b"), "\"Ada\" <a@b>");
    EXPECT_EQ(header_address("A \"B\" \\", "a@b"), "\"A \\\"B\\\" \\\\\" <a@b>");
    EXPECT_EQ(header_address("", "a@b"), "<a@b>");
    EXPECT_EQ(header_address("\xC3\x9C", "a@b"), "=?UTF-8?B?w5w=?=\r\n <a@b>");
    EXPECT_EQ(header_date(Instant(1'795'766'400 * micros_per_second)), "Fri, 27 Nov 2026 08:00:00 +0000");
    EXPECT_EQ(with_crlf("a\nb\r\nc\rd"), "a\r\nb\r\nc\r\nd");
}

TEST(MessageIds, AreThoseOfTheMail) {
    const auto id = [](std::uint32_t tenant, std::uint64_t event, const char* code, const char* to) {
        return message_id(core::TenantId(tenant), Sequence(event), code, to, "shop.example");
    };
    EXPECT_EQ(id(2, 5, "m", "a@b"), id(2, 5, "m", "a@b"));
    EXPECT_TRUE(id(2, 5, "m", "a@b").starts_with("<waybill.2.5."));
    EXPECT_TRUE(id(2, 5, "m", "a@b").ends_with("@shop.example>"));
    EXPECT_EQ(id(2, 5, "m", "a@b").find("a@b"), std::string::npos);
    const std::set<std::string> ids = {id(2, 5, "m", "a@b"), id(3, 5, "m", "a@b"), id(2, 6, "m", "a@b"),
                                       id(2, 5, "n", "a@b"), id(2, 5, "m", "c@b")};
    EXPECT_EQ(ids.size(), 5U);
}

TEST(Templates, FillsTextsAsTheyAreAndHtmlAsText) {
    MessageData data;
    data.texts = {{"merchant", "A & <B>"}, {"channel", ""}};
    data.lists["lines"].resize(2);
    data.lists["lines"][0].texts = {{"sku", "x"}};
    data.lists["lines"][1].texts = {{"sku", "y"}};
    data.objects["customer"].texts["name"] = "{{merchant}}";
    EXPECT_EQ(render("{{merchant}}", data, Escape::none), "A & <B>");
    EXPECT_EQ(render("{{merchant}}", data, Escape::html), "A &amp; &lt;B&gt;");
    EXPECT_EQ(render("{{customer.name}}", data, Escape::none), "{{merchant}}") << "data is no template";
    EXPECT_EQ(render("{{#channel}}no{{/channel}}{{^channel}}none{{/channel}}{{channel}}", data, Escape::none), "none");
    EXPECT_EQ(render("{{#lines}}\n{{sku}}\n{{/lines}}\nend", data, Escape::none), "x\ny\nend");
    EXPECT_EQ(render("{{#waiting}}no{{/waiting}}", data, Escape::none), "");
    EXPECT_EQ(render("a\n{{#waiting}}\nno\n{{/waiting}}\n  {{! why }}\nb\n", data, Escape::none), "a\nb\n");
    EXPECT_EQ(render("a\r\n{{#lines}}\r\n{{sku}}\r\n{{/lines}}\r\n", data, Escape::none), "a\nx\ny\n");
    EXPECT_EQ(render("{{#lines}}\n{{sku}}\n{{/lines}}\n\nend\n", data, Escape::none), "x\ny\n\nend\n");
}

/// Pieces that make templates, some of them broken: what the check takes, the library takes.
TEST(Templates, WhatIsTakenCanBeFilled) {
    constexpr std::string_view pieces[] = {
        "{{", "}}", "{",  "}",        "#lines",       "/lines",     "^lines",     "order.number",
        "!",  " ",  "\n", "merchant", "#order",       "/order",     "sku",        "total",
        "=",  "&",  ">",  "text",     "{{merchant}}", "{{#lines}}", "{{/lines}}", "{{sku}}"};
    std::mt19937 chance(7);
    MessageData data;
    data.lists["lines"].resize(1);
    std::size_t taken = 0;
    for (int round = 0; round < 200'000; ++round) {
        std::string text;
        for (auto left = chance() % 9; left > 0; --left) text += pieces[chance() % std::size(pieces)];
        if (core::fault_of_template(text)) continue;
        if (text.find("{{") != std::string::npos) ++taken;
        static_cast<void>(render(text, data, Escape::html));
    }
    EXPECT_GT(taken, 2'000U);
}

/// Every field that templates may name is there.
void expect_filled(const MessageData& data, const std::string& above, std::set<std::string>& seen) {
    for (const auto& [name, text] : data.texts) seen.insert(above + name);
    for (const auto& [name, object] : data.objects) {
        seen.insert(above + name);
        expect_filled(object, above + name + ".", seen);
    }
    for (const auto& [name, rows] : data.lists) {
        seen.insert(above + name);
        for (const MessageData& row : rows) expect_filled(row, above + name + ".", seen);
    }
}

class HeldMailSender final : public MailSender {
public:
    struct Held {
        Mail mail;
        delivery::Sent sent;
    };

    void send(Mail mail, delivery::Sent sent) override {
        const std::lock_guard lock(mutex_);
        held_.push_back({std::move(mail), std::move(sent)});
        came_.notify_all();
    }
    void stop() override {
        std::unique_lock lock(mutex_);
        auto held = std::exchange(held_, {});
        lock.unlock();
        for (const Held& one : held) one.sent({Delivery::Kind::cut_off, {}, {}});
    }

    std::optional<Held> take(std::chrono::milliseconds wait) {
        std::unique_lock lock(mutex_);
        if (!came_.wait_for(lock, wait, [&] { return !held_.empty(); })) return std::nullopt;
        Held out = std::move(held_.front());
        held_.pop_front();
        return out;
    }

private:
    std::mutex mutex_;
    std::condition_variable came_;
    std::deque<Held> held_;
};

class Mailing : public testing::Test {
protected:
    void SetUp() override { shop_.open_shop(1'000); }
    void TearDown() override {
        if (dispatcher_) dispatcher_->stop();
    }

    void start() {
        auto sender = std::make_unique<HeldMailSender>();
        sender_ = sender.get();
        delivery::DispatcherOptions options;
        options.beat = 20ms;
        options.stop_wait_max = 200ms;
        options.give_up_after = std::chrono::milliseconds::max();
        MailOptions mail;
        mail.domain = "shop.example";
        auto outlet = make_mail_outlet(shop_.clock, std::move(sender), mail, counts_);
        dispatcher_ =
            delivery::Dispatcher::start(*shop_.engine, store_, shop_.clock, std::move(outlet), options).value();
    }

    void put(core::MessageTemplate message) {
        if (message.locale.empty()) message.locale = "en";
        if (message.subject.empty()) message.subject = message.code + "/" + message.locale;
        if (message.text.empty()) message.text = "{{order.number}} {{customer.name}}";
        ASSERT_TRUE(shop_.run(core::PutMessageTemplate{std::move(message)}));
    }

    std::uint64_t order(const std::string& person) {
        engine::Submission placing = shop_.submission(order_of(std::to_string(++orders_), "A", 1));
        if (!person.empty()) placing.person = engine::PersonData{person};
        const auto placed = shop_.run(std::move(placing));
        EXPECT_TRUE(placed);
        last_ = placed->order;
        return last_->id.raw();
    }

    /// The next mail, which is answered.
    Mail answered(Delivery delivery = {}) {
        auto held = sender_->take(20s);
        if (!held) return {};
        held->sent(std::move(delivery));
        return held->mail;
    }
    bool is_silent() { return !sender_->take(300ms); }

    core::DeliveryProgress progress() {
        return shop_.engine->view(shop_.tenant)->state().message_progress.committed(0);
    }
    std::vector<engine::EventRow> failures() {
        engine::EventQuery query;
        query.types = {"message_failed"};
        return store_.reader().value()->events(shop_.tenant, query).value();
    }

    template <class Holds>
    void wait_until(Holds holds) {
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (!holds()) {
            ASSERT_LT(std::chrono::steady_clock::now(), until);
            std::this_thread::sleep_for(2ms);
        }
    }

    std::unique_ptr<engine::Store> inner_ = storage::memory::open_memory();
    engine::testing::FaultyStore store_{*inner_};
    engine::testing::Shop shop_{store_};
    std::shared_ptr<MailCounts> counts_ = std::make_shared<MailCounts>();
    HeldMailSender* sender_ = nullptr;
    std::unique_ptr<delivery::Dispatcher> dispatcher_;
    int orders_ = 0;
    std::shared_ptr<const core::Order> last_;
};

constexpr const char* ada = R"({"customer":{"name":"Ada","email":"ada@example.com","locale":"de-AT"}})";

TEST_F(Mailing, TheCustomerIsToldInOrderAndInTheirLanguage) {
    start();
    put({"placed", "", "", "", "", {"order_placed"}, {}, true, {}, 0});
    put({"placed", "de", "", "", "<p>{{customer.name}}</p>", {"order_placed"}, {}, true, {}, 0});
    order(ada);
    Mail mail = answered();
    EXPECT_EQ(mail.to, "ada@example.com");
    EXPECT_EQ(mail.to_name, "Ada");
    EXPECT_EQ(mail.subject, "placed/de");
    EXPECT_EQ(mail.text, "1 Ada");
    EXPECT_EQ(mail.html, "<p>Ada</p>");
    order(R"({"ship_to":{"name":"Bob & Co","email":"bob@example.com"}})");
    mail = answered();
    EXPECT_EQ(mail.subject, "placed/en");
    EXPECT_EQ(mail.text, "2 Bob & Co");
    wait_until([&] { return counts_->sent == 2; });
}

TEST_F(Mailing, WithoutAnAddressNobodyIsTold) {
    start();
    put({"placed", "", "", "", "", {"order_placed"}, {}, true, {}, 0});
    order("");
    order(R"({"customer":{"name":"Ada"}})");
    wait_until([&] { return counts_->no_address == 2; });
    EXPECT_TRUE(is_silent());
    order(R"({"customer":{"email":"a@b>\r\nRCPT TO:<c@d"}})");
    wait_until([&] { return failures().size() == 1 || counts_->refused == 1; });
    const std::uint64_t last = order(ada);
    EXPECT_EQ(answered().to, "ada@example.com");
    wait_until([&] { return progress().through.raw() >= last; });
    ASSERT_EQ(failures().size(), 1U);
    EXPECT_EQ(failures()[0].body.find("c@d"), std::string::npos);
}

TEST_F(Mailing, WhatWasTakenIsNotSentAgainWithWhatFailed) {
    start();
    put({"to_shop",
         "",
         "",
         "",
         "",
         {"order_placed"},
         {"one@example.com", "two@example.com", "no@example.com"},
         true,
         {},
         0});
    const std::uint64_t first = order(ada);
    const Mail one = answered();
    EXPECT_EQ(one.to, "one@example.com");
    EXPECT_EQ(answered({Delivery::Kind::failed, "SMTP 451", {}}).to, "two@example.com");
    wait_until([&] { return progress().failing_since.is_set(); });
    EXPECT_EQ(progress().failure, "SMTP 451");
    EXPECT_TRUE(is_silent()) << "it waits";
    put({"to_shop",
         "",
         "mended",
         "",
         "",
         {"order_placed"},
         {"one@example.com", "two@example.com", "no@example.com"},
         true,
         {},
         0});
    const Mail two = answered();
    EXPECT_EQ(two.to, "two@example.com");
    EXPECT_NE(two.message_id, one.message_id);
    EXPECT_EQ(answered({Delivery::Kind::gone, "the mail server refused it: SMTP 550", {}}).to, "no@example.com");
    wait_until([&] { return progress().through.raw() >= first; });
    EXPECT_FALSE(progress().failing_since.is_set());
    ASSERT_EQ(failures().size(), 1U);
    EXPECT_NE(failures()[0].body.find("SMTP 550"), std::string::npos);
    EXPECT_EQ(counts_->refused, 1U);
    EXPECT_EQ(counts_->tried_again, 1U);
}

TEST_F(Mailing, OfLongAgoNobodyIsTold) {
    put({"placed", "", "", "", "", {"order_placed"}, {}, true, {}, 0});
    order(ada);
    shop_.clock.micros += 6 * micros_per_day;
    const std::uint64_t fresh = order(R"({"customer":{"email":"new@example.com"}})");
    start();
    EXPECT_EQ(answered().to, "new@example.com");
    wait_until([&] { return progress().through.raw() >= fresh; });
    EXPECT_EQ(counts_->too_old, 1U);
    EXPECT_TRUE(failures().empty());
}

TEST_F(Mailing, EveryFieldIsFilled) {
    order(ada);
    const auto view = shop_.engine->view(shop_.tenant);
    core::Order order = *last_;
    std::set<std::string> seen;
    core::OrderCancelled cancelled{order.id, "r", {{order.lines[0].line_no, 1, {}, {}, {}, {}, {}}}};
    expect_filled(message_data(cancelled, Instant(1), order, "Ada", *view), "", seen);
    order.lines[0].allocations.clear();
    expect_filled(message_data(cancelled, Instant(1), order, "Ada", *view), "", seen);
    std::set<std::string> wanted;
    for (const core::MessageField& field : core::message_fields()) wanted.insert(std::string(field.path));
    EXPECT_EQ(seen, wanted);
}

}  // namespace
}  // namespace waybill::mail

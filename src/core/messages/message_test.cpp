// Message templates: what can be saved, which of them go out at an event, and where the mail of a tenant stands.

#include "core/messages/message_template.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/core_test_shop.hpp"
#include "core/limits.hpp"
#include "core/messages/check_template.hpp"
#include "core/messages/message_fields.hpp"
#include "core/messages/messages_of.hpp"

namespace waybill::core {
namespace {

using testing::Shop;
using Keys = std::vector<std::string>;

PutMessageTemplate made(const std::string& code, const std::string& locale = "en",
                        std::vector<std::string> events = {"order_placed"}) {
    PutMessageTemplate put;
    put.message.code = code;
    put.message.locale = locale;
    put.message.subject = "Order {{order.number}}";
    put.message.text = "Dear {{customer.name}}";
    put.message.events = std::move(events);
    return put;
}

/// Item A with 10 at L, and channel web.
class MailShop : public Shop {
public:
    MailShop() {
        put_item("A");
        put_location("L", {});
        put_channel("web");
        count("A", "L", 10);
    }

    Result<Decision, Rejection> place(const std::string& number) {
        PlaceOrder placing = order(number);
        placing.lines.push_back({"", "A", "", 1, 0, 0, 0});
        return run(placing);
    }

    /// Of the last event.
    Keys messages(const Event& event, std::string_view locale = "en") const {
        Keys out;
        for (const MessageIx ix : messages_of(event, state->head, locale, *state)) {
            const MessageTemplate& message = state->message_templates[ix];
            out.push_back(template_key(message.code, message.locale));
        }
        return out;
    }

    [[nodiscard]] const MessageTemplate& message(MessageIx ix = 0) const { return state->message_templates[ix]; }
    [[nodiscard]] const DeliveryProgress& progress() const { return state->message_progress.read(0); }
};

/// The field at fault; "accepted" otherwise.
std::string field_at_fault(Shop& shop, const Command& command) {
    const auto decision = decide(command, *shop.state, shop.context());
    if (decision) return "accepted";
    return decision.error().faults.empty() ? "refused" : decision.error().faults.front().pointer;
}

TEST(MessageFields, AreNamedOnceAndBelow) {
    std::set<std::string_view> seen;
    for (const MessageField& field : message_fields()) {
        EXPECT_TRUE(seen.insert(field.path).second) << field.path;
        const std::size_t dot = field.path.rfind('.');
        if (dot == std::string_view::npos) continue;
        const MessageField* above = find_message_field(field.path.substr(0, dot));
        ASSERT_NE(above, nullptr) << field.path;
        EXPECT_NE(above->kind, MessageField::Kind::text) << field.path;
    }
    EXPECT_EQ(nearest_message_field("order.totl"), "order.total");
    EXPECT_EQ(nearest_message_field("tracking"), "event.tracking");
    EXPECT_EQ(nearest_message_field("qqqqqqqqqqqq"), "");
}

TEST(MessageTemplates, AreMustacheOverTheFields) {
    for (const char* good : {"", "no tag", "{{merchant}}", "{{ order.number }}", "{{!what {{ever}}", "{ {order} }",
                             "}}", "{{#lines}}{{quantity}} x {{title}} of {{order.number}}{{/lines}}",
                             "{{^lines}}none{{/lines}}", "{{#event.reason}}since {{event.reason}}{{/event.reason}}",
                             "{{#customer}}{{name}}{{/customer}}", "{{#event}}{{#lines}}{{sku}}{{/lines}}{{/event}}",
                             "{{#shipments}}{{#lines}}{{title}}{{/lines}}{{^shipped}}later{{/shipped}}{{/shipments}}",
                             "{{#waiting}}{{sku}}{{/waiting}}{{#waiting}}{{title}}{{/waiting}}"}) {
        EXPECT_EQ(fault_of_template(good), std::nullopt) << good;
    }
    const std::vector<std::pair<const char*, const char*>> bad = {
        {"{{order.totl}}", "{{order.totl}} names no field of a message; did you mean order.total?"},
        {"a {{", "not closed"},
        {"{{merchant\n}}", "one line"},
        {"{{! why\n}}", "one line"},
        {"{{}}", "names no field"},
        {"{{.}}", "names no field"},
        {"{{#lines}}", "the section {{#lines}} is not closed"},
        {"{{#lines}}{{#order}}{{/lines}}{{/order}}", "should close {{#order}} first"},
        {"{{/lines}}", "not open"},
        {"{{lines}}", "begin a section"},
        {"{{order}}", "begin a section"},
        {"{{lines.sku}}", "inside of {{#lines}} only"},
        {"{{#shipments}}{{/shipments}}{{#shipments.lines}}{{/shipments.lines}}", "inside of {{#shipments}} only"},
        {"{{sku}}", "names no field"},
        {"{{^lines}}{{sku}}{{/lines}}", "names no field"},
        {"{{{customer.name}}}", "escaped"},
        {"{{&customer.name}}", "escaped"},
        {"{{> other}}", "include"},
        {"{{=<% %>=}}", "delimiters"},
        {"{{#lines}}{{#waiting}}{{/waiting}}{{/lines}}", "does not belong to"},
        {"{{#shipments}}{{#waiting}}{{/waiting}}{{/shipments}}", "does not belong to"},
    };
    for (const auto& [text, why] : bad) {
        const auto fault = fault_of_template(text);
        ASSERT_TRUE(fault) << text;
        if (std::string_view(why) == "delimiters") continue;
        EXPECT_NE(fault->find(why), std::string::npos) << text << ": " << *fault;
    }
}

TEST(MessageTemplates, LocalesAndAddresses) {
    for (const char* good : {"en", "de-AT", "zh-Hant-TW", "es-419", "gsw"}) EXPECT_TRUE(is_locale(good)) << good;
    for (const char* bad : {"", "e", "english", "de_AT", "de-", "-de", "de--AT", "12", "de-abcdefghi", "en\n"}) {
        EXPECT_FALSE(is_locale(bad)) << bad;
    }
    for (const char* good : {"a@b", "first.last+tag@mail.example.com", "x_y%z!@h-1.example"}) {
        EXPECT_TRUE(is_mail_address(good)) << good;
    }
    for (const char* bad : {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b c", "<a@b>", "a@b>\r\nRCPT TO:<c@d", "a@b\n",
                            "\xC3\xA4@b", "a@\xC3\xA4", "a@.b", "a@b.", "a@b..c", "a,b@c", "\"a\"@b"}) {
        EXPECT_FALSE(is_mail_address(bad)) << bad;
    }
}

TEST(MessageTemplates, AreCheckedWhenTheyAreSaved) {
    MailShop shop;
    EXPECT_EQ(field_at_fault(shop, made("order_placed")), "accepted");
    const auto with = [&](auto change) {
        PutMessageTemplate put = made("m");
        change(put.message);
        return field_at_fault(shop, put);
    };
    EXPECT_EQ(with([](auto& m) { m.code = "a/b"; }), "/code");
    EXPECT_EQ(with([](auto& m) { m.locale = "english"; }), "/locale");
    EXPECT_EQ(with([](auto& m) { m.subject = "Hi\r\nBcc: everybody@example.com"; }), "/subject");
    EXPECT_EQ(with([](auto& m) { m.subject = "Hi\n"; }), "/subject");
    EXPECT_EQ(with([](auto& m) { m.subject = "{{order}}"; }), "/subject");
    EXPECT_EQ(with([](auto& m) { m.text = "{{nobody}}"; }), "/text");
    EXPECT_EQ(with([](auto& m) { m.text = ""; }), "/text");
    EXPECT_EQ(with([](auto& m) { m.html = "<p>{{{merchant}}}"; }), "/html");
    EXPECT_EQ(with([](auto& m) { m.events = {"order_placed", "order_eaten"}; }), "/events/1");
    EXPECT_EQ(with([](auto& m) { m.events = {"item_put"}; }), "/events/0");
    EXPECT_EQ(with([](auto& m) { m.events = {"message_failed"}; }), "/events/0");
    EXPECT_EQ(with([](auto& m) { m.events = {"return_received", "order_shipped", "order_held"}; }), "accepted");
    EXPECT_EQ(with([](auto& m) { m.to = {"shop@example.com", "me"}; }), "/to/1");
    EXPECT_EQ(with([](auto& m) { m.to = {"shop@example.com", "shop@example.com"}; }), "/to/1");
}

TEST(MessageTemplates, TheFirstOneBeginsTheMailOfTheTenant) {
    MailShop shop;
    EXPECT_EQ(shop.state->message_progress.size(), 0U);
    const auto put = shop.run(made("order_placed"));
    ASSERT_TRUE(put);
    EXPECT_EQ(put->outcome.object, (Aggregate{AggregateKind::message_template, 0}));
    EXPECT_EQ(shop.progress(), (DeliveryProgress{shop.state->head, {}, {}, false}));
    const DeliveryProgress begun = shop.progress();
    EXPECT_EQ(shop.message().since, shop.state->head);
    EXPECT_EQ(shop.message().version, shop.state->head.raw());
    ASSERT_TRUE(shop.run(made("order_placed", "de")));
    EXPECT_EQ(shop.progress(), begun);
    const auto again = shop.run(made("order_placed"));
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->events.empty()) << "what is there already changes nothing";
    // Only what happens after it was switched on makes it go out.
    const Sequence since = shop.message().since;
    PutMessageTemplate off = made("order_placed");
    off.message.active = false;
    ASSERT_TRUE(shop.run(off));
    EXPECT_EQ(shop.message().since, since);
    ASSERT_TRUE(shop.run(made("order_placed")));
    EXPECT_EQ(shop.message().since, shop.state->head);
}

TEST(Messages, GoOutInTheLanguageThatFitsBest) {
    MailShop shop;
    for (const char* locale : {"fr", "en", "de", "de-AT"}) ASSERT_TRUE(shop.run(made("placed", locale)));
    ASSERT_TRUE(shop.run(made("other", "fr")));
    ASSERT_TRUE(shop.run(made("shipped", "en", {"order_shipped"})));
    PutMessageTemplate off = made("off");
    off.message.active = false;
    ASSERT_TRUE(shop.run(off));
    const auto placed = shop.place("1");
    ASSERT_TRUE(placed);
    const Event& event = placed->events.front();
    const auto in = [&](std::string_view locale) { return shop.messages(event, locale).front(); };
    EXPECT_EQ(shop.messages(event), (Keys{"placed/en", "other/fr"}));
    EXPECT_EQ(in("de-AT"), "placed/de-AT");
    EXPECT_EQ(in("DE-at"), "placed/de-AT");
    EXPECT_EQ(in("de-AT-1996"), "placed/de-AT");
    EXPECT_EQ(in("de-CH"), "placed/de");
    EXPECT_EQ(in("den"), "placed/en");
    EXPECT_EQ(in("fr-CA"), "placed/fr");
    EXPECT_EQ(in("sv"), "placed/en");
    EXPECT_EQ(in(""), "placed/en");
    // What is off in one language is read in the next best.
    PutMessageTemplate no_austrian = made("placed", "de-AT");
    no_austrian.message.active = false;
    ASSERT_TRUE(shop.run(no_austrian));
    EXPECT_EQ(in("de-AT"), "placed/de");
    // A template is for what comes after it.
    EXPECT_TRUE(messages_of(event, shop.message().since, "en", *shop.state).empty());
    EXPECT_EQ(types_with_messages(*shop.state), (Keys{"order_placed", "order_shipped"}));
}

TEST(Messages, AreSentByRulesAtEveryMoment) {
    MailShop shop;
    ASSERT_TRUE(shop.run(made("told", "en", {})));
    ASSERT_TRUE(shop.run(made("both", "en", {"order_placed"})));
    RuleSet rules;
    for (std::size_t m = 0; m < moments; ++m) {
        rules.automation.push_back({"at" + std::to_string(m), "", static_cast<Moment>(m), {}, {Notify{"told"}}, false});
        rules.automation.push_back(
            {"and" + std::to_string(m), "", static_cast<Moment>(m), {}, {Notify{"both"}, Notify{"told"}}, false});
    }
    ASSERT_TRUE(shop.run(SaveRuleSet{rules}));
    ASSERT_TRUE(shop.run(ActivateRuleSet{1, {}, ""}));
    EXPECT_EQ(types_with_messages(*shop.state), (Keys{"order_marked", "order_placed"}));
    std::size_t told = 0;
    const auto take = [&](const Result<Decision, Rejection>& decision) {
        ASSERT_TRUE(decision) << decision.error().detail;
        for (const Event& event : decision->events) {
            const bool is_of_rules =
                std::holds_alternative<OrderPlaced>(event) || std::holds_alternative<OrderMarked>(event);
            EXPECT_EQ(shop.messages(event), is_of_rules ? (Keys{"told/en", "both/en"}) : Keys());
            if (is_of_rules) ++told;
        }
    };
    const auto placed = shop.place("W1");
    take(placed);
    const OrderId id(placed->outcome.object.id);
    take(shop.run(ReleaseOrder{id, ""}));
    take(shop.run(RejectFulfillment{id, 1, {}, "no_time", StockFinding::kept}));
    const auto shipped = shop.place("W2");
    take(shipped);
    take(shop.run(ShipOrder{OrderId(shipped->outcome.object.id), "L", {}, "", ""}));
    take(shop.run(RequestReturn{OrderId(shipped->outcome.object.id), {{LineNo(1), {}, "broken"}}, "", false}));
    take(shop.run(CancelOrder{id, {}, "enough"}));
    EXPECT_GE(told, moments);
}

TEST(Messages, WhatBecameOfThemIsRecorded) {
    MailShop shop;
    const auto refused = [&](const RecordMessages& record) {
        const auto decision = shop.run(record);
        return decision ? "accepted" : info_of(decision.error().code).name;
    };
    EXPECT_EQ(refused({}), "messages_moved") << "there is no mail yet";
    ASSERT_TRUE(shop.run(made("order_placed")));
    const auto placed = shop.place("1");
    ASSERT_TRUE(placed);
    const OrderId order(placed->outcome.object.id);
    const Sequence begin = shop.progress().through;
    const Sequence end = shop.state->head;
    RecordMessages record{begin, end, "", {{0, order, end, std::string(400, 'x')}}};
    record.failed.front().message = 1;
    EXPECT_EQ(refused(record), "messages_moved");
    record.failed.front().message = 0;
    record.failed.front().at = Sequence(end.raw() + 1);
    EXPECT_EQ(refused(record), "messages_moved");
    record.failed.front().at = end;
    const auto recorded = shop.run(record);
    ASSERT_TRUE(recorded);
    ASSERT_EQ(recorded->events.size(), 2U);
    const auto& failed = std::get<MessageFailed>(recorded->events[0]);
    EXPECT_EQ(failed.order, order);
    EXPECT_EQ(failed.reason.size(), limits::webhook_failure_bytes_max);
    EXPECT_EQ(shop.progress(), (DeliveryProgress{end, {}, {}, false}));
    EXPECT_EQ(refused(record), "messages_moved") << "not twice";
    EXPECT_EQ(refused({end, begin, "", {}}), "messages_moved");
    EXPECT_EQ(refused({end, Sequence(shop.state->head.raw() + 1), "", {}}), "messages_moved");
    const auto nothing = shop.run(RecordMessages{end, end, "", {}});
    ASSERT_TRUE(nothing);
    EXPECT_TRUE(nothing->events.empty());
    // A failure is kept with the instant since when it is one.
    const Instant first = shop.now;
    ASSERT_TRUE(shop.run(RecordMessages{end, end, "SMTP 451", {}}));
    shop.now = Instant(first.micros() + 60 * micros_per_second);
    ASSERT_TRUE(shop.run(RecordMessages{end, end, "SMTP 450", {}}));
    EXPECT_EQ(shop.progress(), (DeliveryProgress{end, first, "SMTP 450", false}));
}

}  // namespace
}  // namespace waybill::core

#include "engine/codec.hpp"

#include <gtest/gtest.h>
#include <boost/mp11/algorithm.hpp>

#include "engine/replies.hpp"

namespace waybill::engine {
namespace {

core::Order order_of_lines(std::uint32_t lines) {
    core::Order order;
    order.id = core::OrderId(7);
    order.channel_order_id = "A \"1\"\n";
    order.currency = Currency::parse("JPY").value();
    order.placed_at = Instant(123'456'789);
    order.ship_to.country = "JP";
    order.tags = {"gift", "vip"};
    order.requested_date = CivilDate(20'000);
    order.routing.max_shipments = 2;
    order.routing.max_line_shipments = 3;
    order.charges = {{core::ChargeKind::gift_wrap, "w", 100, 10}};
    for (std::uint32_t n = 1; n <= lines; ++n) {
        core::OrderLine line;
        line.line_no = core::LineNo(n);
        line.item = n;
        line.quantity = 3;
        line.takes = {{5, 2}};
        line.allocations = {{1, 2, 1, core::SupplyKind::on_hand, "", CivilDate(20'001)}};
        order.lines.push_back(line);
    }
    return order;
}

StoredOrder stored_of(const core::Order& order, std::uint32_t blocks) {
    StoredOrder out;
    encode_order_header(out.header, order);
    for (std::uint32_t block = 0; block < blocks; ++block) {
        out.blocks.push_back({block, {}});
        encode_order_block(out.blocks.back().doc, order, block);
    }
    return out;
}

core::FulfillmentOrder work_of_line_2() {
    core::FulfillmentOrder out;
    out.number = 1;
    out.location = 4;
    out.released_at = Instant(5);
    out.released_by = "key_1";
    core::FulfillmentLine& line = out.lines.emplace_back();
    line.line_no = core::LineNo(2);
    line.capacity_day = CivilDate(20'001);
    line.quantity = 3;
    return out;
}

core::OrderReturn return_of_line_2() {
    core::OrderReturn out;
    out.number = 1;
    out.requested_at = Instant(6);
    out.requested_by = "key_1";
    core::ReturnLine& line = out.lines.emplace_back();
    line.line_no = core::LineNo(2);
    line.quantity = 1;
    line.reason = "torn";
    return out;
}

TEST(Codec, AnOrderComesBackFromHeaderAndBlocks) {
    core::Order order = order_of_lines(130);
    order.fulfillments = {work_of_line_2()};
    order.returns = {return_of_line_2()};
    order.returns[0].location = 0;
    order.shipped_at = Instant(7);
    order.refused_by = {0, 3};
    const StoredOrder stored = stored_of(order, 3);
    const auto read = decode_order(stored);
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, order);
    EXPECT_EQ(stored.header.find("allocations"), std::string::npos);
    // Work and returns have lines of their own.
    core::Order idle = order;
    idle.fulfillments.clear();
    idle.returns.clear();
    EXPECT_EQ(stored_of(idle, 3).header.find("lines"), std::string::npos);
    const auto header = decode_order_header(stored.header);
    ASSERT_TRUE(header);
    EXPECT_TRUE(header->lines.empty());
    EXPECT_EQ(header->tags, order.tags);
}

TEST(Codec, AnItemThatServesForAnotherIsWrittenAndNothingWhereNoneDoes) {
    core::Order order = order_of_lines(2);
    // The first item of all has the index 0, which is no default here.
    order.lines[1].ordered_item = 0;
    std::string block;
    encode_order_block(block, order, 0);
    const std::size_t at = block.find("\"ordered_item\":0");
    EXPECT_NE(at, std::string::npos);
    EXPECT_GT(at, block.find("\"line_no\":2"));
    EXPECT_EQ(block.find("ordered_item"), block.rfind("ordered_item"));
    const auto read = decode_order(stored_of(order, 1));
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, order);
    EXPECT_FALSE(read->lines[0].is_substituted());
}

TEST(Codec, AnEventBeforeSubstitutesReadsAndEncodesAsItStands) {
    const std::string body =
        R"({"order":{"id":7,"lines":[{"line_no":1,"item":2,"unit":"each","unit_quantity":3,"quantity":3}],)"
        R"("routing":{"forbidden_kinds":["store"]}},"rules":{"rule_set":1,"fired":[0],"available":[4],"branch":[1]}})";
    const auto read = decode_event("order_placed", 1, body);
    ASSERT_TRUE(read) << read.error();
    const auto& placed = std::get<core::OrderPlaced>(*read);
    EXPECT_FALSE(placed.order.lines[0].is_substituted());
    EXPECT_EQ(placed.rules.available_to_route(), std::vector<std::int64_t>{4});
    EXPECT_FALSE(placed.rules.method_before);
    std::string again;
    encode_event(again, *read);
    core::Event second = decode_event("order_placed", 1, again).value();
    EXPECT_EQ(std::get<core::OrderPlaced>(second).order, placed.order);
    for (const char* name : {"ordered_item", "required_", "substituted", "method_before", "available_after"}) {
        EXPECT_EQ(again.find(name), std::string::npos) << name;
    }
}

/// A tenant without returns is stored, and hashed, as before there were any.
TEST(Codec, WhatHasNoReturnsSaysNothingOfThem) {
    const core::Order order = order_of_lines(2);
    const StoredOrder stored = stored_of(order, 1);
    std::string placed;
    encode_event(placed, core::OrderPlaced{order, {}, {}});
    core::Channel channel;
    channel.code = "WEB";
    for (const std::string& text : {stored.header, stored.blocks[0].doc, placed, encode_doc(channel)}) {
        EXPECT_EQ(text.find("return"), std::string::npos) << text;
        EXPECT_EQ(text.find("shipped_at"), std::string::npos) << text;
    }
}

TEST(Codec, AMissingBlockIsToldAndNotFilled) {
    StoredOrder stored = stored_of(order_of_lines(130), 3);
    stored.blocks.erase(stored.blocks.begin() + 1);
    EXPECT_FALSE(decode_order(stored));
}

TEST(Codec, EveryEventTypeComesBackAndEncodesTheSameAgain) {
    boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, core::Event>>([](auto identity) {
        core::Event event = typename decltype(identity)::type{};
        if (auto* placed = std::get_if<core::OrderPlaced>(&event)) placed->order = order_of_lines(2);
        if (auto* put = std::get_if<core::LocationPut>(&event)) put->location.calendar.working_days[6] = true;
        if (auto* feed = std::get_if<core::FeedApplied>(&event)) feed->movements.resize(2);
        if (auto* released = std::get_if<core::FulfillmentReleased>(&event))
            released->fulfillments = {work_of_line_2()};
        if (auto* rejected = std::get_if<core::FulfillmentRejected>(&event)) rejected->lines.resize(2);
        if (auto* requested = std::get_if<core::ReturnRequested>(&event)) requested->made = return_of_line_2();
        if (auto* received = std::get_if<core::ReturnReceived>(&event)) received->movements.resize(2);
        std::string body;
        encode_event(body, event);
        const auto read = decode_event(core::type_of(event), 1, body);
        ASSERT_TRUE(read) << core::type_of(event) << ": " << read.error();
        EXPECT_EQ(read->index(), event.index());
        std::string again;
        encode_event(again, *read);
        EXPECT_EQ(again, body);
    });
}

/// Stored text keeps its meaning for ever.
TEST(Codec, EventsOfWorkAreStoredSo) {
    const auto body = [](const core::Event& event) {
        std::string out;
        encode_event(out, event);
        return out;
    };
    const core::OrderId order(7);
    EXPECT_EQ(body(core::FulfillmentReleased{order, {work_of_line_2()}}),
              R"({"order":7,"fulfillments":[{"number":1,"location":4,"released_at":5,"released_by":"key_1",)"
              R"("lines":[{"line_no":2,"capacity_day":20001,"quantity":3}]}]})");
    EXPECT_EQ(body(core::FulfillmentAccepted{order, 1}), R"({"order":7,"number":1})");
    EXPECT_EQ(body(core::FulfillmentPicked{order, 1, {{core::LineNo(2), CivilDate(20'001), 2}}}),
              R"({"order":7,"number":1,"lines":[{"line_no":2,"capacity_day":20001,"quantity":2}]})");
    core::LineChange given;
    given.line_no = core::LineNo(2);
    given.released = {{4, CivilDate(20'001), 1}};
    core::Movement found;
    found.item = 9;
    found.location = 4;
    found.kind = core::MovementKind::quarantine;
    found.unsellable = 1;
    EXPECT_EQ(body(core::FulfillmentRejected{order, 1, "torn", core::StockFinding::damaged, {given}, {found}}),
              R"({"order":7,"number":1,"reason":"torn","stock":"damaged","lines":[{"line_no":2,)"
              R"("released":[{"location":4,"capacity_day":20001,"quantity":1}]}],)"
              R"("findings":[{"item":9,"location":4,"kind":"quarantine","unsellable":1}]})");
    EXPECT_EQ(body(core::FulfillmentRecalled{order, 1, "late", {{core::LineNo(2), CivilDate(20'001), 1}}}),
              R"({"order":7,"number":1,"reason":"late","lines":[{"line_no":2,"capacity_day":20001,"quantity":1}]})");
    given.fulfilled = {{1, CivilDate(20'001), 2, 0}};
    given.recalled = {{1, CivilDate(20'001), 1, 0}};
    EXPECT_EQ(body(core::OrderCancelled{order, "late", {given}}),
              R"({"order":7,"reason":"late","lines":[{"line_no":2,)"
              R"("released":[{"location":4,"capacity_day":20001,"quantity":1}],)"
              R"("fulfilled":[{"number":1,"capacity_day":20001,"quantity":2}],)"
              R"("recalled":[{"number":1,"capacity_day":20001,"quantity":1}]}]})");
}

core::Parcel parcel_of_line_2() {
    core::Parcel out;
    out.number = 1;
    out.sscc = "050123450000000091";
    out.lines = {{core::LineNo(2), CivilDate(20'001), 2}};
    out.weight_g = 900;
    out.carrier = "ups";
    out.packed_at = Instant(8);
    return out;
}

/// Stored text keeps its meaning for ever.
TEST(Codec, EventsOfParcelsAreStoredSo) {
    const auto body = [](const core::Event& event) {
        std::string out;
        encode_event(out, event);
        return out;
    };
    const core::OrderId order(7);
    EXPECT_EQ(body(core::FulfillmentPacked{order, 1, parcel_of_line_2()}),
              R"({"order":7,"number":1,"parcel":{"number":1,"sscc":"050123450000000091",)"
              R"("lines":[{"line_no":2,"capacity_day":20001,"quantity":2}],"weight_g":900,"carrier":"ups",)"
              R"("packed_at":8}})");
    EXPECT_EQ(body(core::ParcelUnpacked{order, 1, 1}), R"({"order":7,"number":1,"parcel":1})");
    core::OrderShipped shipped;
    shipped.order = order;
    shipped.location = 4;
    shipped.lines.resize(1);
    shipped.lines[0].line_no = core::LineNo(2);
    shipped.lines[0].shipped = {{4, CivilDate(20'001), 3}};
    shipped.lines[0].fulfilled = {{1, CivilDate(20'001), 3, 2}};
    shipped.parcels = {{1, 1, "050123450000000091", "ups", "", "T1", {{core::LineNo(2), CivilDate(20'001), 2}}}};
    EXPECT_EQ(body(shipped), R"({"order":7,"location":4,"lines":[{"line_no":2,)"
                             R"("shipped":[{"location":4,"capacity_day":20001,"quantity":3}],)"
                             R"("fulfilled":[{"number":1,"capacity_day":20001,"quantity":3,"packed":2}]}],)"
                             R"("parcels":[{"fulfillment":1,"number":1,"sscc":"050123450000000091","carrier":"ups",)"
                             R"("tracking":"T1","lines":[{"line_no":2,"capacity_day":20001,"quantity":2}]}]})");
}

TEST(Codec, WorkFromBeforeParcelsIsReadWithoutAny) {
    const auto old = decode_doc<FulfillmentDoc>(
        R"({"order":7,"fulfillment":{"number":1,"location":4,"released_at":5,"released_by":"key_1",)"
        R"("lines":[{"line_no":2,"capacity_day":20001,"quantity":3,"picked":3}]},"items":[2]})");
    ASSERT_TRUE(old) << old.error();
    EXPECT_TRUE(old->fulfillment.parcels.empty());
    EXPECT_EQ(old->fulfillment.status(), core::FulfillmentStatus::picked);
    const auto shipped = decode_event("order_shipped", 1,
                                      R"({"order":7,"lines":[{"line_no":2,)"
                                      R"("fulfilled":[{"number":1,"quantity":3}]}]})");
    ASSERT_TRUE(shipped) << shipped.error();
    EXPECT_TRUE(std::get<core::OrderShipped>(*shipped).parcels.empty());
    EXPECT_EQ(std::get<core::OrderShipped>(*shipped).lines[0].fulfilled[0].packed, 0);
}

/// Stored text keeps its meaning for ever.
TEST(Codec, EventsOfReturnsAreStoredSo) {
    const auto body = [](const core::Event& event) {
        std::string out;
        encode_event(out, event);
        return out;
    };
    const core::OrderId order(7);
    core::OrderReturn made = return_of_line_2();
    EXPECT_EQ(body(core::ReturnRequested{order, made}),
              R"({"order":7,"made":{"number":1,"requested_at":6,"requested_by":"key_1",)"
              R"("lines":[{"line_no":2,"quantity":1,"reason":"torn"}]}})");
    // The first location of all has the index 0, which is no default here.
    made.location = 0;
    EXPECT_NE(body(core::ReturnRequested{order, made}).find(R"("location":0)"), std::string::npos);
    EXPECT_EQ(body(core::ReturnApproved{order, 1}), R"({"order":7,"number":1})");
    EXPECT_EQ(body(core::ReturnDeclined{order, 1, "worn"}), R"({"order":7,"number":1,"reason":"worn"})");
    core::Movement came;
    came.item = 9;
    came.location = 4;
    came.on_hand = 1;
    came.unsellable = 1;
    came.reason = "returned";
    EXPECT_EQ(body(core::ReturnReceived{order, 1, 4, {{core::LineNo(2), 1, core::Disposition::quarantine}}, {came}}),
              R"({"order":7,"number":1,"location":4,"lines":[{"line_no":2,"quantity":1,"disposition":"quarantine"}],)"
              R"("movements":[{"item":9,"location":4,"on_hand":1,"unsellable":1,"reason":"returned"}]})");
    EXPECT_EQ(body(core::ReturnCancelled{order, 1, "kept"}), R"({"order":7,"number":1,"reason":"kept"})");
}

TEST(Codec, AReturnComesBackFromItsRow) {
    core::Order order = order_of_lines(2);
    order.returns = {return_of_line_2()};
    const ReturnDoc doc = return_doc(order, order.returns[0]);
    EXPECT_EQ(doc.items, std::vector<core::ItemIx>{2});
    const auto read = decode_doc<ReturnDoc>(encode_doc(doc));
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, doc);
}

TEST(Codec, AFulfillmentOrderComesBackFromItsRow) {
    core::Order order = order_of_lines(2);
    order.priority = -3;
    order.fulfillments = {work_of_line_2()};
    order.fulfillments[0].lines[0].picked = 2;
    order.fulfillments[0].parcels = {parcel_of_line_2()};
    const FulfillmentDoc doc = fulfillment_doc(order, order.fulfillments[0]);
    EXPECT_EQ(doc.items, std::vector<core::ItemIx>{2});
    const auto read = decode_doc<FulfillmentDoc>(encode_doc(doc));
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, doc);
}

TEST(Codec, UnreadableEventsAreTold) {
    EXPECT_FALSE(decode_event("no_such_event", 1, "{}"));
    EXPECT_FALSE(decode_event("item_put", 2, "{}"));
    EXPECT_FALSE(decode_event("item_put", 1, "{\"ix\":\"x\"}"));
    EXPECT_FALSE(decode_event("item_put", 1, ""));
}

TEST(Codec, MembersOfALaterReleaseAreIgnoredAndMissingOnesKeepTheirDefault) {
    const auto read = decode_event("item_put", 1, R"({"ix":3,"item":{"sku":"A","colour":"red"}})");
    ASSERT_TRUE(read);
    EXPECT_EQ(std::get<core::ItemPut>(*read).item.sku, "A");
    EXPECT_TRUE(std::get<core::ItemPut>(*read).item.active);
}

TEST(Replies, AnOutcomeComesBack) {
    core::Outcome outcome;
    outcome.object = {core::AggregateKind::inventory, 2};
    ReplyRow row;
    row.object = outcome.object;
    EXPECT_EQ(encode_reply_body(outcome), "");
    outcome.already_applied = true;
    outcome.skipped = {{3, core::Reject::unknown_location, "no \"X\""}};
    row.body = encode_reply_body(outcome);
    const auto read = decode_reply(row);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->object, outcome.object);
    EXPECT_TRUE(read->already_applied);
    ASSERT_EQ(read->skipped.size(), 1U);
    EXPECT_EQ(read->skipped[0].row, 3U);
    EXPECT_EQ(read->skipped[0].code, core::Reject::unknown_location);
    EXPECT_EQ(read->skipped[0].detail, "no \"X\"");
    row.body = "[";
    EXPECT_FALSE(decode_reply(row));
}

}  // namespace
}  // namespace waybill::engine

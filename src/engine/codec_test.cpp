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

TEST(Codec, AnOrderComesBackFromHeaderAndBlocks) {
    const core::Order order = order_of_lines(130);
    const StoredOrder stored = stored_of(order, 3);
    const auto read = decode_order(stored);
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, order);
    EXPECT_EQ(stored.header.find("lines"), std::string::npos);
    const auto header = decode_order_header(stored.header);
    ASSERT_TRUE(header);
    EXPECT_TRUE(header->lines.empty());
    EXPECT_EQ(header->tags, order.tags);
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

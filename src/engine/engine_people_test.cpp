// Customers and personal data through the engine, over each store.

#include <gtest/gtest.h>

#include "engine/on_each_store.hpp"

namespace waybill::engine {
namespace {

using testing::Answer;
using testing::audited;
using testing::order_of;

class PeopleOnStores : public testing::OnEachStore {};
INSTANTIATE_TEST_SUITE_P(Stores, PeopleOnStores, ::testing::Values("memory", "sqlite", "postgres"),
                         testing::store_name);

TEST_P(PeopleOnStores, PersonalDataIsBesideTheLogAndCanBeErased) {
    shop->open_shop(10);
    core::PutCustomer put;
    put.identities = {{"WEB", "c-1"}};
    Submission with_person = shop->submission(put);
    with_person.person = PersonData{R"({"name":"Ada"})"};
    const Answer made = shop->run(std::move(with_person));
    ASSERT_TRUE(made);
    const core::CustomerId customer(made->outcome.object.id);

    core::PlaceOrder order = order_of("1", "A", 1);
    order.customer_external_id = "c-1";
    Submission placing = shop->keyed(order, "k");
    placing.person = PersonData{R"({"name":"Ada","street":"Main"})"};
    const Answer placed = shop->run(std::move(placing));
    ASSERT_TRUE(placed);
    EXPECT_EQ(placed->order->customer, customer);
    const core::PersonId person = placed->order->ship_to.person;
    EXPECT_EQ(person.raw(), placed->order->id.raw());

    auto reader = store->reader();
    EXPECT_EQ((*reader)->person(shop->tenant, person)->value().doc, R"({"name":"Ada","street":"Main"})");
    const auto hash_before = audited(*store).hashes;

    // Somebody was merged into the customer: the same person, erased with it.
    core::PutCustomer second;
    second.identities = {{"WEB", "c-2"}};
    Submission second_person = shop->submission(second);
    second_person.person = PersonData{R"({"name":"Ada L"})"};
    const Answer other = shop->run(std::move(second_person));
    const core::CustomerId merged(other->outcome.object.id);
    ASSERT_TRUE(shop->run(core::MergeCustomers{merged, customer}));

    core::PlaceOrder after = order_of("2", "A", 1);
    after.customer = customer;
    Submission placing_after = shop->submission(after);
    placing_after.person = PersonData{R"({"name":"Eve"})"};
    const auto answers = shop->run_together({shop->submission(core::ErasePerson{customer}), std::move(placing_after)});
    ASSERT_TRUE(answers[0] && answers[1]);
    for (const core::PersonId id : {person, core::PersonId(customer.raw()), core::PersonId(merged.raw())}) {
        EXPECT_FALSE((*reader)->person(shop->tenant, id)->has_value()) << id.raw();
    }
    EXPECT_TRUE((*reader)->person(shop->tenant, answers[1]->order->ship_to.person)->has_value())
        << "given after the erasure";

    Submission again = shop->keyed(order, "k");
    again.person = PersonData{R"({"name":"Ada","street":"Main"})"};
    const Answer replayed = shop->run(std::move(again));
    ASSERT_TRUE(replayed && replayed->replayed);
    EXPECT_FALSE((*reader)->person(shop->tenant, person)->has_value()) << "a replay brings nothing back";
    expect_sound();
    EXPECT_NE(audited(*store).hashes, hash_before);
}

TEST_P(PeopleOnStores, EachCustomersOrdersFollowItsIdentity) {
    shop->open_shop(10);
    core::PlaceOrder order = order_of("1", "A", 1);
    order.customer_external_id = "new";
    Submission placing = shop->submission(order);
    placing.person = PersonData{R"({"name":"somebody"})"};
    const Answer first = shop->run(std::move(placing));
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->order->customer.is_set());
    order.channel_order_id = "2";
    const Answer second = shop->run(order);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->order->customer, first->order->customer);
    core::PutCustomer put;
    put.identities = {{"WEB", "newer"}};
    const Answer newer = shop->run(put);
    // Into the older and into the newer one: the identity moves either way.
    ASSERT_TRUE(shop->run(core::MergeCustomers{core::CustomerId(newer->outcome.object.id), first->order->customer}));
    put.identities = {{"WEB", "newest"}};
    const Answer newest = shop->run(put);
    ASSERT_TRUE(shop->run(core::MergeCustomers{first->order->customer, core::CustomerId(newest->outcome.object.id)}));
    order.channel_order_id = "3";
    EXPECT_EQ(shop->run(order)->order->customer.raw(), newest->outcome.object.id);
    expect_sound();
}

}  // namespace
}  // namespace waybill::engine

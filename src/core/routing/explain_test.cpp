// Explanations and availability against random small networks: what is told is what is decided, and what is shown as
// available can really be reserved, to the unit.

#include <gtest/gtest.h>

#include <algorithm>

#include "core/availability.hpp"
#include "core/core_test_shop.hpp"
#include "core/order/place_order.hpp"
#include "core/order/preview.hpp"
#include "core/routing/explain.hpp"
#include "core/routing/routing_problem.hpp"
#include "core/sourcing/small_problems.hpp"

namespace waybill::core {
namespace {

using testing::Dice;
using testing::pound;
using testing::Shop;

/// Up to five places, items A to D, a kit of A and B; some places with little capacity.
void fill(Shop& shop, Dice& dice) {
    for (const char* sku : {"A", "B", "C", "D"}) shop.put_item(sku);
    shop.put_item("KIT", {{"A", dice.between(1, 2)}, {"B", 1}});
    const std::int64_t places = dice.between(1, 5);
    for (std::int64_t p = 0; p < places; ++p) {
        CostTerms costs;
        costs.per_shipment_micros = dice.between(1, 9) * pound;
        costs.per_unit_micros = dice.between(0, 3) * pound / 10;
        costs.per_order_micros = dice.between(0, 1) * 2 * pound;
        CapacityTerms capacity;
        if (dice.between(0, 3) == 0) capacity.units_per_day = dice.between(1, 6);
        if (dice.between(0, 5) == 0) capacity.orders_per_day = dice.between(0, 1);
        const std::string code = "p" + std::to_string(p);
        shop.put_location(code, costs, capacity);
        for (const char* sku : {"A", "B", "C", "D"}) {
            if (dice.between(0, 2) != 0) shop.count(sku, code, dice.between(0, 8));
        }
    }
    shop.put_channel("web");
}

PlaceOrder random_order(Shop& shop, Dice& dice, int number) {
    PlaceOrder out = shop.order("W" + std::to_string(number));
    for (std::int64_t n = dice.between(1, 4); n > 0; --n) {
        LineInput line;
        static const char* const skus[] = {"A", "B", "C", "D", "KIT"};
        line.sku = skus[dice.between(0, 4)];
        line.quantity = dice.between(1, 5);
        out.lines.push_back(line);
    }
    if (dice.between(0, 3) == 0) out.allow_split = false;
    if (dice.between(0, 3) == 0) out.ship_complete = true;
    if (dice.between(0, 3) == 0) out.max_shipments = dice.between(1, 3);
    if (dice.between(0, 2) == 0) out.max_line_shipments = dice.between(1, 2);
    return out;
}

std::int64_t chosen_units(const Explanation& explanation) {
    std::int64_t sum = 0;
    for (const ExplainedCandidate& candidate : explanation.candidates) {
        for (const ExplainedSupply& supply : candidate.supplies) sum += supply.chosen;
    }
    for (const auto& [line, units] : explanation.short_units) sum += units;
    return sum;
}

void expect_adds_up(const Explanation& explanation, const RouteRequest& request) {
    std::int64_t wanted = 0;
    for (const RouteLine& line : request.lines) wanted += line.quantity;
    EXPECT_EQ(chosen_units(explanation), wanted);
    const ExplainedCost& cost = explanation.cost;
    EXPECT_EQ(cost.shipments_micros + cost.units_micros + cost.orders_micros + cost.short_micros, cost.total_micros);
    EXPECT_GE(cost.short_micros, 0);
    EXPECT_EQ(explanation.short_units.empty(), cost.short_micros == 0);
    std::int64_t units = 0;
    for (const ExplainedCandidate& candidate : explanation.candidates) {
        for (const ExplainedSupply& supply : candidate.supplies) {
            EXPECT_LE(supply.chosen, supply.available);
            units += supply.chosen * supply.unit_cost_micros;
        }
        if (candidate.chosen) {
            EXPECT_EQ(candidate.loses_by_micros, 0);
        } else if (candidate.loses_by_micros) {
            EXPECT_GE(*candidate.loses_by_micros, 0);
        }
    }
    EXPECT_EQ(cost.units_micros, units);
}

TEST(explain, previews_of_random_networks_add_up_and_nobody_loses_by_less_than_nothing) {
    for (std::uint64_t seed = 1; seed <= 120; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice(seed);
        Shop shop;
        fill(shop, dice);
        for (int number = 0; number < 8; ++number) {
            const PlaceOrder command = random_order(shop, dice, number);
            const auto request = preview_request(command, *shop.state, shop.context());
            ASSERT_TRUE(request);
            const Explanation preview = explain_preview(*request, *shop.state, shop.context());
            EXPECT_EQ(preview.trace.status, RoutingStatus::optimal);
            expect_adds_up(preview, *request);
            const auto decision = shop.run(command);
            ASSERT_TRUE(decision);
            // The order then costs what the preview said.
            const auto& placed = std::get<OrderPlaced>(decision->events.back());
            EXPECT_EQ(placed.routing.cost_micros, preview.trace.cost_micros);
        }
    }
}

// Of a line from two places at most, a place that has to be used takes the place of another one.
TEST(explain, a_candidate_of_a_limited_line_loses_by_what_it_drives_out) {
    Shop shop;
    shop.put_item("A");
    CostTerms costs;
    costs.per_shipment_micros = pound;
    for (const char* code : {"dc1", "dc2", "dc3"}) shop.put_location(code, costs);
    shop.count("A", "dc1", 2);
    shop.count("A", "dc2", 2);
    shop.count("A", "dc3", 1);
    shop.put_channel("web");
    PlaceOrder command = shop.order("W");
    command.max_line_shipments = 2;
    command.lines.emplace_back();
    command.lines[0].sku = "A";
    command.lines[0].quantity = 5;
    const auto request = preview_request(command, *shop.state, shop.context());
    ASSERT_TRUE(request);
    const Explanation preview = explain_preview(*request, *shop.state, shop.context());
    ASSERT_EQ(preview.candidates.size(), 3U);
    EXPECT_FALSE(preview.candidates[2].chosen);
    EXPECT_EQ(preview.candidates[2].loses_by_micros, shop.state->tenant().short_per_unit_micros);
}

// By trying every plan of small orders whose lines may come from two places.
TEST(explain, what_candidates_of_limited_lines_lose_by_is_exact) {
    int lost = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice(seed);
        Shop shop;
        fill(shop, dice);
        for (int number = 0; number < 3; ++number) {
            PlaceOrder command = shop.order("W" + std::to_string(number));
            command.max_line_shipments = 2;
            for (std::int64_t n = dice.between(1, 2); n > 0; --n) {
                LineInput& line = command.lines.emplace_back();
                line.sku = n == 1 ? "A" : "B";
                line.quantity = dice.between(2, 5);
            }
            const auto request = preview_request(command, *shop.state, shop.context());
            ASSERT_TRUE(request);
            const Explanation preview = explain_preview(*request, *shop.state, shop.context());
            const RoutingProblem built = build_problem(*request, *shop.state, shop.context(), ListIneligible::no);
            std::vector<std::int64_t> least(built.candidates.size(), INT64_MAX);
            std::int64_t best = INT64_MAX;
            sourcing::testing::try_every_plan(built.problem, [&](const sourcing::Plan& plan) {
                best = std::min(best, plan.cost);
                for (const auto& part : plan.assignments) least[part.node] = std::min(least[part.node], plan.cost);
            });
            for (const ExplainedCandidate& told : preview.candidates) {
                const auto at = std::find_if(built.candidates.begin(), built.candidates.end(),
                                             [&](const Candidate& c) { return c.location == told.candidate.location; });
                ASSERT_NE(at, built.candidates.end());
                const std::int64_t cost = least[static_cast<std::size_t>(at - built.candidates.begin())];
                if (cost == INT64_MAX) {
                    EXPECT_FALSE(told.loses_by_micros);
                } else {
                    EXPECT_EQ(told.loses_by_micros, cost - best);
                    if (cost > best) ++lost;
                }
            }
        }
    }
    EXPECT_GT(lost, 100);
}

TEST(explain, an_order_that_was_placed_comes_out_the_same_once_more) {
    for (std::uint64_t seed = 1; seed <= 120; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice(seed);
        Shop shop;
        fill(shop, dice);
        for (int number = 0; number < 6; ++number) {
            const auto decision = shop.run(random_order(shop, dice, number));
            ASSERT_TRUE(decision);
            const auto& placed = std::get<OrderPlaced>(decision->events.back());
            if (number % 3 == 1) {
                ShipOrder ship;
                ship.order = placed.order.id;
                const auto& allocations = shop.placed(*decision).lines[0].allocations;
                if (!allocations.empty()) {
                    ship.location = shop.state->locations[allocations[0].location].code;
                    ASSERT_TRUE(shop.run(ship));
                }
            } else if (number % 3 == 2) {
                CancelOrder cancel;
                cancel.order = placed.order.id;
                cancel.reason = "late";
                ASSERT_TRUE(shop.run(cancel));
            }
            const Order& now = *shop.state->working.find_order(placed.order.id);
            const PlacedBefore before{now, placed.order, placed.rules, placed.routing.strategy};
            const DryRun again = preview_again(before, nullptr, *shop.state, shop.context());
            EXPECT_TRUE(again.differences.empty()) << again.differences[0].text;
            EXPECT_EQ(again.preview.routing.trace.cost_micros, placed.routing.cost_micros);
        }
    }
}

/// What a place loses by is what forcing it costs, found by ruling every other place out where that is the same thing.
TEST(explain, the_loss_of_a_single_unit_is_the_difference_to_the_best_plan_with_that_place_alone) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice(seed);
        Shop shop;
        fill(shop, dice);
        PlaceOrder command = shop.order("W1");
        LineInput line;
        line.sku = "A";
        line.quantity = 1;
        command.lines.push_back(line);
        const RouteRequest request = preview_request(command, *shop.state, shop.context()).value();
        const Explanation all = explain_preview(request, *shop.state, shop.context());
        for (const ExplainedCandidate& candidate : all.candidates) {
            RouteRequest only = request;
            for (LocationIx ix = 0; ix < shop.state->locations.size(); ++ix) {
                if (ix != candidate.candidate.location) only.excluded.push_back(ix);
            }
            const Explanation alone = explain_preview(only, *shop.state, shop.context());
            ASSERT_TRUE(alone.short_units.empty());
            EXPECT_EQ(candidate.loses_by_micros, alone.trace.cost_micros - all.trace.cost_micros);
        }
    }
}

TEST(explain, recorded_decisions_come_out_again_after_the_world_has_moved_on) {
    for (std::uint64_t seed = 1; seed <= 80; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice(seed);
        Shop shop;
        fill(shop, dice);
        struct Made {
            OrderPlaced event;
            Instant at;
        };
        std::vector<Made> made;
        for (int number = 0; number < 10; ++number) {
            const auto decision = shop.run(random_order(shop, dice, number));
            ASSERT_TRUE(decision);
            made.push_back({std::get<OrderPlaced>(decision->events.back()), shop.now});
            shop.now = Instant(shop.now.micros() + dice.between(1, 40) * 3'600 * micros_per_second);
        }
        for (const Made& one : made) {
            const RouteRequest request = request_of(one.event.order, one.event.routing);
            const Explanation again = explain_recorded(request, one.event.routing, one.at, *shop.state, shop.context());
            EXPECT_TRUE(again.reproduced) << again.reproduced_note;
            EXPECT_EQ(again.cost.total_micros, one.event.routing.cost_micros);
            for (const ExplainedCandidate& candidate : again.candidates) {
                for (const ExplainedSupply& supply : candidate.supplies) {
                    std::int64_t given = 0;
                    for (const Allocation& a : one.event.order.lines[supply.line_no.raw() - 1].allocations) {
                        if (a.location == candidate.candidate.location) given += a.quantity;
                    }
                    EXPECT_EQ(supply.chosen, given);
                }
            }
        }
    }
}

/// Availability knows nothing of a day's capacity, so these networks have none.
TEST(availability, can_be_reserved_to_the_last_unit_and_not_one_more) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice(seed);
        Shop shop;
        for (const char* sku : {"A", "B"}) shop.put_item(sku);
        shop.put_item("KIT", {{"A", dice.between(1, 3)}, {"B", dice.between(1, 2)}});
        for (std::int64_t p = dice.between(1, 6); p > 0; --p) {
            const std::string code = "p" + std::to_string(p);
            shop.put_location(code, {});
            for (const char* sku : {"A", "B"}) {
                if (dice.between(0, 3) != 0) shop.count(sku, code, dice.between(0, 9));
            }
        }
        shop.put_channel("web");
        const std::string sku = dice.between(0, 1) == 0 ? "A" : "KIT";
        const ItemIx item = shop.state->items.find(sku).value();
        const std::int64_t available = available_to_sell(*shop.state, 0, item, FulfillmentMethod::ship);
        std::int64_t by_place = 0;
        for (const LocationAvailability& place : available_by_location(*shop.state, 0, item, FulfillmentMethod::ship))
            by_place += place.sellable;
        EXPECT_EQ(available, by_place);

        PlaceOrder more = shop.order("MORE");
        more.on_shortage = OnShortage::reject;
        LineInput line;
        line.sku = sku;
        line.quantity = available + 1;
        more.lines.push_back(line);
        const auto refused = shop.run(more);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, Reject::insufficient_supply);
        if (available == 0) continue;
        PlaceOrder exact = more;
        exact.channel_order_id = "EXACT";
        exact.lines[0].quantity = available;
        ASSERT_TRUE(shop.run(exact));
        EXPECT_EQ(available_to_sell(*shop.state, 0, item, FulfillmentMethod::ship), 0);
    }
}

}  // namespace
}  // namespace waybill::core

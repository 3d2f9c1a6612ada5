// Orders that are worked on at random: whatever people ask for, every state reached is one that the table allows, units
// add up, nothing is reserved or in work twice, and stock is what movements made of it.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/core_test_shop.hpp"
#include "core/fulfillment/units_in_work.hpp"
#include "core/limits.hpp"
#include "core/order/line_change.hpp"

namespace waybill::core {
namespace {

using testing::Dice;
using testing::Shop;

using Step = std::tuple<FulfillmentStatus, FulfillmentAction, FulfillmentStatus>;

const char* const gtin_of_a = "00000000000017";
const char* const gtin_of_two_a = "10000000000014";
const char* const gtin_of_b = "00000000000024";

const char* const work_places[] = {"L0", "L1", "L2", "L3"};

std::optional<FulfillmentAction> action_of(const Event& event) {
    if (std::holds_alternative<FulfillmentAccepted>(event)) return FulfillmentAction::accept;
    if (std::holds_alternative<FulfillmentPicked>(event)) return FulfillmentAction::pick;
    if (std::holds_alternative<FulfillmentPacked>(event)) return FulfillmentAction::pack;
    if (std::holds_alternative<ParcelUnpacked>(event)) return FulfillmentAction::unpack;
    if (std::holds_alternative<FulfillmentRejected>(event)) return FulfillmentAction::reject;
    if (std::holds_alternative<FulfillmentRecalled>(event)) return FulfillmentAction::recall;
    if (std::holds_alternative<OrderShipped>(event)) return FulfillmentAction::ship;
    if (std::holds_alternative<OrderCancelled>(event)) return FulfillmentAction::cancel;
    return std::nullopt;
}

class Lives : public Shop {
public:
    explicit Lives(std::uint64_t seed) : dice(seed) {
        put_channel("web");
        for (const char* place : work_places) {
            PutLocation put;
            put.location.code = place;
            put.location.address.country = "GB";
            put.location.calendar.working_days.fill(true);
            put.location.costs = CostTerms{dice.between(1, 9) * 1'000'000, 0, 0, 0, {}, {}};
            if (dice.between(0, 2) == 0) put.location.capacity.units_per_day = dice.between(3, 9);
            put.location.release = dice.between(0, 3) == 0 ? ReleasePolicy::when_routed : ReleasePolicy::manual;
            WAYBILL_ASSERT(run(put).has_value());
        }
        if (dice.between(0, 1) == 0) {
            ConfigureTenant configure{state->tenant()};
            configure.settings.gs1_company_prefix = "5012345";
            WAYBILL_ASSERT(run(configure).has_value());
        }
        put_coded("A", gtin_of_a, gtin_of_two_a);
        put_coded("B", gtin_of_b, "");
        put_item("SET", {{"A", 2}, {"B", 1}});
        for (const char* place : work_places) {
            count("A", place, dice.between(0, 12));
            count("B", place, dice.between(0, 8));
        }
    }

    void place_order() {
        PlaceOrder command = order(std::to_string(++placed_));
        const std::int64_t lines = dice.between(1, 3);
        for (std::int64_t i = 0; i < lines; ++i) {
            LineInput line;
            const std::int64_t which = dice.between(0, 4);
            line.sku = which == 0 ? "SET" : which < 3 ? "A" : "B";
            line.quantity = dice.between(1, 6);
            command.lines.push_back(line);
        }
        const auto decision = run(command);
        ASSERT_TRUE(decision.has_value());
        look(*decision);
    }

    /// One command of chance on one order of chance.
    void act() {
        const Command command = anything();
        const Sequence before = state->head;
        const auto decision = decide(command, *state, context());
        if (!decision) {
            ++refused;
            EXPECT_EQ(state->head, before);
            return;
        }
        ++taken;
        follow(*decision);
    }

    Dice dice;
    int taken = 0;
    int refused = 0;
    std::set<Step> seen;

private:
    void put_coded(const std::string& sku, const std::string& gtin, const std::string& gtin_of_two) {
        PutItem put;
        put.item.sku = sku;
        put.item.units = {{"each", 1, gtin}, {"pair", 2, gtin_of_two}};
        WAYBILL_ASSERT(run(put).has_value());
    }

    /// A code that a scanner read instead of a line.
    template <class Line>
    void scan(std::vector<Line>& lines) {
        if (lines.empty() || dice.between(0, 1) == 0) return;
        const char* const codes[] = {gtin_of_a, gtin_of_two_a, gtin_of_b};
        lines[0].line_no = LineNo();
        lines[0].gtin = codes[dice.between(0, 2)];
        lines[0].quantity = dice.between(1, 2);
    }

    ParcelName any_parcel(const FulfillmentOrder& fulfillment) {
        const auto last = std::max<std::int64_t>(1, std::ssize(fulfillment.parcels));
        ParcelName out{static_cast<std::uint32_t>(dice.between(1, last)), ""};
        if (fulfillment.parcels.empty() || dice.between(0, 1) == 0) return out;
        out.sscc = fulfillment.parcels[out.number - 1].sscc;
        if (!out.sscc.empty()) out.number = 0;
        return out;
    }

    Command pack(OrderId id, std::uint32_t number, const FulfillmentOrder* at) {
        PackFulfillment out;
        out.order = id;
        out.number = number;
        if (at != nullptr && dice.between(0, 2) == 0) out.parcel = any_parcel(*at).number;
        add_lines(out.lines);
        scan(out.lines);
        if (dice.between(0, 3) == 0) out.weight_g = dice.between(1, 9);
        if (dice.between(0, 3) == 0) {
            out.sscc = make_sscc("7612345", static_cast<std::uint64_t>(dice.between(1, 9)) + 10 * id.raw()).value();
        }
        return out;
    }

    OrderId any_order() { return orders_[static_cast<std::size_t>(dice.between(0, std::ssize(orders_) - 1))]; }

    template <class Line>
    void add_lines(std::vector<Line>& lines) {
        if (dice.between(0, 2) == 0) return;
        Line line;
        line.line_no = LineNo(static_cast<std::uint32_t>(dice.between(1, 2)));
        line.quantity = dice.between(0, 9) == 0 ? 0 : dice.between(1, 3);
        lines.push_back(line);
    }

    Command anything() {
        const OrderId id = any_order();
        const Order& at = *state->working.find_order(id);
        const auto number =
            static_cast<std::uint32_t>(dice.between(1, std::max<std::int64_t>(1, std::ssize(at.fulfillments))));
        const std::string place = work_places[dice.between(0, 3)];
        const FulfillmentOrder* work = at.find_fulfillment(number);
        switch (dice.between(0, 18)) {
            case 0:
            case 1:
            case 2:
                return ReleaseOrder{id, dice.between(0, 1) == 0 ? place : ""};
            case 3:
                return AcceptFulfillment{id, number};
            case 4:
            case 5: {
                PickFulfillment pick{id, number, {}};
                add_lines(pick.lines);
                if (!pick.lines.empty()) pick.lines[0].missing = std::max<std::int64_t>(dice.between(-4, 2), 0);
                scan(pick.lines);
                return pick;
            }
            case 6:
            case 7: {
                RejectFulfillment reject{id, number, {}, "no", static_cast<StockFinding>(dice.between(0, 2))};
                add_lines(reject.lines);
                if (!reject.lines.empty() && dice.between(0, 1) == 0) reject.lines[0].quantity.reset();
                return reject;
            }
            case 8:
                return RecallFulfillment{id, number, "back"};
            case 9: {
                ShipFulfillment ship{id, number, {}, "", "", {}};
                add_lines(ship.lines);
                if (work != nullptr && dice.between(0, 1) == 0) {
                    ship.parcels.push_back({any_parcel(*work), "", "", "T" + std::to_string(dice.between(1, 9))});
                }
                return ship;
            }
            case 10: {
                ShipOrder ship{id, place, {}, "", ""};
                add_lines(ship.lines);
                return ship;
            }
            case 11: {
                CancelOrder cancel{id, {}, "enough"};
                add_lines(cancel.lines);
                return cancel;
            }
            case 14:
            case 15:
            case 16:
                return pack(id, number, work);
            case 17:
                return UnpackParcel{id, number, work == nullptr ? ParcelName{1, ""} : any_parcel(*work)};
            case 18: {
                ShipFulfillment ship{id, number, {}, "", "", {}};
                if (work == nullptr) return ship;
                if (dice.between(0, 1) == 0) {
                    ship.parcels.push_back({any_parcel(*work), "", "", ""});
                    return ship;
                }
                // What is in no parcel; or what is to be picked, where nothing else is in none.
                const bool picked = dice.between(0, 1) == 0;
                for (const FulfillmentLine& line : work->lines) {
                    const std::int64_t held = work->packed(line.line_no, line.capacity_day);
                    const std::int64_t in_none = line.picked - held;
                    const std::int64_t loose = picked ? in_none : in_none == 0 ? line.to_pick() : 0;
                    const bool is_named = !ship.lines.empty() && ship.lines.back().line_no == line.line_no;
                    if (loose > 0 && !is_named) ship.lines.push_back({line.line_no, loose});
                }
                return ship;
            }
            case 12:
                return RerouteOrder{id, dice.between(0, 1) == 0, {}, "again"};
            default:
                MoveInventory move;
                move.moves.push_back({MoveKind::receive, dice.between(0, 1) == 0 ? "A" : "B", place, "", "", 2, ""});
                return move;
        }
    }

    /// Evolves event by event, with a look at each.
    void follow(const Decision& decision) {
        for (const Event& event : decision.events) {
            const Aggregate aggregate = aggregate_of(event);
            const bool is_order = aggregate.kind == AggregateKind::order;
            std::vector<FulfillmentStatus> before;
            if (is_order) {
                const Order& at = *state->working.find_order(OrderId(aggregate.id));
                for (const FulfillmentOrder& fulfillment : at.fulfillments) before.push_back(fulfillment.status());
            }
            evolve(event, {Sequence(state->head.raw() + 1), now}, *state);
            if (!is_order) continue;
            const Order& at = *state->working.find_order(OrderId(aggregate.id));
            for (std::size_t f = 0; f < before.size(); ++f) {
                note_step(before[f], event, at.fulfillments[f]);
            }
        }
        state->accept();
        look(decision);
    }

    void note_step(FulfillmentStatus before, const Event& event, const FulfillmentOrder& now_there) {
        const auto action = action_of(event);
        const FulfillmentStatus after = now_there.status();
        if (before == after && !(action && touches(event, now_there.number))) return;
        ASSERT_TRUE(action.has_value()) << "only work changes the state of work";
        const Step step{before, *action, after};
        seen.insert(step);
        const auto steps = fulfillment_steps();
        EXPECT_TRUE(std::any_of(steps.begin(), steps.end(),
                                [&](const FulfillmentStep& known) {
                                    return Step{known.from, known.action, known.to} == step;
                                }))
            << static_cast<int>(before) << " " << static_cast<int>(*action) << " " << static_cast<int>(after);
    }

    static bool touches(const Event& event, std::uint32_t number) {
        const auto in = [&](const std::vector<LineChange>& lines) {
            return std::any_of(lines.begin(), lines.end(), [&](const LineChange& change) {
                const auto is_it = [&](const FulfillmentPart& part) { return part.number == number; };
                return std::any_of(change.fulfilled.begin(), change.fulfilled.end(), is_it) ||
                       std::any_of(change.recalled.begin(), change.recalled.end(), is_it);
            });
        };
        if (const auto* shipped = std::get_if<OrderShipped>(&event)) return in(shipped->lines);
        if (const auto* cancelled = std::get_if<OrderCancelled>(&event)) return in(cancelled->lines);
        if (const auto* accepted = std::get_if<FulfillmentAccepted>(&event)) return accepted->number == number;
        if (const auto* picked = std::get_if<FulfillmentPicked>(&event)) return picked->number == number;
        if (const auto* rejected = std::get_if<FulfillmentRejected>(&event)) return rejected->number == number;
        if (const auto* recalled = std::get_if<FulfillmentRecalled>(&event)) return recalled->number == number;
        if (const auto* packed = std::get_if<FulfillmentPacked>(&event)) return packed->number == number;
        if (const auto* unpacked = std::get_if<ParcelUnpacked>(&event)) return unpacked->number == number;
        return false;
    }

    void look(const Decision& decision) {
        if (decision.outcome.object.kind == AggregateKind::order) {
            const OrderId id(decision.outcome.object.id);
            if (std::find(orders_.begin(), orders_.end(), id) == orders_.end()) orders_.push_back(id);
        }
        std::map<std::pair<ItemIx, LocationIx>, std::int64_t> reserved;
        std::set<std::string> ssccs;
        for (const OrderId id : orders_) {
            const Order& order = *state->working.find_order(id);
            look_at(order, reserved);
            for (const FulfillmentOrder& fulfillment : order.fulfillments) look_at_parcels(fulfillment, ssccs);
        }
        for (ItemIx item = 0; item < state->items.size(); ++item) {
            for (const Level& level : state->levels_of(item).levels) {
                const std::pair<ItemIx, LocationIx> key{item, level.location};
                EXPECT_EQ(level.reserved, reserved[key]);
                EXPECT_GE(level.on_hand, 0);
                EXPECT_GE(level.unsellable, 0);
                EXPECT_LE(level.unsellable, level.on_hand);
                EXPECT_LE(level.reserved, level.on_hand);
            }
        }
    }

    static void look_at(const Order& order, std::map<std::pair<ItemIx, LocationIx>, std::int64_t>& reserved) {
        std::int64_t released = 0;
        for (const FulfillmentOrder& fulfillment : order.fulfillments) {
            for (const FulfillmentLine& line : fulfillment.lines) {
                for (const std::int64_t part : {line.picked, line.shipped, line.rejected, line.recalled}) {
                    EXPECT_GE(part, 0);
                }
                EXPECT_GE(line.to_pick(), 0);
                released += line.open();
            }
        }
        EXPECT_EQ(units_of(order).released, released);
        for (const OrderLine& line : order.lines) {
            EXPECT_GE(line.open(), 0);
            for (const Allocation& allocation : line.allocations) {
                EXPECT_GE(unreleased(order, line, allocation), 0);
                const std::int64_t units = allocation.quantity - allocation.shipped;
                if (line.takes.empty()) reserved[{line.item, allocation.location}] += units;
                for (const KitTake& take : line.takes) {
                    reserved[{take.item, allocation.location}] += units * take.quantity;
                }
            }
            EXPECT_LE(line.shipped() + line.cancelled, line.quantity);
        }
        // Work is of units that are reserved where it is.
        for (const FulfillmentOrder& fulfillment : order.fulfillments) {
            for (const FulfillmentLine& work : fulfillment.lines) {
                if (work.open() == 0) continue;
                const OrderLine* line = find_line(order, work.line_no);
                ASSERT_NE(line, nullptr);
                const Allocation* allocation = find_allocation(*line, fulfillment.location, work.capacity_day);
                ASSERT_NE(allocation, nullptr);
                EXPECT_LE(work.open(), allocation->quantity - allocation->shipped);
            }
        }
    }

    /// No unit is in two parcels, none in one that is not picked, and none leaves twice.
    static void look_at_parcels(const FulfillmentOrder& fulfillment, std::set<std::string>& ssccs) {
        std::map<std::pair<LineNo, CivilDate>, std::int64_t> left;
        for (std::size_t p = 0; p < fulfillment.parcels.size(); ++p) {
            const Parcel& parcel = fulfillment.parcels[p];
            EXPECT_EQ(parcel.number, p + 1);
            if (!parcel.sscc.empty()) {
                EXPECT_EQ(normalise_sscc(parcel.sscc), parcel.sscc);
                EXPECT_TRUE(ssccs.insert(parcel.sscc).second) << parcel.sscc;
            }
            for (const ParcelUnits& units : parcel.lines) {
                EXPECT_GT(units.quantity, 0);
                if (!parcel.is_open()) left[{units.line_no, units.capacity_day}] += units.quantity;
            }
        }
        for (const FulfillmentLine& line : fulfillment.lines) {
            EXPECT_LE(fulfillment.packed(line.line_no, line.capacity_day), line.picked);
            const std::int64_t by_parcel = left[{line.line_no, line.capacity_day}];
            EXPECT_LE(by_parcel, line.shipped);
        }
    }

    int placed_ = 0;
    std::vector<OrderId> orders_;
};

TEST(fulfillment, random_lives_keep_to_the_table_of_states) {
    std::set<Step> seen;
    int taken = 0;
    int refused = 0;
    for (std::uint64_t seed = 1; seed <= 1'500; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Lives lives(seed);
        for (int i = 0; i < 3; ++i) lives.place_order();
        for (int i = 0; i < 150 && !::testing::Test::HasFailure(); ++i) lives.act();
        seen.merge(lives.seen);
        taken += lives.taken;
        refused += lives.refused;
        if (::testing::Test::HasFailure()) return;
    }
    EXPECT_GE(taken, 8'000);
    EXPECT_GE(refused, 5'000);
    // The table has no step that does not happen.
    for (const FulfillmentStep& step : fulfillment_steps()) {
        EXPECT_TRUE(seen.contains({step.from, step.action, step.to}))
            << static_cast<int>(step.from) << " " << static_cast<int>(step.action) << " " << static_cast<int>(step.to);
    }
}

/// Releases all of an order and takes it back.
Result<Decision, Rejection> release_and_recall(Shop& shop, OrderId id) {
    const auto released = shop.run(ReleaseOrder{id, ""});
    if (!released) return released;
    const auto last = static_cast<std::uint32_t>(shop.state->working.find_order(id)->fulfillments.size());
    return shop.run(RecallFulfillment{id, last, "again"});
}

OrderId with_lines(Shop& shop, std::size_t lines) {
    PlaceOrder command = shop.order(std::to_string(lines));
    LineInput line;
    line.sku = "A";
    line.quantity = 1;
    command.lines.assign(lines, line);
    return OrderId(shop.run(command)->outcome.object.id);
}

TEST(fulfillment, orders_of_an_order_have_an_end) {
    Shop shop;
    shop.put_channel("web");
    shop.put_location("L", {});
    shop.put_item("A");
    shop.count("A", "L", 10'000);
    const OrderId small = with_lines(shop, 1);
    for (std::size_t i = 0; i < limits::order_fulfillments_max; ++i) ASSERT_TRUE(release_and_recall(shop, small));
    EXPECT_EQ(release_and_recall(shop, small).error().code, Reject::invalid_request);
    const OrderId large = with_lines(shop, limits::order_lines_max);
    for (std::size_t i = 0; i < limits::order_work_lines_max / limits::order_lines_max; ++i) {
        ASSERT_TRUE(release_and_recall(shop, large));
    }
    EXPECT_EQ(release_and_recall(shop, large).error().code, Reject::invalid_request);
}

/// Released and picked.
OrderId picked_order(Shop& shop, std::size_t lines, std::int64_t quantity) {
    shop.put_channel("web");
    shop.put_location("L", {});
    shop.put_item("A");
    shop.count("A", "L", 100'000);
    PlaceOrder command = shop.order("1");
    LineInput line;
    line.sku = "A";
    line.quantity = quantity;
    command.lines.assign(lines, line);
    const OrderId id(shop.run(command)->outcome.object.id);
    WAYBILL_ASSERT(shop.run(ReleaseOrder{id, ""}).has_value());
    WAYBILL_ASSERT(shop.run(PickFulfillment{id, 1, {}}).has_value());
    return id;
}

TEST(fulfillment, parcels_of_a_fulfillment_order_have_an_end) {
    Shop few;
    PackFulfillment pack;
    pack.order = picked_order(few, 1, 1);
    pack.number = 1;
    for (std::uint32_t i = 1; i <= limits::fulfillment_parcels_max; ++i) {
        ASSERT_TRUE(few.run(pack));
        ASSERT_TRUE(few.run(UnpackParcel{pack.order, 1, {i, ""}}));
    }
    EXPECT_EQ(few.run(pack).error().code, Reject::invalid_request);
    Shop many;
    constexpr std::size_t full = limits::fulfillment_parcel_lines_max / limits::order_lines_max;
    pack.order = picked_order(many, limits::order_lines_max, full + 1);
    for (std::uint32_t i = 1; i <= limits::order_lines_max; ++i) pack.lines.push_back({LineNo(i), 1, {}});
    for (std::size_t i = 0; i < full; ++i) ASSERT_TRUE(many.run(pack));
    EXPECT_EQ(many.run(pack).error().code, Reject::invalid_request);
}

TEST(fulfillment, a_company_prefix_leaves_so_many_serial_numbers) {
    Shop shop;
    ConfigureTenant configure{shop.state->tenant()};
    configure.settings.gs1_company_prefix = "501234567890";
    ASSERT_TRUE(shop.run(configure));
    PackFulfillment pack;
    pack.order = picked_order(shop, 1, 1);
    pack.number = 1;
    Context context = shop.context();
    context.next = Sequence(99'999);
    const auto last = decide(Command(pack), *shop.state, context);
    ASSERT_TRUE(last);
    EXPECT_EQ(std::get<FulfillmentPacked>(last->events[0]).parcel.sscc.substr(0, 17), "95012345678909999");
    context.next = Sequence(100'000);
    EXPECT_EQ(decide(Command(pack), *shop.state, context).error().code, Reject::sscc_exhausted);
    // Others are as good as before.
    pack.sscc = "340123450000000017";
    EXPECT_TRUE(decide(Command(pack), *shop.state, context));
}

}  // namespace
}  // namespace waybill::core

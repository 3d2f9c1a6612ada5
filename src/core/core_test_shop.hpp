#pragma once
// What tests of core share: a tenant's state to which commands are put one after another, as the engine does.

#include <cmath>
#include <memory>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "core/decide.hpp"
#include "core/evolve.hpp"

namespace waybill::core::testing {

/// A point on core's sphere. Adapters have their own; a test may use floating point.
inline GeoPoint point_at(double latitude, double longitude) {
    const double north = latitude * std::numbers::pi / 180.0;
    const double east = longitude * std::numbers::pi / 180.0;
    const auto metres = [](double unit) {
        return static_cast<std::int32_t>(std::lround(unit * static_cast<double>(earth_radius_m)));
    };
    return {metres(std::cos(north) * std::cos(east)), metres(std::cos(north) * std::sin(east)),
            metres(std::sin(north))};
}

/// Of the shop's currency, in micros.
inline constexpr std::int64_t pound = 1'000'000;

class Shop {
public:
    Shop() {
        now = Instant(1'772'445'600'000'000);  // 2026-03-02T10:00Z, a Monday
        zones.push_back({"UTC", {{Instant(0), 0}}});
        ConfigureTenant configure;
        configure.settings.name = "acme";
        configure.settings.currency = Currency::parse("GBP").value();
        (void)run(configure);
    }

    [[nodiscard]] Context context() {
        Context out;
        out.now = now;
        out.next = Sequence(state->head.raw() + 1);
        out.zones = &zones;
        out.workspace = &workspace;
        return out;
    }

    Result<Decision, Rejection> run(const Command& command) {
        auto decision = decide(command, *state, context());
        if (!decision) return decision;
        for (const Event& event : decision->events) {
            evolve(event, {Sequence(state->head.raw() + 1), now}, *state);
        }
        state->accept();
        return decision;
    }

    void put_item(const std::string& sku, std::vector<ComponentInput> components = {}) {
        PutItem put;
        put.item.sku = sku;
        put.item.units = {{"each", 1, ""}, {"case", 12, ""}};
        put.components = std::move(components);
        WAYBILL_ASSERT(run(put).has_value());
    }

    void put_location(const std::string& code, CostTerms costs, CapacityTerms capacity = {}, GeoPoint point = {}) {
        PutLocation put;
        put.location.code = code;
        put.location.costs = std::move(costs);
        put.location.capacity = capacity;
        put.location.point = point;
        put.location.calendar.working_days.fill(true);
        WAYBILL_ASSERT(run(put).has_value());
    }

    void put_channel(const std::string& code) {
        PutChannel put;
        put.channel.code = code;
        WAYBILL_ASSERT(run(put).has_value());
    }

    void count(const std::string& sku, const std::string& location, std::int64_t quantity) {
        MoveInventory move;
        MoveInput row;
        row.kind = MoveKind::count;
        row.sku = sku;
        row.location = location;
        row.quantity = quantity;
        move.moves.push_back(row);
        WAYBILL_ASSERT(run(move).has_value());
    }

    [[nodiscard]] PlaceOrder order(const std::string& number) const {
        PlaceOrder out;
        out.channel = "web";
        out.channel_order_id = number;
        out.currency = state->tenant().currency;
        out.ship_to.country = "GB";
        return out;
    }

    [[nodiscard]] const Order& placed(const Decision& decision) const {
        const Order* order = state->working.find_order(OrderId(decision.outcome.object.id));
        WAYBILL_ASSERT(order != nullptr);
        return *order;
    }

    Instant now;
    std::vector<ZoneRules> zones;
    std::unique_ptr<TenantState> state = std::make_unique<TenantState>();
    sourcing::Workspace workspace;
};

/// Small numbers from a fixed seed.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(high - low + 1));
    }

private:
    std::mt19937_64 engine_;
};

}  // namespace waybill::core::testing

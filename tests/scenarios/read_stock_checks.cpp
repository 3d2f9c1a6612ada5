#include "tests/scenarios/check_readers.hpp"

#include <algorithm>

#include "tests/scenarios/read_enum.hpp"

namespace waybill::scenarios {

namespace {

std::int64_t bucket(const LevelView& level, const std::string& name) {
    if (name == "reserved") return level.reserved;
    if (name == "safety") return level.safety;
    if (name == "unsellable") return level.unsellable;
    if (name == "sellable") return level.on_hand - level.unsellable - level.reserved - level.safety;
    return level.on_hand;
}

std::string movement_text(const MovementView& movement) {
    const LevelView& change = movement.change;
    const bool of_reserved = movement.kind == "reserve" || movement.kind == "release";
    const std::int64_t units = of_reserved                     ? change.reserved
                               : movement.kind == "safety"     ? change.safety
                               : movement.kind == "quarantine" ? change.unsellable
                                                               : change.on_hand;
    return movement.kind + " " + std::to_string(units);
}

}  // namespace

/// "is 10 on hand 4 reserved": quantities before their buckets' names.
Check read_stock_check(Words& words) {
    const std::string sku = words.take("a SKU");
    words.expect("at");
    const std::string location = words.take("a location");
    words.expect("is");
    std::vector<AmountWord> expected;
    while (!words.at_end()) {
        AmountWord amount;
        amount.value = words.number("quantity");
        amount.name = words.take("a bucket");
        if (amount.name == "on") {
            words.expect("hand");
            amount.name = "on hand";
        } else if (amount.name != "reserved" && amount.name != "safety" && amount.name != "unsellable" &&
                   amount.name != "sellable") {
            throw BadWord{"'" + amount.name + "' is none of on hand, reserved, safety, unsellable, sellable"};
        }
        expected.push_back(std::move(amount));
    }
    return {[=](World& world) -> std::string {
        const LevelView level = world.driver.level(sku, location).value_or(LevelView{});
        for (const AmountWord& amount : expected) {
            if (auto text = differs(amount.name, amount.value, bucket(level, amount.name)); !text.empty()) return text;
        }
        return "";
    }};
}

Check read_available(Words& words) {
    const std::string sku = words.take("a SKU");
    words.expect("on");
    const std::string channel = words.take("a channel");
    words.expect("is");
    const std::int64_t total = words.number("quantity");
    std::vector<std::pair<std::string, std::int64_t>> places;
    while (words.take_if("at")) {
        const std::string location = words.take("a location");
        places.emplace_back(location, words.number("quantity"));
    }
    return {[=](World& world) -> std::string {
        const AvailabilityView view = world.driver.availability(sku, channel);
        if (auto text = differs("available", total, view.total); !text.empty()) return text;
        for (const auto& [location, units] : places) {
            const auto at = std::find_if(view.locations.begin(), view.locations.end(),
                                         [&](const auto& place) { return place.first == location; });
            const std::int64_t actual = at == view.locations.end() ? 0 : at->second;
            if (auto text = differs("available at " + location, units, actual); !text.empty()) return text;
        }
        return "";
    }};
}

Check read_capacity_check(Words& words) {
    const std::string location = words.take("a location");
    words.expect("on");
    const CivilDate day = words.date();
    words.expect("is");
    const std::int64_t orders = words.number("count");
    words.expect("orders");
    const std::int64_t units = words.number("count");
    words.expect("units");
    return {[=](World& world) -> std::string {
        const core::CapacityDay used = world.driver.capacity(location, day);
        if (auto text = differs("orders", orders, used.orders); !text.empty()) return text;
        return differs("units", units, used.units);
    }};
}

Check read_movements(Words& words) {
    words.expect("of");
    const std::string sku = words.take("a SKU");
    words.expect("at");
    const std::string location = words.take("a location");
    words.expect("are");
    std::string expected;
    do {
        const std::string kind = words.take("a kind of movement");
        if (kind == "none") break;
        (void)read_enum<core::MovementKind>(kind);
        expected += (expected.empty() ? "" : ", ") + kind + " " + std::to_string(words.number("quantity"));
    } while (words.take_if(","));
    return {[=](World& world) -> std::string {
        std::string actual;
        for (const MovementView& movement : world.driver.movements(sku, location)) {
            actual += (actual.empty() ? "" : ", ") + movement_text(movement);
        }
        return differs("movements", expected.empty() ? "none" : expected, actual.empty() ? "none" : actual);
    }};
}

Check read_feed_check(Words& words) {
    if (words.take_if("was")) {
        words.expect("already");
        words.expect("applied");
        return {[](World& world) -> std::string {
            return world.last.already_applied ? "" : "the message was taken as a new one";
        }};
    }
    words.expect("skipped");
    if (words.take_if("nothing")) {
        return {[](World& world) -> std::string {
            return world.last.skipped.empty() ? "" : std::to_string(world.last.skipped.size()) + " rows were skipped";
        }};
    }
    words.expect("row");
    const std::int64_t row = words.number("row");
    const std::string code = words.take("a rejection");
    return {[=](World& world) -> std::string {
        std::string actual;
        for (const Skipped& skipped : world.last.skipped) {
            if (skipped.row == row && skipped.code == code) return "";
            actual += " row " + std::to_string(skipped.row) + " " + skipped.code;
        }
        return "expected row " + std::to_string(row) + " " + code + ", skipped were" +
               (actual.empty() ? " none" : actual);
    }};
}

}  // namespace waybill::scenarios

// Fulfillment orders: what locations do with their work, and what has to be left of it.

#include <algorithm>

#include "tests/scenarios/action_readers.hpp"
#include "tests/scenarios/check_readers.hpp"
#include "tests/scenarios/read_enum.hpp"

namespace waybill::scenarios {
namespace {

Action read_release_work(Words& words) {
    Action out;
    core::ReleaseOrder release;
    words.expect("of");
    out.order = words.take("the order's name");
    if (words.take_if("at")) release.location = words.take("a location");
    out.command = std::move(release);
    return out;
}

/// The number and the order's name.
template <class Command>
Command read_named(Words& words, Action& out) {
    Command command;
    command.number = static_cast<std::uint32_t>(words.number("number of the work"));
    words.expect("of");
    out.order = words.take("the order's name");
    return command;
}

Action read_pick(Words& words) {
    Action out;
    auto pick = read_named<core::PickFulfillment>(words, out);
    while (words.at("line")) {
        core::PickLineInput line;
        line.line_no = read_line_no(words);
        if (words.take_if("quantity")) line.quantity = words.number("quantity");
        if (words.take_if("missing")) line.missing = words.number("quantity");
        pick.lines.push_back(line);
        (void)words.take_if(",");
    }
    out.command = std::move(pick);
    return out;
}

Action read_reject(Words& words) {
    Action out;
    auto reject = read_named<core::RejectFulfillment>(words, out);
    reject.reason = "no_time";
    while (!words.at_end()) {
        if (words.at("line")) {
            core::RejectLineInput line;
            line.line_no = read_line_no(words);
            if (words.take_if("quantity")) line.quantity = words.number("quantity");
            reject.lines.push_back(line);
            (void)words.take_if(",");
        } else if (words.take_if("reason")) {
            reject.reason = words.take("a reason");
        } else if (words.take_if("stock")) {
            reject.stock = read_enum<core::StockFinding>(words.take("a finding"));
        } else {
            words.expect_end();
        }
    }
    out.command = std::move(reject);
    return out;
}

Action read_ship_work(Words& words) {
    Action out;
    auto ship = read_named<core::ShipFulfillment>(words, out);
    read_parcel(words, ship);
    out.command = std::move(ship);
    return out;
}

Action read_recall(Words& words) {
    Action out;
    auto recall = read_named<core::RecallFulfillment>(words, out);
    recall.reason = words.take_if("reason") ? words.take("a reason") : "changed";
    out.command = std::move(recall);
    return out;
}

std::string units_text(const std::vector<std::pair<std::string, std::int64_t>>& units) {
    std::string out;
    for (const auto& [name, count] : units) {
        if (count != 0) out += (out.empty() ? "" : " ") + std::to_string(count) + " " + name;
    }
    return out.empty() ? "nothing" : out;
}

}  // namespace

Action read_work(const std::string& what, Words& words) {
    if (what == "release") return read_release_work(words);
    if (what == "pick") return read_pick(words);
    if (what == "reject") return read_reject(words);
    if (what == "ship") return read_ship_work(words);
    if (what == "recall") return read_recall(words);
    Action out;
    out.command = read_named<core::AcceptFulfillment>(words, out);
    return out;
}

Check read_work_check(Words& words) {
    if (words.take_if("at")) {
        const std::string location = words.take("a location");
        words.expect("is");
        std::vector<std::string> expected = words.list();
        if (expected == std::vector<std::string>{"none"}) expected.clear();
        return {[=](World& world) -> std::string {
            std::vector<std::string> found;
            for (const auto& [order, number] : world.driver.open_work(location)) {
                const auto named = std::find_if(world.orders.begin(), world.orders.end(),
                                                [id = order](const auto& entry) { return entry.second == id; });
                found.push_back((named == world.orders.end() ? "?" : named->first) + "/" + std::to_string(number));
            }
            return differs("work at " + location, join(expected), join(found));
        }};
    }
    if (words.take_if("of")) {
        const std::string name = words.take("the order's name");
        words.expect("is");
        std::vector<std::string> expected = words.list();
        if (expected == std::vector<std::string>{"none"}) expected.clear();
        return on_order(name, [=](World&, const OrderView& order) -> std::string {
            std::vector<std::string> found;
            for (const FulfillmentView& work : order.fulfillments) found.push_back(work.location + ":" + work.status);
            return differs("work", join(expected), join(found));
        });
    }
    const auto number = static_cast<std::size_t>(words.number("number of the work"));
    words.expect("of");
    const std::string name = words.take("the order's name");
    const auto on_work = [=](auto look) {
        return on_order(name, [=](World&, const OrderView& order) -> std::string {
            if (number == 0 || number > order.fulfillments.size()) return "there is no such work";
            return look(order.fulfillments[number - 1]);
        });
    };
    if (words.take_if("allows")) {
        std::vector<std::string> expected = words.list();
        if (expected == std::vector<std::string>{"nothing"}) expected.clear();
        return on_work(
            [=](const FulfillmentView& work) { return differs("allowed", join(expected), join(work.actions)); });
    }
    words.expect("line");
    const std::int64_t line_no = words.number("line number");
    words.expect("has");
    std::vector<std::pair<std::string, std::int64_t>> expected = {
        {"to-pick", 0}, {"picked", 0}, {"shipped", 0}, {"rejected", 0}, {"recalled", 0}};
    while (!words.at_end()) {
        const std::int64_t count = words.number("quantity");
        const std::string state = words.take("a state");
        const auto at = std::find_if(expected.begin(), expected.end(), [&](const auto& e) { return e.first == state; });
        if (at == expected.end()) throw BadWord{"'" + state + "' is no state of work"};
        at->second = count;
    }
    return on_work([=](const FulfillmentView& work) -> std::string {
        for (const FulfillmentView::Line& line : work.lines) {
            if (line.line_no != line_no) continue;
            return differs("line " + std::to_string(line_no), units_text(expected),
                           units_text({{"to-pick", line.to_pick},
                                       {"picked", line.picked},
                                       {"shipped", line.shipped},
                                       {"rejected", line.rejected},
                                       {"recalled", line.recalled}}));
        }
        return "the work has no such line";
    });
}

}  // namespace waybill::scenarios

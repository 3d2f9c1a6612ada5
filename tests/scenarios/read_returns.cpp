// Returns: what customers send back, what becomes of it, and what has to be left of it.

#include <algorithm>

#include "tests/scenarios/action_readers.hpp"
#include "tests/scenarios/check_readers.hpp"
#include "tests/scenarios/read_enum.hpp"

namespace waybill::scenarios {
namespace {

Action read_request(Words& words) {
    Action out;
    core::RequestReturn request;
    words.expect("of");
    out.order = words.take("the order's name");
    while (!words.at_end()) {
        if (words.at("line")) {
            core::ReturnLineInput line;
            line.line_no = read_line_no(words);
            if (words.take_if("quantity")) line.quantity = words.number("quantity");
            words.expect("because");
            line.reason = words.take("a reason");
            request.lines.push_back(std::move(line));
            (void)words.take_if(",");
        } else if (words.take_if("at")) {
            request.location = words.take("a location");
        } else if (words.take_if("override")) {
            request.overrides_policy = true;
        } else {
            words.expect_end();
        }
    }
    out.command = std::move(request);
    return out;
}

/// The number and the order's name.
template <class Command>
Command read_named_return(Words& words, Action& out) {
    Command command;
    command.number = static_cast<std::uint32_t>(words.number("number of the return"));
    words.expect("of");
    out.order = words.take("the order's name");
    return command;
}

/// What ends it, with a reason.
template <class Command>
Action read_end(Words& words) {
    Action out;
    auto command = read_named_return<Command>(words, out);
    command.reason = words.take_if("reason") ? words.take("a reason") : "changed";
    out.command = std::move(command);
    return out;
}

Action read_receipt(Words& words) {
    Action out;
    auto receive = read_named_return<core::ReceiveReturn>(words, out);
    words.expect("at");
    receive.location = words.take("a location");
    while (!words.at_end()) {
        if (words.at("line")) {
            core::ReceiveLineInput line;
            line.line_no = read_line_no(words);
            if (words.take_if("quantity")) line.quantity = words.number("quantity");
            if (words.take_if("as")) line.disposition = read_enum<core::Disposition>(words.take("a disposition"));
            receive.lines.push_back(line);
            (void)words.take_if(",");
        } else if (words.take_if("as")) {
            receive.disposition = read_enum<core::Disposition>(words.take("a disposition"));
        } else {
            words.expect_end();
        }
    }
    out.command = std::move(receive);
    return out;
}

using ReturnedUnits = std::vector<std::pair<std::string, std::int64_t>>;

std::string returned_text(const ReturnedUnits& units) {
    std::string out;
    for (const auto& [name, count] : units) {
        if (count != 0) out += (out.empty() ? "" : " ") + std::to_string(count) + " " + name;
    }
    return out.empty() ? "nothing" : out;
}

std::vector<std::string> list_or_none(Words& words, const std::string& none) {
    std::vector<std::string> out = words.list();
    if (out == std::vector<std::string>{none}) out.clear();
    return out;
}

}  // namespace

Action read_return(const std::string& what, Words& words) {
    if (what == "request") return read_request(words);
    if (what == "decline") return read_end<core::DeclineReturn>(words);
    if (what == "receive") return read_receipt(words);
    if (what == "cancel") return read_end<core::CancelReturn>(words);
    Action out;
    out.command = read_named_return<core::ApproveReturn>(words, out);
    return out;
}

void read_return_policy(Words& words, core::ReturnPolicy& policy) {
    while (!words.at_end()) {
        if (words.take_if("within")) {
            policy.window_days = words.number("number of days");
        } else if (words.take_if("for")) {
            policy.reasons = words.list();
        } else if (words.take_if("by-person")) {
            policy.by_person = true;
        } else {
            return;
        }
    }
}

Check read_returns_check(Words& words) {
    if (words.take_if("at")) {
        const std::string location = words.take("a location");
        words.expect("are");
        const std::vector<std::string> expected = list_or_none(words, "none");
        return {[=](World& world) -> std::string {
            std::vector<std::string> found;
            for (const auto& [order, number] : world.driver.open_returns(location)) {
                const auto named = std::find_if(world.orders.begin(), world.orders.end(),
                                                [id = order](const auto& entry) { return entry.second == id; });
                found.push_back((named == world.orders.end() ? "?" : named->first) + "/" + std::to_string(number));
            }
            return differs("returns at " + location, join(expected), join(found));
        }};
    }
    words.expect("of");
    const std::string name = words.take("the order's name");
    words.expect("are");
    const std::vector<std::string> expected = list_or_none(words, "none");
    return on_order(name, [=](World&, const OrderView& order) -> std::string {
        std::vector<std::string> found;
        for (const ReturnView& made : order.returns) {
            found.push_back((made.location.empty() ? "anywhere" : made.location) + ":" + made.status);
        }
        return differs("returns", join(expected), join(found));
    });
}

Check read_return_check(Words& words) {
    const auto number = static_cast<std::size_t>(words.number("number of the return"));
    words.expect("of");
    const std::string name = words.take("the order's name");
    const auto on_return = [=](auto look) {
        return on_order(name, [=](World&, const OrderView& order) -> std::string {
            if (number == 0 || number > order.returns.size()) return "there is no such return";
            return look(order.returns[number - 1]);
        });
    };
    if (words.take_if("allows")) {
        const std::vector<std::string> expected = list_or_none(words, "nothing");
        return on_return(
            [=](const ReturnView& made) { return differs("allowed", join(expected), join(made.actions)); });
    }
    words.expect("line");
    const std::int64_t line_no = words.number("line number");
    words.expect("has");
    ReturnedUnits expected = {{"expected", 0},  {"restocked", 0}, {"quarantined", 0},
                              {"to-vendor", 0}, {"destroyed", 0}, {"dropped", 0}};
    while (!words.at_end()) {
        const std::int64_t count = words.number("quantity");
        const std::string state = words.take("a state");
        const auto at = std::find_if(expected.begin(), expected.end(), [&](const auto& e) { return e.first == state; });
        if (at == expected.end()) throw BadWord{"'" + state + "' is no state of what comes back"};
        at->second = count;
    }
    return on_return([=](const ReturnView& made) -> std::string {
        for (const ReturnView::Line& line : made.lines) {
            if (line.line_no != line_no) continue;
            return differs("line " + std::to_string(line_no), returned_text(expected),
                           returned_text({{"expected", line.expected},
                                          {"restocked", line.restocked},
                                          {"quarantined", line.quarantined},
                                          {"to-vendor", line.to_vendor},
                                          {"destroyed", line.destroyed},
                                          {"dropped", line.dropped}}));
        }
        return "the return has no such line";
    });
}

}  // namespace waybill::scenarios

#include "tests/scenarios/check_readers.hpp"

#include <algorithm>

#include "base/decimal.hpp"
#include "core/routing/route.hpp"
#include "tests/scenarios/read_enum.hpp"

namespace waybill::scenarios {

namespace {

std::string cost_text(std::int64_t micros) { return format_decimal(micros, micros_places, 2); }

struct ExpectedSourcing {
    std::string status;
    std::string method;
    std::optional<std::int64_t> cost;
    std::optional<std::int64_t> bound;

    [[nodiscard]] std::string compare(const Sourcing& sourcing) const {
        if (auto text = differs("status", status, sourcing.status); !text.empty()) return text;
        if (!method.empty() && method != sourcing.method) return differs("method", method, sourcing.method);
        if (cost && *cost != sourcing.cost_micros) {
            return differs("cost", cost_text(*cost), cost_text(sourcing.cost_micros));
        }
        if (bound) return differs("lower bound", cost_text(*bound), cost_text(sourcing.lower_bound_micros));
        return "";
    }
};

ExpectedSourcing read_expected_sourcing(Words& words) {
    ExpectedSourcing out;
    out.status = words.take("a status");
    (void)read_enum<core::RoutingStatus>(out.status);
    while (!words.at_end()) {
        if (words.take_if("cost")) {
            out.cost = words.micros("cost");
        } else if (words.take_if("lower-bound")) {
            out.bound = words.micros("cost");
        } else if (words.take_if("by")) {
            out.method = words.take("a method");
            (void)read_enum<core::RoutingMethod>(out.method);
        } else {
            words.expect_end();
        }
    }
    return out;
}

}  // namespace

Check read_sourcing(Words& words) {
    words.expect("is");
    const ExpectedSourcing expected = read_expected_sourcing(words);
    return {[expected](World& world) -> std::string {
        if (!world.last.sourcing) return "the last action routed nothing";
        return expected.compare(*world.last.sourcing);
    }};
}

Check read_preview(Words& words) {
    Check out;
    if (words.take_if("refused")) {
        const std::string code = words.take("a rejection");
        out.holds = [code](World& world) -> std::string {
            if (!world.preview.refused) return "the preview was not refused";
            return differs("refused", code, std::string(core::info_of(world.preview.refused->code).name));
        };
        return out;
    }
    if (words.take_if("differs")) {
        words.expect("in");
        const std::vector<std::string> expected = words.list();
        out.holds = [expected](World& world) -> std::string {
            if (world.preview.refused) return "the preview was refused: " + world.preview.refused->detail;
            const std::string what = expected == std::vector<std::string>{"nothing"} ? "none" : join(expected);
            return differs("differences", what, join(world.preview.differences));
        };
        return out;
    }
    words.expect("is");
    const ExpectedSourcing expected = read_expected_sourcing(words);
    out.holds = [expected](World& world) -> std::string {
        if (world.preview.refused) return "the preview was refused: " + world.preview.refused->detail;
        return expected.compare(world.preview.sourcing);
    };
    return out;
}

namespace {

/// "with 1 A, 2 B", "under 6.10", "with room for 2 units 1 orders", or nothing after `never wins`.
std::string read_win(Words& words) {
    if (words.take_if("under")) return "under " + cost_text(words.micros("cost"));
    words.expect("with");
    std::string out = "with ";
    const bool room = words.take_if("room");
    if (room) {
        words.expect("for");
        out += "room for ";
    }
    while (true) {
        out += std::to_string(words.number("how many more"));
        out += " " + words.take(room ? "units or orders" : "a SKU");
        if (words.at_end()) return out;
        if (!room) words.expect(",");
        out += room ? " " : ", ";
    }
}

}  // namespace

Check read_candidate(Words& words) {
    const std::string location = words.take("a location");
    std::string order;
    if (words.take_if("of")) order = words.take("the order's name");
    std::string kind = "chosen";
    std::string reason;
    std::string filter;
    std::string where;
    std::int64_t loss = 0;
    if (words.take_if("loses")) {
        if (words.take_if("at")) {
            where = words.take("a criterion");
            words.expect("by");
            where += " " + words.take("a number");
            kind = "loses at";
        } else {
            words.expect("by");
            loss = words.micros("cost");
            kind = "loses";
        }
    } else if (words.take_if("wins")) {
        kind = "wins";
        where = read_win(words);
    } else if (words.take_if("never")) {
        words.expect("wins");
        kind = "wins";
    } else {
        words.expect("is");
        kind = words.take("chosen or out");
        if (kind == "out") {
            words.expect("because");
            reason = words.take("a reason");
            if (reason != "no_stock") (void)read_enum<core::Ineligible>(reason);
            if (reason == "refused_by_filter") filter = words.take("the filter's code");
        } else if (kind != "chosen") {
            throw BadWord{"'" + kind + "' is neither chosen nor out"};
        }
    }
    return {[=](World& world) -> std::string {
        std::vector<CandidateView> list = world.preview.candidates;
        if (!order.empty()) {
            const auto id = world.orders.find(order);
            if (id == world.orders.end()) return "there is no order " + order;
            list = world.driver.candidates_of(id->second);
        }
        const auto at =
            std::find_if(list.begin(), list.end(), [&](const CandidateView& c) { return c.location == location; });
        if (kind == "out") {
            const std::string actual = at == list.end() ? "no_stock" : at->ineligible;
            if (actual == reason && at != list.end()) return differs("filter", filter, at->filter);
            return differs("reason", reason, actual.empty() ? "a candidate" : actual);
        }
        if (at == list.end()) return location + " is not listed";
        if (kind == "chosen") return at->chosen ? "" : location + " is not chosen";
        if (kind == "wins") {
            const bool told =
                where.empty() ? at->wins.empty() : std::find(at->wins.begin(), at->wins.end(), where) != at->wins.end();
            return told ? "" : differs("wins", where.empty() ? "never" : where, join(at->wins));
        }
        if (kind == "loses at") return differs("loses at", where, at->loses_at);
        if (!at->loses_by_micros) return location + " has no known loss";
        return differs("loses by", cost_text(loss), cost_text(*at->loses_by_micros));
    }};
}

}  // namespace waybill::scenarios

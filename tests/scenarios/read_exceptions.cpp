// Exceptions of orders: what people say of them, and what must be open.

#include <algorithm>

#include "tests/scenarios/action_readers.hpp"
#include "tests/scenarios/check_readers.hpp"
#include "tests/scenarios/read_enum.hpp"
#include "tests/scenarios/views.hpp"

namespace waybill::scenarios {

Action read_raise(Words& words) {
    Action out;
    core::RaiseException raise;
    out.order = words.take("the order's name");
    raise.kind = words.take("a kind");
    while (!words.at_end()) {
        if (words.take_if("severity")) {
            raise.severity = read_enum<core::Severity>(words.take("a severity"));
        } else if (words.take_if("owner")) {
            raise.owner = words.take("an owner");
        } else if (words.take_if("due")) {
            raise.due_at = words.instant();
        } else if (words.take_if("reason")) {
            raise.reason = words.take("a reason");
        } else {
            words.expect_end();
        }
    }
    out.command = std::move(raise);
    return out;
}

Action read_assign(Words& words) {
    Action out;
    core::ChangeException change;
    out.order = words.take("the order's name");
    change.kind = words.take("a kind");
    while (!words.at_end()) {
        if (words.take_if("severity")) {
            change.severity = read_enum<core::Severity>(words.take("a severity"));
        } else if (words.take_if("owner")) {
            const std::string owner = words.take("an owner");
            change.owner = owner == "nobody" ? "" : owner;
        } else if (words.take_if("due")) {
            change.due_at = words.instant();
        } else {
            words.expect_end();
        }
    }
    out.command = std::move(change);
    return out;
}

Action read_resolve(Words& words) {
    Action out;
    core::ResolveException resolve;
    out.order = words.take("the order's name");
    resolve.kind = words.take("a kind");
    if (words.take_if("saying")) resolve.resolution = words.take("what was done");
    out.command = std::move(resolve);
    return out;
}

Check read_exceptions(Words& words) {
    words.expect("of");
    const std::string name = words.take("the order's name");
    words.expect("are");
    std::vector<std::string> kinds = words.list();
    if (kinds == std::vector<std::string>{"none"}) kinds.clear();
    return on_order(name, [=](World&, const OrderView& order) -> std::string {
        std::vector<std::string> found;
        for (const ExceptionView& exception : order.exceptions) found.push_back(exception.kind);
        return differs("exceptions", join(kinds), join(found));
    });
}

Check read_exception(Words& words) {
    const std::string kind = words.take("a kind");
    words.expect("of");
    const std::string name = words.take("the order's name");
    words.expect("is");
    ExceptionView expected;
    expected.kind = kind;
    expected.severity = name_of_enum(read_enum<core::Severity>(words.take("a severity")));
    std::string saying;
    while (!words.at_end()) {
        if (words.take_if("owner")) {
            expected.owner = words.take("an owner");
        } else if (words.take_if("due")) {
            expected.due = format_instant(words.instant());
        } else if (words.take_if("by")) {
            expected.by = words.take("who raised it");
        } else if (words.take_if("saying")) {
            saying = words.take("a part of the reason");
        } else {
            words.expect_end();
        }
    }
    return on_order(name, [=](World&, const OrderView& order) -> std::string {
        const auto found = std::find_if(order.exceptions.begin(), order.exceptions.end(),
                                        [&](const ExceptionView& exception) { return exception.kind == kind; });
        if (found == order.exceptions.end()) return "no exception " + kind + " is open";
        if (auto text = differs("severity", expected.severity, found->severity); !text.empty()) return text;
        if (auto text = differs("owner", expected.owner, found->owner); !text.empty()) return text;
        if (auto text = differs("due", expected.due, found->due); !text.empty()) return text;
        if (!expected.by.empty() && found->by != expected.by) return differs("raised by", expected.by, found->by);
        return found->reason.find(saying) == std::string::npos ? "its reason is " + found->reason : "";
    });
}

Check read_queue(Words& words) {
    words.expect("is");
    std::vector<std::string> expected = words.list();
    if (expected == std::vector<std::string>{"empty"}) expected.clear();
    return {[expected](World& world) -> std::string {
        std::vector<std::string> found;
        for (const auto& [order, kind] : world.driver.exception_queue()) {
            const auto named = std::find_if(world.orders.begin(), world.orders.end(),
                                            [id = order](const auto& entry) { return entry.second == id; });
            found.push_back((named == world.orders.end() ? "?" : named->first) + "/" + kind);
        }
        return differs("queue", join(expected), join(found));
    }};
}

}  // namespace waybill::scenarios

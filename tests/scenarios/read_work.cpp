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

/// "line 1" or "scan GTIN"
template <class Line>
void read_line_or_scan(Words& words, Line& line) {
    if (words.take_if("scan")) {
        line.gtin = words.take("a GTIN");
    } else {
        line.line_no = read_line_no(words);
    }
}

/// Up to four digits are a number, more an SSCC.
core::ParcelName read_parcel_name(Words& words) {
    const std::string name = words.take("a number or SSCC");
    if (name.size() > 4) return {0, name};
    return {static_cast<std::uint32_t>(std::stoul(name)), ""};
}

Action read_pick(Words& words) {
    Action out;
    auto pick = read_named<core::PickFulfillment>(words, out);
    while (words.at("line") || words.at("scan")) {
        core::PickLineInput line;
        read_line_or_scan(words, line);
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

bool read_size(Words& words, core::PackFulfillment& pack) {
    if (!words.take_if("size")) return false;
    const std::string size = words.take("length x width x height");
    std::int64_t* const into[] = {&pack.length_mm.emplace(), &pack.width_mm.emplace(), &pack.height_mm.emplace()};
    std::size_t from = 0;
    for (std::int64_t* measure : into) {
        std::size_t used = 0;
        *measure = std::stoll(size.substr(from), &used);
        from += used + 1;
    }
    return true;
}

Action read_pack(Words& words) {
    Action out;
    auto pack = read_named<core::PackFulfillment>(words, out);
    while (!words.at_end()) {
        if (words.at("line") || words.at("scan")) {
            core::PackLineInput line;
            read_line_or_scan(words, line);
            line.quantity = words.take_if("quantity") ? words.number("quantity") : 1;
            pack.lines.push_back(line);
            (void)words.take_if(",");
        } else if (words.take_if("into")) {
            pack.parcel = static_cast<std::uint32_t>(words.number("number of a parcel"));
        } else if (words.take_if("sscc")) {
            pack.sscc = words.take("an SSCC");
        } else if (words.take_if("grams")) {
            pack.weight_g = words.number("weight");
        } else if (words.take_if("carrier")) {
            pack.carrier = words.take("a carrier");
        } else if (words.take_if("service")) {
            pack.service = words.take("a service");
        } else if (words.take_if("tracking")) {
            pack.tracking = words.take("a number");
        } else if (!read_size(words, pack)) {
            words.expect_end();
        }
    }
    out.command = std::move(pack);
    return out;
}

Action read_unpack(Words& words) {
    Action out;
    auto unpack = read_named<core::UnpackParcel>(words, out);
    words.expect("parcel");
    unpack.parcel = read_parcel_name(words);
    out.command = std::move(unpack);
    return out;
}

/// What is said after a parcel is said of it, before the first one of all that leaves.
Action read_ship_work(Words& words) {
    Action out;
    auto ship = read_named<core::ShipFulfillment>(words, out);
    while (!words.at_end()) {
        core::ShipParcelInput* parcel = ship.parcels.empty() ? nullptr : &ship.parcels.back();
        if (words.take_if("parcel")) {
            ship.parcels.push_back({read_parcel_name(words), "", "", ""});
        } else if (words.at("line")) {
            core::ShipLineInput line;
            line.line_no = read_line_no(words);
            words.expect("quantity");
            line.quantity = words.number("quantity");
            ship.lines.push_back(line);
        } else if (words.take_if("carrier")) {
            (parcel == nullptr ? ship.carrier : parcel->carrier) = words.take("a carrier");
        } else if (words.take_if("tracking")) {
            (parcel == nullptr ? ship.tracking : parcel->tracking) = words.take("a number");
        } else if (parcel != nullptr && words.take_if("service")) {
            parcel->service = words.take("a service");
        } else {
            words.expect_end();
        }
        (void)words.take_if(",");
    }
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

std::string read_rest(Words& words) {
    std::string out;
    while (!words.at_end()) out += (out.empty() ? "" : " ") + words.take("a word");
    return out;
}

/// "packed sscc S carrier C service V tracking T weighs 100 holds 1:2 2:1", what is not known apart.
std::string parcel_text(const ParcelView& parcel) {
    std::string out = parcel.status;
    for (const auto& [name, value] : {std::pair{" sscc ", parcel.sscc},
                                      {" carrier ", parcel.carrier},
                                      {" service ", parcel.service},
                                      {" tracking ", parcel.tracking}}) {
        if (!value.empty()) out += name + value;
    }
    if (parcel.weight_g != 0) out += " weighs " + std::to_string(parcel.weight_g);
    if (!parcel.lines.empty()) out += " holds";
    for (const auto& [line_no, units] : parcel.lines) {
        out += " " + std::to_string(line_no) + ":" + std::to_string(units);
    }
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
    if (what == "pack") return read_pack(words);
    if (what == "unpack") return read_unpack(words);
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
    if (words.take_if("parcels")) {
        words.expect("are");
        std::vector<std::string> expected = words.list();
        if (expected == std::vector<std::string>{"none"}) expected.clear();
        return on_work([=](const FulfillmentView& work) {
            std::vector<std::string> found;
            for (const ParcelView& parcel : work.parcels) found.push_back(parcel.status);
            return differs("parcels", join(expected), join(found));
        });
    }
    if (words.take_if("parcel")) {
        const auto which = static_cast<std::size_t>(words.number("number of the parcel"));
        words.expect("is");
        const std::string expected = read_rest(words);
        return on_work([=](const FulfillmentView& work) -> std::string {
            if (which == 0 || which > work.parcels.size()) return "there is no such parcel";
            ParcelView parcel = work.parcels[which - 1];
            // Which number Waybill gives depends on all that has happened.
            const bool is_any = expected.find(" sscc * ") != std::string::npos;
            if (is_any && core::normalise_sscc(parcel.sscc)) parcel.sscc = "*";
            return differs("parcel " + std::to_string(which), expected, parcel_text(parcel));
        });
    }
    words.expect("line");
    const std::int64_t line_no = words.number("line number");
    words.expect("has");
    std::vector<std::pair<std::string, std::int64_t>> expected = {{"to-pick", 0}, {"picked", 0},   {"packed", 0},
                                                                  {"shipped", 0}, {"rejected", 0}, {"recalled", 0}};
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
                                       {"packed", line.packed},
                                       {"shipped", line.shipped},
                                       {"rejected", line.rejected},
                                       {"recalled", line.recalled}}));
        }
        return "the work has no such line";
    });
}

}  // namespace waybill::scenarios

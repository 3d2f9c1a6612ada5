#include "tests/scenarios/run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <sstream>

namespace waybill::scenarios {
namespace {

const std::string root = WAYBILL_SOURCE_DIR "/tests/scenarios";

std::string describe(const core::Rejection& rejection) {
    std::string out(core::info_of(rejection.code).name);
    if (!rejection.detail.empty()) out += ": " + rejection.detail;
    for (const core::Fault& fault : rejection.faults) out += " [" + fault.pointer + " " + fault.detail + "]";
    return out;
}

class Runner {
public:
    Runner(const Scenario& scenario, Driver& driver)
        : scenario_(scenario), world_{driver, {}, {}, {}, {}, {}, {}, {}} {}

    std::vector<std::string> run() {
        for (at_ = 0; at_ < scenario_.steps.size(); ++at_) {
            const Step& step = scenario_.steps[at_];
            if (!std::visit([&](const auto& what) { return take(what); }, step.what)) return std::move(failures_);
        }
        for (std::string& broken : world_.driver.broken_invariants(Driver::When::at_end)) {
            failures_.push_back(scenario_.path + ": at the end: " + std::move(broken));
        }
        return std::move(failures_);
    }

private:
    void fails(const std::string& text) {
        const Step& step = scenario_.steps[at_];
        failures_.push_back(scenario_.path + ":" + std::to_string(step.line) + ": " + step.text + ": " + text);
    }

    bool take(const SetClock& set) {
        world_.driver.set_now(set.now);
        return true;
    }
    bool take(const SetActor& set) {
        world_.driver.set_actor(set.key);
        return true;
    }

    [[nodiscard]] bool refusal_follows() const {
        if (at_ + 1 >= scenario_.steps.size()) return false;
        const auto* check = std::get_if<Check>(&scenario_.steps[at_ + 1].what);
        return check != nullptr && check->of_refusal;
    }

    bool take(const Act& act) {
        Action action = act.action;
        resolve(action);
        world_.last = world_.driver.run(action);
        if (world_.last.refused) {
            if (act.mood == Mood::when && refusal_follows()) return true;
            fails("was refused: " + describe(*world_.last.refused));
            return false;
        }
        remember(action);
        for (const std::string& broken : world_.driver.broken_invariants(Driver::When::after_action)) fails(broken);
        return true;
    }

    bool take(const Preview& preview) {
        Action order = preview.order;
        resolve(order);
        std::optional<std::uint32_t> version;
        if (const auto& name = order.tried_rules) version = *name == "none" ? 0 : number_of(*name);
        world_.preview = world_.driver.preview(order, version);
        return true;
    }

    bool take(const Try& again) {
        std::optional<std::uint32_t> version;
        if (again.rules) version = *again.rules == "none" ? 0 : number_of(*again.rules);
        world_.preview = world_.driver.try_order(id_of(world_.orders, again.order), version);
        return true;
    }

    bool take(const Check& check) {
        if (const std::string text = check.holds(world_); !text.empty()) fails(text);
        return true;
    }

    /// Names to ids. A name that nothing has made stands for an id that does not exist.
    static std::uint64_t id_of(const std::map<std::string, std::uint64_t>& names, const std::string& name) {
        const auto at = names.find(name);
        return at == names.end() ? 999'991'999 : at->second;
    }

    [[nodiscard]] std::uint32_t number_of(const std::string& rules) const {
        const auto at = world_.rule_sets.find(rules);
        return at == world_.rule_sets.end() ? 1'999 : static_cast<std::uint32_t>(at->second);
    }

    /// Commands on a fulfillment order or a return.
    [[nodiscard]] bool name_work(Action& action) const {
        return std::visit(
            [&](auto& command) {
                if constexpr (requires {
                                  command.number;
                                  command.order;
                              }) {
                    command.order = core::OrderId(id_of(world_.orders, action.order));
                    return true;
                }
                return false;
            },
            action.command);
    }

    /// A delivery begins where the one before ended, and ends with the log unless the scenario says otherwise.
    void place_delivery(core::RecordDelivery& record, const std::string& code) const {
        const auto webhook = world_.driver.webhook(code);
        record.webhook = webhook ? webhook->ix : 1'999;
        if (!webhook) return;
        record.after = core::Sequence(static_cast<std::uint64_t>(webhook->through));
        if (record.through.is_set()) return;
        const bool is_taken = record.failure.empty();
        record.through =
            core::Sequence(static_cast<std::uint64_t>(webhook->through + (is_taken ? webhook->behind : 0)));
    }

    /// Likewise.
    void place_mailing(core::RecordMessages& record) const {
        const WebhookView mail = world_.driver.mail();
        record.after = core::Sequence(static_cast<std::uint64_t>(mail.through));
        if (record.through.is_set()) return;
        const bool is_sent = record.failure.empty();
        record.through = core::Sequence(static_cast<std::uint64_t>(mail.through + (is_sent ? mail.behind : 0)));
    }

    void resolve(Action& action) const {
        if (auto* put = std::get_if<core::PutCustomer>(&action.command); put != nullptr && put->id.is_set()) {
            put->id = core::CustomerId(id_of(world_.customers, action.customer));
        } else if (auto* merge = std::get_if<core::MergeCustomers>(&action.command)) {
            merge->from = core::CustomerId(id_of(world_.customers, action.customer));
            merge->into = core::CustomerId(id_of(world_.customers, action.into));
        } else if (auto* erase = std::get_if<core::ErasePerson>(&action.command)) {
            erase->customer = core::CustomerId(id_of(world_.customers, action.customer));
        } else if (auto* place = std::get_if<core::PlaceOrder>(&action.command)) {
            if (!action.customer.empty()) place->customer = core::CustomerId(id_of(world_.customers, action.customer));
        } else if (auto* cancel = std::get_if<core::CancelOrder>(&action.command)) {
            cancel->order = core::OrderId(id_of(world_.orders, action.order));
        } else if (auto* reroute = std::get_if<core::RerouteOrder>(&action.command)) {
            reroute->order = core::OrderId(id_of(world_.orders, action.order));
        } else if (auto* ship = std::get_if<core::ShipOrder>(&action.command)) {
            ship->order = core::OrderId(id_of(world_.orders, action.order));
        } else if (auto* hold = std::get_if<core::HoldOrder>(&action.command)) {
            hold->order = core::OrderId(id_of(world_.orders, action.order));
        } else if (auto* release = std::get_if<core::ReleaseHold>(&action.command)) {
            release->order = core::OrderId(id_of(world_.orders, action.order));
        } else if (auto* raise = std::get_if<core::RaiseException>(&action.command)) {
            raise->order = core::OrderId(id_of(world_.orders, action.order));
        } else if (auto* change = std::get_if<core::ChangeException>(&action.command)) {
            change->order = core::OrderId(id_of(world_.orders, action.order));
        } else if (auto* settle = std::get_if<core::ResolveException>(&action.command)) {
            settle->order = core::OrderId(id_of(world_.orders, action.order));
        } else if (auto* to_work = std::get_if<core::ReleaseOrder>(&action.command)) {
            to_work->order = core::OrderId(id_of(world_.orders, action.order));
        } else if (auto* back = std::get_if<core::RequestReturn>(&action.command)) {
            back->order = core::OrderId(id_of(world_.orders, action.order));
        } else if (auto* record = std::get_if<core::RecordDelivery>(&action.command)) {
            place_delivery(*record, action.webhook);
        } else if (auto* mailed = std::get_if<core::RecordMessages>(&action.command)) {
            place_mailing(*mailed);
        } else if (name_work(action)) {
        } else if (auto* revoke = std::get_if<core::RevokeKey>(&action.command)) {
            revoke->id = core::KeyId(id_of(world_.keys, action.key));
        } else if (auto* activate = std::get_if<core::ActivateRuleSet>(&action.command)) {
            activate->number = action.rules.empty() ? 0 : number_of(action.rules);
        }
    }

    void remember(const Action& action) {
        if (std::holds_alternative<core::PlaceOrder>(action.command)) {
            world_.orders[action.order] = world_.last.object_id;
        } else if (std::holds_alternative<core::PutCustomer>(action.command)) {
            world_.customers[action.customer] = world_.last.object_id;
        } else if (std::holds_alternative<core::IssueKey>(action.command)) {
            world_.keys[action.key] = world_.last.object_id;
        } else if (std::holds_alternative<core::SaveRuleSet>(action.command)) {
            world_.rule_sets[action.rules] = world_.last.object_id;
        }
    }

    const Scenario& scenario_;
    World world_;
    std::size_t at_ = 0;
    std::vector<std::string> failures_;
};

}  // namespace

core::GeoPoint point_of(Degrees degrees) {
    const double latitude = degrees.latitude_e6 / 1e6 * std::numbers::pi / 180.0;
    const double longitude = degrees.longitude_e6 / 1e6 * std::numbers::pi / 180.0;
    const auto metres = [](double unit) {
        return static_cast<std::int32_t>(std::lround(unit * static_cast<double>(core::earth_radius_m)));
    };
    return {metres(std::cos(latitude) * std::cos(longitude)), metres(std::cos(latitude) * std::sin(longitude)),
            metres(std::sin(latitude))};
}

std::vector<std::string> all_files() {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (entry.path().extension() != ".scenario") continue;
        out.push_back(std::filesystem::relative(entry.path(), root).string());
    }
    std::sort(out.begin(), out.end());
    return out;
}

Result<Scenario, std::string> load_file(const std::string& file) {
    std::ifstream in(root + "/" + file);
    std::ostringstream text;
    text << in.rdbuf();
    return parse_scenario("tests/scenarios/" + file, text.str());
}

std::vector<std::string> run_scenario(const Scenario& scenario, Driver& driver) {
    return Runner(scenario, driver).run();
}

std::string test_name(const std::string& file) {
    std::string out = file.substr(0, file.rfind('.'));
    for (char& c : out) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    }
    return out;
}

void test_file(const std::string& file, const std::function<std::unique_ptr<Driver>()>& make) {
    const auto scenario = load_file(file);
    ASSERT_TRUE(scenario) << scenario.error();
    const std::unique_ptr<Driver> driver = make();
    ASSERT_NE(driver, nullptr);
    const std::vector<std::string>& only = scenario->only;
    if (!only.empty() && std::find(only.begin(), only.end(), driver->name()) == only.end()) {
        GTEST_SKIP() << "the file says: only " << only.front() << " ...";
    }
    for (const std::string& failure : run_scenario(*scenario, *driver)) ADD_FAILURE() << failure;
}

}  // namespace waybill::scenarios

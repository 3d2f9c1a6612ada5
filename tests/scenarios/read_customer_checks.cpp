#include "tests/scenarios/check_readers.hpp"

namespace waybill::scenarios {

namespace {

template <class Look>
Check on_customer(const std::string& name, Look look) {
    return {[name, look](World& world) -> std::string {
        const auto id = world.customers.find(name);
        if (id == world.customers.end()) return "there is no customer " + name;
        const auto customer = world.driver.customer(id->second);
        if (!customer) return "customer " + name + " is not found";
        return look(world, *customer);
    }};
}

Check read_customer_of(Words& words) {
    const std::string order = words.take("the order's name");
    words.expect("is");
    const std::string customer = words.take("the scenario's name of the customer");
    return on_order(order, [=](World& world, const OrderView& view) -> std::string {
        if (customer == "nobody") return differs("customer", 0, static_cast<std::int64_t>(view.customer));
        const auto id = world.customers.find(customer);
        // A name that no statement has given yet is given to the customer that the order made.
        if (id == world.customers.end()) {
            if (view.customer == 0) return "the order has no customer";
            world.customers[customer] = view.customer;
            return "";
        }
        return differs("customer", static_cast<std::int64_t>(id->second), static_cast<std::int64_t>(view.customer));
    });
}

}  // namespace

Check read_customer_check(Words& words) {
    if (words.take_if("of")) return read_customer_of(words);
    const std::string name = words.take("the scenario's name of the customer");
    if (words.take_if("has")) {
        if (words.take_if("no")) {
            words.expect("person");
            return on_customer(name, [](World&, const CustomerView& customer) -> std::string {
                if (!customer.person || customer.person->empty()) return "";
                return "there is personal data: " + customer.person->name;
            });
        }
        if (words.take_if("name")) {
            const std::string expected = words.take("a name");
            return on_customer(name, [=](World&, const CustomerView& customer) -> std::string {
                return differs("name", expected, customer.person ? customer.person->name : "not kept here");
            });
        }
        const std::int64_t count = words.number("count");
        words.expect("identities");
        return on_customer(name, [=](World&, const CustomerView& customer) -> std::string {
            return differs("identities", count, static_cast<std::int64_t>(customer.identities));
        });
    }
    words.expect("is");
    if (words.take_if("in")) {
        words.expect("group");
        const std::string group = words.take("a group");
        return on_customer(name, [=](World&, const CustomerView& customer) -> std::string {
            return differs("group", group, customer.group);
        });
    }
    if (words.take_if("merged")) {
        words.expect("into");
        const std::string into = words.take("the scenario's name of the customer");
        return on_customer(name, [=](World& world, const CustomerView& customer) -> std::string {
            return differs("merged into", static_cast<std::int64_t>(world.customers[into]),
                           static_cast<std::int64_t>(customer.merged_into));
        });
    }
    const std::string word = words.take("blocked or welcome");
    if (word != "blocked" && word != "welcome") throw BadWord{"'" + word + "' is neither blocked nor welcome"};
    return on_customer(name, [=](World&, const CustomerView& customer) -> std::string {
        return differs("standing", word, customer.blocked ? "blocked" : "welcome");
    });
}

}  // namespace waybill::scenarios

#include "tests/scenarios/action_readers.hpp"

#include <utility>

namespace waybill::scenarios {

bool read_person_word(Words& words, PersonText& person) {
    if (words.take_if("name")) {
        person.name = words.take("a name");
    } else if (words.take_if("email")) {
        person.email = words.take("an address");
    } else if (words.take_if("phone")) {
        person.phone = words.take("a number");
    } else {
        return false;
    }
    return true;
}

Action read_customer(Words& words, CustomerVerb verb) {
    Action out;
    core::PutCustomer put;
    const std::string name = words.take("the scenario's name of the customer");
    out.customer = name;
    if (verb == CustomerVerb::change) put.id = core::CustomerId(1);  // replaced by the id behind the name
    while (!words.at_end()) {
        if (words.take_if("of")) {
            while (is_pair(words)) {
                const std::string word = words.take("channel:id");
                const std::size_t colon = word.find(':');
                put.identities.push_back({word.substr(0, colon), word.substr(colon + 1)});
            }
        } else if (words.take_if("group")) {
            put.group = words.take("a group");
        } else if (words.take_if("blocked")) {
            put.blocked = true;
            put.blocked_reason = words.take("a reason");
        } else if (words.take_if("unblocked")) {
            put.blocked = false;
        } else if (!read_person_word(words, out.person)) {
            words.expect_end();
        }
    }
    put.has_person = !out.person.empty();
    out.command = std::move(put);
    return out;
}

Action read_merge(Words& words) {
    Action out;
    words.expect("customer");
    out.customer = words.take("the scenario's name of the customer");
    words.expect("into");
    out.into = words.take("the scenario's name of the customer");
    out.command = core::MergeCustomers{};
    return out;
}

Action read_erase(Words& words) {
    Action out;
    words.expect("customer");
    out.customer = words.take("the scenario's name of the customer");
    out.command = core::ErasePerson{};
    return out;
}

}  // namespace waybill::scenarios

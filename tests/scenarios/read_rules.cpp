// Rule sets, in the JSON of POST /v1/rule-sets, and from when on they decide.

#include "api/rule_set_json.hpp"
#include "tests/scenarios/action_readers.hpp"

namespace waybill::scenarios {

Action read_rules(Words& words) {
    Action out;
    out.rules = words.take("the rule set's name");
    out.rules_json = words.block();
    auto rules = api::read_rule_set(out.rules_json);
    if (!rules) {
        std::string text = "the rule set can not be read: " + rules.error().detail;
        for (const api::FieldError& error : rules.error().errors)
            text += " [" + error.pointer + " " + error.detail + "]";
        throw BadWord{text};
    }
    out.command = core::SaveRuleSet{*std::move(rules)};
    return out;
}

Action read_activate(Words& words) {
    Action out;
    core::ActivateRuleSet activate;
    out.rules = words.take("the rule set's name");
    while (!words.at_end()) {
        if (words.take_if("at")) {
            activate.at = words.instant();
        } else if (words.take_if("reason")) {
            activate.reason = words.take("a reason");
        } else {
            words.expect_end();
        }
    }
    out.command = std::move(activate);
    return out;
}

Action read_deactivate(Words& words) {
    words.expect("rules");
    Action out;
    core::ActivateRuleSet activate;
    if (words.take_if("at")) activate.at = words.instant();
    out.command = std::move(activate);
    return out;
}

Action read_roll_back(Words& words) {
    words.expect("back");
    words.expect("rules");
    Action out;
    core::RollBackRuleSet roll_back;
    if (words.take_if("reason")) roll_back.reason = words.take("a reason");
    out.command = std::move(roll_back);
    return out;
}

}  // namespace waybill::scenarios

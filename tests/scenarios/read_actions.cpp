#include "tests/scenarios/read_actions.hpp"

#include "tests/scenarios/action_readers.hpp"

namespace waybill::scenarios {
namespace {

bool is_work(const std::string& verb) {
    return verb == "release" || verb == "accept" || verb == "pick" || verb == "reject" || verb == "recall" ||
           verb == "ship" || verb == "pack" || verb == "unpack";
}

bool is_of_return(const std::string& verb) {
    return verb == "request" || verb == "approve" || verb == "decline" || verb == "receive" || verb == "cancel";
}

}  // namespace

Action read_action(Words& words, FileContext& file) {
    const std::string verb = words.take("what happens");
    Action out;
    if (is_of_return(verb) && words.take_if("return")) {
        out = read_return(verb, words);
    } else if (verb == "tenant") {
        out = read_tenant(words, file);
    } else if (verb == "item" || verb == "kit") {
        out = read_item(words, verb == "kit" ? ItemKind::kit : ItemKind::item);
    } else if (verb == "location") {
        out = read_location(words);
    } else if (verb == "channel") {
        out = read_channel(words);
    } else if (verb == "postcode-area") {
        out = read_areas(words);
    } else if (verb == "rates") {
        out = read_rates(words);
    } else if (verb == "message") {
        out = read_message(words);
    } else if (verb == "mailed") {
        out = read_mailing(words);
    } else if (verb == "webhook") {
        out = read_webhook(words);
    } else if (verb == "rotate") {
        out = read_rotation(words);
    } else if (verb == "resume") {
        out = read_resumption(words);
    } else if (verb == "deliver") {
        out = read_delivery(words);
    } else if (verb == "demand") {
        out = read_demand(words);
    } else if (is_move(verb)) {
        out = read_moves(verb, words);
    } else if (verb == "feed") {
        out = read_feed(words);
    } else if (verb == "customer") {
        out = read_customer(words, CustomerVerb::make);
    } else if (verb == "change") {
        words.expect("customer");
        out = read_customer(words, CustomerVerb::change);
    } else if (verb == "merge") {
        out = read_merge(words);
    } else if (verb == "erase") {
        out = read_erase(words);
    } else if (verb == "order") {
        out = read_order(words, file);
    } else if (verb == "cancel") {
        out = read_cancel(words);
    } else if (verb == "reroute") {
        out = read_reroute(words);
    } else if (is_work(verb) && words.take_if("work")) {
        out = read_work(verb, words);
    } else if (verb == "ship") {
        out = read_ship(words);
    } else if (verb == "hold") {
        out = read_hold(words);
    } else if (verb == "release") {
        out = read_release(words);
    } else if (verb == "raise") {
        out = read_raise(words);
    } else if (verb == "assign") {
        out = read_assign(words);
    } else if (verb == "resolve") {
        out = read_resolve(words);
    } else if (verb == "key") {
        out = read_key(words);
    } else if (verb == "revoke") {
        out = read_revoke(words);
    } else if (verb == "rules") {
        out = read_rules(words);
    } else if (verb == "activate") {
        out = read_activate(words);
    } else if (verb == "deactivate") {
        out = read_deactivate(words);
    } else if (verb == "roll") {
        out = read_roll_back(words);
    } else {
        throw BadWord{"unknown word '" + verb + "'"};
    }
    words.expect_end();
    return out;
}

}  // namespace waybill::scenarios

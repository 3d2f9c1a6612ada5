#include "tests/scenarios/read_checks.hpp"

#include "tests/scenarios/check_readers.hpp"

namespace waybill::scenarios {

std::string differs(const std::string& what, const std::string& expected, const std::string& actual) {
    if (expected == actual) return {};
    return what + ": expected " + expected + ", is " + actual;
}

std::string differs(const std::string& what, std::int64_t expected, std::int64_t actual) {
    return differs(what, std::to_string(expected), std::to_string(actual));
}

std::string join(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out.empty() ? "none" : out;
}

Check read_check(Words& words, const FileContext& file) {
    const std::string what = words.take("what must hold");
    Check out;
    if (what == "refused") {
        out = read_refused(words);
    } else if (what == "order") {
        out = read_order_check(words);
    } else if (what == "line") {
        out = read_line_check(words, file);
    } else if (what == "totals") {
        out = read_totals(words, file);
    } else if (what == "stock") {
        out = read_stock_check(words);
    } else if (what == "available") {
        out = read_available(words);
    } else if (what == "capacity") {
        out = read_capacity_check(words);
    } else if (what == "sourcing") {
        out = read_sourcing(words);
    } else if (what == "preview") {
        out = read_preview(words);
    } else if (what == "candidate") {
        out = read_candidate(words);
    } else if (what == "movements") {
        out = read_movements(words);
    } else if (what == "feed") {
        out = read_feed_check(words);
    } else if (what == "customer") {
        out = read_customer_check(words);
    } else if (what == "tags") {
        out = read_tags(words);
    } else if (what == "holds") {
        out = read_holds(words);
    } else if (what == "exceptions") {
        out = read_exceptions(words);
    } else if (what == "exception") {
        out = read_exception(words);
    } else if (what == "queue") {
        out = read_queue(words);
    } else if (what == "work") {
        out = read_work_check(words);
    } else if (what == "priority") {
        out = read_priority(words);
    } else if (what == "method") {
        out = read_method(words);
    } else if (what == "moment") {
        out = read_moment(words);
    } else if (what == "rules") {
        out = read_rules_check(words);
    } else if (what == "strategy") {
        out = read_strategy(words);
    } else if (what == "rule") {
        out = read_rule_set_check(words);
    } else if (what == "search") {
        out = read_search(words);
    } else if (what == "mails") {
        out = read_mails_check(words);
    } else if (what == "mail") {
        out = read_mail_check(words);
    } else if (what == "webhook") {
        out = read_webhook_check(words);
    } else if (what == "returns") {
        out = read_returns_check(words);
    } else if (what == "return") {
        out = read_return_check(words);
    } else if (what == "dates") {
        out = read_dates(words);
    } else if (what == "nothing") {
        words.expect("changed");
        out.holds = [](World& world) -> std::string {
            return world.last.wrote_events ? "the last action wrote events" : "";
        };
    } else {
        throw BadWord{"unknown word '" + what + "'"};
    }
    words.expect_end();
    return out;
}

}  // namespace waybill::scenarios

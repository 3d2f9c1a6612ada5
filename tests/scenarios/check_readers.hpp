#pragma once
// One reader a kind of expectation; read_checks.cpp chooses among them. Each takes the words after the first and throws
// BadWord. Below, what they say differences with.

#include <string>
#include <vector>

#include "tests/scenarios/read_checks.hpp"

namespace waybill::scenarios {

[[nodiscard]] Check read_refused(Words& words);
[[nodiscard]] Check read_order_check(Words& words);
[[nodiscard]] Check read_line_check(Words& words, const FileContext& file);
[[nodiscard]] Check read_totals(Words& words, const FileContext& file);
[[nodiscard]] Check read_tags(Words& words);
[[nodiscard]] Check read_holds(Words& words);
[[nodiscard]] Check read_exceptions(Words& words);
[[nodiscard]] Check read_exception(Words& words);
[[nodiscard]] Check read_queue(Words& words);
[[nodiscard]] Check read_work_check(Words& words);
[[nodiscard]] Check read_priority(Words& words);
[[nodiscard]] Check read_method(Words& words);
[[nodiscard]] Check read_dates(Words& words);
[[nodiscard]] Check read_stock_check(Words& words);
[[nodiscard]] Check read_available(Words& words);
[[nodiscard]] Check read_capacity_check(Words& words);
[[nodiscard]] Check read_movements(Words& words);
[[nodiscard]] Check read_feed_check(Words& words);
[[nodiscard]] Check read_sourcing(Words& words);
[[nodiscard]] Check read_preview(Words& words);
[[nodiscard]] Check read_candidate(Words& words);
[[nodiscard]] Check read_customer_check(Words& words);
[[nodiscard]] Check read_rules_check(Words& words);
[[nodiscard]] Check read_moment(Words& words);
[[nodiscard]] Check read_strategy(Words& words);
[[nodiscard]] Check read_rule_set_check(Words& words);
[[nodiscard]] Check read_search(Words& words);
[[nodiscard]] Check read_webhook_check(Words& words);
[[nodiscard]] Check read_mails_check(Words& words);
[[nodiscard]] Check read_mail_check(Words& words);
/// "returns …" and "return …".
[[nodiscard]] Check read_returns_check(Words& words);
[[nodiscard]] Check read_return_check(Words& words);

/// Empty when they are equal.
[[nodiscard]] std::string differs(const std::string& what, const std::string& expected, const std::string& actual);
[[nodiscard]] std::string differs(const std::string& what, std::int64_t expected, std::int64_t actual);
/// "none" for no words.
[[nodiscard]] std::string join(const std::vector<std::string>& words);

struct AmountWord {
    std::string name;
    std::int64_t value = 0;
};

/// Runs `look` on the order behind a scenario's name.
template <class Look>
[[nodiscard]] Check on_order(const std::string& name, Look look) {
    return {[name, look](World& world) -> std::string {
        const auto id = world.orders.find(name);
        if (id == world.orders.end()) return "there is no order " + name;
        const auto order = world.driver.order(id->second);
        if (!order) return "order " + name + " is not found";
        return look(world, *order);
    }};
}

}  // namespace waybill::scenarios

#include "core/messages/messages_of.hpp"

#include <algorithm>
#include <boost/mp11/algorithm.hpp>

#include "base/mutant.hpp"
#include "core/integration/fired_rules.hpp"

namespace waybill::core {
namespace {

template <class E>
constexpr bool happens_to_order = requires(const E& e) {
    { e.order } -> std::same_as<const OrderId&>;
}
&&!std::is_same_v<E, MessageFailed>;

bool has(const std::vector<std::string>& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// How well a template in `locale` serves somebody who reads `wanted`: the more the better.
std::size_t fit(std::string_view locale, std::string_view wanted) {
    constexpr std::size_t default_fit = 1;
    const bool begins = locale.size() <= wanted.size() &&
                        std::equal(locale.begin(), locale.end(), wanted.begin(),
                                   [](char one, char other) { return lower(one) == lower(other); }) &&
                        (locale.size() == wanted.size() || wanted[locale.size()] == '-');
    if (begins && !locale.empty() && !WAYBILL_MUTANT(mail_in_any_language)) return default_fit + locale.size();
    return locale == default_locale ? default_fit : 0;
}

}  // namespace

bool is_order_event(std::string_view type) {
    bool found = false;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, Event>>([&](auto identity) {
        using E = typename decltype(identity)::type;
        constexpr bool of_order = std::is_same_v<E, OrderPlaced> || happens_to_order<E>;
        found = found || (of_order && type == E::type_name);
    });
    return found;
}

std::optional<OrderId> order_of(const Event& event) {
    const Aggregate aggregate = aggregate_of(event);
    if (aggregate.kind != AggregateKind::order) return std::nullopt;
    return OrderId(aggregate.id);
}

std::vector<std::string_view> messages_of_rules(const Event& event, const TenantState& state) {
    std::vector<std::string_view> out;
    each_fired_rule(event, state, [&](const AutomationRule& rule) {
        for (const RuleAction& action : rule.then) {
            const auto* notify = std::get_if<Notify>(&action);
            if (notify == nullptr || std::find(out.begin(), out.end(), notify->message) != out.end()) continue;
            out.push_back(notify->message);
        }
    });
    return out;
}

std::vector<std::string> types_with_messages(const TenantState& state) {
    std::vector<std::string> out;
    const std::uint32_t templates = state.message_templates.rows.committed_size();
    for (MessageIx ix = 0; ix < templates; ++ix) {
        const MessageTemplate& message = state.message_templates.rows.committed(ix);
        if (message.active) out.insert(out.end(), message.events.begin(), message.events.end());
    }
    const auto sends = [](const RuleAction& action) { return std::holds_alternative<Notify>(action); };
    const std::uint32_t versions = state.rule_sets.rows.committed_size();
    for (std::uint32_t ix = 0; ix < versions; ++ix) {
        const auto& rules = state.rule_sets.rows.committed(ix).rules.automation;
        if (std::none_of(rules.begin(), rules.end(), [&](const AutomationRule& rule) {
                return std::any_of(rule.then.begin(), rule.then.end(), sends);
            }))
            continue;
        out.emplace_back(OrderPlaced::type_name);
        out.emplace_back(OrderMarked::type_name);
        break;
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::vector<MessageIx> messages_of(const Event& event, Sequence sequence, std::string_view locale,
                                   const TenantState& state) {
    std::vector<MessageIx> out;
    const std::string_view type = type_of(event);
    if (!order_of(event)) return out;
    const std::vector<std::string_view> by_rules = messages_of_rules(event, state);
    const std::uint32_t templates = state.message_templates.rows.committed_size();
    const auto row = [&](MessageIx ix) -> const MessageTemplate& { return state.message_templates.rows.committed(ix); };
    for (MessageIx ix = 0; ix < templates; ++ix) {
        const MessageTemplate& message = row(ix);
        const bool is_sent =
            has(message.events, type) || std::find(by_rules.begin(), by_rules.end(), message.code) != by_rules.end();
        const bool is_on = (message.active || WAYBILL_MUTANT(inactive_mail_sent)) && sequence > message.since;
        if (!is_sent || !is_on) continue;
        const auto same =
            std::find_if(out.begin(), out.end(), [&](MessageIx at) { return row(at).code == message.code; });
        if (same == out.end()) {
            out.push_back(ix);
        } else if (fit(message.locale, locale) > fit(row(*same).locale, locale)) {
            *same = ix;
        }
    }
    return out;
}

}  // namespace waybill::core

// What a reduce accumulates has to be known before its body is compiled, which refers to it. Told from the outermost
// operators of the body: sums are numbers, whatever they are sums of. What can not be told so is `any`.

#include <algorithm>

#include "core/rules/compiler.hpp"
#include "core/rules/limits.hpp"

namespace waybill::rules {

namespace {

StaticType unknown() { return any_type(unknown_items_max); }

std::span<const JsonValue> arguments_of(const JsonValue& values) {
    return values.is(JsonValue::Kind::list) ? std::span<const JsonValue>(values.items) : std::span(&values, 1);
}

}  // namespace

StaticType Compiler::accumulator_type(const StaticType& initial, const JsonValue& body, const NameScope& scope) {
    StaticType out = types_.join(initial, foreseen_type(body, scope, 1));
    out.is_numeric = false;
    // Lists grow from round to round, so nothing is known of them but what the limit says.
    return out.is(StaticKind::list) || out.is(StaticKind::any) || out.is(StaticKind::object) ? unknown() : out;
}

/// `var` in the body: the accumulator itself adds nothing to what it may be.
StaticType Compiler::foreseen_var(const JsonValue& arguments, const NameScope& scope) {
    const std::span<const JsonValue> values = arguments_of(arguments);
    if (values.size() != 1 || !values[0].is(JsonValue::Kind::text)) return unknown();
    std::string_view rest = values[0].text;
    if (rest == "accumulator") return type_of_kind(StaticKind::null);
    StaticType type = scope.value;
    bool is_first = true;
    while (!rest.empty()) {
        const std::size_t dot = rest.find('.');
        const std::string_view step = rest.substr(0, dot);
        rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
        PathStep ignored;
        if (is_first ? step != "current" : !resolve_step(step, ignored, type)) return unknown();
        is_first = false;
    }
    return is_first ? unknown() : type;
}

/// Looks into branches, not into loops; so each piece of logic is looked at for the reduce around it only.
StaticType Compiler::foreseen_type(const JsonValue& logic, const NameScope& scope, std::size_t depth) {
    if (depth > depth_max) return unknown();
    if (!logic.is(JsonValue::Kind::object) || logic.members.size() != 1) {
        return logic.is(JsonValue::Kind::list) ? unknown() : literal_type(logic);
    }
    const auto& [name, values] = logic.members.front();
    const OperatorRow* const row = find_operator(name);
    if (row == nullptr) return unknown();
    switch (row->group) {
        case OperatorGroup::arithmetic:
            return type_of_kind(StaticKind::number);
        case OperatorGroup::equality:
        case OperatorGroup::order:
        case OperatorGroup::truth:
        case OperatorGroup::in:
        case OperatorGroup::in_list:
            return type_of_kind(StaticKind::boolean);
        case OperatorGroup::text:
            return type_of_kind(StaticKind::text);
        case OperatorGroup::name:
            return foreseen_var(values, scope);
        case OperatorGroup::branch: {
            const bool is_if = row->op == Operator::if_;
            const std::span<const JsonValue> branches = arguments_of(values);
            StaticType out = type_of_kind(StaticKind::null);
            for (std::size_t i = 0; i < branches.size(); ++i) {
                const bool is_condition = is_if && i % 2 == 0 && i + 1 < branches.size();
                if (!is_condition) out = types_.join(out, foreseen_type(branches[i], scope, depth + 1));
            }
            return out;
        }
        case OperatorGroup::missing:
        case OperatorGroup::loop:
        case OperatorGroup::merge:
        case OperatorGroup::log:
            break;
    }
    return unknown();
}

}  // namespace waybill::rules

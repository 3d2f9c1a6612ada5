// map, filter, reduce, all, none, some.

#include "core/rules/evaluator.hpp"

namespace waybill::rules {

bool Evaluator::eval_loop(const Node& node, const EvalScope& scope, Value& out) {
    Value list;
    if (!eval(child(node, 0), scope, list)) return false;
    std::span<const Value> items;
    if (list.is(Value::Kind::list)) items = list.items();

    // Items have a path when the list was read and not computed.
    std::string label;
    const Node& source = program_.nodes()[child(node, 0)];
    const bool is_path =
        source.op == Operator::read_path || source.op == Operator::read_fact || source.op == Operator::read_field;
    const bool is_read = reads_ != nullptr && is_path;
    if (is_read) label = label_of(program_.paths()[source.data], scope);

    if (node.op == Operator::reduce) {
        Value initial;
        if (node.count > 2 && !eval(child(node, 2), scope, initial)) return false;
        return reduce(node, items, is_read ? &label : nullptr, initial, out);
    }
    return loop(node, items, is_read ? &label : nullptr, out);
}

bool Evaluator::loop(const Node& node, std::span<const Value> items, const std::string* label, Value& out) {
    const bool keeps = node.op == Operator::map || node.op == Operator::filter;
    const std::span<Value> kept = keeps ? scratch_.make<Value>(items.size()) : std::span<Value>();
    std::size_t count = 0;
    const std::uint32_t body = child(node, 1);
    EvalScope scope;
    std::string here;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!spend(1)) return false;
        scope.value = items[i];
        if (label != nullptr) {
            here = *label + "." + std::to_string(i);
            scope.label = &here;
        }
        Value result;
        if (!eval(body, scope, result)) return false;
        if (node.op == Operator::map) {
            kept[count++] = result;
            continue;
        }
        const bool holds = truthy(result);
        if (node.op == Operator::filter) {
            if (holds) kept[count++] = items[i];
        } else if (holds != (node.op == Operator::all)) {
            out = Value::of(node.op == Operator::some);  // decided
            return true;
        }
    }
    if (keeps) return take(Value::of_list(kept.first(count)), out);
    // Nothing decided it: of no items all is false, as json-logic-js has it.
    out = Value::of(node.op == Operator::none || (node.op == Operator::all && !items.empty()));
    return true;
}

bool Evaluator::reduce(const Node& node, std::span<const Value> items, const std::string* label, Value initial,
                       Value& out) {
    EvalScope scope;
    scope.is_reduce = true;
    scope.accumulator = initial;
    std::string here;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!spend(1)) return false;
        scope.value = items[i];
        if (label != nullptr) {
            here = *label + "." + std::to_string(i);
            scope.label = &here;
        }
        Value next;
        if (!eval(child(node, 1), scope, next)) return false;
        scope.accumulator = next;
    }
    out = scope.accumulator;
    return true;
}

}  // namespace waybill::rules

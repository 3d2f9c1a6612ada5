#include "core/rules/evaluate.hpp"

#include "core/rules/evaluator.hpp"

namespace waybill::rules {

Result<Value, EvalFault> Evaluator::run(Value data) {
    static const std::string root;
    EvalScope scope;
    scope.value = data;
    scope.label = reads_ != nullptr ? &root : nullptr;
    // What is given back is written where it stays: a copy would wait for the writing.
    Result<Value, EvalFault> out{Value()};
    if (!eval(static_cast<std::uint32_t>(program_.nodes().size() - 1), scope, *out)) out = fail(fault_);
    return out;
}

/// The depth of the recursion is that of the expression: depth_max.
bool Evaluator::eval_node(const Node& node, const EvalScope& scope, Value& out) {
    switch (node.op) {
        case Operator::constant:
            break;  // done by eval
        case Operator::make_list:
            return eval_list(node, scope, out);
        case Operator::read_path:
        case Operator::read_fact:
        case Operator::read_field:
            return eval_path(node, scope, out);
        case Operator::missing_paths:
            return eval_missing_paths(node, scope, out);
        case Operator::var:
            return eval_var(node, scope, out);
        case Operator::missing:
        case Operator::missing_some:
            return eval_missing(node, scope, out);
        case Operator::if_:
            return eval_if(node, scope, out);
        case Operator::and_:
        case Operator::or_:
            return eval_and_or(node, scope, out);
        case Operator::map:
        case Operator::filter:
        case Operator::reduce:
        case Operator::all:
        case Operator::none:
        case Operator::some:
            return eval_loop(node, scope, out);
        case Operator::equal:
        case Operator::strictly_equal:
        case Operator::not_equal:
        case Operator::strictly_not_equal:
        case Operator::not_:
        case Operator::truthy:
        case Operator::greater:
        case Operator::greater_equal:
        case Operator::less:
        case Operator::less_equal:
        case Operator::max:
        case Operator::min:
        case Operator::add:
        case Operator::subtract:
        case Operator::multiply:
        case Operator::divide:
        case Operator::remainder:
        case Operator::merge:
        case Operator::in:
        case Operator::cat:
        case Operator::substr:
        case Operator::log:
        case Operator::in_list: {
            constexpr std::size_t few = 3;
            if (node.count > few) {
                std::span<Value> arguments;
                return eval_arguments(node, scope, arguments) && eval_operator(node, arguments, out);
            }
            Value arguments[few];
            for (std::size_t i = 0; i < node.count; ++i) {
                if (!eval(child(node, i), scope, arguments[i])) return false;
            }
            return eval_operator(node, {arguments, node.count}, out);
        }
    }
    assertion_failed("operator is known", __FILE__, __LINE__);
}

bool Evaluator::eval_arguments(const Node& node, const EvalScope& scope, std::span<Value>& out) {
    out = scratch_.make<Value>(node.count);
    for (std::size_t i = 0; i < node.count; ++i) {
        if (!eval(child(node, i), scope, out[i])) return false;
    }
    return true;
}

bool Evaluator::eval_list(const Node& node, const EvalScope& scope, Value& out) {
    std::span<Value> items;
    return spend(node.count) && eval_arguments(node, scope, items) && take(Value::of_list(items), out);
}

bool Evaluator::eval_if(const Node& node, const EvalScope& scope, Value& out) {
    std::size_t i = 0;
    for (; i + 1 < node.count; i += 2) {
        Value condition;
        if (!eval(child(node, i), scope, condition)) return false;
        if (truthy(condition)) return eval(child(node, i + 1), scope, out);
    }
    if (i < node.count) return eval(child(node, i), scope, out);
    out = Value();
    return true;
}

bool Evaluator::eval_and_or(const Node& node, const EvalScope& scope, Value& out) {
    const bool goes_on = node.op == Operator::and_;
    for (std::size_t i = 0; i < node.count; ++i) {
        if (!eval(child(node, i), scope, out)) return false;
        if (truthy(out) != goes_on) return true;
    }
    return true;
}

Result<Value, EvalFault> evaluate(const Program& program, const Facts& facts, Scratch& scratch) {
    return Evaluator(program, &facts, scratch, nullptr).run(Value::of(RecordRef{}));
}

Result<Value, EvalFault> evaluate(const Program& program, const Value& data, Scratch& scratch) {
    return Evaluator(program, nullptr, scratch, nullptr).run(data);
}

Result<Value, EvalFault> evaluate_explained(const Program& program, const Facts& facts, Scratch& scratch,
                                            std::vector<ReadFact>& reads) {
    return Evaluator(program, &facts, scratch, &reads).run(Value::of(RecordRef{}));
}

}  // namespace waybill::rules

#pragma once
// Evaluator: the state of one evaluation, behind evaluate.hpp. evaluate.cpp walks nodes, evaluate_paths.cpp reads facts
// and data, evaluate_loops.cpp goes through lists, evaluate_operators.cpp has the operators that take values.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/rules/coerce.hpp"
#include "core/rules/evaluate.hpp"
#include "core/rules/program.hpp"

namespace waybill::rules {

/// What names refer to while a node is evaluated.
struct EvalScope {
    Value value;        ///< the data, the item, or `current`
    Value accumulator;  ///< of a reduce
    bool is_reduce = false;
    const std::string* label = nullptr;  ///< path of `value`, where evaluation is explained and it has one
};

class Evaluator {
public:
    /// Without `facts` records have no fields; with `reads` what is read is reported.
    Evaluator(const Program& program, const Facts* facts, Scratch& scratch, std::vector<ReadFact>* reads)
        : program_(program), facts_(facts), scratch_(scratch), reads_(reads) {}

    [[nodiscard]] Result<Value, EvalFault> run(Value data);

private:
    // evaluate.cpp. Each gives false when it has set `fault_`.
    bool eval(std::uint32_t at, const EvalScope& scope, Value& out);
    bool eval_node(const Node& node, const EvalScope& scope, Value& out);
    bool eval_list(const Node& node, const EvalScope& scope, Value& out);
    bool eval_if(const Node& node, const EvalScope& scope, Value& out);
    bool eval_and_or(const Node& node, const EvalScope& scope, Value& out);
    bool eval_arguments(const Node& node, const EvalScope& scope, std::span<Value>& out);
    bool fault(EvalFault fault) {
        fault_ = fault;
        return false;
    }
    bool spend(std::uint64_t steps) { return work_.spend(steps) || fault(EvalFault::too_much_work); }
    [[nodiscard]] std::uint32_t child(const Node& node, std::size_t at) const {
        return program_.children()[node.first + at];
    }
    template <class T>
    bool take(const Result<T, EvalFault>& result, T& out) {
        if (!result) return fault(result.error());
        out = *result;
        return true;
    }

    bool read_field(RecordRef record, std::uint16_t field, std::uint64_t steps, Value& out);

    // evaluate_paths.cpp
    bool read_path(const Path& path, const EvalScope& scope, Value& out, bool& is_found);
    bool step_into(const PathStep& step, Value& value, bool& is_found);
    bool read_name(std::string_view name, const EvalScope& scope, Value& out, bool& is_found);
    bool eval_path(const Node& node, const EvalScope& scope, Value& out);
    bool eval_var(const Node& node, const EvalScope& scope, Value& out);
    bool eval_missing_paths(const Node& node, const EvalScope& scope, Value& out);
    bool eval_missing(const Node& node, const EvalScope& scope, Value& out);
    bool whole_of(const EvalScope& scope, Value& out);
    bool enough_or(std::span<const Value> missing, std::size_t count, const Value& needed, Value& out);
    void report(const Path& path, const EvalScope& scope, const Value& value);
    [[nodiscard]] std::string label_of(const Path& path, const EvalScope& scope) const;

    // evaluate_loops.cpp
    bool eval_loop(const Node& node, const EvalScope& scope, Value& out);
    bool loop(const Node& node, std::span<const Value> items, const std::string* label, Value& out);
    bool reduce(const Node& node, std::span<const Value> items, const std::string* label, Value initial, Value& out);

    // evaluate_operators.cpp
    bool eval_operator(const Node& node, std::span<const Value> arguments, Value& out);
    bool compare(Operator op, std::span<const Value> arguments, Value& out);
    bool equate(Operator op, std::span<const Value> arguments, Value& out);
    bool calculate(Operator op, std::span<const Value> arguments, Value& out);
    bool extreme(Operator op, std::span<const Value> arguments, Value& out);
    bool merge(std::span<const Value> arguments, Value& out);
    bool find_in(const Value& needle, const Value& hay, Value& out);
    bool find_in_list(const CompiledList& list, const Value& value, Value& out);
    bool concatenate(std::span<const Value> arguments, Value& out);
    bool cut(std::span<const Value> arguments, Value& out);
    bool keep_number(std::optional<Decimal> number, Value& out);

    const Program& program_;
    const Facts* facts_;
    Scratch& scratch_;
    std::vector<ReadFact>* reads_;
    WorkMeter work_;
    EvalFault fault_ = EvalFault::wrong_type;
};

/// What most nodes are is done here, beside the operators that ask for it.
inline bool Evaluator::eval(std::uint32_t at, const EvalScope& scope, Value& out) {
    const Node& node = program_.nodes()[at];
    if (!spend(1)) return false;
    if (node.op == Operator::constant) {
        out = program_.constants()[node.data];
        return true;
    }
    if (node.op == Operator::read_fact && reads_ == nullptr) {
        return read_field({node.record(), 0}, node.field(), 2, out);
    }
    if (node.op == Operator::read_field && reads_ == nullptr && scope.value.is(Value::Kind::record)) {
        const RecordRef record = scope.value.record();
        if (record.type == node.record()) return read_field(record, node.field(), 1, out);
    }
    return eval_node(node, scope, out);
}

/// `steps`: of the path that was written, which counts as that.
inline bool Evaluator::read_field(RecordRef record, std::uint16_t field, std::uint64_t steps, Value& out) {
    if (!spend(steps)) return false;
    out = facts_->get(record, field, scratch_);
    return !out.is(Value::Kind::list) || spend(out.items().size());
}

}  // namespace waybill::rules

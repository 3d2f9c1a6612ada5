#pragma once
// evaluate: a Program against facts or data, to a value or a fault. Pure; deterministic; bounded by work_max steps and
// by the depth of the expression.
//
// Cost: no heap once the Scratch has grown to what it needs. The value may point into the Scratch, the program and the
// facts: it is good until one of them goes or the Scratch is reset, which is the caller's to do between evaluations.

#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/rules/facts.hpp"
#include "core/rules/fault.hpp"
#include "core/rules/program.hpp"
#include "core/rules/scratch.hpp"
#include "core/rules/value.hpp"

namespace waybill::rules {

/// Of a program from `compile`.
[[nodiscard]] Result<Value, EvalFault> evaluate(const Program& program, const Facts& facts, Scratch& scratch);
/// Of a program from `compile_untyped`; `data` as value_of makes it.
[[nodiscard]] Result<Value, EvalFault> evaluate(const Program& program, const Value& data, Scratch& scratch);

/// A fact that an evaluation read.
struct ReadFact {
    std::string path;   ///< "order.total", "lines.2.sku"; "line[7].sku" where the list was computed
    std::string value;  ///< JSON, cut at read_value_bytes_max
    friend bool operator==(const ReadFact&, const ReadFact&) = default;
};

/// As evaluate, and reports what was read, each path once, in the order of reading; also when there is a fault.
[[nodiscard]] Result<Value, EvalFault> evaluate_explained(const Program& program, const Facts& facts, Scratch& scratch,
                                                          std::vector<ReadFact>& reads);

/// False: false, null, 0, "" and the empty list. All else is true, also "0".
[[nodiscard]] inline bool truthy(const Value& value) {
    switch (value.kind()) {
        case Value::Kind::null:
            return false;
        case Value::Kind::boolean:
            return value.boolean();
        case Value::Kind::number:
            return !value.number().is_zero();
        case Value::Kind::text:
            return !value.text().empty();
        case Value::Kind::list:
            return !value.items().empty();
        case Value::Kind::object:
        case Value::Kind::record:
            return true;
    }
    return false;
}

}  // namespace waybill::rules

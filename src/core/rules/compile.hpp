#pragma once
// compile: JsonLogic as JSON to a Program, or everything that is wrong with it.
//
// Typed conditions read the facts of a model: names must be literal and exist, types must fit, and what the condition
// can cost at most is known before it ever runs. Untyped ones read any JSON and are checked as far as that goes:
// operators, argument counts, size.

#include "base/json_value.hpp"
#include "base/result.hpp"
#include "core/rules/fact_model.hpp"
#include "core/rules/issue.hpp"
#include "core/rules/named_lists.hpp"
#include "core/rules/program.hpp"

namespace waybill::rules {

/// REQUIRES: what `model` refers to outlives the program; `logic` is nested as ParseLimits allow.
[[nodiscard]] Result<Program, CompileIssues> compile(const JsonValue& logic, const FactModel& model,
                                                     const NamedLists& lists);
[[nodiscard]] Result<Program, CompileIssues> compile_untyped(const JsonValue& logic);
[[nodiscard]] Result<Program, CompileIssues> compile_untyped(const JsonValue& logic, const NamedLists& lists);

}  // namespace waybill::rules

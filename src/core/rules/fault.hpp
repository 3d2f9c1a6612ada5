#pragma once
// EvalFault: why an evaluation has no value. A condition that has none is a fact about the data or the condition, never
// "false": who asks decides what that means.

#include <cstdint>
#include <string_view>

namespace waybill::rules {

enum class EvalFault : std::uint8_t {
    not_a_number,      ///< arithmetic on what is no number and no numeric text
    out_of_range,      ///< a number that Decimal can not hold
    division_by_zero,  ///< by / or %
    too_much_work,     ///< more than work_max steps
    wrong_type,        ///< an object or a record where a text is made
    text_too_long,     ///< a text longer than text_bytes_max
    too_deep,          ///< lists nested deeper than value_depth_max
    too_large,         ///< a value larger than value_size_max
};

/// "divides by zero": the end of a sentence that begins with the condition.
[[nodiscard]] std::string_view fault_text(EvalFault fault);

}  // namespace waybill::rules

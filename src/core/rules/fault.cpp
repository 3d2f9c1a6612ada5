#include "core/rules/fault.hpp"

#include "base/assert.hpp"

namespace waybill::rules {

std::string_view fault_text(EvalFault fault) {
    switch (fault) {
        case EvalFault::not_a_number:
            return "calculates with something that is not a number";
        case EvalFault::out_of_range:
            return "has a number beyond what can be calculated with (9,223,372,036)";
        case EvalFault::division_by_zero:
            return "divides by zero";
        case EvalFault::too_much_work:
            return "takes more than 200,000 steps";
        case EvalFault::wrong_type:
            return "makes a text of an object";
        case EvalFault::text_too_long:
            return "makes a text of more than 1,024 bytes";
        case EvalFault::too_deep:
            return "has lists nested deeper than 64";
        case EvalFault::too_large:
            return "makes a value of more than 200,000 items";
    }
    assertion_failed("fault is known", __FILE__, __LINE__);
}

}  // namespace waybill::rules

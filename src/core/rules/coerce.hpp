#pragma once
// What values are worth where another kind is needed: JavaScript's conversions, as json-logic-js relies on them, but
// for NaN and "[object Object]", which are faults here.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.hpp"
#include "core/rules/fault.hpp"
#include "core/rules/limits.hpp"
#include "core/rules/value.hpp"

namespace waybill::rules {

/// Steps of an evaluation, counted.
class WorkMeter {
public:
    /// False when there were too many.
    [[nodiscard]] bool spend(std::uint64_t steps) {
        used_ += steps;
        return used_ <= work_max;
    }
    [[nodiscard]] std::uint64_t used() const { return used_; }

private:
    std::uint64_t used_ = 0;
};

/// A text of at most `text_bytes_max`, put together from values.
class TextBuffer {
public:
    explicit TextBuffer(WorkMeter& work) : work_(&work) {}

    /// Null adds nothing, items of a list stand with commas between. Errors: text_too_long, wrong_type, too_much_work.
    [[nodiscard]] Result<Unit, EvalFault> add(const Value& value);
    [[nodiscard]] Result<Unit, EvalFault> add(std::string_view text);
    [[nodiscard]] std::string_view text() const { return {bytes_.data(), size_}; }

private:
    WorkMeter* work_;
    std::size_t size_ = 0;
    std::array<char, text_bytes_max> bytes_;
};

/// Number(value): null and false are 0, true is 1, texts and lists as their text says. Errors: not_a_number, also for
/// objects and records; out_of_range; those of TextBuffer for a list.
[[nodiscard]] Result<Decimal, EvalFault> number_of(const Value& value, WorkMeter& work);
/// For + and *: null, booleans and "" are no numbers there.
[[nodiscard]] Result<Decimal, EvalFault> addend_of(const Value& value, WorkMeter& work);

/// ===, with lists and objects compared by what is in them. Errors: too_much_work.
[[nodiscard]] Result<bool, EvalFault> strictly_equal(const Value& a, const Value& b, WorkMeter& work);
/// ==. What is no number equals no number. Errors: too_much_work, text_too_long.
[[nodiscard]] Result<bool, EvalFault> loosely_equal(const Value& a, const Value& b, WorkMeter& work);

enum class Order : std::uint8_t { less, equal, greater, none };
/// How < and > see two values: two texts byte by byte, all else as numbers; `none` where one is no number.
[[nodiscard]] Result<Order, EvalFault> order_of(const Value& a, const Value& b, WorkMeter& work);

}  // namespace waybill::rules

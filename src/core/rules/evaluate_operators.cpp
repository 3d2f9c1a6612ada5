// The operators that take values and give one.

#include <algorithm>

#include "core/rules/evaluator.hpp"

namespace waybill::rules {

namespace {

using Kind = Value::Kind;

bool is_continuation(char letter) { return (static_cast<unsigned char>(letter) & 0xC0) == 0x80; }

std::int64_t count_letters(std::string_view text) {
    return std::count_if(text.begin(), text.end(), [](char letter) { return !is_continuation(letter); });
}

/// Where the letter at `letters` begins; the end where there are fewer.
std::size_t offset_of(std::string_view text, std::int64_t letters) {
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        if (is_continuation(text[at])) continue;
        if (letters == 0) break;
        --letters;
    }
    return at;
}

}  // namespace

bool Evaluator::eval_operator(const Node& node, std::span<const Value> arguments, Value& out) {
    switch (node.op) {
        case Operator::equal:
        case Operator::strictly_equal:
        case Operator::not_equal:
        case Operator::strictly_not_equal:
            return equate(node.op, arguments, out);
        case Operator::not_:
            out = Value::of(!truthy(arguments[0]));
            return true;
        case Operator::truthy:
            out = Value::of(truthy(arguments[0]));
            return true;
        case Operator::greater:
        case Operator::greater_equal:
        case Operator::less:
        case Operator::less_equal:
            return compare(node.op, arguments, out);
        case Operator::max:
        case Operator::min:
            return extreme(node.op, arguments, out);
        case Operator::add:
        case Operator::subtract:
        case Operator::multiply:
        case Operator::divide:
        case Operator::remainder:
            return calculate(node.op, arguments, out);
        case Operator::merge:
            return merge(arguments, out);
        case Operator::in:
            return find_in(arguments[0], arguments[1], out);
        case Operator::cat:
            return concatenate(arguments, out);
        case Operator::substr:
            return cut(arguments, out);
        case Operator::log:
            out = Value(arguments[0]);
            return true;
        case Operator::in_list:
            return find_in_list(program_.list(node.data), arguments[0], out);
        case Operator::constant:
        case Operator::make_list:
        case Operator::read_path:
        case Operator::read_fact:
        case Operator::read_field:
        case Operator::missing_paths:
        case Operator::var:
        case Operator::missing:
        case Operator::missing_some:
        case Operator::if_:
        case Operator::or_:
        case Operator::and_:
        case Operator::map:
        case Operator::filter:
        case Operator::reduce:
        case Operator::all:
        case Operator::none:
        case Operator::some:
            break;
    }
    assertion_failed("operator takes values", __FILE__, __LINE__);
}

bool Evaluator::equate(Operator op, std::span<const Value> arguments, Value& out) {
    const bool is_strict = op == Operator::strictly_equal || op == Operator::strictly_not_equal;
    const bool is_negative = op == Operator::not_equal || op == Operator::strictly_not_equal;
    if (arguments[0].is(Kind::text) && arguments[1].is(Kind::text)) {
        out = Value::of((arguments[0].text() == arguments[1].text()) != is_negative);
        return true;
    }
    bool same = false;
    const auto result = is_strict ? strictly_equal(arguments[0], arguments[1], work_)
                                  : loosely_equal(arguments[0], arguments[1], work_);
    if (!take(result, same)) return false;
    out = Value::of(same != is_negative);
    return true;
}

bool Evaluator::compare(Operator op, std::span<const Value> arguments, Value& out) {
    bool holds = true;
    for (std::size_t i = 0; i + 1 < arguments.size() && holds; ++i) {
        Order order = Order::none;
        if (!take(order_of(arguments[i], arguments[i + 1], work_), order)) return false;
        const bool or_equal = op == Operator::less_equal || op == Operator::greater_equal;
        const bool is_less = op == Operator::less || op == Operator::less_equal;
        holds = order == (is_less ? Order::less : Order::greater) || (or_equal && order == Order::equal);
    }
    out = Value::of(holds);
    return true;
}

bool Evaluator::keep_number(std::optional<Decimal> number, Value& out) {
    if (!number) return fault(EvalFault::out_of_range);
    out = Value::of(*number);
    return true;
}

bool Evaluator::extreme(Operator op, std::span<const Value> arguments, Value& out) {
    Decimal best;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        Decimal number;
        if (!take(number_of(arguments[i], work_), number)) return false;
        if (i == 0 || (op == Operator::max ? number > best : number < best)) best = number;
    }
    out = Value::of(best);
    return true;
}

bool Evaluator::calculate(Operator op, std::span<const Value> arguments, Value& out) {
    if (op == Operator::add || op == Operator::multiply) {
        std::optional<Decimal> total = Decimal::of_units(op == Operator::add ? 0 : Decimal::one);
        for (const Value& argument : arguments) {
            Decimal number;
            if (!take(addend_of(argument, work_), number)) return false;
            total = op == Operator::add ? add(*total, number) : multiply(*total, number);
            if (!total) return fault(EvalFault::out_of_range);
        }
        return keep_number(total, out);
    }
    Decimal a;
    if (!take(number_of(arguments[0], work_), a)) return false;
    if (arguments.size() == 1) return keep_number(negate(a), out);
    Decimal b;
    if (!take(number_of(arguments[1], work_), b)) return false;
    if (op == Operator::subtract) return keep_number(rules::subtract(a, b), out);
    if (b.is_zero()) return fault(EvalFault::division_by_zero);
    if (op == Operator::divide) return keep_number(rules::divide(a, b), out);
    return keep_number(rules::remainder(a, b), out);
}

bool Evaluator::merge(std::span<const Value> arguments, Value& out) {
    std::size_t size = 0;
    for (const Value& argument : arguments) size += argument.is(Kind::list) ? argument.items().size() : 1;
    if (!spend(arguments.size() + size)) return false;
    const std::span<Value> items = scratch_.make<Value>(size);
    auto at = items.begin();
    for (const Value& argument : arguments) {
        if (argument.is(Kind::list)) {
            at = std::copy(argument.items().begin(), argument.items().end(), at);
        } else {
            *at++ = argument;
        }
    }
    return take(Value::of_list(items), out);
}

bool Evaluator::find_in(const Value& needle, const Value& hay, Value& out) {
    bool found = false;
    if (hay.is(Kind::text) && !hay.text().empty() && !needle.is_null()) {
        TextBuffer text(work_);
        if (const auto added = text.add(needle); !added) {
            // What makes no text, or too long a one, is in no text; work is work.
            if (added.error() == EvalFault::too_much_work) return fault(added.error());
        } else {
            if (!spend(hay.text().size() / text_step_bytes)) return false;
            found = hay.text().find(text.text()) != std::string_view::npos;
        }
    } else if (hay.is(Kind::list)) {
        for (const Value& item : hay.items()) {
            if (!spend(1) || !take(strictly_equal(needle, item, work_), found)) return false;
            if (found) break;
        }
    }
    out = Value::of(found);
    return true;
}

bool Evaluator::find_in_list(const CompiledList& list, const Value& value, Value& out) {
    bool found = false;
    if (value.is(Kind::text)) {
        found = list.contains(value.text());
    } else if (value.is(Kind::number)) {
        char digits[decimal_text_max];
        const char* const end = write_decimal(digits, value.number());
        found = list.contains({digits, static_cast<std::size_t>(end - digits)});
    }
    out = Value::of(found);
    return spend(1);
}

bool Evaluator::concatenate(std::span<const Value> arguments, Value& out) {
    TextBuffer text(work_);
    for (const Value& argument : arguments) {
        if (const auto added = text.add(argument); !added) return fault(added.error());
    }
    out = Value::of(scratch_.copy(text.text()));
    return true;
}

bool Evaluator::cut(std::span<const Value> arguments, Value& out) {
    std::string_view text;
    if (arguments[0].is(Kind::text)) {
        text = arguments[0].text();
    } else {
        Value made;
        if (!concatenate(arguments.first(1), made)) return false;
        text = made.text();
    }
    if (!spend(text.size() / text_step_bytes)) return false;
    const std::int64_t length = count_letters(text);
    Decimal number;
    if (!take(number_of(arguments[1], work_), number)) return false;
    std::int64_t begin = number.truncated();
    begin = begin < 0 ? std::max<std::int64_t>(length + begin, 0) : std::min(begin, length);
    std::int64_t end = length;
    if (arguments.size() > 2) {
        if (!take(number_of(arguments[2], work_), number)) return false;
        // A negative length leaves so many out at the end.
        const std::int64_t count = number.truncated();
        end = std::clamp(count < 0 ? length + count : begin + count, begin, length);
    }
    const std::size_t from = offset_of(text, begin);
    out = Value::of(text.substr(from, offset_of(text, end) - from));
    return true;
}

}  // namespace waybill::rules

#include "core/rules/coerce.hpp"

#include <cstring>

namespace waybill::rules {

namespace {

using Kind = Value::Kind;

Result<Decimal, EvalFault> number_of_text(std::string_view text) {
    const auto number = parse_numeric_text(text);
    if (number) return *number;
    return fail(number.error() == NumberFault::out_of_range ? EvalFault::out_of_range : EvalFault::not_a_number);
}

Order order_of_signs(int sign) { return sign < 0 ? Order::less : sign > 0 ? Order::greater : Order::equal; }

Order order_of_numbers(Decimal a, Decimal b) { return a < b ? Order::less : b < a ? Order::greater : Order::equal; }

bool is_composite(const Value& value) { return value.is(Kind::object) || value.is(Kind::record); }

/// A list as the text that it is compared as; anything else as it is.
Result<Value, EvalFault> primitive(const Value& value, TextBuffer& buffer) {
    if (!value.is(Kind::list)) return value;
    if (const auto added = buffer.add(value); !added) return fail(added.error());
    return Value::of(buffer.text());
}

}  // namespace

Result<Unit, EvalFault> TextBuffer::add(std::string_view text) {
    if (text.size() > bytes_.size() - size_) return fail(EvalFault::text_too_long);
    if (!work_->spend(text.size() / text_step_bytes)) return fail(EvalFault::too_much_work);
    if (!text.empty()) std::memcpy(bytes_.data() + size_, text.data(), text.size());
    size_ += text.size();
    return Unit{};
}

Result<Unit, EvalFault> TextBuffer::add(const Value& value) {
    switch (value.kind()) {
        case Kind::null:
            return Unit{};
        case Kind::boolean:
            return add(value.boolean() ? std::string_view("true") : std::string_view("false"));
        case Kind::number: {
            char digits[decimal_text_max];
            const char* const end = write_decimal(digits, value.number());
            return add(std::string_view(digits, static_cast<std::size_t>(end - digits)));
        }
        case Kind::text:
            return add(value.text());
        case Kind::list: {
            bool is_first = true;
            for (const Value& item : value.items()) {
                if (!work_->spend(1)) return fail(EvalFault::too_much_work);
                if (!is_first) {
                    if (const auto added = add(std::string_view(",")); !added) return added;
                }
                is_first = false;
                if (const auto added = add(item); !added) return added;
            }
            return Unit{};
        }
        case Kind::object:
        case Kind::record:
            return fail(EvalFault::wrong_type);
    }
    return Unit{};
}

Result<Decimal, EvalFault> number_of(const Value& value, WorkMeter& work) {
    switch (value.kind()) {
        case Kind::null:
            return Decimal();
        case Kind::boolean:
            return value.boolean() ? Decimal::of_units(Decimal::one) : Decimal();
        case Kind::number:
            return value.number();
        case Kind::text:
            return number_of_text(value.text());
        case Kind::list: {
            TextBuffer buffer(work);
            const auto added = buffer.add(value);
            if (added) return number_of_text(buffer.text());
            return fail(added.error() == EvalFault::too_much_work ? added.error() : EvalFault::not_a_number);
        }
        case Kind::object:
        case Kind::record:
            return fail(EvalFault::not_a_number);
    }
    return fail(EvalFault::not_a_number);
}

Result<Decimal, EvalFault> addend_of(const Value& value, WorkMeter& work) {
    if (value.is(Kind::number)) return value.number();
    if (!value.is(Kind::text) && !value.is(Kind::list)) return fail(EvalFault::not_a_number);
    TextBuffer buffer(work);
    const auto text = primitive(value, buffer);
    if (!text) return fail(text.error() == EvalFault::too_much_work ? text.error() : EvalFault::not_a_number);
    const bool is_blank = text->text().find_first_not_of(" \t\n\r\v\f") == std::string_view::npos;
    if (is_blank) return fail(EvalFault::not_a_number);
    return number_of_text(text->text());
}

Result<bool, EvalFault> strictly_equal(const Value& a, const Value& b, WorkMeter& work) {
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
        case Kind::null:
            return true;
        case Kind::boolean:
            return a.boolean() == b.boolean();
        case Kind::number:
            return a.number() == b.number();
        case Kind::text:
            return a.text() == b.text();
        case Kind::record:
            return a.record() == b.record();
        case Kind::list: {
            if (a.items().size() != b.items().size()) return false;
            for (std::size_t i = 0; i < a.items().size(); ++i) {
                if (!work.spend(1)) return fail(EvalFault::too_much_work);
                const auto same = strictly_equal(a.items()[i], b.items()[i], work);
                if (!same || !*same) return same;
            }
            return true;
        }
        case Kind::object: {
            if (a.members().size() != b.members().size()) return false;
            for (std::size_t i = 0; i < a.members().size(); ++i) {
                if (!work.spend(1)) return fail(EvalFault::too_much_work);
                if (a.members()[i].name != b.members()[i].name) return false;
                const auto same = strictly_equal(a.members()[i].value, b.members()[i].value, work);
                if (!same || !*same) return same;
            }
            return true;
        }
    }
    return false;
}

Result<bool, EvalFault> loosely_equal(const Value& a, const Value& b, WorkMeter& work) {
    if (a.kind() == b.kind()) return strictly_equal(a, b, work);
    if (a.is_null() || b.is_null() || is_composite(a) || is_composite(b)) return false;
    TextBuffer buffer(work);  // one of the two is a list at most
    const auto x = primitive(a, buffer);
    const auto y = primitive(b, buffer);
    for (const auto* side : {&x, &y}) {
        if (*side) continue;
        if (side->error() == EvalFault::wrong_type) return false;
        return fail(side->error());
    }
    if (x->kind() == y->kind()) return strictly_equal(*x, *y, work);
    const auto m = number_of(*x, work);
    const auto n = number_of(*y, work);
    return m && n && *m == *n;
}

Result<Order, EvalFault> order_of(const Value& a, const Value& b, WorkMeter& work) {
    if (a.is(Kind::number) && b.is(Kind::number)) return order_of_numbers(a.number(), b.number());
    TextBuffer first(work);
    TextBuffer second(work);
    const auto x = primitive(a, first);
    const auto y = primitive(b, second);
    for (const auto* side : {&x, &y}) {
        if (*side) continue;
        if (side->error() == EvalFault::wrong_type) return Order::none;
        return fail(side->error());
    }
    if (x->is(Kind::text) && y->is(Kind::text)) return order_of_signs(x->text().compare(y->text()));
    const auto m = number_of(*x, work);
    const auto n = number_of(*y, work);
    for (const auto* side : {&m, &n}) {
        if (*side) continue;
        if (side->error() == EvalFault::not_a_number) return Order::none;
        return fail(side->error());
    }
    return order_of_numbers(*m, *n);
}

}  // namespace waybill::rules

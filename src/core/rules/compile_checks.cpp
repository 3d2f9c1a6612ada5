// What each operator takes and gives, as far as types are known, and what it costs.

#include <algorithm>

#include "core/rules/compiler.hpp"
#include "core/rules/limits.hpp"

namespace waybill::rules {

namespace {

bool is_scalar(const StaticType& type) {
    return type.is(StaticKind::boolean) || type.is(StaticKind::number) || type.is(StaticKind::text);
}

bool is_open(const StaticType& type) { return type.is(StaticKind::any) || type.is(StaticKind::null); }

/// Items that comparing or joining the value may walk through.
std::uint64_t items_of(const StaticType& type) {
    return type.is(StaticKind::list) || type.is(StaticKind::any) ? type.items_max : 0;
}

}  // namespace

bool Compiler::may_equal(const StaticType& a, const StaticType& b, bool strict) const {
    if (is_open(a) || is_open(b)) return true;
    if (a.kind == b.kind) return a.kind != StaticKind::record || a.record == b.record;
    if (strict) return false;
    return (a.is(StaticKind::number) && b.is_numeric) || (b.is(StaticKind::number) && a.is_numeric);
}

void Compiler::check_equality(const Call& call, std::span<const Piece> pieces) {
    const Operator op = call.row->op;
    const bool is_strict = op == Operator::strictly_equal || op == Operator::strictly_not_equal;
    const StaticType& a = pieces[0].type;
    const StaticType& b = pieces[1].type;
    if (may_equal(a, b, is_strict)) return;
    add_issue(*call.inside, quoted(call.name) + " compares " + describe_type(a) + " with " + describe_type(b) +
                                ", which are never equal");
}

void Compiler::check_order(const Call& call, std::span<const Piece> pieces) {
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
        const StaticType& a = pieces[i].type;
        const StaticType& b = pieces[i + 1].type;
        const auto fits = [](const StaticType& type) {
            return is_open(type) || type.is(StaticKind::number) || type.is(StaticKind::text);
        };
        if (fits(a) && fits(b) && may_equal(a, b, false)) continue;
        add_issue(*call.inside, quoted(call.name) + " can not compare " + describe_type(a) + " with " +
                                    describe_type(b) + ": it takes two numbers or two texts");
        return;
    }
}

void Compiler::check_in(const Call& call, std::span<const Piece> pieces) {
    const StaticType& needle = pieces[0].type;
    const StaticType& hay = pieces[1].type;
    if (is_open(hay)) return;
    if (hay.is(StaticKind::text)) {
        if (needle.is(StaticKind::text) || is_open(needle)) return;
        add_issue(*call.inside, "`in` looks for a text in a text, not for " + describe_type(needle));
        return;
    }
    if (!hay.is(StaticKind::list)) {
        add_issue(*call.inside, "`in` looks into a list or a text, not into " + describe_type(hay));
        return;
    }
    const StaticType item = types_.item_of(hay);
    if (hay.item == StaticType::no_item || may_equal(needle, item, true)) return;
    add_issue(*call.inside,
              "`in` looks for " + describe_type(needle) + " in a list whose items are each " + describe_type(item));
}

StaticType Compiler::check_numbers(const Call& call, std::span<const Piece> pieces) {
    // {"+": [text]} is how a text is made a number.
    const bool is_cast = call.row->op == Operator::add && pieces.size() == 1;
    for (const Piece& piece : pieces) {
        const StaticType& type = piece.type;
        if (type.is(StaticKind::number) || type.is(StaticKind::any) || type.is_numeric) continue;
        if (is_cast && type.is(StaticKind::text)) continue;
        std::string detail = quoted(call.name) + " calculates with numbers, not with " + describe_type(type);
        if (type.is(StaticKind::text)) detail += "; {\"+\": [text]} makes a number of one";
        add_issue(*call.inside, std::move(detail));
        break;
    }
    return type_of_kind(StaticKind::number);
}

void Compiler::check_text(const Call& call, std::span<const Piece> pieces) {
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const StaticType& type = pieces[i].type;
        const bool is_position = call.row->op == Operator::substr && i > 0;
        if (is_position && !type.is(StaticKind::number) && !type.is(StaticKind::any) && !type.is_numeric) {
            add_issue(*call.inside, "`substr` takes numbers after the text, not " + describe_type(type));
            return;
        }
        const StaticType part = type.is(StaticKind::list) ? types_.item_of(type) : type;
        if (is_position || is_open(part) || is_scalar(part)) continue;
        if (part.is(StaticKind::list)) continue;
        add_issue(*call.inside, quoted(call.name) + " makes a text, which " + describe_type(type) + " has not");
        return;
    }
}

/// Of `if`, `and`, `or`: whatever may come out.
StaticType Compiler::check_branches(const Call& call, std::span<const Piece> pieces) {
    StaticType out = type_of_kind(StaticKind::null);
    const bool is_if = call.row->op == Operator::if_;
    bool is_first = true;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const bool is_condition = is_if && i % 2 == 0 && i + 1 < pieces.size();
        if (is_condition) continue;
        out = is_first ? pieces[i].type : types_.join(out, pieces[i].type);
        is_first = false;
    }
    if (is_if && pieces.size() % 2 == 0) out = types_.join(out, type_of_kind(StaticKind::null));
    return out;
}

StaticType Compiler::merged_type(std::span<const Piece> pieces) {
    StaticType out = types_.empty_list();
    for (const Piece& piece : pieces) {
        StaticType part = piece.type;
        if (part.is(StaticKind::any)) {
            part = types_.list_of(part, std::max<std::uint64_t>(1, part.items_max));
        } else if (!part.is(StaticKind::list)) {
            part = types_.list_of(part, 1);
        }
        part.nullable = false;
        const std::uint64_t items_max = out.items_max + part.items_max;
        out = types_.join(out, part);
        out.items_max = items_max;
    }
    return out;
}

StaticType Compiler::check_call(const Call& call, std::span<const Piece> pieces) {
    switch (call.row->group) {
        case OperatorGroup::equality:
            check_equality(call, pieces);
            return type_of_kind(StaticKind::boolean);
        case OperatorGroup::order:
            check_order(call, pieces);
            return type_of_kind(StaticKind::boolean);
        case OperatorGroup::in:
            check_in(call, pieces);
            return type_of_kind(StaticKind::boolean);
        case OperatorGroup::truth:
            return type_of_kind(StaticKind::boolean);
        case OperatorGroup::branch:
            return check_branches(call, pieces);
        case OperatorGroup::arithmetic:
            return check_numbers(call, pieces);
        case OperatorGroup::text:
            check_text(call, pieces);
            return type_of_kind(StaticKind::text);
        case OperatorGroup::merge:
            return merged_type(pieces);
        case OperatorGroup::log:
            return pieces[0].type;
        case OperatorGroup::name:
        case OperatorGroup::missing:
        case OperatorGroup::loop:
        case OperatorGroup::in_list:
            break;  // typed where they are compiled
    }
    assertion_failed("operator is compiled as a plain one", __FILE__, __LINE__);
}

/// Steps of the operator itself. Not less than what the evaluator counts, where the types are right and no fact is a
/// text longer than text_bytes_max.
std::uint64_t Compiler::work_of(const Call& call, std::span<const Piece> pieces) {
    constexpr std::uint64_t text_work = text_bytes_max / text_step_bytes + 1;
    std::uint64_t items = 0;
    bool has_lists = false;
    for (const Piece& piece : pieces) {
        items += items_of(piece.type);
        has_lists = has_lists || piece.type.is(StaticKind::list) || piece.type.is(StaticKind::any);
    }
    switch (call.row->group) {
        case OperatorGroup::branch:
        case OperatorGroup::truth:
        case OperatorGroup::log:
            return 1;
        case OperatorGroup::merge:
            return 1 + pieces.size() + items;
        case OperatorGroup::in:
            return 2 + items + (pieces[1].type.is(StaticKind::list) ? 0 : 2 * text_work);
        case OperatorGroup::text:
            return 1 + text_work + items;
        case OperatorGroup::name:
        case OperatorGroup::missing:
        case OperatorGroup::loop:
        case OperatorGroup::in_list:
        case OperatorGroup::equality:
        case OperatorGroup::order:
        case OperatorGroup::arithmetic:
            break;
    }
    // A list that is compared with a scalar is made a text first.
    return has_lists ? 1 + pieces.size() * text_work + items : 1;
}

}  // namespace waybill::rules

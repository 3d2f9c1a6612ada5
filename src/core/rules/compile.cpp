#include "core/rules/compile.hpp"

#include <algorithm>
#include <array>

#include "core/rules/compiler.hpp"
#include "core/rules/limits.hpp"
#include "core/rules/suggest.hpp"

namespace waybill::rules {

namespace {

/// Sums of work stay far from where they could wrap: lists are bounded, but loops in loops multiply.
constexpr std::uint64_t work_cap = std::uint64_t{1} << 48;

std::uint64_t add_work(std::uint64_t a, std::uint64_t b) { return std::min(a + b, work_cap); }

std::uint64_t multiply_work(std::uint64_t a, std::uint64_t b) { return a != 0 && b > work_cap / a ? work_cap : a * b; }

bool is_literal(const JsonValue& logic) {
    switch (logic.kind) {
        case JsonValue::Kind::object:
            return logic.members.size() != 1;
        case JsonValue::Kind::list:
            return std::all_of(logic.items.begin(), logic.items.end(), [](const JsonValue& item) {
                return !item.is(JsonValue::Kind::list) && is_literal(item);
            });
        case JsonValue::Kind::null:
        case JsonValue::Kind::boolean:
        case JsonValue::Kind::number:
        case JsonValue::Kind::text:
            return true;
    }
    return true;
}

}  // namespace

std::uint32_t Compiler::add_node(Operator op, std::span<const std::uint32_t> children, std::uint32_t data) {
    Node node;
    node.op = op;
    node.count = static_cast<std::uint16_t>(children.size());
    node.first = static_cast<std::uint32_t>(parts_.children.size());
    node.data = data;
    parts_.children.insert(parts_.children.end(), children.begin(), children.end());
    parts_.nodes.push_back(node);
    return static_cast<std::uint32_t>(parts_.nodes.size() - 1);
}

std::uint32_t Compiler::add_constant(const Value& value) {
    parts_.constants.push_back(value);
    return static_cast<std::uint32_t>(parts_.constants.size() - 1);
}

Piece Compiler::constant(const Value& value, const StaticType& type) {
    return {add_node(Operator::constant, {}, add_constant(value)), type, 1};
}

Piece Compiler::compile_value(const JsonValue& logic, const LogicPlace& place, const NameScope& scope,
                              std::size_t depth) {
    if (is_too_large_) return {};
    if (depth > depth_max) {
        add_issue(place,
                  "is nested deeper than the " + std::to_string(depth_max) + " levels that an expression may have");
        return {};
    }
    if (is_typed() && logic.is(JsonValue::Kind::object) && logic.members.size() != 1) {
        add_issue(place, "an operator is an object with one member, not with " + std::to_string(logic.members.size()));
        return {};
    }
    if (is_literal(logic)) return literal(logic, place);
    if (!count_node(place)) return {};
    return logic.is(JsonValue::Kind::list) ? compile_list(logic, place, scope, depth)
                                           : compile_object(logic, place, scope, depth);
}

Piece Compiler::compile_list(const JsonValue& logic, const LogicPlace& place, const NameScope& scope,
                             std::size_t depth) {
    std::vector<std::uint32_t> children;
    Piece out;
    out.work = add_work(1, logic.items.size());
    StaticType item;
    for (std::size_t i = 0; i < logic.items.size() && !is_too_large_; ++i) {
        const Piece piece = compile_value(logic.items[i], place / i, scope, depth + 1);
        children.push_back(piece.node);
        out.work = add_work(out.work, piece.work);
        item = i == 0 ? piece.type : types_.join(item, piece.type);
    }
    out.type = types_.list_of(item, logic.items.size());
    out.node = add_node(Operator::make_list, children, 0);
    return out;
}

Piece Compiler::compile_object(const JsonValue& logic, const LogicPlace& place, const NameScope& scope,
                               std::size_t depth) {
    const auto& [name, values] = logic.members.front();
    const LogicPlace inside = place / name;
    Call call;
    call.row = find_operator(name);
    call.name = name;
    call.is_list = values.is(JsonValue::Kind::list);
    call.arguments = call.is_list ? std::span<const JsonValue>(values.items) : std::span(&values, 1);
    call.place = &place;
    call.inside = &inside;
    call.scope = &scope;
    call.depth = depth;
    if (call.row == nullptr) {
        std::vector<std::string_view> names;
        for (const OperatorRow& row : operator_table()) names.push_back(row.name);
        const std::string_view meant = closest_name(name, names);
        std::string detail = "`" + name + "` is no operator";
        if (!meant.empty()) detail += ", did you mean `" + std::string(meant) + "`";
        add_issue(inside, std::move(detail));
        return {};
    }
    return check_count(call) ? compile_call(call) : Piece{};
}

bool Compiler::check_count(const Call& call) {
    const std::size_t count = call.arguments.size();
    const std::size_t least = call.row->arguments_min;
    const std::size_t most = call.row->arguments_max;
    if (count >= least && (most == any_count || count <= most)) return true;
    std::string wanted = std::to_string(least);
    if (most == any_count) {
        wanted = "at least " + wanted;
    } else if (most != least) {
        wanted += (most == least + 1 ? " or " : " to ") + std::to_string(most);
    }
    const bool is_one = most == any_count ? least == 1 : most == 1;
    add_issue(*call.inside, "`" + std::string(call.name) + "` takes " + wanted +
                                (is_one ? " argument, not " : " arguments, not ") + std::to_string(count));
    return false;
}

Piece Compiler::compile_argument(const Call& call, std::size_t at) { return compile_argument(call, at, *call.scope); }

Piece Compiler::compile_argument(const Call& call, std::size_t at, const NameScope& scope) {
    if (!call.is_list) return compile_value(call.arguments[at], *call.inside, scope, call.depth + 1);
    return compile_value(call.arguments[at], *call.inside / at, scope, call.depth + 1);
}

Piece Compiler::compile_call(const Call& call) {
    switch (call.row->group) {
        case OperatorGroup::name:
            return compile_var(call);
        case OperatorGroup::missing:
            return compile_missing(call);
        case OperatorGroup::loop:
            return compile_loop(call);
        case OperatorGroup::in_list:
            return compile_in_list(call);
        case OperatorGroup::branch:
        case OperatorGroup::equality:
        case OperatorGroup::order:
        case OperatorGroup::truth:
        case OperatorGroup::arithmetic:
        case OperatorGroup::merge:
        case OperatorGroup::in:
        case OperatorGroup::text:
        case OperatorGroup::log:
            return compile_plain(call);
    }
    assertion_failed("group of operators is known", __FILE__, __LINE__);
}

Piece Compiler::compile_plain(const Call& call) {
    std::vector<Piece> pieces;
    std::vector<std::uint32_t> children;
    for (std::size_t i = 0; i < call.arguments.size() && !is_too_large_; ++i) {
        pieces.push_back(compile_argument(call, i));
        children.push_back(pieces.back().node);
    }
    Piece out;
    if (is_too_large_) return out;
    out.type = is_typed() ? check_call(call, pieces) : StaticType{};
    out.work = work_of(call, pieces);
    for (const Piece& piece : pieces) out.work = add_work(out.work, piece.work);
    out.node = add_node(call.row->op, children, 0);
    return out;
}

Piece Compiler::compile_loop(const Call& call) {
    const Piece list = compile_argument(call, 0);
    if (is_typed() && !list.type.is(StaticKind::list) && !list.type.is(StaticKind::any)) {
        add_issue(*call.inside,
                  "`" + std::string(call.name) + "` goes through a list, not through " + describe_type(list.type));
    }
    NameScope scope;
    if (is_typed()) scope.value = types_.item_of(list.type);
    scope.is_loop = true;
    scope.is_reduce = call.row->op == Operator::reduce;
    Piece initial;
    initial.type = type_of_kind(StaticKind::null);
    if (call.arguments.size() > 2) initial = compile_argument(call, 2);
    if (is_typed() && scope.is_reduce) scope.accumulator = accumulator_type(initial.type, call.arguments[1], scope);
    const Piece body = compile_argument(call, 1, scope);
    std::vector<std::uint32_t> children{list.node, body.node};
    if (call.arguments.size() > 2) children.push_back(initial.node);

    Piece out;
    out.work = add_work(add_work(1, list.work), multiply_work(list.type.items_max, add_work(1, body.work)));
    out.work = add_work(out.work, initial.work);
    if (call.row->op == Operator::map) {
        out.type = types_.list_of(body.type, list.type.items_max);
    } else if (call.row->op == Operator::filter) {
        out.type = list.type;
        out.type.nullable = false;
    } else if (call.row->op == Operator::reduce) {
        out.type = types_.join(initial.type, body.type);
    } else {
        out.type = type_of_kind(StaticKind::boolean);
    }
    out.node = add_node(call.row->op, children, 0);
    return out;
}

Piece Compiler::compile_in_list(const Call& call) {
    const Piece value = compile_argument(call, 0);
    const LogicPlace at = *call.inside / std::size_t{1};
    const JsonValue& name = call.arguments[1];
    if (!name.is(JsonValue::Kind::text)) {
        add_issue(at, "`in_list` takes the name of a list as a literal text");
        return {};
    }
    const StaticType& type = value.type;
    if (is_typed() && !type.is(StaticKind::any) && !type.is(StaticKind::text) && !type.is(StaticKind::number) &&
        !type.is(StaticKind::null)) {
        add_issue(*call.inside, "`in_list` looks for a text or a number, not for " + describe_type(type));
    }
    auto list = lists_->find(name.text);
    if (list == nullptr) {
        std::vector<std::string_view> names;
        for (const auto& known : lists_->all()) names.push_back(known->name());
        const std::string_view meant = closest_name(name.text, names);
        std::string detail = "there is no list `" + name.text + "`";
        if (!meant.empty()) detail += ", did you mean `" + std::string(meant) + "`";
        add_issue(at, std::move(detail));
        return {};
    }
    program_.lists_.push_back(std::move(list));
    const std::array<std::uint32_t, 1> children{value.node};
    const auto data = static_cast<std::uint32_t>(program_.lists_.size() - 1);
    return {add_node(Operator::in_list, children, data), type_of_kind(StaticKind::boolean), add_work(2, value.work)};
}

void Compiler::pack_parts() {
    const auto pack = [&](const auto& part, auto& to) {
        const auto items = program_.memory_.make<std::decay_t<decltype(part[0])>>(part.size());
        std::copy(part.begin(), part.end(), items.begin());
        to = items;
    };
    pack(parts_.nodes, program_.nodes_);
    pack(parts_.children, program_.children_);
    pack(parts_.constants, program_.constants_);
    pack(parts_.paths, program_.paths_);
    pack(parts_.steps, program_.steps_);
}

Result<Program, CompileIssues> Compiler::run(const JsonValue& logic) {
    NameScope root;
    if (is_typed()) {
        WAYBILL_ASSERT(!model_->records.empty());
        program_.model_ = *model_;
        root.value = type_of_kind(StaticKind::record);
    }
    const LogicPlace whole;
    const Piece piece = compile_value(logic, whole, root, 1);
    if (is_typed() && issues_.empty() && piece.work > work_max) {
        const std::string many = piece.work >= work_cap ? "far too many" : "up to " + grouped_number(piece.work);
        add_issue(whole, "would take " + many + " steps, at most " + grouped_number(work_max) + " are allowed");
    }
    if (!issues_.empty()) return fail(std::move(issues_));
    if (is_typed()) {
        program_.result_kind_ = piece.type.kind;
        program_.work_bound_ = piece.work;
    }
    pack_parts();
    return std::move(program_);
}

Result<Program, CompileIssues> compile(const JsonValue& logic, const FactModel& model, const NamedLists& lists) {
    return Compiler(&model, lists).run(logic);
}

Result<Program, CompileIssues> compile_untyped(const JsonValue& logic) { return compile_untyped(logic, NamedLists()); }

Result<Program, CompileIssues> compile_untyped(const JsonValue& logic, const NamedLists& lists) {
    return Compiler(nullptr, lists).run(logic);
}

}  // namespace waybill::rules

#include "core/rules/operators.hpp"

#include <array>

namespace waybill::rules {

namespace {

using Group = OperatorGroup;

constexpr auto rows = std::to_array<OperatorRow>({
    {"var", Operator::var, Group::name, 0, 2},
    {"missing", Operator::missing, Group::missing, 0, any_count},
    {"missing_some", Operator::missing_some, Group::missing, 2, 2},
    {"if", Operator::if_, Group::branch, 0, any_count},
    {"?:", Operator::if_, Group::branch, 0, any_count},
    {"==", Operator::equal, Group::equality, 2, 2},
    {"===", Operator::strictly_equal, Group::equality, 2, 2},
    {"!=", Operator::not_equal, Group::equality, 2, 2},
    {"!==", Operator::strictly_not_equal, Group::equality, 2, 2},
    {"!", Operator::not_, Group::truth, 1, 1},
    {"!!", Operator::truthy, Group::truth, 1, 1},
    {"or", Operator::or_, Group::branch, 1, any_count},
    {"and", Operator::and_, Group::branch, 1, any_count},
    {">", Operator::greater, Group::order, 2, 2},
    {">=", Operator::greater_equal, Group::order, 2, 2},
    {"<", Operator::less, Group::order, 2, 3},
    {"<=", Operator::less_equal, Group::order, 2, 3},
    {"max", Operator::max, Group::arithmetic, 1, any_count},
    {"min", Operator::min, Group::arithmetic, 1, any_count},
    {"+", Operator::add, Group::arithmetic, 0, any_count},
    {"-", Operator::subtract, Group::arithmetic, 1, 2},
    {"*", Operator::multiply, Group::arithmetic, 1, any_count},
    {"/", Operator::divide, Group::arithmetic, 2, 2},
    {"%", Operator::remainder, Group::arithmetic, 2, 2},
    {"map", Operator::map, Group::loop, 2, 2},
    {"filter", Operator::filter, Group::loop, 2, 2},
    {"reduce", Operator::reduce, Group::loop, 2, 3},
    {"all", Operator::all, Group::loop, 2, 2},
    {"none", Operator::none, Group::loop, 2, 2},
    {"some", Operator::some, Group::loop, 2, 2},
    {"merge", Operator::merge, Group::merge, 0, any_count},
    {"in", Operator::in, Group::in, 2, 2},
    {"cat", Operator::cat, Group::text, 0, any_count},
    {"substr", Operator::substr, Group::text, 2, 3},
    {"log", Operator::log, Group::log, 1, 1},
    {"in_list", Operator::in_list, Group::in_list, 2, 2},
});

}  // namespace

std::span<const OperatorRow> operator_table() { return rows; }

const OperatorRow* find_operator(std::string_view name) {
    for (const OperatorRow& row : rows) {
        if (row.name == name) return &row;
    }
    return nullptr;
}

}  // namespace waybill::rules

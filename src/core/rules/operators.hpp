#pragma once
// The operators of the language, as a table: names, groups, how many arguments each takes.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace waybill::rules {

enum class Operator : std::uint8_t {
    constant,       ///< a literal
    make_list,      ///< a list literal with logic inside
    read_path,      ///< `var` with a literal name
    read_fact,      ///< a read_path that is one field of a record known since it was compiled
    read_field,     ///< a read_path that is one field of the record that the scope's value is
    missing_paths,  ///< `missing` and `missing_some` with literal names
    var,
    missing,
    missing_some,
    if_,
    equal,
    strictly_equal,
    not_equal,
    strictly_not_equal,
    not_,
    truthy,
    or_,
    and_,
    greater,
    greater_equal,
    less,
    less_equal,
    max,
    min,
    add,
    subtract,
    multiply,
    divide,
    remainder,
    map,
    filter,
    reduce,
    all,
    none,
    some,
    merge,
    in,
    cat,
    substr,
    log,
    in_list,
};

/// Operators that are compiled and checked alike.
enum class OperatorGroup : std::uint8_t {
    name,
    missing,
    branch,
    equality,
    order,
    truth,
    arithmetic,
    loop,
    merge,
    in,
    text,
    log,
    in_list,
};

struct OperatorRow {
    std::string_view name;
    Operator op;
    OperatorGroup group;
    std::uint16_t arguments_min;
    std::uint16_t arguments_max;
};
inline constexpr std::uint16_t any_count = UINT16_MAX;

[[nodiscard]] std::span<const OperatorRow> operator_table();
/// Null where the language has none of that name.
[[nodiscard]] const OperatorRow* find_operator(std::string_view name);

}  // namespace waybill::rules

#pragma once
// What one condition may be and may cost. Each bound has a name, and a test at its edge (limits_test.cpp).

#include <cstddef>
#include <cstdint>

namespace waybill::rules {

/// Literals, operators and list items of one expression. Long lists of literals belong in a named list.
inline constexpr std::size_t nodes_max = 1'000;
/// Operators and list literals inside each other. Bounds the recursion of compiling and evaluating.
inline constexpr std::size_t depth_max = 32;
/// Steps of one evaluation: each node that is evaluated, each item that is visited or copied, each `text_step_bytes` of
/// text that is made. A typed expression that could take more is refused; an untyped one fails when it does.
inline constexpr std::uint64_t work_max = 200'000;
/// Bytes of a text that an expression makes.
inline constexpr std::size_t text_bytes_max = 1'024;
inline constexpr std::size_t text_step_bytes = 64;
/// Items that a list is taken to have at most where nothing is known about it: an accumulator that is a list.
inline constexpr std::uint64_t unknown_items_max = 250;
/// Lists and objects inside each other, in a value: of data and of results.
inline constexpr std::size_t value_depth_max = 64;
/// Size of one value: each item of it and of the lists in it, and each `text_step_bytes` of its texts. A value can
/// refer to the same list many times over, so this is what bounds walking and printing it.
inline constexpr std::uint32_t value_size_max = 200'000;
/// Faults of one expression that are told; what comes after is left out.
inline constexpr std::size_t issues_max = 50;
/// Facts that an explained evaluation reports; what is read after them is left out.
inline constexpr std::size_t reads_max = 500;
/// Bytes of the JSON text of one reported fact; what is longer is cut.
inline constexpr std::size_t read_value_bytes_max = 120;

inline constexpr std::size_t list_entries_max = 50'000;
inline constexpr std::size_t list_name_bytes_max = 80;
inline constexpr std::size_t list_entry_bytes_max = 120;

}  // namespace waybill::rules

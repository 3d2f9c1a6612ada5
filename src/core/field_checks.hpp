#pragma once
// Checks of single fields that many commands share. Each adds a fault with the field's JSON pointer.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/limits.hpp"
#include "core/order/hold.hpp"
#include "core/rejection.hpp"

namespace waybill::core {

/// "/lines" and 3 make "/lines/3"; a third part makes "/lines/3/sku".
[[nodiscard]] std::string at(std::string_view list, std::size_t index, std::string_view member = {});

void check_text(Faults& faults, std::string pointer, std::string_view text, std::size_t bytes_min,
                std::size_t bytes_max);
void check_range(Faults& faults, std::string pointer, std::int64_t value, std::int64_t min, std::int64_t max);
/// A code: text that can stand in a URL path and a CSV cell without quoting. No blanks at its ends.
void check_code(Faults& faults, std::string pointer, std::string_view code, std::size_t bytes_max);
/// Whether a table that has `rows` takes one more. Errors: too_many_rows.
[[nodiscard]] Result<Unit, Rejection> check_room(std::size_t rows, std::size_t rows_max, std::string_view what);
/// What a hold blocks: something, and nothing twice.
void check_blocks(Faults& faults, const std::string& pointer, const std::vector<HoldBlock>& blocks);
/// The kind of an exception that somebody raises: a code that Waybill does not use itself.
void check_kind(Faults& faults, const std::string& pointer, std::string_view kind);
[[nodiscard]] bool is_country(std::string_view code);
void check_country(Faults& faults, std::string pointer, std::string_view code);

}  // namespace waybill::core

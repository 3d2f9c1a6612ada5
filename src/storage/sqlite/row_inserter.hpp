#pragma once
// RowInserter: many narrow rows into one table. Beginning and ending a statement costs about as much as a narrow row,
// so rows go in sixteen to a statement; what is left over goes in one by one.

#include <fmt/format.h>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>

#include "storage/sqlite/connection.hpp"

namespace waybill::storage::sqlite {

template <std::size_t columns>
class RowInserter {
public:
    /// `into`: "INSERT INTO table (columns)".
    RowInserter(Connection& connection, std::string_view into)
        : many_(connection, text(into, rows_each)), one_(connection, text(into, 1)) {}

    /// `values_of(row)` is a tuple of the row's values; texts in it must live as long as the rows.
    template <class Rows, class ValuesOf>
    bool add(const Rows& rows, const ValuesOf& values_of) {
        auto row = rows.begin();
        for (std::size_t left = rows.size(); left > 0;) {
            const std::size_t count = left < rows_each ? 1 : rows_each;
            Statement& statement = count == 1 ? one_ : many_;
            int at = 0;
            for (std::size_t i = 0; i < count; ++i, ++row) {
                static_assert(std::tuple_size_v<decltype(values_of(*row))> == columns);
                std::apply([&](const auto&... values) { (statement.bind(++at, values), ...); }, values_of(*row));
            }
            if (!statement.run_bound()) return false;
            left -= count;
        }
        return true;
    }

private:
    static constexpr std::size_t rows_each = 16;

    static std::string text(std::string_view into, std::size_t rows) {
        std::string row = "(?";
        for (std::size_t column = 1; column < columns; ++column) row += ", ?";
        row += ")";
        std::string out = fmt::format("{} VALUES {}", into, row);
        for (std::size_t i = 1; i < rows; ++i) out += ", " + row;
        return out;
    }

    Statement many_;
    Statement one_;
};

}  // namespace waybill::storage::sqlite

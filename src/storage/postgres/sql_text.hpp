#pragma once
// SqlText: a statement whose shape depends on which filters a query has. The text is only ever put together from fixed
// parts; what a user gave is a value.

#include <string>
#include <string_view>

#include "storage/postgres/values.hpp"

namespace waybill::storage::postgres {

struct SqlText {
    std::string text;
    Values values;

    SqlText& add(std::string_view part) {
        text += part;
        return *this;
    }
    /// `part` followed by the value.
    template <class Value>
    SqlText& add(std::string_view part, const Value& value) {
        text += part;
        values.add(value);
        text += '$';
        text += std::to_string(values.size());
        return *this;
    }
};

}  // namespace waybill::storage::postgres

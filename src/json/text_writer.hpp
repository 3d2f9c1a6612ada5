#pragma once
// The scalars of JSON text, appended to a string.

#include <boost/json/fwd.hpp>
#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

#include "base/instant.hpp"

namespace waybill::json {

/// Quoted and escaped. REQUIRES: UTF-8, which what `parse` gives is.
void append_string(std::string& out, std::string_view text);

/// "name": with a comma before it unless it is the first of its object.
void append_key(std::string& out, std::string_view name);

template <std::integral T>
void append_integer(std::string& out, T value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

void append_instant_string(std::string& out, Instant instant);
void append_date_string(std::string& out, CivilDate date);

/// Data that is passed through. Doubles are written so that they read back as the same double.
void append_free_form(std::string& out, const boost::json::value& value);
void append_free_form(std::string& out, const boost::json::object& object);

}  // namespace waybill::json

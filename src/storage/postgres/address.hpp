#pragma once
// The address of a store on PostgreSQL, as an operator wrote it, and its password, which nobody else is told.

#include <string>
#include <string_view>

namespace waybill::storage::postgres {

[[nodiscard]] bool is_address(std::string_view text);

/// For people and logs. What is no proper address is hidden rather too far.
[[nodiscard]] std::string without_password(const std::string& address);

/// A password with an @ or a / that is not percent-encoded: libpq would take a part of it for a host or a database, and
/// say so in its errors.
[[nodiscard]] bool is_ambiguous(std::string_view address);

}  // namespace waybill::storage::postgres

#pragma once
// Schemas of a database, each of which can be a store: for benchmarks, which make and drop stores of their own.

#include <cstdint>
#include <string>

#include "engine/store.hpp"

namespace waybill::storage::postgres {

/// The address of a store in this schema. REQUIRES: `schema` is of lower-case letters, digits and underlines.
[[nodiscard]] std::string address_of_schema(const std::string& uri, const std::string& schema);
/// Drops the schema with all that is in it, and makes an empty one.
[[nodiscard]] Result<Unit, engine::IoError> make_schema_anew(const std::string& uri, const std::string& schema);
[[nodiscard]] Result<Unit, engine::IoError> drop_schema(const std::string& uri, const std::string& schema);
/// Tables with their indexes; 0 when they can not be asked for.
[[nodiscard]] std::uint64_t bytes_of_schema(const std::string& uri, const std::string& schema);

}  // namespace waybill::storage::postgres

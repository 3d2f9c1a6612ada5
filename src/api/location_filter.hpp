#pragma once
// The parameter `location` of lists that are kept by location.

#include <vector>

#include "api/query.hpp"

namespace waybill::api {

/// The places that are asked for, ascending; empty: none is named. Errors: unknown_location; out_of_scope for one that
/// the caller does not see.
[[nodiscard]] Result<std::vector<core::LocationIx>, Problem> read_location_filter(const Call& call,
                                                                                  const QueryReader& query);

}  // namespace waybill::api

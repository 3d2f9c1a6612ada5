#pragma once
// Where a tenant is served just now, among the processes that share a store.

#include <cstdint>
#include <string>

namespace waybill::engine {

/// Where a tenant is served just now.
struct Placement {
    enum class Where : std::uint8_t { here, elsewhere, nowhere };
    Where where = Where::here;
    std::string address;  ///< of `elsewhere`: "http://10.0.0.5:8080"
};

}  // namespace waybill::engine

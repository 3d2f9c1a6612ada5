#pragma once
// Placement: which process serves a tenant just now, as far as this one knows. It may be out of date the moment it is
// told: a process that is asked for a tenant it does not own refuses.

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

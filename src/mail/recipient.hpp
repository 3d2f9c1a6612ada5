#pragma once
// Who an order's mail goes to: read from personal data when it is sent.

#include <string>

#include "base/result.hpp"
#include "core/order/order.hpp"
#include "engine/store.hpp"

namespace waybill::mail {

struct Recipient {
    std::string address;  ///< empty: none is known, or the customer was erased
    std::string name;
    std::string locale;
};

/// What came with the order counts first: who ordered, then where it goes; else what is known of the customer.
/// Errors: as the reader's; corrupt.
[[nodiscard]] Result<Recipient, engine::IoError> recipient_of(const core::Order& order, engine::Reader& reader,
                                                              core::TenantId tenant);

}  // namespace waybill::mail

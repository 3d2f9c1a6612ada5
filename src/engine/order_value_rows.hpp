#pragma once
// OrderValueRows: values of orders that have rows of their own, exceptions, fulfillment orders and returns, as events
// change them.

#include <vector>

#include "core/events.hpp"
#include "core/inventory/movement.hpp"
#include "core/state.hpp"
#include "engine/exception_rows.hpp"
#include "engine/fulfillment_rows.hpp"
#include "engine/return_rows.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

class OrderValueRows {
public:
    /// Evolves `event`, the body of `row`, and notes what it changed. `movements`: its own.
    void follow(const EventRow& row, const core::Event& event, const std::vector<core::Movement>& movements,
                core::TenantState& state);

    ExceptionRows exceptions;
    FulfillmentRows fulfillments;
    ReturnRows returns;
};

}  // namespace waybill::engine

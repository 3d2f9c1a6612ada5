// Fuzzes the typed reading of every body that the API takes: any text is read or refused with a problem that names real
// fields, and reading it twice gives the same.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/channel_json.hpp"
#include "api/customer_json.hpp"
#include "api/demand_json.hpp"
#include "api/fulfillment_json.hpp"
#include "api/inventory_json.hpp"
#include "api/item_json.hpp"
#include "api/key_json.hpp"
#include "api/location_json.hpp"
#include "api/message_json.hpp"
#include "api/order_action_json.hpp"
#include "api/order_input.hpp"
#include "api/postcode_area_json.hpp"
#include "api/rate_table_json.hpp"
#include "api/return_json.hpp"
#include "api/rule_set_json.hpp"
#include "api/settings_json.hpp"
#include "api/webhook_json.hpp"
#include "base/assert.hpp"

namespace waybill::api {
namespace {

template <class Read>
void check(Read read) {
    const auto first = read();
    const auto second = read();
    WAYBILL_ASSERT(first.has_value() == second.has_value());
    if (first) return;
    const Problem& problem = first.error();
    WAYBILL_ASSERT(problem.code == second.error().code && problem.errors == second.error().errors);
    WAYBILL_ASSERT(problem.code != core::Reject::internal_error);
    for (const FieldError& error : problem.errors) {
        WAYBILL_ASSERT(error.pointer.empty() || error.pointer.front() == '/');
        WAYBILL_ASSERT(!error.code.empty() && !error.detail.empty());
    }
    WAYBILL_ASSERT(to_response(problem).status >= 400);
}

void read_one(std::uint8_t which, std::string_view text) {
    // 25 to 31 are some of the first ones again: seeds are named by letters.
    const unsigned body = which % 32U;
    switch (body < 25 ? body : body % 16) {
        case 0:
            return check([&] { return read_order(text); });
        case 1:
            return check([&] { return read_item(text, "A"); });
        case 2:
            return check([&] { return read_location(text, "dc-1"); });
        case 3:
            return check([&] { return read_channel(text, "web"); });
        case 4:
            return check([&] { return read_customer(text); });
        case 5:
            return check([&] { return read_merge(text); });
        case 6:
            return check([&] { return read_moves(text); });
        case 7:
            return check([&] { return read_feed(text, "erp"); });
        case 8:
            return check([&] { return read_key(text); });
        case 9:
            return check([&] { return read_cancel(text); });
        case 10:
            return check([&] { return read_bulk_cancel(text); });
        case 11:
            return check([&] { return read_reroute(text, core::OrderId(1)); });
        case 12:
            return check([&] { return read_shipment(text, core::OrderId(1)); });
        case 13:
            return check([&] { return read_bulk_shipment(text); });
        case 14:
            return check([&] { return read_postcode_area(text); });
        case 16:
            return check([&] { return read_rule_set(text); });
        case 17:
            return check([&] { return read_rate_table(text, {}); });
        case 18:
            return check([&] { return read_bulk_pick(text); });
        case 19:
            return check([&] { return read_bulk_reject(text); });
        case 20:
            return check([&] { return read_webhook(text, {}); });
        case 21:
            return check([&] { return read_bulk_request_return(text); });
        case 22:
            return check([&] { return read_bulk_receive_return(text); });
        case 23:
            return check([&] { return read_demand(text); });
        case 24:
            return check([&] { return read_message_template(text, {}, {}); });
        default:
            return check([&] { return read_settings(text); });
    }
}

}  // namespace
}  // namespace waybill::api

/// The first byte says which body it is: '@' an order, 'A' an item, and so on.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string text(data + 1, data + size);
    waybill::api::read_one(*data, text);
    return 0;
}

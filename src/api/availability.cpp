// What can be sold now, from memory.

#include <boost/describe.hpp>
#include <utility>

#include "api/availability_json.hpp"
#include "api/query.hpp"
#include "api/resources.hpp"
#include "core/availability.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

using core::Permission;

Answer availability_now(const Call& call) {
    QueryReader query(call.request, {"sku", "channel", "method"});
    const std::vector<std::string> skus = query.list("sku");
    const auto channel_code = query.text("channel", code_length_max);
    if (skus.empty()) query.add_fault("sku", json::rule::required, "is missing");
    if (!channel_code) query.add_fault("channel", json::rule::required, "is missing");
    const std::string_view by = query.text("method", code_length_max).value_or("ship");
    if (by != "ship" && by != "pickup") query.add_fault("method", json::rule::one_of, "must be one of ship, pickup");
    const auto method = by == "pickup" ? core::FulfillmentMethod::pickup : core::FulfillmentMethod::ship;
    if (!query.is_valid()) return query.take();
    const std::size_t most = call.services.options.availability_skus_max;
    if (skus.size() > most) {
        return refuse(core::Reject::too_many_rows, "at most " + std::to_string(most) + " SKUs in one question");
    }
    const auto view = call.view();
    if (!view) return fail(view.error());
    const auto channel = view->find_channel(*channel_code);
    if (!channel) return refuse(core::Reject::unknown_channel, "no channel has the code in `channel`");
    std::vector<AvailabilityOutput> out;
    for (const std::string& sku : skus) {
        const auto item = view->find_item(sku);
        if (!item) return refuse(core::Reject::unknown_sku, "no item has the SKU " + sku);
        AvailabilityOutput& row = out.emplace_back(AvailabilityOutput{sku, std::string(*channel_code), 0, {}});
        for (const auto& place : core::available_by_location(view->state(), *channel, *item, method)) {
            if (!call.caller.sees(place.location)) continue;
            row.locations.push_back({view->location(place.location).code, place.sellable});
            row.available_to_sell += place.sellable;
        }
    }
    return json_response(200, json::to_text<json::Api>(out));
}

void get_availability(CallPtr call) { answer(call, availability_now(*call)); }

}  // namespace

std::span<const Route> availability_routes() {
    static constexpr Route table[] = {
        {"GET", "/v1/availability", Permission::read_inventory, &get_availability},
    };
    return table;
}

}  // namespace waybill::api

#include "api/order_change.hpp"

namespace waybill::api {

void submit_for_order(CallPtr call, core::Command command, int status) {
    auto if_version = read_if_match(call->request);
    if (!if_version) return answer(call, fail(std::move(if_version.error())));
    submit(std::move(call), {std::move(command), {}, *if_version, status},
           [status](const CallPtr& done, engine::Receipt receipt) {
               answer_with_order(done, std::move(receipt), status);
           });
}

void render_changed(BulkResult& out, std::uint32_t, const engine::Receipt& receipt, Currency) {
    if (receipt.order == nullptr) return;
    out.id = std::string(core::OrderId::prefix) + std::to_string(receipt.order->id.raw());
    out.channel_order_id = receipt.order->channel_order_id;
    out.order_status = receipt.order->status();
}

}  // namespace waybill::api

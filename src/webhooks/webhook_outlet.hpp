#pragma once
// The webhooks of tenants as the dispatcher tells them (delivery/dispatcher.hpp).

#include <memory>

#include "delivery/receiver.hpp"
#include "webhooks/event_selection.hpp"
#include "webhooks/http_sender.hpp"
#include "webhooks/request.hpp"

namespace waybill::webhooks {

/// `clock` outlives it.
[[nodiscard]] std::unique_ptr<delivery::Outlet> make_webhook_outlet(engine::Clock& clock,
                                                                    std::unique_ptr<HttpSender> sender,
                                                                    RenderEvent render, SenderIdentity identity);

}  // namespace waybill::webhooks

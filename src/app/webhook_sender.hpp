#pragma once
// The sending of webhooks in a process that serves: its key, its dispatcher, and what of it goes to the log.

#include <memory>
#include <string>

#include "app/log.hpp"
#include "app/settings.hpp"
#include "base/result.hpp"
#include "delivery/dispatcher.hpp"
#include "engine/engine.hpp"
#include "engine/store.hpp"
#include "engine/webhook_stats.hpp"

namespace waybill::app {

/// The key that settings name, into settings.api.webhook_key. Errors: one line.
[[nodiscard]] Result<Unit, std::string> read_webhook_key_file(Settings& settings, Log& log);

/// Where settings name none: the key beside a store in a file, which is made where it is missing, into
/// settings.api.webhook_key. It stays empty for a store on a server, and where none can be made, which the log tells:
/// everything else is served. Errors: one line: there is a file, and it is no key.
[[nodiscard]] Result<Unit, std::string> find_webhook_key(Settings& settings, engine::Engine& engine, Log& log);

/// nullptr: there is no key. Errors: one line.
[[nodiscard]] Result<std::unique_ptr<delivery::Dispatcher>, std::string> start_webhooks(const Settings& settings,
                                                                                        engine::Engine& engine,
                                                                                        engine::Store& store,
                                                                                        engine::Clock& clock, Log& log);

[[nodiscard]] engine::WebhookStats webhook_stats(const delivery::Dispatcher* dispatcher);

}  // namespace waybill::app

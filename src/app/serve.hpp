#pragma once
// The life of a serving process: store, engine, API and HTTP server put together, run, and taken apart in order.

#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/settings.hpp"

namespace waybill::app {

/// Serves until a stop signal. REQUIRES: block_stop_signals() was called before any thread was started.
/// Errors: one line on standard error; nothing is left half done.
[[nodiscard]] Exit serve(const Settings& settings, const std::vector<std::string>& unknown_variables);

}  // namespace waybill::app

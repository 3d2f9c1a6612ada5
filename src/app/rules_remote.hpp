#pragma once
// The commands of `waybill rules` that speak to a running server.

#include "app/commands.hpp"

namespace waybill::app {

void add_remote_rules(CLI::App& rules, Run& run);

}  // namespace waybill::app

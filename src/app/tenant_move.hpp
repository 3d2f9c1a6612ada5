#pragma once
// waybill tenant export and import: a whole tenant out of a store and into another one, as a file.

#include "app/commands.hpp"

namespace waybill::app {

/// Adds both to the group `tenant`.
void add_tenant_export(CLI::App& group, Run& run);
void add_tenant_import(CLI::App& group, Run& run);

}  // namespace waybill::app

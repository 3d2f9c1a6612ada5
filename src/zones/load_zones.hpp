#pragma once
// The IANA time zone database of the machine as tables for core. Read once at start, so that a machine whose database
// is updated while the process runs does not change decisions half way.

#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/network/zone_rules.hpp"

namespace waybill::zones {

/// Every zone and link, ascending by name, with the changes from 2000 to 2050. Local times outside these years use the
/// nearest known offset.
///
/// Errors: one sentence for a person, when the database is missing or damaged.
/// Cost:   reads about 600 small files; tens of milliseconds.
/// Source: RFC 8536 (TZif) for the files; its footer gives the rule after the last change that a file lists.
[[nodiscard]] Result<std::vector<core::ZoneRules>, std::string> load_zones();

}  // namespace waybill::zones

#pragma once
// What fired automation rules do to an order itself: tags, holds, exceptions, priority. Written from the documentation.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/model.hpp"

namespace waybill::sim {

struct Marks {
    std::set<std::string> tags;
    std::map<std::string, HoldModel> holds;
    std::set<std::string> released;
    std::map<std::string, ExceptionModel> raised;  ///< without when and in which event
    std::set<std::string> resolved;
    std::optional<std::int32_t> priority;
};

/// `number`: of the rule set, which holds and exceptions name as their origin.
[[nodiscard]] Marks marks_of(const core::RuleSet& rules, std::uint32_t number, const Automated& automated, Instant now);

/// Where a fired rule forbids the method of an order: a hold and an exception, in place of what rules say of those.
void forbid_method(const core::RuleSet& rules, std::uint32_t number, const Automated& automated,
                   core::FulfillmentMethod method, Marks& marks);

}  // namespace waybill::sim

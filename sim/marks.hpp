#pragma once
// What fired automation rules do to an order itself: tags, holds, priority. Written from the documentation.

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
    std::optional<std::int32_t> priority;
};

/// `number`: of the rule set, which holds name as their origin.
[[nodiscard]] Marks marks_of(const core::RuleSet& rules, std::uint32_t number, const std::vector<std::uint16_t>& fired);

}  // namespace waybill::sim

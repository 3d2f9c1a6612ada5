#pragma once
// From core's state to what scenarios look at. Used by the drivers that see core's types.

#include "core/automation/apply_rules.hpp"
#include "core/automation/explain_rules.hpp"
#include "core/order/preview.hpp"
#include "core/routing/explain.hpp"
#include "core/state.hpp"
#include "tests/scenarios/driver.hpp"

namespace waybill::scenarios {

/// Every table of `state` must be accepted.
[[nodiscard]] OrderView view_of(const core::Order& order, const core::TenantState& state);
[[nodiscard]] CustomerView view_of(const core::Customer& customer);
/// By the version of this number; 0: by no rules; nullopt: by those in force.
[[nodiscard]] PreviewView preview_in(const core::TenantState& state, const core::PlaceOrder& command,
                                     std::optional<std::uint32_t> version, const core::Context& context);
/// An order that was placed, decided once more.
[[nodiscard]] PreviewView try_in(const core::TenantState& state, const core::PlacedBefore& before,
                                 std::optional<std::uint32_t> version, const core::Context& context);
/// `strategy`: code of the one that decided.
[[nodiscard]] std::vector<CandidateView> candidates_in(const core::Explanation& explanation,
                                                       const core::CompiledRules* rules, const std::string& strategy,
                                                       const core::TenantState& state);
[[nodiscard]] RulesView view_of(const core::ExplainedRules& rules);
[[nodiscard]] MovementView view_of(const core::Movement& movement);
[[nodiscard]] Sourcing sourcing_of(core::RoutingStatus status, core::RoutingMethod method, std::int64_t cost_micros,
                                   std::int64_t lower_bound_micros);
[[nodiscard]] std::optional<LevelView> level_in(const core::TenantState& state, const std::string& sku,
                                                const std::string& location);
[[nodiscard]] AvailabilityView availability_in(const core::TenantState& state, const std::string& sku,
                                               const std::string& channel);
[[nodiscard]] core::CapacityDay capacity_in(const core::TenantState& state, const std::string& location, CivilDate day);

/// Open returns that are expected at a location, in the order of their list: the oldest request first.
[[nodiscard]] std::vector<std::pair<std::uint64_t, std::uint32_t>> open_returns_in(const core::TenantState& state,
                                                                                   const std::string& location);
[[nodiscard]] std::optional<WebhookView> webhook_in(const core::TenantState& state, const std::string& code);
[[nodiscard]] WebhookView mail_in(const core::TenantState& state);
/// Adds the mails that the event makes for somebody who reads that language.
void add_mails(std::vector<std::string>& out, const core::TenantState& state, const std::string& locale,
               const core::Event& event, core::Sequence sequence);
/// Adds the event if the webhook of this code is told of it.
void add_told(std::vector<ToldView>& out, const core::TenantState& state, const std::string& code,
              const core::Event& event);

template <class Enum>
[[nodiscard]] std::string name_of_enum(Enum value);

/// A driver's own secret for a key of the scenario, and the 64 digits that stand for its hash where nobody hashes.
[[nodiscard]] std::string stand_in_hash(const std::string& key);

}  // namespace waybill::scenarios

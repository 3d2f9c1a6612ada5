#pragma once
// Comparing the model with what is there: the engine's memory after every round, the whole store at a check.

#include <string>
#include <vector>

#include "core/state.hpp"
#include "engine/store.hpp"
#include "sim/model.hpp"

namespace waybill::sim {

/// The first difference, or empty. Of an order also what can not be, whatever the model says.
[[nodiscard]] std::string difference(const OrderModel& expected, const core::Order& order);
[[nodiscard]] std::string difference(const ReturnModel& expected, std::uint32_t number, const core::OrderReturn& made);
[[nodiscard]] std::string difference(const FulfillmentModel& expected, const core::FulfillmentOrder& work);
[[nodiscard]] std::string difference(const ParcelModel& expected, std::size_t number, const core::Parcel& parcel);

/// Committed memory of a tenant: configuration, levels, capacity, feeds, keys, webhooks, mail.
[[nodiscard]] std::vector<std::string> compare_state(const Model& model, const core::TenantState& state,
                                                     std::uint64_t head);

struct StoreCheck {
    std::vector<std::string> problems;
    std::vector<std::string> state_hashes;  ///< of all tenants, as the auditor states them
};

/// Rows against the model, the auditor's own checks, a replay of the log into a fresh store, every routing decision run
/// again from its trace, and whom each event is sent to.
[[nodiscard]] StoreCheck check_store(engine::Store& store, const std::vector<core::TenantId>& tenants,
                                     const std::vector<Model>& models);

/// check_routing.cpp
void check_decisions(engine::Reader& reader, core::TenantId tenant, const Model& model,
                     std::vector<std::string>& problems);
/// check_messages.cpp
void check_messages(engine::Reader& reader, core::TenantId tenant, const Model& model,
                    std::vector<std::string>& problems);
/// check_webhooks.cpp
void check_calls(engine::Reader& reader, core::TenantId tenant, const Model& model, std::vector<std::string>& problems);

}  // namespace waybill::sim

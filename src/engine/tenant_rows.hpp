#pragma once
// TenantRows: what the commands of one batch change for one tenant, as rows. Events are encoded once, as they happen;
// rows are made at the end from the pending tables, and hold only what differs from the committed state.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "core/decide.hpp"
#include "core/events.hpp"
#include "core/evolve.hpp"
#include "core/state.hpp"
#include "engine/order_value_rows.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

/// The code of the one settings document.
inline constexpr std::string_view settings_code = "settings";
inline constexpr std::string_view mail_code = "mail";

/// Who caused an event, for its envelope.
struct Cause {
    std::string_view actor;
    std::string_view command;
    std::string_view correlation;
};

class TenantRows {
public:
    TenantBatch batch;

    /// Writes the event and its movements down, then evolves it.
    void happen(const core::Event& event, core::EventStamp stamp, const Cause& cause, core::TenantState& state);

    /// The same with an event as it was stored before. REQUIRES: it can follow (event_checks.hpp); `event` is its body.
    void repeat(EventRow row, const core::Event& event, core::TenantState& state);

    /// Makes the rows of everything that changed. Once, after the last event.
    void project(const core::TenantState& state);

private:
    void note_movements(std::vector<core::Movement> movements, core::EventStamp stamp, core::Aggregate aggregate);
    void note_touched(const core::Event& event, const core::TenantState& state);
    void project_documents(const core::TenantState& state);
    void project_levels(const core::TenantState& state);
    void project_capacity(const core::TenantState& state);
    void project_orders(const core::TenantState& state);
    void project_customers(const core::TenantState& state);
    void project_order_values();

    /// Orders that events touched, as they were before the batch; nullptr: not there.
    std::map<core::OrderId, std::shared_ptr<const core::Order>> orders_;
    std::set<core::CustomerId> customers_;
    OrderValueRows values_;
};

/// Version of an aggregate after an event: orders count their own events, others have the sequence of their latest one.
[[nodiscard]] std::uint64_t version_after(core::Aggregate aggregate, core::Sequence sequence,
                                          const core::TenantState& state);

/// The row of an order. `before` is what the store holds; nullptr: nothing.
[[nodiscard]] OrderRow make_order_row(const core::Order& order, const core::Order* before);
[[nodiscard]] CustomerRow make_customer_row(const core::Customer& customer);

}  // namespace waybill::engine

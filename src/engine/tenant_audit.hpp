#pragma once
// TenantAudit: one tenant's part of the audit. The log is folded from nothing into a TenantState of its own, and then
// everything that is stored is compared with it.
//
// Memory: every order of the tenant, folded (about 2 KiB for an order of three lines): a store of a million orders
// takes about 2 GiB to audit.

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/state.hpp"
#include "engine/auditor.hpp"
#include "engine/order_value_rows.hpp"
#include "engine/state_hash.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

/// Counts of what was checked, by the name of the check, and what was found.
struct AuditNotes {
    std::map<std::string, std::uint64_t> checked;
    std::vector<std::string> problems;

    void problem(std::string what) {
        if (problems.size() < AuditReport::problems_max) problems.push_back(std::move(what));
    }
};

class TenantAudit {
public:
    TenantAudit(Reader& reader, const TenantHead& head, AuditNotes& notes);

    /// Problems go to the notes; errors are those of the reader.
    [[nodiscard]] Result<AuditReport::Tenant, IoError> run(const std::function<void(std::uint64_t)>& folded);

private:
    using Step = Result<Unit, IoError>;

    // tenant_audit.cpp
    [[nodiscard]] Step fold_log(const std::function<void(std::uint64_t)>& folded);
    [[nodiscard]] bool fold_event(const EventRow& row);
    void check_stock_after(const core::Event& event, const EventRow& row, const std::vector<core::Movement>& movements);
    [[nodiscard]] Step compare_configuration();
    void compare_documents(const std::vector<DocRow>& rows);

    // tenant_audit_stock.cpp
    void compare_levels(const std::vector<LevelRow>& rows);
    void compare_capacity(const std::vector<CapacityRow>& rows);
    [[nodiscard]] Step compare_ledger();
    void check_reservations();
    void check_capacity_use();

    // tenant_audit_orders.cpp
    [[nodiscard]] Step compare_orders();
    void compare_order(const StoredOrder& stored, const core::Order& order);
    void check_quantities(const core::Order& order);
    [[nodiscard]] Step compare_channel_index(const core::Order& order);
    [[nodiscard]] Step compare_order_indexes();
    [[nodiscard]] Step compare_order_index(const std::string& what, OrderQuery query,
                                           const std::set<core::OrderId>& expected);
    [[nodiscard]] Step compare_exceptions();
    [[nodiscard]] Step compare_fulfillments();
    [[nodiscard]] Step compare_returns();
    template <class Key, class Row, class NextPage, class KeyOf, class NameOf>
    [[nodiscard]] Step compare_rows(std::map<Key, Row> expected, const std::string& what, NextPage next_page,
                                    KeyOf key_of, NameOf name_of);
    [[nodiscard]] Step compare_customers();
    [[nodiscard]] Step compare_persons();

    void problem(const std::string& what);
    std::uint64_t& checked(const std::string& what) { return notes_.checked[what]; }

    Reader& reader_;
    TenantHead head_;
    AuditNotes& notes_;
    core::TenantState state_;
    OrderValueRows values_;
    StateHash hash_;
    AuditReport::Tenant result_;
    std::set<core::CustomerId> erased_;  ///< and given no personal data since
};

}  // namespace waybill::engine

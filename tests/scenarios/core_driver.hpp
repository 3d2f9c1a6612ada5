#pragma once
// CoreDriver: decide and evolve on a TenantState, nothing else. It holds every order and customer in the working set,
// keeps the ledger and the log itself, and checks after every action what the auditor checks of a store.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/automation/explain_rules.hpp"
#include "core/decide.hpp"
#include "core/evolve.hpp"
#include "core/sourcing/solve.hpp"
#include "core/state.hpp"
#include "tests/scenarios/driver.hpp"

namespace waybill::scenarios {

class CoreDriver final : public Driver {
public:
    CoreDriver();
    [[nodiscard]] std::string name() const override { return "core"; }
    void set_now(Instant now) override { now_ = now; }
    void set_actor(const std::string& key) override;
    Answer run(const Action& action) override;
    PreviewView preview(const Action& order, std::optional<std::uint32_t> version) override;
    PreviewView try_order(std::uint64_t id, std::optional<std::uint32_t> version) override;
    std::vector<CandidateView> candidates_of(std::uint64_t order) override { return candidates_[order]; }
    std::optional<OrderView> order(std::uint64_t id) override;
    std::optional<LevelView> level(const std::string& sku, const std::string& location) override;
    AvailabilityView availability(const std::string& sku, const std::string& channel) override;
    core::CapacityDay capacity(const std::string& location, CivilDate day) override;
    std::vector<MovementView> movements(const std::string& sku, const std::string& location) override;
    std::optional<CustomerView> customer(std::uint64_t id) override;
    RulesView rules_of(std::uint64_t order) override { return rules_[order]; }
    std::optional<RulesView> moment_of(std::uint64_t order, core::Moment moment) override;
    std::uint32_t rule_set_in_force() override;
    std::vector<std::uint64_t> search_orders(const std::string& word) override;
    std::vector<std::pair<std::uint64_t, std::string>> exception_queue() override;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> open_work(const std::string& location) override;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> open_returns(const std::string& location) override;
    std::optional<WebhookView> webhook(const std::string& code) override;
    std::vector<ToldView> told(const std::string& code) override;
    std::vector<std::string> mails(const std::string& locale) override;
    WebhookView mail() override;
    std::vector<std::string> broken_invariants(When when) override;

private:
    struct Logged {
        core::EventStamp stamp;
        core::Event event;
    };
    [[nodiscard]] core::Context context();
    void evolve_all(const std::vector<core::Event>& events, bool releases, Answer& answer);
    /// One routing decision as an event tells it.
    struct Decided {
        core::OrderId order;
        const core::RoutingTrace& trace;
        const core::RulesTrace& rules;
        core::RulesOf of;
    };
    void note_moment(core::OrderId id, core::Moment moment, const core::RulesTrace& trace);
    void note_moments(const core::Event& event, bool releases);
    /// Whether the latest event is what rules of this moment did.
    [[nodiscard]] bool was_marked(core::Moment moment) const;
    void note_routing(const Decided& decided, Answer& answer);
    void check_levels(std::vector<std::string>& broken) const;
    void check_capacity(std::vector<std::string>& broken) const;
    void check_orders(std::vector<std::string>& broken) const;
    void check_fold_of_rules(const core::TenantState& again, std::vector<std::string>& broken) const;
    void check_fold(std::vector<std::string>& broken) const;

    std::unique_ptr<core::TenantState> state_;
    sourcing::Workspace workspace_;
    Instant now_;
    std::vector<core::LocationIx> scope_;
    std::map<std::string, core::KeyId> keys_;
    std::vector<core::Movement> ledger_;
    std::vector<Logged> log_;
    std::size_t action_begins_ = 0;                                        // the last action's events in the log
    std::map<std::uint64_t, RulesView> rules_;                             // of each order's last decision
    std::map<std::pair<std::uint64_t, core::Moment>, RulesView> moments_;  // the last of each
    std::map<std::uint64_t, std::vector<CandidateView>> candidates_;
    std::vector<std::string> notes_;  // faults found while an action ran
};

}  // namespace waybill::scenarios

#pragma once
// EngineDriver: the engine over a store. Reads come from the store's reader and the engine's view, as the API's do; at
// the end of every scenario the store is opened again and audited.

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "tests/scenarios/driver.hpp"
#include "tests/scenarios/engine_host.hpp"

namespace waybill::scenarios {

enum class Restarts { none, after_every_action };

class EngineDriver final : public Driver {
public:
    EngineDriver(StoreKind kind, Restarts restarts) : host_(kind), restarts_(restarts) {}
    [[nodiscard]] std::string name() const override { return "engine"; }
    void set_now(Instant now) override { host_.clock().set(now); }
    void set_actor(const std::string& key) override;
    Answer run(const Action& action) override;
    PreviewView preview(const Action& order, std::optional<std::uint32_t> version) override;
    PreviewView try_order(std::uint64_t id, std::optional<std::uint32_t> version) override;
    std::vector<CandidateView> candidates_of(std::uint64_t order) override;
    std::optional<OrderView> order(std::uint64_t id) override;
    std::optional<LevelView> level(const std::string& sku, const std::string& location) override;
    AvailabilityView availability(const std::string& sku, const std::string& channel) override;
    core::CapacityDay capacity(const std::string& location, CivilDate day) override;
    std::vector<MovementView> movements(const std::string& sku, const std::string& location) override;
    std::optional<CustomerView> customer(std::uint64_t id) override;
    RulesView rules_of(std::uint64_t order) override;
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
    void inspect(const std::function<void(const core::TenantState&, const core::Context&)>& look);
    Answer create_tenant(const core::TenantSettings& settings);
    [[nodiscard]] std::unique_ptr<engine::Reader> reader();

    EngineHost host_;
    Restarts restarts_;
    core::TenantId tenant_;
    core::Sequence action_after_;  ///< where the log ended before the last action
    engine::Actor actor_;
    std::map<std::string, core::KeyId> keys_;
};

}  // namespace waybill::scenarios

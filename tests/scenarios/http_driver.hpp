#pragma once
// HttpDriver: the API behind a real server and real sockets, over the memory store. What it does and sees goes through
// HTTP as JSON; only capacity used, which the API does not show, what webhooks are
// told of, and the log's head are read from the engine.

#include <boost/json/value.hpp>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "api/api.hpp"
#include "http/client.hpp"
#include "http/server.hpp"
#include "tests/scenarios/driver.hpp"
#include "tests/scenarios/engine_host.hpp"
#include "tests/scenarios/render_json.hpp"

namespace waybill::scenarios {

class HttpDriver final : public Driver {
public:
    HttpDriver();
    ~HttpDriver() override;
    [[nodiscard]] std::string name() const override { return "http"; }
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
    struct Reply {
        int status = 0;
        boost::json::value body;
    };
    [[nodiscard]] Reply send(const ApiRequest& request, const std::string& secret);
    [[nodiscard]] Reply get(const std::string& target) { return send({"GET", target, "", false}, admin_secret_); }
    Answer create_tenant(const Action& action);
    [[nodiscard]] ReturnView return_from(const std::string& id);
    /// As those who send do it; no request can.
    Answer record(const core::Command& command);
    [[nodiscard]] std::vector<std::string> check_explanation();
    void stop_server();

    EngineHost host_;
    std::unique_ptr<api::Api> api_;
    std::unique_ptr<http::Server> server_;
    std::thread thread_;
    std::unique_ptr<http::Client> client_;
    core::TenantId tenant_;
    core::Sequence action_after_;  ///< where the log ended before the last action
    Currency costs_;               ///< the tenant's currency
    std::string operator_secret_;
    std::string admin_secret_;
    std::string actor_secret_;
    std::map<std::string, std::string> secrets_;
    std::uint64_t last_order_ = 0;  ///< made or changed by the last action; 0: none
};

}  // namespace waybill::scenarios

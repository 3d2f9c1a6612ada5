#pragma once
// Runner: one run of a script on one store: what is sent (run.cpp), and what the model says to the answers and the log
// (run_judge.cpp).
//
// Threads: the caller's alone; it waits for the engine after every round.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/compose.hpp"
#include "sim/model.hpp"
#include "sim/run.hpp"
#include "sim/script.hpp"
#include "sim/trace_hash.hpp"
#include "sim/world.hpp"

namespace waybill::sim {

class Runner {
public:
    Runner(const Script& script, StoreKind kind);
    [[nodiscard]] RunResult run();

private:
    /// The answer that a key got, and must get again.
    struct KnownReply {
        Request request;
        Verdict verdict;
        std::uint64_t sequence = 0;
        Instant at;
        std::optional<OrderModel> order;
    };
    /// What one request left in the log.
    struct Logged {
        std::vector<core::Event> events;
        std::uint64_t last = 0;
    };
    /// What surrounded the requests of a round.
    struct Round {
        bool kept = false;      ///< the commit that its fault hit is in the store
        bool troubled = false;  ///< answers may be failures
    };

    // run.cpp
    void step(const Op& op);
    void gather_round(Fault fault);
    [[nodiscard]] Request request_of(const Op& op);
    void round(const std::vector<std::size_t>& ops, Fault fault);
    /// `ops`: the line of each request.
    std::vector<Answer> send(std::vector<Request> requests, const std::vector<std::size_t>& ops, Fault fault);
    void settle_unresolved(const std::vector<Answer>& answers, Fault fault);
    void probe();
    [[nodiscard]] std::map<std::string, Logged> read_log();
    void read_tenant_log(engine::Reader& reader, std::size_t tenant, std::map<std::string, Logged>& out);
    void forget_old_replies();
    void add_tenant(core::TenantId id, core::TenantSettings settings);
    void note(std::string_view text);
    void problem(std::string what) { result_.problems.push_back(std::move(what)); }
    /// Batches are stamped at the clock, but never before the tenant's last event.
    [[nodiscard]] Instant stamp(std::size_t tenant) const;

    // run_backorders.cpp
    void follow_backorders();
    void retry_backorders(const Op& op);
    void expect_in_turn(std::uint32_t tenant, const std::vector<core::OrderId>& before, core::OrderId order);
    void check_backorders();
    [[nodiscard]] bool finds_supply(core::TenantId tenant, const core::Order& order);

    // run_judge.cpp
    void judge(const Request& request, const Answer& answer, const Logged& logged, const Round& round);
    /// Of batches that overlap, one may have an unknown outcome and those after it certainly not happen.
    [[nodiscard]] bool was_only_waiting(const Request& request, const Logged& logged);
    void judge_turned_away(const Request& request, const Answer& answer, const Logged& logged);
    void foretell(const Request& request, const Logged& logged, const Answer* answer);
    void foretell_tenant(const Request& request, const Answer* answer);
    void expect_reply(const Request& request, const KnownReply& reply, const Logged& logged, const Answer* answer);
    void compare_answer(const Verdict& verdict, const Answer& answer, const Model& model);
    void compare_outcome(const Verdict& verdict, const core::Outcome& outcome);
    void compare_order(const OrderModel& expected, const core::Order* order);
    [[nodiscard]] std::optional<std::vector<engine::TenantHead>> stored_tenants();
    void compare_heads();
    void compare_memory();
    void compare_working_days(std::size_t tenant);
    [[nodiscard]] std::uint64_t head_of(std::size_t tenant);
    void check();

    const Script& script_;
    World world_;
    std::vector<core::TenantId> tenants_;
    std::vector<Model> models_;                               ///< of each tenant
    std::vector<std::map<std::string, KnownReply>> replies_;  ///< of each tenant, by key
    std::vector<Request> turned_away_;                        ///< by a full queue; some are sent again
    RunResult result_;
    std::size_t at_ = 0;
    std::uint64_t unique_ = 0;
    std::uint64_t sent_ = 0;
    bool unresolved_ = false;
    bool must_find_out_ = false;  ///< the engine does not know whether a commit with events happened, and must say so
    TraceHash hash_;
};

}  // namespace waybill::sim

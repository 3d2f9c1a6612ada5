#pragma once
// ClusterJudge: what the logs of the tenants and the answers of many processes may say. The model follows each log,
// command by command, and is kept as it was after each: an answer may have been right at any moment while the command
// was under way.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/foretell.hpp"
#include "sim/world.hpp"

namespace waybill::sim {

/// A command of a client, sent once or several times. Its name is the actor of its events.
struct Asked {
    Request request;
    std::string name;
    std::size_t sent_at = 0;       ///< place in the history of its tenant when it was last sent
    std::uint32_t may_happen = 0;  ///< attempts of which nobody knows that they did not
    std::size_t happened_at = 0;   ///< place in the history after it; 0: it is not in the log
    Verdict verdict;               ///< of one that is in the log
    bool is_answered = false;
    bool repeats = false;  ///< its key is that of another one, which was accepted
};

/// What a client makes of an answer.
enum class Heard : std::uint8_t { answered, failed, unknown };

class ClusterJudge {
public:
    explicit ClusterJudge(std::vector<std::string>& problems) : problems_(problems) {}

    void add_tenant(core::TenantId id, core::TenantSettings settings, Instant at);
    [[nodiscard]] const std::vector<core::TenantId>& tenants() const { return tenants_; }
    /// As the log says.
    [[nodiscard]] const Model& model(std::size_t tenant) const { return history_[tenant].back(); }
    [[nodiscard]] std::vector<Model> models() const;
    /// nullptr: no command ended there.
    [[nodiscard]] const Model* model_at(std::size_t tenant, std::uint64_t head) const;
    /// Of the newest command that was acknowledged.
    [[nodiscard]] std::uint64_t acknowledged(std::size_t tenant) const { return acknowledged_[tenant]; }
    /// A request that was accepted with an Idempotency-Key; nullptr: there is none.
    [[nodiscard]] const Request* any_accepted(std::size_t tenant, Dice& dice) const;

    void ask(Asked& asked);
    void send(Asked& asked);
    /// Takes in what is new in the logs.
    void read_logs(engine::Store& store);
    /// `decided`: what the process took the time for. After read_logs.
    [[nodiscard]] Heard hear(Asked& asked, const Answer& answer, Instant decided);

private:
    struct Accepted {
        Request request;
        Verdict verdict;
        std::uint64_t sequence = 0;
        std::size_t place = 0;
    };
    void problem(const Asked& asked, const std::string& what);
    void read_log(engine::Reader& reader, std::size_t tenant);
    void happen(std::size_t tenant, const std::string& actor, Instant at, const std::vector<core::Event>& events);
    void judge_refusal(const Asked& asked, core::Reject code, Instant decided);
    void judge_receipt(Asked& asked, const engine::Receipt& receipt, Instant decided);
    void judge_repetition(const Asked& asked, const Answer& answer);
    [[nodiscard]] bool was_nothing_to_do(const Asked& asked, const engine::Receipt& receipt, Instant decided);
    void compare(const Asked& asked, const Accepted& accepted, const engine::Receipt& receipt);

    std::vector<std::string>& problems_;
    std::vector<core::TenantId> tenants_;
    std::vector<std::vector<Model>> history_;  ///< of each tenant, after each command
    std::vector<std::uint64_t> acknowledged_;
    std::vector<std::map<std::string, Accepted>> accepted_;  ///< of each tenant, by key
    std::map<std::string, Asked*> asked_;                    ///< by name
};

}  // namespace waybill::sim

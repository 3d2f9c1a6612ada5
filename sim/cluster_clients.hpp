#pragma once
// Clients of a cluster. Each sends one command to some process, which passes it on to the owner when it knows one; as
// long as no answer says for certain what became of it, it is sent again, with its Idempotency-Key and mostly somewhere
// else. A command without a key is sent again only after an answer that it has certainly not happened.

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/cluster_judge.hpp"
#include "sim/cluster_world.hpp"

namespace waybill::sim {

class ClusterClients {
public:
    ClusterClients(ClusterWorld& world, ClusterJudge& judge, std::function<void(std::string)> note)
        : world_(world), judge_(judge), note_(std::move(note)) {}
    ClusterClients(const ClusterClients&) = delete;
    ClusterClients& operator=(const ClusterClients&) = delete;

    void ask(Request request, std::string name, bool repeats);
    /// What waits to be sent or has waited for too long.
    void add_steps(std::vector<ClusterProcess::Step>& steps);
    /// Judges the answers that have come.
    void hear();
    /// The process is no more, and will not answer.
    void lose(const ClusterProcess& process);
    /// Still without an answer: their commands' names.
    [[nodiscard]] std::vector<std::string> waiting() const;
    [[nodiscard]] std::uint64_t asked() const { return clients_.size(); }
    [[nodiscard]] std::uint64_t accepted() const { return accepted_; }
    [[nodiscard]] std::uint64_t sent_again() const { return sent_again_; }

private:
    struct Client {
        Asked asked;
        std::int64_t sends_at = never;
        std::int64_t gives_up_at = never;         ///< waiting for this answer
        const ClusterProcess* process = nullptr;  ///< where it waits
        std::uint32_t attempt = 0;
        std::uint32_t sent = 0;
    };
    struct Came {
        Client* client;
        std::uint32_t attempt;
        Answer answer;
        Instant decided;
    };
    void send(Client& client);
    [[nodiscard]] ClusterProcess* owner_for(const Client& client);
    void be_unsure(Client& client);
    void send_later(Client& client);

    ClusterWorld& world_;
    ClusterJudge& judge_;
    std::function<void(std::string)> note_;
    std::deque<Client> clients_;  // never moved: engines and the judge know them
    std::vector<Came> came_;
    std::uint64_t accepted_ = 0;
    std::uint64_t sent_again_ = 0;
};

}  // namespace waybill::sim

#include "sim/cluster_clients.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "sim/spans.hpp"

namespace waybill::sim {
namespace {

constexpr std::int64_t patience = 2'500 * millisecond;

}  // namespace

void ClusterClients::ask(Request request, std::string name, bool repeats) {
    Client& client = clients_.emplace_back();
    client.asked.request = std::move(request);
    client.asked.name = std::move(name);
    client.asked.repeats = repeats;
    judge_.ask(client.asked);
    client.sends_at = world_.traffic().now;
}

void ClusterClients::add_steps(std::vector<ClusterProcess::Step>& steps) {
    for (Client& client : clients_) {
        if (client.sends_at != never) steps.push_back({client.sends_at, [this, &client] { send(client); }});
        if (client.gives_up_at != never) steps.push_back({client.gives_up_at, [this, &client] { be_unsure(client); }});
    }
}

/// Some process takes the request; it passes it on at most once.
ClusterProcess* ClusterClients::owner_for(const Client& client) {
    std::vector<ClusterProcess*> open;
    for (const auto& process : world_.processes()) {
        if (!process->leaves()) open.push_back(process.get());
    }
    if (open.empty()) return nullptr;
    const core::TenantId tenant = judge_.tenants()[client.asked.request.tenant];
    ClusterProcess* process = world_.traffic().dice.pick(open);
    const engine::Placement placement = process->engine().placement(tenant);
    if (placement.where == engine::Placement::Where::here) return process;
    if (placement.where == engine::Placement::Where::nowhere) return nullptr;
    ClusterProcess* owner = world_.find(placement.address);
    if (owner == nullptr || owner->leaves()) return nullptr;
    return owner->engine().placement(tenant).where == engine::Placement::Where::here ? owner : nullptr;
}

void ClusterClients::send(Client& client) {
    client.sends_at = never;
    ClusterProcess* process = owner_for(client);
    if (process == nullptr) return send_later(client);
    if (client.sent++ > 0) ++sent_again_;
    judge_.send(client.asked);
    client.process = process;
    client.gives_up_at = client.asked.request.key.empty() ? never : world_.traffic().now + patience;
    engine::Submission submission =
        submission_of(client.asked.request, client.asked.name, judge_.tenants()[client.asked.request.tenant]);
    submission.done = [this, &client, process, attempt = ++client.attempt](Answer answer) {
        if (process->link().is_ended()) return;
        came_.push_back({&client, attempt, std::move(answer), process->wall_clock().said()});
    };
    process->engine().submit(std::move(submission));
}

void ClusterClients::send_later(Client& client) {
    client.process = nullptr;
    client.gives_up_at = never;
    client.sends_at = world_.traffic().now + world_.traffic().dice.between(20, 300) * millisecond;
}

void ClusterClients::be_unsure(Client& client) {
    ++client.attempt;  // What comes later for the attempt before is not heard.
    client.process = nullptr;
    client.gives_up_at = never;
    if (!client.asked.request.key.empty()) send_later(client);
}

void ClusterClients::lose(const ClusterProcess& process) {
    for (Client& client : clients_) {
        if (client.process == &process) be_unsure(client);
    }
}

void ClusterClients::hear() {
    for (Came& came : std::exchange(came_, {})) {
        Client& client = *came.client;
        if (came.attempt != client.attempt) continue;
        const bool is_lost = !client.asked.request.key.empty() && world_.traffic().dice.one_in(16);
        if (is_lost) {
            be_unsure(client);
            continue;
        }
        const Heard heard = judge_.hear(client.asked, came.answer, came.decided);
        note_(fmt::format("{} {} {}", client.asked.name, static_cast<int>(heard),
                          came.answer ? came.answer->sequence.raw() : 0));
        client.process = nullptr;
        client.gives_up_at = never;
        if (heard == Heard::answered && came.answer) ++accepted_;
        if (heard == Heard::failed) send_later(client);
        if (heard == Heard::unknown) be_unsure(client);
    }
}

std::vector<std::string> ClusterClients::waiting() const {
    std::vector<std::string> out;
    for (const Client& client : clients_) {
        if (client.sends_at != never || client.process != nullptr) out.push_back(client.asked.name);
    }
    return out;
}

}  // namespace waybill::sim

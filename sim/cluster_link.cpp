#include "sim/cluster_link.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/passing_reader.hpp"
#include "sim/spans.hpp"

namespace waybill::sim {

using core::TenantId;
using engine::IoError;
using engine::IoFailure;

namespace {

class LinkReader final : public PassingReader {
public:
    LinkReader(std::unique_ptr<engine::Reader> reader, Link& link) : PassingReader(std::move(reader)), link_(link) {}

    Answer<core::Sequence> head(TenantId t) override {
        return link_.call<core::Sequence>(Call::read, [this, t] { return inner().head(t); });
    }
    Answer<engine::Settled> settled(TenantId t) override {
        return link_.call<engine::Settled>(Call::read, [this, t] {
            link_.traffic().decide_late(t);
            return inner().settled(t);
        });
    }
    Answer<std::optional<engine::StoredOrder>> order(TenantId t, core::OrderId id) override {
        return link_.call<std::optional<engine::StoredOrder>>(Call::read, [=, this] { return inner().order(t, id); });
    }
    Answer<std::vector<engine::EventRow>> events(TenantId t, const engine::EventQuery& query) override {
        return link_.call<std::vector<engine::EventRow>>(Call::read, [=, this] { return inner().events(t, query); });
    }
    Answer<Unit> configuration(TenantId t, engine::ConfigurationSink& sink) override {
        return link_.call<Unit>(Call::read, [t, &sink, this] { return inner().configuration(t, sink); });
    }

private:
    Link& link_;
};

class LinkLeases final : public engine::Leases {
public:
    LinkLeases(std::unique_ptr<engine::Leases> inner, Link& link) : inner_(std::move(inner)), link_(link) {}

    Answer<engine::ProcessId> join(const engine::Process& process, std::chrono::milliseconds lease) override {
        return link_.call<engine::ProcessId>(Call::lease, [=, in = inner_] { return in->join(process, lease); });
    }
    Answer<std::optional<engine::Membership>> renew(engine::ProcessId self, std::chrono::milliseconds lease) override {
        return link_.call<std::optional<engine::Membership>>(Call::lease,
                                                             [=, in = inner_] { return in->renew(self, lease); });
    }
    Answer<engine::Membership> look() override {
        return link_.call<engine::Membership>(Call::lease, [in = inner_] { return in->look(); });
    }
    Answer<std::vector<engine::OwnedTenant>> claim(engine::ProcessId self,
                                                   const std::vector<TenantId>& tenants) override {
        return link_.call<std::vector<engine::OwnedTenant>>(Call::lease,
                                                            [=, in = inner_] { return in->claim(self, tenants); });
    }
    Answer<Unit> release(engine::ProcessId self, const std::vector<engine::Holding>& holdings) override {
        return link_.call<Unit>(Call::lease, [=, in = inner_] { return in->release(self, holdings); });
    }
    Answer<Unit> leave(engine::ProcessId self) override {
        return link_.call<Unit>(Call::lease, [=, in = inner_] { return in->leave(self); });
    }

private:
    std::shared_ptr<engine::Leases> inner_;  // shared with calls that are late
    Link& link_;
};

class LinkStore final : public engine::Store {
public:
    LinkStore(engine::Store& inner, Link& link) : inner_(inner), link_(link) {}

    [[nodiscard]] std::string_view kind() const override { return inner_.kind(); }
    Result<std::vector<engine::TenantHead>, IoError> tenants() override { return inner_.tenants(); }
    Result<engine::Loaded, IoError> load(TenantId tenant, const engine::LoadKeys& keys) override {
        return link_.call<engine::Loaded>(Call::read, [=, this] { return inner_.load(tenant, keys); });
    }
    Result<Unit, IoError> commit(const std::vector<engine::TenantBatch>& batches) override {
        std::vector<TenantId> tenants;
        for (const auto& batch : batches) tenants.push_back(batch.tenant);
        Traffic& traffic = link_.traffic();
        return link_.call<Unit>(
            Call::commit,
            [batches, &traffic, &store = inner_] {
                auto done = store.commit(batches);
                if (done) ++traffic.commits_done;
                return done;
            },
            std::move(tenants));
    }
    Result<Unit, IoError> drop_unfinished(TenantId tenant) override { return inner_.drop_unfinished(tenant); }
    Result<std::unique_ptr<engine::Reader>, IoError> reader() override {
        auto reader = inner_.reader();
        if (!reader) return reader;
        return std::unique_ptr<engine::Reader>(std::make_unique<LinkReader>(*std::move(reader), link_));
    }
    Result<std::unique_ptr<engine::Leases>, IoError> leases() override {
        auto leases = inner_.leases();
        if (!leases) return leases;
        return std::unique_ptr<engine::Leases>(std::make_unique<LinkLeases>(*std::move(leases), link_));
    }
    Result<Unit, IoError> backup(const std::string& path,
                                 const std::function<void(std::uint64_t, std::uint64_t)>& progress) override {
        return inner_.backup(path, progress);
    }
    Result<std::vector<std::string>, IoError> check() override { return inner_.check(); }
    [[nodiscard]] engine::StoreStats stats() const override { return inner_.stats(); }

private:
    engine::Store& inner_;
    Link& link_;
};

}  // namespace

std::string_view name_of(Call call) {
    static constexpr std::array<std::string_view, call_kinds> names{"commit", "lease", "read"};
    return names[static_cast<std::size_t>(call)];
}

std::string_view name_of(NetFault fault) {
    static constexpr std::array<std::string_view, net_fault_kinds> names{"none", "lost",  "unanswered",
                                                                         "late", "twice", "full"};
    return names[static_cast<std::size_t>(fault)];
}

void Traffic::decide_late(TenantId tenant) {
    std::vector<Late> decided;
    std::erase_if(late, [&](Late& one) {
        if (std::find(one.tenants.begin(), one.tenants.end(), tenant) == one.tenants.end()) return false;
        decided.push_back(std::move(one));
        return true;
    });
    for (const Late& one : decided) {
        if (dice.one_in(2)) one.arrive();
    }
}

NetFault Link::take_plan(Call kind) {
    for (auto at = plans_.begin(); at != plans_.end(); ++at) {
        if (at->call != kind) continue;
        const NetFault fault = at->fault;
        plans_.erase(at);
        ++traffic_.faults;
        // A question that arrives late or twice changes nothing for anybody.
        return kind == Call::read ? NetFault::lost : fault;
    }
    return NetFault::none;
}

void Link::wait(std::int64_t micros) {
    Strand* strand = Strand::current();
    // Who opens something before the world runs does not wait.
    if (strand == nullptr || is_ended_) return;
    strand->wait_until(traffic_.now + micros);
}

void Link::travel() {
    // Mostly a fraction of a millisecond; now and then a good part of a lease.
    const bool is_slow = traffic_.dice.one_in(60);
    wait(is_slow ? traffic_.dice.between(20, 400) * millisecond : traffic_.dice.between(100, 3'000));
}

void Link::wait_in_vain() { wait(traffic_.dice.between(50, 400) * millisecond); }

void Link::send_late(std::vector<TenantId> tenants, std::function<void()> arrive) {
    const std::int64_t delay = traffic_.dice.between(1, 3'000) * millisecond;
    traffic_.late.push_back({traffic_.now + delay, std::move(tenants), std::move(arrive)});
}

IoError Link::silence(Call kind) const {
    const IoFailure failure = kind == Call::commit ? IoFailure::outcome_unknown : IoFailure::unavailable;
    return {failure, "no answer came"};
}

std::unique_ptr<engine::Store> link_store(engine::Store& inner, Link& link) {
    return std::make_unique<LinkStore>(inner, link);
}

}  // namespace waybill::sim

// One script against a cluster: what its lines do, and what must hold after every step.

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "sim/check_state.hpp"
#include "sim/cluster_clients.hpp"
#include "sim/run.hpp"
#include "sim/spans.hpp"
#include "sim/trace_hash.hpp"

namespace waybill::sim {
namespace {

using Where = engine::Placement::Where;

/// Within so many leases of the last fault, and not more than clocks were set back, every tenant has its owner.
constexpr std::int64_t leases_to_heal = 4;
constexpr std::uint64_t setting_up = 0x5e7;

class ClusterRunner {
public:
    explicit ClusterRunner(const Script& script)
        : script_(script),
          judge_(result_.problems),
          clients_(world_, judge_, [this](const std::string& text) { note(text); }) {
        result_.comments.resize(script.ops.size());
        world_.others = [this](std::vector<ClusterProcess::Step>& steps) { clients_.add_steps(steps); };
    }

    RunResult run() {
        open();
        for (at_ = 0; at_ < script_.ops.size() && result_.problems.empty(); ++at_) step(script_.ops[at_]);
        if (result_.problems.empty()) finish();
        if (!result_.problems.empty() && at_ < script_.ops.size()) {
            result_.comments[at_] += " <- " + result_.problems.front();
        }
        count();
        for (const std::string& hash : result_.state_hashes) note(hash);
        result_.trace_hash = hash_.value();
        return std::move(result_);
    }

private:
    void open() {
        for (std::uint32_t i = 0; i < script_.processes; ++i) world_.start(i);
        for (std::uint32_t i = 0; i < script_.tenants && result_.problems.empty(); ++i) make_tenant(i);
        settle();
    }

    void make_tenant(std::uint32_t number) {
        const core::TenantSettings settings = first_settings(number);
        std::optional<core::TenantId> made;
        for (int tries = 0; tries < 20 && !made; ++tries) {
            live(second / 5, setting_up);
            world_.processes().front()->engine().create_tenant(settings, {}, [&](const Answer& answer) {
                if (answer) made = core::TenantId(static_cast<std::uint32_t>(answer->outcome.object.id));
            });
            live(second / 5, setting_up);
        }
        if (!made) return problem("no tenant could be made");
        auto reader = world_.store().reader();
        const auto rows = (*reader)->events(*made, {});
        judge_.add_tenant(*made, settings, rows->front().at);
    }

    void step(const Op& op) {
        switch (op.kind) {
            case OpKind::command:
                return ask(op);
            case OpKind::happening:
                return happen(op.happening);
            case OpKind::check:
                return finish();
            case OpKind::round:
            case OpKind::clock:
            case OpKind::blind:
            case OpKind::probe:
            case OpKind::retry:
            case OpKind::restart:
                return;  // Scripts of a cluster have none.
        }
    }

    void ask(const Op& op) {
        Op here = op;
        here.tenant = static_cast<std::uint32_t>(op.tenant % judge_.tenants().size());
        Dice dice(op.dice);
        Request request;
        const Request* first = op.does == Does::repeat ? judge_.any_accepted(here.tenant, dice) : nullptr;
        if (first != nullptr) {
            request = *first;
            if (dice.one_in(4)) request.body = 2;
        } else {
            const Model& model = judge_.model(here.tenant);
            request = compose(here, model, ++unique_, model.last_instant);
            // Most have a key: only they can be asked for again when nobody knows what became of them.
            if (request.key.empty() && !dice.one_in(4)) request.key = fmt::format("cluster{}", unique_);
        }
        const std::string name = fmt::format("r{}", ++sent_);
        result_.comments[at_] = name + " " + text_of(request);
        note(result_.comments[at_]);
        clients_.ask(std::move(request), name, first != nullptr);
    }

    void happen(const Happening& happening) {
        const auto& processes = world_.processes();
        if (happening.kind == HappeningKind::run) return live(happening.micros, happening.dice);
        if (happening.kind == HappeningKind::store_clock) {
            set_back_ += happening.micros;
            return world_.turn_store_clock_back(happening.micros);
        }
        if (happening.kind == HappeningKind::start) {
            ++result_.restarts;
            return world_.start(happening.dice);
        }
        if (processes.empty()) return;
        const std::size_t at = happening.which % processes.size();
        ClusterProcess& process = *processes[at];
        result_.comments[at_] = process.address();
        if (happening.kind != HappeningKind::look && happening.kind != HappeningKind::heal &&
            happening.kind != HappeningKind::fault) {
            ++result_.faults;
        }
        befall(happening, process, at);
    }

    void befall(const Happening& happening, ClusterProcess& process, std::size_t at) {
        switch (happening.kind) {
            case HappeningKind::crash:
                clients_.lose(process);
                return world_.crash(at);
            case HappeningKind::leave:
                return process.begin_to_leave();
            case HappeningKind::pause:
                return process.pause_until(world_.traffic().now + happening.micros);
            case HappeningKind::cut:
                return process.link().cut();
            case HappeningKind::mute:
                return process.link().mute();
            case HappeningKind::heal:
                return process.link().heal();
            case HappeningKind::fault:
                return process.link().plan(happening.call, happening.fault);
            case HappeningKind::wall:
                return process.wall_clock().jump(happening.micros);
            case HappeningKind::look:
                return look(happening);
            case HappeningKind::run:
            case HappeningKind::start:
            case HappeningKind::store_clock:
                return;
        }
    }

    void live(std::int64_t micros, std::uint64_t dice) {
        if (!result_.problems.empty()) return;
        world_.run(micros, dice, [this] { watch(); });
    }

    /// After every step of anything.
    void watch() {
        if (!result_.problems.empty()) return;
        const std::uint64_t commits = world_.traffic().commits_done;
        if (commits != commits_seen_) judge_.read_logs(world_.store());
        commits_seen_ = commits;
        if (result_.problems.empty()) clients_.hear();
        if (commits != commits_checked_ || world_.traffic().dice.one_in(8)) compare_reads();
        commits_checked_ = commits;
    }

    /// Whoever would answer from memory just now knows all that was acknowledged.
    void compare_reads() {
        for (const auto& process : world_.processes()) {
            std::vector<engine::TenantHead> heads;
            for (std::size_t i = 0; i < judge_.tenants().size(); ++i) {
                if (!is_here(*process, i)) continue;
                if (heads.empty()) heads = process->engine().tenants();
                for (const engine::TenantHead& head : heads) {
                    if (head.tenant == judge_.tenants()[i]) compare_read(*process, i, head.head.raw());
                }
            }
        }
    }

    void compare_read(const ClusterProcess& process, std::size_t tenant, std::uint64_t head) {
        if (head >= judge_.acknowledged(tenant)) return;
        problem(fmt::format("{} would answer for tenant {} as of {}, when {} was acknowledged", process.address(),
                            tenant, head, judge_.acknowledged(tenant)));
    }

    [[nodiscard]] bool is_here(ClusterProcess& process, std::size_t tenant) {
        return process.engine().placement(judge_.tenants()[tenant]).where == Where::here;
    }

    /// A preview at whoever has the tenant, and its memory against the model.
    void look(const Happening& happening) {
        const std::size_t tenant = happening.which % judge_.tenants().size();
        for (const auto& process : world_.processes()) {
            if (!is_here(*process, tenant)) continue;
            compare_memory(*process, tenant);
            const std::uint64_t before = judge_.acknowledged(tenant);
            const auto preview = [this, tenant, before, &process = *process](const core::TenantState* state,
                                                                             const core::Context&) {
                if (state == nullptr || process.link().is_ended()) return;
                if (state->head.raw() < before) compare_read(process, tenant, state->head.raw());
            };
            static_cast<void>(process->engine().inspect(judge_.tenants()[tenant], preview));
        }
    }

    /// REQUIRES: the tenant is there.
    void compare_memory(ClusterProcess& process, std::size_t tenant) {
        // In the middle of something, or not knowing of a commit, memory has changes that are nobody's business.
        if (!process.is_at_rest() || !process.engine().not_ready().empty()) return;
        std::uint64_t at = 0;
        for (const engine::TenantHead& head : process.engine().tenants()) {
            if (head.tenant == judge_.tenants()[tenant]) at = head.head.raw();
        }
        const Model* model = judge_.model_at(tenant, at);
        if (model == nullptr) {
            return problem(
                fmt::format("{} has tenant {} as of {}, where no command ended", process.address(), tenant, at));
        }
        const auto view = process.engine().view(judge_.tenants()[tenant]);
        if (!view) return problem("a tenant is here and can not be seen");
        for (const std::string& found : compare_state(*model, view->state(), at)) {
            problem(fmt::format("{}, tenant {}: {}", process.address(), tenant, found));
        }
    }

    [[nodiscard]] std::vector<ClusterProcess*> owners(std::size_t tenant) {
        std::vector<ClusterProcess*> out;
        for (const auto& process : world_.processes()) {
            if (is_here(*process, tenant)) out.push_back(process.get());
        }
        return out;
    }

    /// With all well, everything finds its owner, and what was asked is answered.
    void settle() {
        world_.heal();
        while (world_.processes().size() < 2) world_.start(setting_up);
        live(leases_to_heal * std::chrono::microseconds(cluster_lease).count() + set_back_, setting_up);
        set_back_ = 0;
        for (std::size_t i = 0; i < judge_.tenants().size() && result_.problems.empty(); ++i) {
            const auto found = owners(i);
            if (found.size() != 1) problem(fmt::format("tenant {} has {} owners when all is well", i, found.size()));
            if (found.size() == 1) compare_memory(*found.front(), i);
        }
        for (const std::string& name : clients_.waiting()) problem(name + " is not answered when all is well");
        for (const auto& process : world_.processes()) {
            const std::string why = process->engine().not_ready();
            if (!why.empty()) problem(fmt::format("{} says when all is well: {}", process->address(), why));
        }
    }

    void finish() {
        settle();
        if (!result_.problems.empty()) return;
        for (std::uint32_t i = 0; i < judge_.tenants().size(); ++i) {
            Op op;
            op.does = Does::put_customer;
            op.tenant = i;
            op.dice = setting_up + i;
            const Model& model = judge_.model(i);
            clients_.ask(compose(op, model, ++unique_, model.last_instant), fmt::format("r{}", ++sent_), false);
        }
        live(second, setting_up);
        for (const std::string& name : clients_.waiting()) problem(name + " is not taken when all is well");
        if (!result_.problems.empty()) return;
        StoreCheck checked = check_store(world_.store(), judge_.tenants(), judge_.models());
        result_.state_hashes = checked.state_hashes;
        for (std::string& found : checked.problems) problem(std::move(found));
    }

    void count() {
        result_.commands = clients_.asked();
        result_.accepted = clients_.accepted();
        result_.faults += world_.traffic().faults;
        const auto leases = world_.store().leases();
        const auto seen = (*leases)->look();
        for (const engine::OwnedTenant& tenant : seen->tenants) result_.owner_changes += tenant.epoch - 1;
    }

    void note(std::string_view text) { hash_.add(text); }
    void problem(std::string what) { result_.problems.push_back(std::move(what)); }

    const Script& script_;
    RunResult result_;
    ClusterJudge judge_;
    ClusterWorld world_;
    ClusterClients clients_;
    std::size_t at_ = 0;
    std::uint64_t unique_ = 0;
    std::uint64_t sent_ = 0;
    std::int64_t set_back_ = 0;
    std::uint64_t commits_seen_ = 0;
    std::uint64_t commits_checked_ = 0;
    TraceHash hash_;
};

}  // namespace

RunResult run_cluster(const Script& script) { return ClusterRunner(script).run(); }

}  // namespace waybill::sim

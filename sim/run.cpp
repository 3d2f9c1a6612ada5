#include "sim/run.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "engine/codec.hpp"
#include "sim/check_state.hpp"
#include "sim/zones.hpp"

namespace waybill::sim {
namespace {

constexpr std::uint64_t fnv_offset = 14'695'981'039'346'656'037ULL;
constexpr std::uint64_t fnv_prime = 1'099'511'628'211ULL;
constexpr std::int64_t reply_keep_micros = 7 * micros_per_day;
constexpr std::int64_t earliest_micros = first_micros - 30 * micros_per_day;

/// The answer that a key got, and must get again.
struct KnownReply {
    Request request;
    Verdict verdict;
    std::uint64_t sequence = 0;
    Instant at;
    std::optional<OrderModel> order;
};

struct Logged {
    std::vector<core::Event> events;
    std::uint64_t last = 0;
};

class Runner {
public:
    Runner(const Script& script, StoreKind kind) : script_(script), world_(kind, script.overlap) {
        result_.comments.resize(script.ops.size());
        for (std::uint32_t i = 0; i < script.tenants; ++i) {
            tenants_.push_back(world_.make_tenant(first_settings(i)));
            models_.emplace_back();
            models_.back().settings = first_settings(i);
            models_.back().head = 1;
            models_.back().last_instant = world_.clock.now();
        }
        replies_.resize(script.tenants);
    }

    RunResult run() {
        for (at_ = 0; at_ < script_.ops.size() && result_.problems.empty();) step(script_.ops[at_]);
        if (result_.problems.empty()) {
            world_.faults().blind(false);
            // One last empty round lets the engine find out what it does not know.
            round({}, Fault::none);
            check();
        }
        for (const std::string& hash : result_.state_hashes) note(hash);
        result_.trace_hash = hash_;
        return std::move(result_);
    }

private:
    void step(const Op& op) {
        switch (op.kind) {
            case OpKind::round: {
                ++at_;
                gather_round(op.fault);
                return;
            }
            case OpKind::command:
                gather_round(Fault::none);
                return;
            case OpKind::clock:
                world_.clock.micros = std::max(world_.clock.micros + op.micros, earliest_micros);
                break;
            case OpKind::blind:
                world_.faults().blind(op.on);
                break;
            case OpKind::restart:
                world_.restart();
                ++result_.restarts;
                compare_memory();
                break;
            case OpKind::check:
                world_.faults().blind(false);
                round({}, Fault::none);
                if (result_.problems.empty()) check();
                break;
        }
        ++at_;
    }

    void gather_round(Fault fault) {
        std::vector<std::size_t> ops;
        while (at_ < script_.ops.size() && script_.ops[at_].kind == OpKind::command) {
            ops.push_back(at_++);
            // An erasure ends its batch, and a planned fault is for one batch.
            if (script_.ops[ops.back()].does == Does::erase_person) break;
        }
        round(ops, fault);
    }

    Request request_of(const Op& op) {
        auto& known = replies_[op.tenant];
        Dice dice(op.dice);
        if (op.does == Does::repeat && !known.empty()) {
            auto at = known.begin();
            std::advance(at, static_cast<std::ptrdiff_t>(dice.below(known.size())));
            Request again = at->second.request;
            if (dice.one_in(4)) again.body = 2;
            return again;
        }
        return compose(op, models_[op.tenant], ++unique_, world_.clock.now());
    }

    void round(const std::vector<std::size_t>& ops, Fault fault) {
        forget_old_replies();
        std::vector<Request> requests;
        std::vector<std::string> names;
        for (const std::size_t op : ops) {
            requests.push_back(request_of(script_.ops[op]));
            names.push_back(fmt::format("r{}", ++sent_));
            result_.comments[op] = text_of(requests.back());
            note(result_.comments[op]);
        }
        if (fault != Fault::none) ++result_.faults;
        const bool was_unresolved = unresolved_;
        const std::vector<Answer> answers = world_.run_together(requests, names, tenants_, fault);
        const bool kept = world_.faults().is_kept();
        if (is_crash(fault)) {
            world_.crash(fault, ops.empty() ? 0 : script_.ops[ops.front()].dice);
            ++result_.restarts;
        }
        auto logged = read_log();
        for (std::size_t i = 0; i < requests.size() && result_.problems.empty(); ++i) {
            judge(requests[i], answers[i], logged[names[i]], kept, fault != Fault::none || was_unresolved);
            if (!result_.problems.empty()) result_.comments[ops[i]] += " <- " + result_.problems.front();
        }
        settle_unresolved(answers, fault);
        for (std::size_t i = 0; i < models_.size(); ++i) {
            for (std::string& found : models_[i].problems) problem(std::move(found));
            models_[i].problems.clear();
            if (result_.problems.empty() && models_[i].head != heads_[i]) {
                problem(
                    fmt::format("the log of tenant {} ends at {}, it should end at {}", i, heads_[i], models_[i].head));
            }
        }
        if (result_.problems.empty()) compare_memory();
    }

    void settle_unresolved(const std::vector<Answer>& answers, Fault fault) {
        if (is_crash(fault) || !world_.faults().is_blind()) {
            unresolved_ = false;
            return;
        }
        for (const Answer& answer : answers) {
            if (answer) continue;
            const auto* error = std::get_if<engine::IoError>(&answer.error());
            if (error != nullptr && error->kind == engine::IoFailure::outcome_unknown) unresolved_ = true;
        }
    }

    /// The events that are new in each log, by who caused them. The log is read from the store itself.
    std::map<std::string, Logged> read_log() {
        std::map<std::string, Logged> out;
        auto reader = world_.store().reader();
        if (!reader) {
            problem("the store can not be read: " + reader.error().detail);
            return out;
        }
        heads_.assign(models_.size(), 0);
        for (std::size_t i = 0; i < models_.size(); ++i) {
            engine::EventQuery query;
            query.after = core::Sequence(models_[i].head);
            query.limit = 1'000;
            const auto rows = (*reader)->events(tenants_[i], query);
            const auto head = (*reader)->head(tenants_[i]);
            if (!rows || !head) {
                problem("the log can not be read");
                return out;
            }
            heads_[i] = head->raw();
            std::uint64_t next = models_[i].head;
            for (const engine::EventRow& row : *rows) {
                auto event = engine::decode_event(row.type, row.schema_version, row.body);
                if (!event || row.sequence.raw() != ++next)
                    problem("the log has a gap or an event that can not be read");
                if (row.at != stamp(i)) problem(fmt::format("event {} is stamped {}", next, format_instant(row.at)));
                if (!event) continue;
                Logged& logged = out[row.actor];
                logged.events.push_back(*std::move(event));
                logged.last = next;
            }
        }
        return out;
    }

    /// Batches are stamped at the clock, but never before the tenant's last event.
    [[nodiscard]] Instant stamp(std::size_t tenant) const {
        return std::max(Instant(world_.clock.micros.load()), models_[tenant].last_instant);
    }

    void judge(const Request& request, const Answer& answer, const Logged& logged, bool kept, bool troubled) {
        ++result_.commands;
        if (!answer && std::holds_alternative<engine::IoError>(answer.error())) {
            const auto& error = std::get<engine::IoError>(answer.error());
            note(fmt::format("io {}", static_cast<int>(error.kind)));
            if (!troubled) return problem("a store without a fault failed: " + error.detail);
            const bool may_have_happened = error.kind == engine::IoFailure::outcome_unknown && kept;
            if (!may_have_happened || was_only_waiting(request, logged)) {
                if (!logged.events.empty()) problem("a command that failed is in the log");
                return;
            }
            foretell(request, logged, nullptr);
            return;
        }
        if (answer) ++result_.accepted;
        note(answer ? fmt::format("ok {}", answer->sequence.raw())
                    : fmt::format("no {}", static_cast<int>(std::get<core::Rejection>(answer.error()).code)));
        foretell(request, logged, &answer);
    }

    /// Of batches that overlap, one may have an unknown outcome and those after it certainly not happen.
    [[nodiscard]] bool was_only_waiting(const Request& request, const Logged& logged) {
        if (script_.overlap == 0 || !logged.events.empty()) return false;
        if (request.key.empty()) return true;
        engine::LoadKeys keys;
        keys.replies.push_back(request.key);
        const auto loaded = world_.store().load(tenants_[request.tenant], keys);
        return loaded && loaded->replies.empty();
    }

    /// What the model says, against what the engine answered and logged. `answer`: nullptr when it is lost.
    void foretell(const Request& request, const Logged& logged, const Answer* answer) {
        Model& model = models_[request.tenant];
        auto& known = replies_[request.tenant];
        const auto reply = request.key.empty() ? known.end() : known.find(request.key);
        if (reply != known.end()) return expect_reply(request, reply->second, logged, answer);
        Verdict verdict;
        if (const auto stale = version_conflict(request)) {
            verdict.refused = stale;
        } else {
            Moment moment;
            moment.now = stamp(request.tenant);
            moment.scope.insert(request.scope.begin(), request.scope.end());
            moment.has_person = !request.person_word.empty();
            moment.person_word = request.person_word;
            moment.logged = &logged.events;
            verdict = model.take(request.command, moment);
        }
        for (std::string& found : model.problems) problem(std::move(found));
        model.problems.clear();
        const std::uint64_t expected = verdict.refused ? 0 : verdict.events;
        if (logged.events.size() != expected) {
            return problem(fmt::format("{} events are in the log, {} were expected", logged.events.size(), expected));
        }
        if (answer != nullptr) compare_answer(verdict, *answer, model);
        if (verdict.refused || request.key.empty()) return;
        KnownReply made{request, verdict, model.head, stamp(request.tenant), std::nullopt};
        if (verdict.object.kind == core::AggregateKind::order) made.order = model.orders.at(verdict.object.id);
        known.emplace(request.key, std::move(made));
    }

    [[nodiscard]] std::optional<core::Reject> version_conflict(const Request& request) const {
        if (!request.if_version) return std::nullopt;
        std::uint64_t id = 0;
        if (const auto* cancel = std::get_if<core::CancelOrder>(&request.command)) id = cancel->order.raw();
        if (const auto* reroute = std::get_if<core::RerouteOrder>(&request.command)) id = reroute->order.raw();
        if (const auto* ship = std::get_if<core::ShipOrder>(&request.command)) id = ship->order.raw();
        const auto order = models_[request.tenant].orders.find(id);
        if (order == models_[request.tenant].orders.end()) return std::nullopt;
        if (order->second.version == *request.if_version) return std::nullopt;
        return core::Reject::precondition_failed;
    }

    void compare_answer(const Verdict& verdict, const Answer& answer, const Model& model) {
        if (!answer) {
            const auto& rejection = std::get<core::Rejection>(answer.error());
            const auto name = core::info_of(rejection.code).name;
            if (!verdict.refused) return problem(fmt::format("was refused as {} ({})", name, rejection.detail));
            if (*verdict.refused != rejection.code) {
                problem(fmt::format("was refused as {} and not as {}", name, core::info_of(*verdict.refused).name));
            }
            return;
        }
        if (verdict.refused) {
            return problem(fmt::format("was accepted and not refused as {}", core::info_of(*verdict.refused).name));
        }
        if (answer->replayed) problem("the answer to a new request is a repetition");
        compare_outcome(verdict, answer->outcome);
        if (answer->sequence.raw() != model.head) {
            problem(fmt::format("answered at sequence {}, not {}", answer->sequence.raw(), model.head));
        }
        if (verdict.object.kind == core::AggregateKind::order) {
            compare_order(model.orders.at(verdict.object.id), answer->order.get());
        }
    }

    void compare_outcome(const Verdict& verdict, const core::Outcome& outcome) {
        if (!(outcome.object == verdict.object)) {
            problem(fmt::format("the answer names object {}, not {}", outcome.object.id, verdict.object.id));
        }
        if (outcome.already_applied != verdict.already_applied) problem("already_applied is wrong");
        bool same = outcome.skipped.size() == verdict.skipped.size();
        for (std::size_t i = 0; same && i < outcome.skipped.size(); ++i) {
            same = outcome.skipped[i].row == verdict.skipped[i].first &&
                   outcome.skipped[i].code == verdict.skipped[i].second;
        }
        if (!same) problem("other rows were skipped than should have been");
    }

    void compare_order(const OrderModel& expected, const core::Order* order) {
        if (order == nullptr) return problem("the answer has no order");
        if (auto found = difference(expected, *order); !found.empty()) problem("the answer's order: " + found);
    }

    void expect_reply(const Request& request, const KnownReply& reply, const Logged& logged, const Answer* answer) {
        if (!logged.events.empty()) return problem("a repeated request was done again");
        if (answer == nullptr) return;
        if (request.body != reply.request.body) {
            const bool refused =
                !*answer && std::get<core::Rejection>(answer->error()).code == core::Reject::idempotency_key_reused;
            if (!refused) problem("an Idempotency-Key was taken with another body");
            return;
        }
        if (!*answer) return problem("a repeated request was refused");
        if (!(*answer)->replayed) problem("a repeated request was not recognised");
        if ((*answer)->sequence.raw() != reply.sequence) problem("a repeated request has another sequence");
        compare_outcome(reply.verdict, (*answer)->outcome);
        if (reply.order) compare_order(*reply.order, (*answer)->order.get());
    }

    /// Keys are remembered for a week; what is older may be forgotten and is not asked again.
    void forget_old_replies() {
        for (std::size_t i = 0; i < replies_.size(); ++i) {
            const std::int64_t oldest = stamp(i).micros() - reply_keep_micros;
            std::erase_if(replies_[i], [&](const auto& entry) { return entry.second.at.micros() <= oldest; });
        }
    }

    void compare_memory() {
        if (unresolved_) return;
        for (std::size_t i = 0; i < models_.size(); ++i) {
            // The head is asked for first: a view holds the lock that the question takes.
            const std::uint64_t head = head_of(i);
            const auto view = world_.engine().view(tenants_[i]);
            if (!view) return problem("a tenant is gone");
            for (std::string& found : compare_state(models_[i], view->state(), head)) problem(std::move(found));
        }
    }

    [[nodiscard]] std::uint64_t head_of(std::size_t tenant) {
        for (const engine::TenantHead& head : world_.engine().tenants()) {
            if (head.tenant == tenants_[tenant]) return head.head.raw();
        }
        return 0;
    }

    void check() {
        StoreCheck checked = check_store(world_.store(), tenants_, models_);
        result_.state_hashes = checked.state_hashes;
        for (std::string& found : checked.problems) problem(std::move(found));
    }

    void problem(std::string what) { result_.problems.push_back(std::move(what)); }

    void note(std::string_view text) {
        for (const char c : text) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * fnv_prime;
        hash_ = (hash_ ^ 0xFFU) * fnv_prime;
    }

    const Script& script_;
    World world_;
    std::vector<core::TenantId> tenants_;
    std::vector<Model> models_;
    std::vector<std::uint64_t> heads_;
    std::vector<std::map<std::string, KnownReply>> replies_;
    RunResult result_;
    std::size_t at_ = 0;
    std::uint64_t unique_ = 0;
    std::uint64_t sent_ = 0;
    bool unresolved_ = false;
    std::uint64_t hash_ = fnv_offset;
};

}  // namespace

RunResult run(const Script& script, StoreKind kind) { return Runner(script, kind).run(); }

RunResult run_on_both(const Script& script) {
    RunResult memory = run(script, StoreKind::memory);
    if (!memory.problems.empty()) return memory;
    RunResult sqlite = run(script, StoreKind::sqlite);
    if (!sqlite.problems.empty()) return sqlite;
    if (memory.state_hashes != sqlite.state_hashes) sqlite.problems.emplace_back("the stores have other state hashes");
    if (memory.trace_hash != sqlite.trace_hash) sqlite.problems.emplace_back("the stores were answered differently");
    return sqlite;
}

}  // namespace waybill::sim

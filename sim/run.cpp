#include "sim/run.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "engine/codec.hpp"
#include "sim/runner.hpp"
#include "sim/zones.hpp"

namespace waybill::sim {
namespace {

constexpr std::int64_t reply_keep_micros = 7 * micros_per_day;
constexpr std::int64_t earliest_micros = first_micros - 30 * micros_per_day;

}  // namespace

Runner::Runner(const Script& script, StoreKind kind) : script_(script), world_(kind, script.overlap) {
    result_.comments.resize(script.ops.size());
    for (std::uint32_t i = 0; i < script.tenants; ++i) {
        add_tenant(world_.make_tenant(first_settings(i)), first_settings(i));
    }
}

void Runner::add_tenant(core::TenantId id, core::TenantSettings settings) {
    tenants_.push_back(id);
    replies_.emplace_back();
    Model& model = models_.emplace_back();
    model.settings = std::move(settings);
    model.head = 1;
    model.config_sequence = 1;
    model.last_instant = world_.clock.now();
}

RunResult Runner::run() {
    for (at_ = 0; at_ < script_.ops.size() && result_.problems.empty();) step(script_.ops[at_]);
    if (result_.problems.empty()) {
        world_.faults().blind(false);
        // The engine finds out by itself what it does not know.
        probe();
        if (result_.problems.empty()) check();
    }
    for (const std::string& hash : result_.state_hashes) note(hash);
    result_.trace_hash = hash_.value();
    return std::move(result_);
}

void Runner::step(const Op& op) {
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
        case OpKind::probe:
            probe();
            break;
        case OpKind::retry:
            return retry_backorders(op);
        case OpKind::restart:
            world_.restart();
            ++result_.restarts;
            unresolved_ = unresolved_ && world_.faults().is_blind();
            must_find_out_ = false;
            compare_memory();
            break;
        case OpKind::check:
            world_.faults().blind(false);
            probe();
            if (result_.problems.empty()) check();
            break;
        case OpKind::happening:
            break;  // Scripts of one process have none.
    }
    ++at_;
}

/// Without any command the engine must find out what it does not know and that its store works again.
void Runner::probe() {
    forget_old_replies();
    world_.probe();
    const std::string why = world_.engine().not_ready();
    if (world_.faults().is_blind()) {
        if (must_find_out_ && why.empty()) problem("an engine that does not know an outcome says that it is ready");
        return;
    }
    unresolved_ = false;
    must_find_out_ = false;
    if (!why.empty()) return problem("an engine with a store that works says: " + why);
    compare_memory();
}

void Runner::gather_round(Fault fault) {
    std::vector<std::size_t> ops;
    while (at_ < script_.ops.size() && script_.ops[at_].kind == OpKind::command) {
        ops.push_back(at_++);
        // An erasure ends its batch, and a planned fault is for one batch.
        if (script_.ops[ops.back()].does == Does::erase_person) break;
    }
    round(ops, fault);
}

Request Runner::request_of(const Op& op) {
    if (op.does == Does::create_tenant) {
        std::vector<std::string> names;
        for (const Model& model : models_) names.push_back(model.settings.name);
        return compose_tenant(op, names);
    }
    Op here = op;
    here.tenant = static_cast<std::uint32_t>(op.tenant % models_.size());
    auto& known = replies_[here.tenant];
    Dice dice(op.dice);
    if (op.does == Does::repeat && !turned_away_.empty() && dice.one_in(2)) {
        Request again = dice.pick(turned_away_);
        turned_away_.clear();
        return again;
    }
    if (op.does == Does::repeat && !known.empty()) {
        auto at = known.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(dice.below(known.size())));
        Request again = at->second.request;
        if (dice.one_in(4)) again.body = 2;
        return again;
    }
    return compose(here, models_[here.tenant], ++unique_, world_.clock.now());
}

void Runner::round(const std::vector<std::size_t>& ops, Fault fault) {
    forget_old_replies();
    std::vector<Request> requests;
    for (const std::size_t op : ops) {
        requests.push_back(request_of(script_.ops[op]));
        result_.comments[op] = text_of(requests.back());
    }
    (void)send(std::move(requests), ops, fault);
}

std::vector<Answer> Runner::send(std::vector<Request> requests, const std::vector<std::size_t>& ops, Fault fault) {
    std::vector<std::string> names;
    for (const Request& request : requests) {
        names.push_back(fmt::format("r{}", ++sent_));
        note(text_of(request));
    }
    if (fault != Fault::none) ++result_.faults;
    Round about;
    about.troubled = fault != Fault::none || unresolved_;
    follow_backorders();
    std::vector<Answer> answers = world_.run_together(requests, names, tenants_, fault);
    about.kept = world_.faults().is_kept();
    if (is_crash(fault)) {
        world_.crash(fault, ops.empty() ? 0 : script_.ops[ops.front()].dice);
        ++result_.restarts;
    }
    auto logged = read_log();
    for (std::size_t i = 0; i < requests.size() && result_.problems.empty(); ++i) {
        if (i < queue_commands_max) {
            judge(requests[i], answers[i], logged[names[i]], about);
        } else {
            judge_turned_away(requests[i], answers[i], logged[names[i]]);
        }
        if (!result_.problems.empty()) result_.comments[ops[i]] += " <- " + result_.problems.front();
    }
    settle_unresolved(answers, fault);
    if (result_.problems.empty()) compare_heads();
    if (result_.problems.empty()) compare_memory();
    return answers;
}

void Runner::settle_unresolved(const std::vector<Answer>& answers, Fault fault) {
    if (is_crash(fault) || !world_.faults().is_blind()) {
        unresolved_ = false;
        must_find_out_ = false;
        return;
    }
    for (const Answer& answer : answers) {
        if (answer) continue;
        const auto* error = std::get_if<engine::IoError>(&answer.error());
        if (error != nullptr && error->kind == engine::IoFailure::outcome_unknown) unresolved_ = true;
    }
    must_find_out_ = must_find_out_ || (unresolved_ && world_.faults().hit_events());
}

/// The events that are new in each log, by who caused them. The log is read from the store itself.
std::map<std::string, Runner::Logged> Runner::read_log() {
    std::map<std::string, Logged> out;
    auto reader = world_.reader();
    if (!reader) {
        problem("the store can not be read: " + reader.error().detail);
        return out;
    }
    for (std::size_t i = 0; i < models_.size(); ++i) read_tenant_log(**reader, i, out);
    return out;
}

void Runner::read_tenant_log(engine::Reader& reader, std::size_t tenant, std::map<std::string, Logged>& out) {
    engine::EventQuery query;
    query.after = core::Sequence(models_[tenant].head);
    query.limit = 1'000;
    const auto rows = reader.events(tenants_[tenant], query);
    if (!rows) return problem("the log can not be read");
    std::uint64_t next = models_[tenant].head;
    for (const engine::EventRow& row : *rows) {
        auto event = engine::decode_event(row.type, row.schema_version, row.body);
        if (!event || row.sequence.raw() != ++next) problem("the log has a gap or an event that can not be read");
        if (row.at != stamp(tenant)) problem(fmt::format("event {} is stamped {}", next, format_instant(row.at)));
        if (!event) continue;
        Logged& logged = out[row.actor];
        logged.events.push_back(*std::move(event));
        logged.last = next;
    }
}

Instant Runner::stamp(std::size_t tenant) const {
    return std::max(Instant(world_.clock.micros.load()), models_[tenant].last_instant);
}

/// Keys are remembered for a week; what is older may be forgotten and is not asked again, nor is a repetition of it
/// that a full queue turned away.
void Runner::forget_old_replies() {
    for (std::size_t i = 0; i < replies_.size(); ++i) {
        const std::int64_t oldest = stamp(i).micros() - reply_keep_micros;
        std::erase_if(replies_[i], [&](const auto& entry) {
            if (entry.second.at.micros() > oldest) return false;
            std::erase_if(turned_away_,
                          [&](const Request& request) { return request.tenant == i && request.key == entry.first; });
            return true;
        });
    }
}

void Runner::note(std::string_view text) { hash_.add(text); }

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

#include "sim/cluster_judge.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "engine/codec.hpp"

namespace waybill::sim {

void ClusterJudge::add_tenant(core::TenantId id, core::TenantSettings settings, Instant at) {
    Model model;
    model.settings = std::move(settings);
    model.head = 1;
    model.config_sequence = 1;
    model.last_instant = at;
    tenants_.push_back(id);
    history_.push_back({std::move(model)});
    acknowledged_.push_back(1);
    accepted_.emplace_back();
}

std::vector<Model> ClusterJudge::models() const {
    std::vector<Model> out;
    for (const auto& history : history_) out.push_back(history.back());
    return out;
}

const Model* ClusterJudge::model_at(std::size_t tenant, std::uint64_t head) const {
    for (const Model& model : history_[tenant]) {
        if (model.head == head) return &model;
    }
    return nullptr;
}

const Request* ClusterJudge::any_accepted(std::size_t tenant, Dice& dice) const {
    const auto& accepted = accepted_[tenant];
    if (accepted.empty()) return nullptr;
    auto at = accepted.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(dice.below(accepted.size())));
    return &at->second.request;
}

void ClusterJudge::problem(const Asked& asked, const std::string& what) {
    problems_.push_back(fmt::format("{} ({}): {}", asked.name, text_of(asked.request), what));
}

void ClusterJudge::ask(Asked& asked) { asked_.emplace(asked.name, &asked); }

void ClusterJudge::send(Asked& asked) {
    asked.sent_at = history_[asked.request.tenant].size() - 1;
    ++asked.may_happen;
}

void ClusterJudge::read_logs(engine::Store& store) {
    const auto reader = store.reader();
    if (!reader) return problems_.push_back("the store can not be read: " + reader.error().detail);
    for (std::size_t tenant = 0; tenant < tenants_.size(); ++tenant) read_log(**reader, tenant);
}

void ClusterJudge::read_log(engine::Reader& reader, std::size_t tenant) {
    engine::EventQuery query;
    query.after = core::Sequence(model(tenant).head);
    query.limit = 1'000;
    const auto rows = reader.events(tenants_[tenant], query);
    if (!rows) return problems_.push_back("the log can not be read");
    std::uint64_t next = query.after.raw();
    for (auto row = rows->begin(); row != rows->end();) {
        const std::string actor = row->actor;
        const Instant at = row->at;
        std::vector<core::Event> events;
        for (; row != rows->end() && row->actor == actor; ++row) {
            auto event = engine::decode_event(row->type, row->schema_version, row->body);
            if (!event || row->sequence.raw() != ++next || row->at != at) {
                return problems_.push_back("the log has a gap, or an event that can not be as it is");
            }
            events.push_back(*std::move(event));
        }
        happen(tenant, actor, at, events);
        if (!problems_.empty()) return;
    }
}

void ClusterJudge::happen(std::size_t tenant, const std::string& actor, Instant at,
                          const std::vector<core::Event>& events) {
    const auto found = asked_.find(actor);
    if (found == asked_.end()) return problems_.push_back("the log has what nobody asked for: " + actor);
    Asked& asked = *found->second;
    if (asked.repeats) return problem(asked, "a repeated request was done again");
    if (asked.happened_at != 0) return problem(asked, "is in the log twice");
    if (asked.may_happen == 0) return problem(asked, "is in the log, although it failed or was refused");
    Model next = model(tenant);
    if (at < next.last_instant) return problem(asked, "is stamped before the event before it");
    asked.verdict = foretell(next, asked.request, at, events);
    for (const std::string& what : next.problems) problem(asked, what);
    next.problems.clear();
    if (asked.verdict.refused) {
        return problem(asked,
                       fmt::format("is in the log and not refused as {}", core::info_of(*asked.verdict.refused).name));
    }
    if (asked.verdict.events != events.size()) {
        return problem(asked,
                       fmt::format("{} events are in the log, {} were expected", events.size(), asked.verdict.events));
    }
    history_[tenant].push_back(std::move(next));
    asked.happened_at = history_[tenant].size() - 1;
}

Heard ClusterJudge::hear(Asked& asked, const Answer& answer, Instant decided) {
    if (!answer && std::holds_alternative<engine::IoError>(answer.error())) {
        const auto& error = std::get<engine::IoError>(answer.error());
        if (error.kind == engine::IoFailure::outcome_unknown) return Heard::unknown;
        if (!error.retryable()) problem(asked, "failed for good: " + error.detail);
        --asked.may_happen;
        if (asked.happened_at != 0 && asked.may_happen == 0) problem(asked, "failed, and is in the log");
        return Heard::failed;
    }
    asked.is_answered = true;
    // Earlier attempts whose outcome nobody knew can not happen any more, or the key would mean nothing.
    asked.may_happen = 0;
    if (asked.repeats) {
        judge_repetition(asked, answer);
    } else if (answer) {
        judge_receipt(asked, *answer, decided);
    } else {
        judge_refusal(asked, std::get<core::Rejection>(answer.error()).code, decided);
    }
    if (answer) {
        auto& acknowledged = acknowledged_[asked.request.tenant];
        acknowledged = std::max(acknowledged, answer->sequence.raw());
    }
    return Heard::answered;
}

void ClusterJudge::judge_refusal(const Asked& asked, core::Reject code, Instant decided) {
    if (asked.happened_at != 0) return problem(asked, "was refused, and is in the log");
    const auto& history = history_[asked.request.tenant];
    for (std::size_t place = asked.sent_at; place < history.size(); ++place) {
        Model then = history[place];
        const Instant now = std::max(decided, then.last_instant);
        if (foretell(then, asked.request, now, {}).refused == code) return;
    }
    problem(asked, fmt::format("was refused as {}, which was never right", core::info_of(code).name));
}

void ClusterJudge::judge_receipt(Asked& asked, const engine::Receipt& receipt, Instant decided) {
    Accepted accepted{asked.request, asked.verdict, receipt.sequence.raw(), asked.happened_at};
    if (asked.happened_at != 0) {
        accepted.sequence = history_[asked.request.tenant][asked.happened_at].head;
        compare(asked, accepted, receipt);
    } else if (!was_nothing_to_do(asked, receipt, decided)) {
        return problem(asked, "was acknowledged and is not in the log");
    } else {
        accepted.verdict = asked.verdict;
    }
    if (!asked.request.key.empty()) accepted_[asked.request.tenant].emplace(asked.request.key, std::move(accepted));
}

bool ClusterJudge::was_nothing_to_do(const Asked& asked, const engine::Receipt& receipt, Instant decided) {
    for (const Model& model : history_[asked.request.tenant]) {
        if (model.head != receipt.sequence.raw()) continue;
        Model then = model;
        const Verdict verdict = foretell(then, asked.request, std::max(decided, model.last_instant), {});
        if (verdict.refused || verdict.events != 0 || !outcome_difference(verdict, receipt.outcome).empty()) continue;
        asked_.at(asked.name)->verdict = verdict;
        return true;
    }
    return false;
}

void ClusterJudge::judge_repetition(const Asked& asked, const Answer& answer) {
    const Accepted& first = accepted_[asked.request.tenant].at(asked.request.key);
    if (asked.request.body != first.request.body) {
        const bool refused =
            !answer && std::get<core::Rejection>(answer.error()).code == core::Reject::idempotency_key_reused;
        if (!refused) problem(asked, "an Idempotency-Key was taken with another body");
        return;
    }
    if (!answer) return problem(asked, "a repeated request was refused");
    if (!answer->replayed) problem(asked, "a repeated request was not recognised");
    compare(asked, first, *answer);
}

void ClusterJudge::compare(const Asked& asked, const Accepted& accepted, const engine::Receipt& receipt) {
    if (receipt.sequence.raw() != accepted.sequence) {
        problem(asked, fmt::format("answered at sequence {}, not {}", receipt.sequence.raw(), accepted.sequence));
    }
    if (auto found = outcome_difference(accepted.verdict, receipt.outcome); !found.empty()) problem(asked, found);
    if (accepted.verdict.object.kind != core::AggregateKind::order || accepted.place == 0) return;
    const auto& orders = history_[asked.request.tenant][accepted.place].orders;
    if (auto found = order_difference(orders.at(accepted.verdict.object.id), receipt.order.get()); !found.empty()) {
        problem(asked, found);
    }
}

}  // namespace waybill::sim

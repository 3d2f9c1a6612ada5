// What the engine answered and logged, and what it has in memory, against what the model foretells.

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "sim/check_state.hpp"
#include "sim/foretell.hpp"
#include "sim/runner.hpp"

namespace waybill::sim {

void Runner::judge(const Request& request, const Answer& answer, const Logged& logged, const Round& round) {
    ++result_.commands;
    if (!answer && std::holds_alternative<engine::IoError>(answer.error())) {
        const auto& error = std::get<engine::IoError>(answer.error());
        note(fmt::format("io {}", static_cast<int>(error.kind)));
        if (!round.troubled) return problem("a store without a fault failed: " + error.detail);
        const bool may_have_happened = error.kind == engine::IoFailure::outcome_unknown && round.kept;
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

bool Runner::was_only_waiting(const Request& request, const Logged& logged) {
    if (script_.overlap == 0 || !logged.events.empty()) return false;
    if (request.makes_tenant) {
        const auto& settings = std::get<core::ConfigureTenant>(request.command).settings;
        const auto heads = stored_tenants();
        return heads && std::none_of(heads->begin(), heads->end(),
                                     [&](const engine::TenantHead& head) { return head.name == settings.name; });
    }
    if (request.key.empty()) return true;
    engine::LoadKeys keys;
    keys.replies.push_back(request.key);
    bool is_free = false;
    world_.with_store([&](engine::Store& store) {
        const auto loaded = store.load(tenants_[request.tenant], keys);
        is_free = loaded && loaded->replies.empty();
    });
    return is_free;
}

void Runner::judge_turned_away(const Request& request, const Answer& answer, const Logged& logged) {
    ++result_.commands;
    note("turned away");
    const auto* rejection = answer ? nullptr : std::get_if<core::Rejection>(&answer.error());
    if (rejection == nullptr || rejection->code != core::Reject::engine_overloaded) {
        return problem("a command that met a full queue was not refused for it");
    }
    if (!logged.events.empty()) return problem("a command that met a full queue is in the log");
    turned_away_.push_back(request);
}

/// What the model says, against what the engine answered and logged. `answer`: nullptr when it is lost.
void Runner::foretell(const Request& request, const Logged& logged, const Answer* answer) {
    if (request.makes_tenant) return foretell_tenant(request, answer);
    Model& model = models_[request.tenant];
    auto& known = replies_[request.tenant];
    const auto reply = request.key.empty() ? known.end() : known.find(request.key);
    if (reply != known.end()) return expect_reply(request, reply->second, logged, answer);
    const Verdict verdict = sim::foretell(model, request, stamp(request.tenant), logged.events);
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

/// The tenant's own log begins with it, so it is in no log that was read; `compare_heads` sees whether it is there.
void Runner::foretell_tenant(const Request& request, const Answer* answer) {
    const auto& settings = std::get<core::ConfigureTenant>(request.command).settings;
    const bool taken = std::any_of(models_.begin(), models_.end(),
                                   [&](const Model& model) { return model.settings.name == settings.name; });
    const core::TenantId id(tenants_.back().raw() + 1);
    Verdict verdict;
    if (taken) {
        verdict.refused = core::Reject::tenant_name_taken;
    } else {
        verdict.object = {core::AggregateKind::tenant, id.raw()};
        add_tenant(id, settings);
    }
    if (answer != nullptr) compare_answer(verdict, *answer, models_.back());
}

void Runner::compare_answer(const Verdict& verdict, const Answer& answer, const Model& model) {
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

void Runner::compare_outcome(const Verdict& verdict, const core::Outcome& outcome) {
    if (auto found = outcome_difference(verdict, outcome); !found.empty()) problem(std::move(found));
}

void Runner::compare_order(const OrderModel& expected, const core::Order* order) {
    if (auto found = order_difference(expected, order); !found.empty()) problem(std::move(found));
}

void Runner::expect_reply(const Request& request, const KnownReply& reply, const Logged& logged, const Answer* answer) {
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

std::optional<std::vector<engine::TenantHead>> Runner::stored_tenants() {
    std::optional<std::vector<engine::TenantHead>> out;
    world_.with_store([&](engine::Store& store) {
        if (auto heads = store.tenants()) out = *std::move(heads);
    });
    return out;
}

/// Tenants that the store has and where their logs end.
void Runner::compare_heads() {
    const auto heads = stored_tenants();
    if (!heads) return problem("the tenants can not be read");
    // The system's own tenant is the first.
    if (heads->size() != models_.size() + 1) {
        return problem(fmt::format("the store has {} tenants, it should have {}", heads->size() - 1, models_.size()));
    }
    for (const engine::TenantHead& head : *heads) {
        const auto at = std::find(tenants_.begin(), tenants_.end(), head.tenant);
        if (at == tenants_.end()) continue;
        const auto i = static_cast<std::size_t>(at - tenants_.begin());
        if (head.name != models_[i].settings.name) problem(fmt::format("tenant {} has another name", i));
        if (head.head.raw() == models_[i].head) continue;
        problem(
            fmt::format("the log of tenant {} ends at {}, it should end at {}", i, head.head.raw(), models_[i].head));
    }
}

void Runner::compare_working_days(std::size_t tenant) {
    const std::vector<CivilDate> days = world_.working_days(tenants_[tenant]);
    const Model& model = models_[tenant];
    if (days.size() != model.locations.size()) return problem("working days of other places than there are");
    for (std::uint32_t location = 0; location < days.size(); ++location) {
        const std::int32_t expected = model.working_day(location, stamp(tenant));
        if (days[location].days() == expected) continue;
        problem(fmt::format("{} works on {}, it should be {}", model.locations[location].code,
                            format_date(days[location]), format_date(CivilDate(expected))));
    }
}

void Runner::compare_memory() {
    if (unresolved_) return;
    for (std::size_t i = 0; i < models_.size(); ++i) {
        compare_working_days(i);
        // The head is asked for first: a view holds the lock that the question takes.
        const std::uint64_t head = head_of(i);
        const auto view = world_.engine().view(tenants_[i]);
        if (!view) return problem("a tenant is gone");
        for (std::string& found : compare_state(models_[i], view->state(), head)) problem(std::move(found));
    }
}

std::uint64_t Runner::head_of(std::size_t tenant) {
    for (const engine::TenantHead& head : world_.engine().tenants()) {
        if (head.tenant == tenants_[tenant]) return head.head.raw();
    }
    return 0;
}

void Runner::check() {
    StoreCheck checked;
    world_.with_store([&](engine::Store& store) { checked = check_store(store, tenants_, models_); });
    result_.state_hashes = checked.state_hashes;
    for (std::string& found : checked.problems) problem(std::move(found));
    if (result_.problems.empty()) check_backorders();
}

}  // namespace waybill::sim

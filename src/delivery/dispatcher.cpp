#include "delivery/dispatcher.hpp"

#include <algorithm>
#include <utility>

#include "delivery/retry_schedule.hpp"

namespace waybill::delivery {
namespace {

/// Between two looks at a log that grows: the commits of meanwhile are one look.
constexpr std::chrono::milliseconds look_every{20};
/// Until the store, or the engine, is asked again when it could not answer.
constexpr std::chrono::milliseconds trouble_wait{1'000};

/// Its progress is another one by now: to tell it again is of no use.
bool is_overtaken(const engine::Failure& failure) {
    const auto* const rejection = std::get_if<core::Rejection>(&failure);
    if (rejection == nullptr) return false;
    const core::Reject code = rejection->code;
    return code == core::Reject::webhook_moved || code == core::Reject::unknown_webhook ||
           code == core::Reject::messages_moved;
}

/// The progress is what the command made of it.
bool is_made_by(const Told& told, const core::DeliveryProgress& progress) {
    return progress.through == told.through && progress.failure == told.failure && progress.paused == told.gives_up;
}

}  // namespace

Result<std::unique_ptr<Dispatcher>, engine::IoError> Dispatcher::start(engine::Engine& engine, engine::Store& store,
                                                                       engine::Clock& clock,
                                                                       std::unique_ptr<Outlet> outlet,
                                                                       DispatcherOptions options) {
    auto reader = store.reader();
    if (!reader) return fail(std::move(reader.error()));
    return std::unique_ptr<Dispatcher>(
        new Dispatcher(engine, clock, std::move(*reader), std::move(outlet), std::move(options)));
}

Dispatcher::Dispatcher(engine::Engine& engine, engine::Clock& clock, std::unique_ptr<engine::Reader> reader,
                       std::unique_ptr<Outlet> outlet, DispatcherOptions options)
    : engine_(engine),
      clock_(clock),
      reader_(std::move(reader)),
      outlet_(std::move(outlet)),
      options_(std::move(options)) {
    engine_.on_commit([inbox = inbox_](const auto& heads) { inbox->told(heads); });
    thread_ = std::thread([this] { run(); });
}

Dispatcher::~Dispatcher() { stop(); }

void Dispatcher::stop() {
    const std::lock_guard once(stop_mutex_);
    begin_stop();
    if (thread_.joinable()) thread_.join();
}

DispatchStats Dispatcher::stats() const {
    DispatchStats out;
    out.taken = taken_.load();
    out.failed = failed_.load();
    out.events_sent = events_sent_.load();
    out.events_waiting = events_waiting_.load();
    out.failing = failing_.load();
    out.paused = paused_.load();
    return out;
}

void Dispatcher::run() {
    while (!is_stopping_) {
        if (Steady::now() >= next_beat_) beat();
        fire_timers();
        serve_queues();
        take_letters();
    }
    finish();
}

void Dispatcher::take_letters() {
    Steady::time_point until = next_beat_;
    if (!timers_.empty()) until = std::min(until, timers_.begin()->first);
    if (can_serve(queue_) || can_serve(failing_queue_)) until = Steady::now();
    DispatchInbox::Letters letters = inbox_->wait(until, next_look_, is_stopping_);
    is_stopping_ = letters.is_stopping;
    for (const auto& done : letters.done) done();
    if (letters.grown.empty()) return;
    for (const core::TenantId tenant : letters.grown) look_at(tenant);
    next_look_ = Steady::now() + look_every;
}

void Dispatcher::fire_timers() {
    const auto now = Steady::now();
    while (!timers_.empty() && timers_.begin()->first <= now) {
        const TargetKey key = timers_.begin()->second;
        DispatchTarget& target = tenants_.at(key.tenant).targets.at(key.ix);
        clear_timer(key, target);
        consider(key, target);
    }
}

void Dispatcher::beat() {
    for (const engine::TenantHead& tenant : engine_.tenants()) {
        if (tenant.tenant != engine::system_tenant) look_at(tenant.tenant);
    }
    std::set<core::TenantId> watched;
    for (const auto& [tenant, known] : tenants_) watched.insert(tenant);
    inbox_->watch(std::move(watched));
    count();
    next_beat_ = Steady::now() + options_.beat;
}

void Dispatcher::count() {
    std::uint64_t waiting = 0;
    std::uint64_t failing = 0;
    std::uint64_t paused = 0;
    for (const auto& [id, tenant] : tenants_) {
        for (const auto& [ix, target] : tenant.targets) {
            if (tenant.head > target.through) waiting += tenant.head.raw() - target.through.raw();
            if (target.known.paused) {
                ++paused;
            } else if (target.receiver->is_active() && !target.failure.empty()) {
                ++failing;
            }
        }
    }
    events_waiting_ = waiting;
    failing_ = failing;
    paused_ = paused;
}

/// What is under way is waited for, then what was delivered is recorded, while the engine still takes commands.
void Dispatcher::finish() {
    auto until = Steady::now() + options_.stop_wait_max;
    const auto take = [&] {
        for (const auto& done : inbox_->wait(until, Steady::time_point::max(), true).done) done();
    };
    while (under_way_ != 0 && Steady::now() < until) take();
    outlet_->stop();  // the rest is told that it was cut off
    until = Steady::now();
    while (under_way_ != 0) take();
    for (auto& [id, tenant] : tenants_) {
        for (auto& [ix, target] : tenant.targets) {
            if (target.is_recording || !(target.has_new_state() || target.has_delivered)) continue;
            record({id, ix}, target);
        }
    }
    until = Steady::now() + options_.stop_wait_max;
    while (recording_ != 0 && Steady::now() < until) take();
}

void Dispatcher::look_at(core::TenantId id) {
    const bool is_here = engine_.placement(id).where == engine::Placement::Where::here;
    const auto forget = [&] {
        const auto at = tenants_.find(id);
        if (at == tenants_.end()) return;
        for (auto& [ix, target] : at->second.targets) clear_timer({id, ix}, target);
        tenants_.erase(at);
    };
    if (!is_here) return forget();
    {
        const auto view = engine_.view(id);
        if (!view) return forget();
        const std::uint32_t receivers = outlet_->count(view->state());
        for (std::uint32_t ix = 0; ix < receivers; ++ix) take_in({id, ix}, view->state());
    }
    const auto at = tenants_.find(id);
    if (at == tenants_.end()) return;
    at->second.head = engine_.head(id).value_or(at->second.head);
    for (auto& [ix, target] : at->second.targets) consider({id, ix}, target);
}

void Dispatcher::take_in(TargetKey key, const core::TenantState& state) {
    const auto [at, is_new] = tenants_[key.tenant].targets.try_emplace(key.ix);
    DispatchTarget& target = at->second;
    if (is_new) target.receiver = outlet_->make(key.tenant, key.ix);
    const bool is_changed = target.receiver->take_in(state);
    const core::DeliveryProgress& progress = target.receiver->progress(state);
    if (is_new) {
        target.incarnation = ++incarnations_;
        target.place(progress);
    } else if (!target.is_recording && target.known != progress) {
        target.place(progress);
    }
    if (is_changed && !is_new) target.try_anew();
}

DispatchTarget* Dispatcher::find(TargetKey key, std::uint64_t incarnation) {
    const auto tenant = tenants_.find(key.tenant);
    if (tenant == tenants_.end()) return nullptr;
    const auto target = tenant->second.targets.find(key.ix);
    if (target == tenant->second.targets.end() || target->second.incarnation != incarnation) return nullptr;
    return &target->second;
}

void Dispatcher::set_timer(TargetKey key, DispatchTarget& target, Steady::time_point at) {
    if (target.timer && *target.timer <= at) return;
    clear_timer(key, target);
    target.timer = at;
    timers_.emplace(at, key);
}

void Dispatcher::clear_timer(TargetKey key, DispatchTarget& target) {
    if (!target.timer) return;
    timers_.erase({*target.timer, key});
    target.timer.reset();
}

void Dispatcher::consider(TargetKey key, DispatchTarget& target) {
    const auto now = Steady::now();
    const bool has_news = target.has_new_state() || target.has_new_place();
    if (has_news && !target.is_recording) {
        // What somebody has to know is told at once, unless the engine has just refused.
        const bool is_due = now >= target.record_from || (target.has_new_state() && !target.must_wait);
        if (is_due) {
            record(key, target);
        } else {
            set_timer(key, target, target.record_from);
        }
    }
    if (target.is_at_rest() || target.is_sending || target.is_queued) return;
    if (target.through >= tenants_.at(key.tenant).head) return;
    if (now < target.go_on_from) return set_timer(key, target, target.go_on_from);
    target.is_queued = true;
    (target.failure.empty() ? queue_ : failing_queue_).push_back(key);
}

bool Dispatcher::can_serve(const std::deque<TargetKey>& queue) const {
    if (queue.empty() || under_way_ >= options_.at_once) return false;
    return &queue == &queue_ || failing_under_way_ < std::max<std::size_t>(1, options_.at_once / 2);
}

void Dispatcher::serve_queues() {
    const auto serve_first = [this](std::deque<TargetKey>& queue) {
        const TargetKey key = queue.front();
        queue.pop_front();
        const auto tenant = tenants_.find(key.tenant);
        if (tenant == tenants_.end()) return;
        const auto at = tenant->second.targets.find(key.ix);
        if (at == tenant->second.targets.end() || !at->second.is_queued) return;
        at->second.is_queued = false;
        go_on(key, at->second);
    };
    // A round, not until they are empty: those who are far behind come back, and answers are taken in between.
    for (std::size_t left = queue_.size(); left != 0 && can_serve(queue_); --left) serve_first(queue_);
    for (std::size_t left = failing_queue_.size(); left != 0 && can_serve(failing_queue_); --left) {
        serve_first(failing_queue_);
    }
}

void Dispatcher::go_on(TargetKey key, DispatchTarget& target) {
    if (target.is_at_rest() || target.is_sending) return;
    // Memory may be here that somebody else has owned for a moment.
    if (engine_.placement(key.tenant).where != engine::Placement::Where::here) return;
    // As far as there is anything by now: the more in one request, the fewer.
    core::Sequence& head = tenants_.at(key.tenant).head;
    head = engine_.head(key.tenant).value_or(head);
    const core::Sequence until = target.repeat_through.value_or(head);
    auto selection = target.receiver->select(engine_, *reader_, target.through, until);
    if (!selection) {
        const bool is_first = !std::exchange(target.is_unread, true);
        if (is_first && options_.on_note) {
            options_.on_note(
                {DispatchNote::Kind::unread, key.tenant, target.receiver->name(), selection.error().detail});
        }
        target.go_on_from = Steady::now() + trouble_wait;
        return consider(key, target);
    }
    target.is_unread = false;
    if (selection->send) return send(key, target, std::move(*selection));
    target.through = selection->through;
    target.repeat_through.reset();
    consider(key, target);
}

void Dispatcher::send(TargetKey key, DispatchTarget& target, Selection selection) {
    const bool is_failing = !target.failure.empty();
    target.is_sending = true;
    ++under_way_;
    if (is_failing) ++failing_under_way_;
    const auto done = [this, key, incarnation = target.incarnation, placings = target.placings, is_failing,
                       events = selection.events, through = selection.through](Delivery delivery) {
        --under_way_;
        if (is_failing) --failing_under_way_;
        if (delivery.kind == Delivery::Kind::taken) {
            ++taken_;
            events_sent_ += events;
        } else if (delivery.kind != Delivery::Kind::cut_off) {
            ++failed_;
        }
        DispatchTarget* const answered = find(key, incarnation);
        if (answered == nullptr) return;
        answered->is_sending = false;
        if (answered->placings == placings) on_delivery(key, *answered, through, std::move(delivery));
        consider(key, *answered);
    };
    selection.send([inbox = inbox_, done](Delivery delivery) {
        inbox->post([done, delivery = std::move(delivery)] { done(delivery); });
    });
}

void Dispatcher::on_delivery(TargetKey key, DispatchTarget& target, core::Sequence through, Delivery delivery) {
    switch (delivery.kind) {
        case Delivery::Kind::taken: {
            const bool was_failing = !target.failure.empty();
            target.through = through;
            target.has_delivered = true;
            target.failure.clear();
            target.try_anew();
            if (was_failing) note(DispatchNote::Kind::recovered, key, target);
            return;
        }
        case Delivery::Kind::gone:
        case Delivery::Kind::failed:
            target.repeat_through = through;
            return on_failure(key, target, std::move(delivery));
        case Delivery::Kind::cut_off:
            return;
    }
}

void Dispatcher::on_failure(TargetKey key, DispatchTarget& target, Delivery delivery) {
    const bool is_first = target.failure.empty();
    target.failure = std::move(delivery.failure);
    target.receiver->on_failure(target.failure);
    ++target.failures;
    target.go_on_from = Steady::now() + wait_after(target.failures, chance_(), delivery.retry_after);
    const Instant since = target.known.failing_since;
    const std::int64_t failed_for = since.is_set() ? (clock_.now().micros() - since.micros()) / 1'000 : 0;
    target.gives_up = delivery.kind == Delivery::Kind::gone || failed_for >= options_.give_up_after.count();
    if (target.gives_up) return note(DispatchNote::Kind::paused, key, target);
    if (is_first) note(DispatchNote::Kind::failing, key, target);
}

void Dispatcher::record(TargetKey key, DispatchTarget& target) {
    Told told;
    told.after = target.known.through;
    told.through = target.through;
    told.failure = target.failure;
    told.gives_up = target.gives_up;
    target.is_recording = true;
    target.has_delivered = false;
    target.record_from = Steady::now() + record_every;
    ++recording_;
    engine::Submission submission;
    submission.tenant = key.tenant;
    submission.actor.name = outlet_->actor();
    submission.command = target.receiver->record(told);
    submission.done = [inbox = inbox_, this, key, incarnation = target.incarnation,
                       told](Result<engine::Receipt, engine::Failure> result) {
        inbox->post([this, key, incarnation, told, result = std::move(result)] {
            --recording_;
            DispatchTarget* const recorded = find(key, incarnation);
            if (recorded != nullptr) on_recorded(key, *recorded, told, result);
        });
    };
    engine_.submit(std::move(submission));
}

void Dispatcher::on_recorded(TargetKey key, DispatchTarget& target, const Told& told,
                             const Result<engine::Receipt, engine::Failure>& result) {
    target.is_recording = false;
    const bool is_settled = result || is_overtaken(result.error());
    target.must_wait = !is_settled;
    if (!is_settled) {
        // Full, overloaded, not known: it is told again.
        target.has_delivered = true;
        target.record_from = Steady::now() + trouble_wait;
        return consider(key, target);
    }
    target.receiver->on_recorded();
    std::optional<core::DeliveryProgress> progress;
    if (const auto view = engine_.view(key.tenant)) progress = target.receiver->progress(view->state());
    if (!progress) return;  // the next beat forgets it
    if (is_made_by(told, *progress)) {
        target.known = std::move(*progress);
        if (told.gives_up) target.gives_up = false;  // it is paused
    } else {
        target.place(*progress);
    }
    consider(key, target);
}

void Dispatcher::note(DispatchNote::Kind kind, TargetKey key, const DispatchTarget& target) {
    if (options_.on_note) options_.on_note({kind, key.tenant, target.receiver->name(), target.failure});
}

}  // namespace waybill::delivery

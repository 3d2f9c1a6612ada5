#include "engine/batch.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "engine/replies.hpp"

namespace waybill::engine {
namespace {

Failure rejection(core::Reject code, std::string detail = {}) { return core::Rejection{code, std::move(detail), {}}; }

/// The order that a command changes; not set: none.
core::OrderId order_of(const core::Command& command) {
    if (const auto* cancel = std::get_if<core::CancelOrder>(&command)) return cancel->order;
    if (const auto* reroute = std::get_if<core::RerouteOrder>(&command)) return reroute->order;
    if (const auto* ship = std::get_if<core::ShipOrder>(&command)) return ship->order;
    if (const auto* hold = std::get_if<core::HoldOrder>(&command)) return hold->order;
    if (const auto* release = std::get_if<core::ReleaseHold>(&command)) return release->order;
    if (const auto* raise = std::get_if<core::RaiseException>(&command)) return raise->order;
    if (const auto* change = std::get_if<core::ChangeException>(&command)) return change->order;
    if (const auto* resolve = std::get_if<core::ResolveException>(&command)) return resolve->order;
    if (const auto* to_work = std::get_if<core::ReleaseOrder>(&command)) return to_work->order;
    if (const auto* accept = std::get_if<core::AcceptFulfillment>(&command)) return accept->order;
    if (const auto* pick = std::get_if<core::PickFulfillment>(&command)) return pick->order;
    if (const auto* pack = std::get_if<core::PackFulfillment>(&command)) return pack->order;
    if (const auto* unpack = std::get_if<core::UnpackParcel>(&command)) return unpack->order;
    if (const auto* refuse = std::get_if<core::RejectFulfillment>(&command)) return refuse->order;
    if (const auto* recall = std::get_if<core::RecallFulfillment>(&command)) return recall->order;
    if (const auto* send = std::get_if<core::ShipFulfillment>(&command)) return send->order;
    if (const auto* request = std::get_if<core::RequestReturn>(&command)) return request->order;
    if (const auto* approve = std::get_if<core::ApproveReturn>(&command)) return approve->order;
    if (const auto* decline = std::get_if<core::DeclineReturn>(&command)) return decline->order;
    if (const auto* receive = std::get_if<core::ReceiveReturn>(&command)) return receive->order;
    if (const auto* call_off = std::get_if<core::CancelReturn>(&command)) return call_off->order;
    return {};
}

/// What such a command looks at is not only rows that a batch under way hands on: names and numbers of tenants, the
/// merges in the log.
bool looks_around(const Job& job) {
    return job.kind == JobKind::create_tenant || std::holds_alternative<core::ErasePerson>(job.submission.command);
}

/// Core only needs to know that there is personal data; that this agrees with what is kept is up to us.
void state_person(Submission& submission) {
    const bool has_person = submission.person.has_value();
    if (auto* order = std::get_if<core::PlaceOrder>(&submission.command)) order->has_person = has_person;
    if (auto* customer = std::get_if<core::PutCustomer>(&submission.command)) customer->has_person = has_person;
}

}  // namespace

Batch::Batch(const Surroundings& around, std::vector<Job> jobs, Instant now)
    : around_(around),
      jobs_(std::move(jobs)),
      now_(now),
      answers_(jobs_.size()),
      looks_around_(std::any_of(jobs_.begin(), jobs_.end(), looks_around)) {}

Batch::Work* Batch::work_of(core::TenantId tenant) {
    if (const auto at = works_.find(tenant); at != works_.end()) return &at->second;
    TenantSlot* slot = around_.tenants->find(tenant);
    return slot == nullptr ? nullptr : &open_work(*slot);
}

Batch::Work& Batch::open_work(TenantSlot& slot) {
    Work& work = works_[slot.state->id];
    work.slot = &slot;
    work.head_before = slot.state->head;
    work.config_before = slot.state->config_sequence;
    work.instant_before = slot.state->last_instant;
    work.now = WAYBILL_MUTANT(instant_goes_back) ? now_ : std::max(now_, slot.state->last_instant);
    work.rows.batch.tenant = slot.state->id;
    work.rows.batch.epoch = slot.epoch;
    work.rows.batch.head_before = slot.state->head;
    slot.refresh_working_days(work.now, *around_.zones);
    return work;
}

void Batch::decide() {
    for (std::size_t at = 0; at < jobs_.size(); ++at) decide_one(at);
}

void Batch::decide_one(std::size_t at) {
    Submission& submission = jobs_[at].submission;
    Answer& answer = answers_[at];
    if (jobs_[at].kind == JobKind::create_tenant) {
        answer.failure = create_tenant(submission);
        if (answer.failure) {
            ++counts_.rejected;
            return;
        }
    }
    answer.tenant = submission.tenant;
    Work* work = work_of(submission.tenant);
    const bool may_be_elsewhere = around_.process != no_process && submission.tenant < around_.tenants->next_id();
    if (work == nullptr && may_be_elsewhere) {
        answer.failure = IoError{IoFailure::elsewhere, "another process serves the tenant now"};
    } else if (work == nullptr) {
        answer.failure = rejection(core::Reject::unknown_tenant);
    } else if (repeats(at, *work, answer)) {
        return;
    } else {
        answer.failure = check_before(submission, *work);
    }
    if (answer.failure) {
        ++counts_.rejected;
        return;
    }
    state_person(submission);
    core::TenantState& state = *work->slot->state;
    core::Context context;
    context.now = work->now;
    context.next = core::Sequence(state.head.raw() + 1);
    context.zones = around_.zones;
    context.working_days = &work->slot->working_days;
    context.workspace = around_.workspace;
    context.scratch = around_.scratch;
    context.routing_budget = around_.options->routing_budget;
    context.actor = submission.actor.name;
    context.scope = std::move(submission.actor.scope);
    auto decision = core::decide(submission.command, state, context);
    if (!decision) {
        ++counts_.rejected;
        counts_.rules.add(decision.error());
        answer.failure = std::move(decision.error());
        return;
    }
    ++counts_.accepted;
    apply(at, *std::move(decision), *work, answer);
}

std::optional<Failure> Batch::create_tenant(Submission& submission) {
    auto& settings = std::get<core::ConfigureTenant>(submission.command).settings;
    if (around_.tenants->find_name(settings.name) || fresh_names_.contains(settings.name)) {
        return rejection(core::Reject::tenant_name_taken, "a tenant is called " + settings.name);
    }
    auto slot = std::make_unique<TenantSlot>();
    slot->state = std::make_unique<core::TenantState>();
    const auto id = core::TenantId(around_.tenants->next_id().raw() + static_cast<std::uint32_t>(fresh_names_.size()));
    slot->state->id = id;
    slot->name = settings.name;
    if (around_.process != no_process) slot->epoch = 1;
    core::Context context;
    context.now = now_;
    context.next = core::Sequence(1);
    context.zones = around_.zones;
    // Asked twice, here and below, so that a tenant with bad settings never gets an id.
    if (auto trial = core::decide(submission.command, *slot->state, context); !trial) {
        return Failure(std::move(trial.error()));
    }
    Work& work = open_work(*slot);
    work.fresh = std::move(slot);
    work.rows.batch.tenant_name = settings.name;
    work.rows.batch.owner = around_.process;
    fresh_names_.insert(settings.name);
    submission.tenant = id;
    return std::nullopt;
}

std::optional<Failure> Batch::check_before(const Submission& submission, Work& work) {
    const core::TenantState& state = *work.slot->state;
    if (const auto* configure = std::get_if<core::ConfigureTenant>(&submission.command)) {
        if (configure->settings.name != work.slot->name) {
            return core::Rejection{core::Reject::invalid_request,
                                   "the name of a tenant is fixed",
                                   {{"/name", core::Reject::invalid_request, "the name of a tenant is fixed"}}};
        }
    }
    if (!work.unreadable.empty()) {
        const core::Needs needs = core::needs_of(submission.command, state);
        const bool all_there =
            std::all_of(needs.orders.begin(), needs.orders.end(),
                        [&](auto id) { return state.working.find_order(id); }) &&
            std::all_of(needs.customers.begin(), needs.customers.end(),
                        [&](auto id) { return state.working.find_customer(id); }) &&
            std::all_of(needs.identities.begin(), needs.identities.end(), [&](const auto& identity) {
                const auto owner = state.working.identities.find(identity);
                return owner == state.working.identities.end() || state.working.find_customer(owner->second);
            });
        if (!all_there) return IoError{IoFailure::corrupt, work.unreadable};
    }
    if (submission.if_version) {
        const core::Order* order = state.working.find_order(order_of(submission.command));
        if (order != nullptr && order->version != *submission.if_version && !WAYBILL_MUTANT(version_not_checked)) {
            return rejection(core::Reject::precondition_failed,
                             "the order has version " + std::to_string(order->version));
        }
    }
    return std::nullopt;
}

bool Batch::repeats(std::size_t at, Work& work, Answer& answer) {
    const auto& idempotency = jobs_[at].submission.idempotency;
    if (!idempotency) return false;
    if (const auto known = work.replies.find(idempotency->key);
        known != work.replies.end() && !WAYBILL_MUTANT(idempotency_forgotten)) {
        if (known->second.body_hash != idempotency->body_hash && !WAYBILL_MUTANT(idempotency_body_ignored)) {
            ++counts_.rejected;
            answer.failure = rejection(core::Reject::idempotency_key_reused);
            return true;
        }
        auto outcome = decode_reply(known->second);
        if (!outcome) {
            answer.failure = IoError{IoFailure::corrupt, std::move(outcome.error())};
            return true;
        }
        answer.receipt.outcome = *std::move(outcome);
        answer.receipt.sequence = known->second.sequence;
        answer.receipt.replayed = known->second;
        return true;
    }
    const auto first = work.first_use.find(idempotency->key);
    if (first == work.first_use.end()) return false;
    if (jobs_[first->second].submission.idempotency->body_hash != idempotency->body_hash) {
        ++counts_.rejected;
        answer.failure = rejection(core::Reject::idempotency_key_reused);
        return true;
    }
    answer.same_as = first->second;
    return true;
}

void Batch::apply(std::size_t at, core::Decision decision, Work& work, Answer& answer) {
    Submission& submission = jobs_[at].submission;
    core::TenantState& state = *work.slot->state;
    Cause cause;
    cause.actor = submission.actor.name;
    cause.command = core::name_of(submission.command);
    if (submission.idempotency) cause.correlation = submission.idempotency->key;
    for (const core::Event& event : decision.events) {
        work.rows.happen(event, {core::Sequence(state.head.raw() + 1), work.now}, cause, state);
        ++counts_.events;
        note_routing(event, answer.receipt);
        counts_.rules.add(event);
        if (const auto* put = std::get_if<core::LocationPut>(&event)) {
            work.slot->location_changed(put->ix, work.now, *around_.zones);
            work.locations_changed = true;
        }
        if (const auto* erased = std::get_if<core::PersonErased>(&event)) erase_persons(erased->customer, work);
        if (const auto* merged = std::get_if<core::CustomersMerged>(&event)) {
            work.merges.emplace_back(merged->from, merged->into);
        }
    }
    if (submission.person) keep_person(submission, decision, work);

    Receipt& receipt = answer.receipt;
    receipt.outcome = std::move(decision.outcome);
    if (jobs_[at].kind == JobKind::create_tenant) {
        receipt.outcome.object = {core::AggregateKind::tenant, submission.tenant.raw()};
    }
    receipt.sequence = state.head;
    if (receipt.outcome.object.kind == core::AggregateKind::order) {
        const auto order = state.working.orders.find(core::OrderId(receipt.outcome.object.id));
        if (order != state.working.orders.end()) receipt.order = order->second;
    }
    if (!submission.idempotency) return;
    ReplyRow reply;
    reply.key = submission.idempotency->key;
    reply.body_hash = submission.idempotency->body_hash;
    reply.status = submission.reply_status;
    reply.object = receipt.outcome.object;
    reply.sequence = receipt.sequence;
    reply.body = encode_reply_body(receipt.outcome);
    reply.at = work.now;
    if (!WAYBILL_MUTANT(reply_not_stored)) work.rows.batch.replies.push_back(std::move(reply));
    work.first_use.emplace(submission.idempotency->key, at);
}

void Batch::keep_person(Submission& submission, const core::Decision& decision, Work& work) {
    PersonRow row;
    if (std::holds_alternative<core::PlaceOrder>(submission.command)) {
        for (const core::Event& event : decision.events) {
            const auto* placed = std::get_if<core::OrderPlaced>(&event);
            if (placed == nullptr) continue;
            row.id = placed->order.ship_to.person;
            row.customer = placed->order.customer;
            row.order = placed->order.id;
        }
    } else if (decision.outcome.object.kind == core::AggregateKind::customer) {
        const core::Customer* customer =
            work.slot->state->working.find_customer(core::CustomerId(decision.outcome.object.id));
        if (customer == nullptr) return;
        row.id = customer->person;
        row.customer = customer->id;
    }
    if (!row.id.is_set()) return;
    row.doc = std::move(submission.person->doc);
    auto& persons = work.rows.batch.persons;
    std::erase_if(persons, [&](const PersonRow& other) { return other.id == row.id; });
    persons.push_back(std::move(row));
}

void Batch::erase_persons(core::CustomerId customer, Work& work) {
    // Customers that were merged into this one are the same person.
    std::vector<core::CustomerId> all{customer};
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (const auto& [from, into] : work.merges) {
            if (into == all[i] && std::find(all.begin(), all.end(), from) == all.end()) all.push_back(from);
        }
    }
    auto& batch = work.rows.batch;
    for (const core::CustomerId id : all) {
        // What this batch was about to write is erased as well; what comes after the erasure is new.
        std::erase_if(batch.persons, [id](const PersonRow& row) { return row.customer == id; });
        if (id == customer || !WAYBILL_MUTANT(merged_person_not_erased)) batch.erased.push_back(id);
    }
}

void Batch::note_routing(const core::Event& event, Receipt& receipt) {
    const core::RoutingTrace* trace = nullptr;
    if (const auto* placed = std::get_if<core::OrderPlaced>(&event)) trace = &placed->routing;
    if (const auto* rerouted = std::get_if<core::OrderRerouted>(&event)) trace = &rerouted->routing;
    if (trace == nullptr) return;
    receipt.routing =
        RoutingSummary{trace->status, trace->method, trace->cost_micros, trace->lower_bound_micros, trace->by_score};
    if (trace->status == core::RoutingStatus::held) return;
    const bool proved =
        trace->status == core::RoutingStatus::optimal || trace->status == core::RoutingStatus::infeasible;
    ++(proved ? counts_.routed_optimal : counts_.routed_unproved);
}

void Batch::encode() {
    for (auto& [id, work] : works_) {
        TenantBatch& batch = work.rows.batch;
        const bool writes = !batch.events.empty() || !batch.replies.empty() || !batch.persons.empty();
        if (!writes) continue;
        work.rows.project(*work.slot->state);
        const auto keep = std::chrono::duration_cast<std::chrono::microseconds>(around_.options->reply_keep).count();
        const auto kept = WAYBILL_MUTANT(replies_expire_at_once) ? 0 : keep;
        batch.replies_expire_before = Instant(work.now.micros() - kept);
        rows_.push_back(std::move(batch));
    }
}

void Batch::seal() {
    sealed_ = true;
    for (auto& [id, work] : works_) {
        work.slot->seal();
        work.made = std::exchange(work.slot->state->working, {});
        work.new_supply = std::exchange(work.slot->state->new_supply, {});
        work.configured = work.slot->state->config_sequence != work.config_before;
    }
}

bool Batch::must_come_out_before(const Job& job) const {
    if (looks_around_ || looks_around(job)) return true;
    const auto& idempotency = job.submission.idempotency;
    if (!idempotency) return false;
    const auto work = works_.find(job.submission.tenant);
    return work != works_.end() && work->second.first_use.contains(idempotency->key);
}

std::vector<std::pair<core::TenantId, core::Sequence>> Batch::accept() {
    WAYBILL_ASSERT(sealed_);
    std::vector<TenantSlot*> changed;
    std::vector<std::unique_ptr<TenantSlot>> fresh;
    std::vector<std::pair<core::TenantId, core::Sequence>> heads;
    for (auto& [id, work] : works_) {
        if (work.slot->sealed_head != work.head_before) {
            heads.emplace_back(id, work.slot->sealed_head);
            if (work.fresh) {
                fresh.push_back(std::move(work.fresh));
            } else {
                changed.push_back(work.slot);
            }
        }
    }
    if (!heads.empty()) around_.tenants->accept(changed, std::move(fresh));
    for (const auto& [id, work] : works_) {
        if (work.slot->committed_head == work.head_before) continue;
        around_.backorders->changed(id, work.slot->epoch, {&work.made.orders, &work.new_supply, work.configured});
    }
    return heads;
}

void Batch::drop() {
    for (auto& [id, work] : works_) {
        core::TenantState& state = *work.slot->state;
        if (!sealed_) {
            state.drop();
        } else if (WAYBILL_MUTANT(pending_kept_after_failure)) {
            state.accept_sealed();
        } else {
            state.drop_sealed();
        }
        if (!WAYBILL_MUTANT(head_kept_after_failure)) state.head = work.head_before;
        state.config_sequence = work.config_before;
        state.last_instant = work.instant_before;
        if (work.locations_changed && !WAYBILL_MUTANT(days_kept_after_failure)) work.slot->days_at_minute = -1;
    }
}

}  // namespace waybill::engine

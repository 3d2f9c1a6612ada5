#include "engine/engine_test_kit.hpp"

#include <gtest/gtest.h>

#include "base/assert.hpp"
#include "engine/auditor.hpp"

namespace waybill::engine::testing {
namespace {

/// Passes everything on, except renewals when the store says so.
class FaultyLeases final : public Leases {
public:
    FaultyLeases(std::unique_ptr<Leases> inner, const std::atomic<bool>& is_cut)
        : inner_(std::move(inner)), is_cut_(is_cut) {}

    Answer<ProcessId> join(const Process& process, std::chrono::milliseconds lease) override {
        return inner_->join(process, lease);
    }
    Answer<std::optional<Membership>> renew(ProcessId self, std::chrono::milliseconds lease) override {
        if (is_cut_) return fail(IoError{IoFailure::unavailable, "planned"});
        return inner_->renew(self, lease);
    }
    Answer<Membership> look() override { return inner_->look(); }
    Answer<std::vector<OwnedTenant>> claim(ProcessId self, const std::vector<core::TenantId>& tenants) override {
        return inner_->claim(self, tenants);
    }
    Answer<Unit> release(ProcessId self, const std::vector<Holding>& holdings) override {
        return inner_->release(self, holdings);
    }
    Answer<Unit> leave(ProcessId self) override { return inner_->leave(self); }

private:
    std::unique_ptr<Leases> inner_;
    const std::atomic<bool>& is_cut_;
};

/// Passes everything on, except the head when the store says so.
class FaultyReader final : public Reader {
public:
    FaultyReader(std::unique_ptr<Reader> inner, const std::atomic<bool>& head_unreadable)
        : inner_(std::move(inner)), head_unreadable_(head_unreadable) {}

    Answer<Moment> hold_moment() override { return inner_->hold_moment(); }
    Answer<Position> position(core::TenantId t) override { return inner_->position(t); }
    Answer<core::Sequence> head(core::TenantId t) override {
        if (head_unreadable_) return fail(IoError{IoFailure::unavailable, "planned"});
        return inner_->head(t);
    }
    Answer<Settled> settled(core::TenantId t) override {
        if (head_unreadable_) return fail(IoError{IoFailure::unavailable, "planned"});
        return inner_->settled(t);
    }
    Answer<std::optional<StoredOrder>> order(core::TenantId t, core::OrderId id) override {
        return inner_->order(t, id);
    }
    Answer<std::optional<core::OrderId>> order_by_channel(core::TenantId t, core::ChannelIx channel,
                                                          std::string_view number) override {
        return inner_->order_by_channel(t, channel, number);
    }
    Answer<OrderPage> search_orders(core::TenantId t, const OrderQuery& q, Blocks b) override {
        return inner_->search_orders(t, q, b);
    }
    Answer<std::vector<StoredOrder>> scan_orders(core::TenantId t, core::OrderId after, std::uint32_t limit) override {
        return inner_->scan_orders(t, after, limit);
    }
    Answer<std::vector<ExceptionRow>> exceptions(core::TenantId t, const ExceptionQuery& q) override {
        return inner_->exceptions(t, q);
    }
    Answer<std::vector<FulfillmentRow>> fulfillments(core::TenantId t, const FulfillmentQuery& q) override {
        return inner_->fulfillments(t, q);
    }
    Answer<std::vector<ReturnRow>> returns(core::TenantId t, const ReturnQuery& q) override {
        return inner_->returns(t, q);
    }
    Answer<std::vector<EventRow>> events(core::TenantId t, const EventQuery& q) override {
        return inner_->events(t, q);
    }
    Answer<std::vector<MovementRow>> movements(core::TenantId t, const MovementQuery& q) override {
        return inner_->movements(t, q);
    }
    Answer<std::vector<LevelRow>> movement_sums(core::TenantId t) override { return inner_->movement_sums(t); }
    Answer<std::optional<std::string>> customer(core::TenantId t, core::CustomerId id) override {
        return inner_->customer(t, id);
    }
    Answer<std::vector<std::string>> customers(core::TenantId t, core::CustomerId after, std::string_view text,
                                               std::uint32_t limit) override {
        return inner_->customers(t, after, text, limit);
    }
    Answer<std::optional<core::CustomerId>> customer_by_identity(core::TenantId t,
                                                                 const core::CustomerIdentity& identity) override {
        return inner_->customer_by_identity(t, identity);
    }
    Answer<std::optional<PersonRow>> person(core::TenantId t, core::PersonId id) override {
        return inner_->person(t, id);
    }
    Answer<std::vector<PersonRow>> scan_persons(core::TenantId t, core::PersonId after, std::uint32_t limit) override {
        return inner_->scan_persons(t, after, limit);
    }
    Answer<std::optional<ReplyRow>> reply(core::TenantId t, std::string_view key) override {
        return inner_->reply(t, key);
    }
    Answer<std::vector<ReplyRow>> scan_replies(core::TenantId t, std::string_view after, std::uint32_t limit) override {
        return inner_->scan_replies(t, after, limit);
    }
    Answer<Unit> configuration(core::TenantId t, ConfigurationSink& sink) override {
        return inner_->configuration(t, sink);
    }
    Answer<std::optional<core::TenantId>> tenant_of_key(std::string_view hash) override {
        return inner_->tenant_of_key(hash);
    }

private:
    std::unique_ptr<Reader> inner_;
    const std::atomic<bool>& head_unreadable_;
};

core::Item item_of(const std::string& sku) {
    core::Item item;
    item.sku = sku;
    item.title = "Item " + sku;
    item.units = {{"each", 1, ""}};
    item.weight_g = 250;
    item.price_micros = 5'000'000;
    return item;
}

core::Location location_of(const std::string& code) {
    core::Location location;
    location.code = code;
    location.name = code;
    location.address.country = "GB";
    location.calendar.working_days.fill(true);
    return location;
}

}  // namespace

const std::vector<core::ZoneRules>& test_zones() {
    static const std::vector<core::ZoneRules> zones{{"UTC", {{Instant(0), 0}}}};
    return zones;
}

void CommitGate::close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
}

void CommitGate::open() {
    const std::lock_guard lock(mutex_);
    is_closed_ = false;
    changed_.notify_all();
}

void CommitGate::open_once() {
    const std::lock_guard lock(mutex_);
    is_one_let_through_ = true;
    is_held_ = false;
    changed_.notify_all();
}

void CommitGate::wait_until_held() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_held_; });
}

void CommitGate::pass() {
    std::unique_lock lock(mutex_);
    is_held_ = is_closed_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !is_closed_ || is_one_let_through_; });
    is_one_let_through_ = false;
    is_held_ = false;
}

Result<Unit, IoError> FaultyStore::commit(const std::vector<TenantBatch>& batches) {
    gate.pass();
    if (faults.empty()) return inner_.commit(batches);
    const PlannedFault fault = faults.front();
    faults.erase(faults.begin());
    if (fault.commit_really_happens) {
        const auto done = inner_.commit(batches);
        WAYBILL_ASSERT(done.has_value());
    }
    return fail(fault.error);
}

Result<std::unique_ptr<Reader>, IoError> FaultyStore::reader() {
    auto inner = inner_.reader();
    if (!inner) return inner;
    return std::unique_ptr<Reader>(std::make_unique<FaultyReader>(*std::move(inner), head_unreadable));
}

Result<std::unique_ptr<Leases>, IoError> FaultyStore::leases() {
    auto inner = inner_.leases();
    if (!inner || *inner == nullptr) return inner;
    return std::unique_ptr<Leases>(std::make_unique<FaultyLeases>(*std::move(inner), lease_not_renewed));
}

Shop::Shop(Store& store, EngineOptions options) {
    auto opened = Engine::open(store, clock, test_zones(), options);
    WAYBILL_ASSERT(opened.has_value());
    engine = *std::move(opened);
}

core::TenantId Shop::make_tenant(const std::string& name) {
    core::TenantSettings settings;
    settings.name = name;
    settings.currency = Currency::parse("GBP").value();
    std::promise<core::TenantId> made;
    engine->create_tenant(settings, {}, [&](Answer answer) {
        EXPECT_TRUE(answer);
        made.set_value(core::TenantId(answer ? static_cast<std::uint32_t>(answer->outcome.object.id) : 0));
    });
    return made.get_future().get();
}

void Shop::open_shop(std::int64_t stock_each) {
    tenant = make_tenant("acme");
    configure(tenant, stock_each);
}

void Shop::configure(core::TenantId of, std::int64_t stock_each) {
    std::vector<core::Command> commands;
    for (const char* code : {"LON", "MAN"}) commands.emplace_back(core::PutLocation{location_of(code)});
    for (const char* sku : {"A", "B"}) commands.emplace_back(core::PutItem{item_of(sku), {}});
    core::Channel channel;
    channel.code = "WEB";
    commands.emplace_back(core::PutChannel{channel, {}});
    for (const char* sku : {"A", "B"}) {
        for (const char* code : {"LON", "MAN"}) {
            if (stock_each > 0) commands.emplace_back(receipt_of(sku, code, stock_each));
        }
    }
    for (core::Command& command : commands) {
        Submission one = submission(std::move(command));
        one.tenant = of;
        const Answer answer = run(std::move(one));
        if (const auto code = rejection_of(answer)) {
            ADD_FAILURE() << core::info_of(*code).name << " " << std::get<core::Rejection>(answer.error()).detail;
        }
        ASSERT_TRUE(answer);
    }
}

Answer Shop::run(Submission submission) {
    std::promise<Answer> answered;
    submission.done = [&](Answer answer) { answered.set_value(std::move(answer)); };
    engine->submit(std::move(submission));
    return answered.get_future().get();
}

std::vector<Answer> Shop::run_together(std::vector<Submission> submissions) {
    // The writer is held between two batches until all of them wait.
    std::promise<void> held;
    std::promise<void> go_on;
    engine->inspect(tenant, [&](const core::TenantState*, const core::Context&) {
        held.set_value();
        go_on.get_future().wait();
    });
    held.get_future().wait();
    std::vector<std::promise<Answer>> promises(submissions.size());
    for (std::size_t i = 0; i < submissions.size(); ++i) {
        submissions[i].done = [&promises, i](Answer answer) { promises[i].set_value(std::move(answer)); };
        engine->submit(std::move(submissions[i]));
    }
    go_on.set_value();
    std::vector<Answer> out;
    for (auto& promise : promises) out.push_back(promise.get_future().get());
    return out;
}

Submission Shop::submission(core::Command command) const {
    Submission out;
    out.tenant = tenant;
    out.command = std::move(command);
    return out;
}

Submission Shop::keyed(core::Command command, const std::string& key, unsigned char body) const {
    Submission out = submission(std::move(command));
    out.idempotency = Idempotency{key, {}};
    out.idempotency->body_hash.fill(body);
    out.reply_status = 201;
    return out;
}

core::Level Shop::level(const std::string& sku, const std::string& location) {
    const auto view = engine->view(tenant);
    const auto item = view->find_item(sku);
    const auto place = view->find_location(location);
    WAYBILL_ASSERT(item && place);
    const core::Level* found = view->levels(*item).find(*place);
    return found == nullptr ? core::Level{} : *found;
}

core::PlaceOrder order_of(const std::string& number, const std::string& sku, std::int64_t quantity,
                          core::OnShortage on_shortage) {
    core::PlaceOrder order;
    order.channel = "WEB";
    order.channel_order_id = number;
    order.currency = Currency::parse("GBP").value();
    order.ship_to.country = "GB";
    order.on_shortage = on_shortage;
    core::LineInput line;
    line.sku = sku;
    line.quantity = quantity;
    line.unit_price_micros = 5'000'000;
    order.lines.push_back(line);
    return order;
}

core::MoveInventory receipt_of(const std::string& sku, const std::string& location, std::int64_t quantity) {
    core::MoveInput move;
    move.kind = core::MoveKind::receive;
    move.sku = sku;
    move.location = location;
    move.quantity = quantity;
    return {{move}, "asn"};
}

std::optional<core::Reject> rejection_of(const Answer& answer) {
    if (answer) return std::nullopt;
    const auto* rejection = std::get_if<core::Rejection>(&answer.error());
    if (rejection == nullptr) return std::nullopt;
    return rejection->code;
}

std::optional<IoFailure> io_failure_of(const Answer& answer) {
    if (answer) return std::nullopt;
    const auto* error = std::get_if<IoError>(&answer.error());
    if (error == nullptr) return std::nullopt;
    return error->kind;
}

Audited audited(Store& store) {
    auto report = audit(store, {});
    Audited out;
    if (!report) {
        out.problems.push_back("the audit failed: " + report.error().detail);
        return out;
    }
    out.problems = report->problems;
    for (const auto& tenant : report->tenants) out.hashes.push_back(tenant.state_hash);
    return out;
}

}  // namespace waybill::engine::testing

#include "engine/backorder_retrier.hpp"

#include <algorithm>
#include <utility>

#include "core/automation/rule_versions.hpp"
#include "engine/codec.hpp"

namespace waybill::engine {
namespace {

using Steady = std::chrono::steady_clock;

/// What may have units that wait and are not kept from being routed.
const std::vector<core::OrderStatus>& waiting_statuses() {
    using Status = core::OrderStatus;
    static const std::vector<Status> statuses{Status::backordered, Status::partially_allocated,
                                              Status::partially_shipped, Status::on_hold};
    return statuses;
}

Result<Unit, IoError> offer_all(Engine& engine, Reader& reader, core::TenantId tenant) {
    OrderQuery query;
    query.statuses = waiting_statuses();
    query.limit = page_rows;
    while (true) {
        auto page = reader.search_orders(tenant, query, Blocks::with);
        if (!page) return fail(std::move(page.error()));
        for (const OrderHit& hit : page->hits) {
            auto order = decode_order(hit.order);
            // One that can not be read is found by `verify`, and by whoever wants to change it.
            if (order) engine.backorders().offer(tenant, *order);
        }
        if (!page->next) return Unit{};
        query.after = page->next;
    }
}

}  // namespace

Result<Unit, IoError> follow_backorders(Engine& engine, Reader& reader, core::TenantId tenant) {
    const auto epoch = engine.epoch(tenant);
    if (!epoch || !engine.backorders().follow(tenant, *epoch)) return Unit{};
    if (auto offered = offer_all(engine, reader, tenant); !offered) {
        engine.backorders().forget(tenant);
        return offered;
    }
    engine.backorders().all_offered(tenant);
    return Unit{};
}

void tell_backorders_of_today(Engine& engine, core::TenantId tenant) {
    // Where too many look at the state already, the next time will do.
    (void)engine.inspect(tenant, [&engine, tenant](const core::TenantState* state, const core::Context& context) {
        if (state == nullptr) return;
        engine.backorders().today(tenant, *context.working_days, core::rule_set_at(*state, context.now));
    });
}

Result<std::unique_ptr<BackorderRetrier>, IoError> BackorderRetrier::start(Engine& engine, Store& store,
                                                                           BackorderRetrierOptions options) {
    auto reader = store.reader();
    if (!reader) return fail(std::move(reader.error()));
    return std::unique_ptr<BackorderRetrier>(new BackorderRetrier(engine, std::move(*reader), options));
}

BackorderRetrier::BackorderRetrier(Engine& engine, std::unique_ptr<Reader> reader, BackorderRetrierOptions options)
    : engine_(engine), reader_(std::move(reader)), options_(options) {
    engine_.backorders().on_due([desk = desk_] {
        const std::lock_guard lock(desk->mutex);
        desk->has_due = true;
        desk->news.notify_one();
    });
    thread_ = std::thread([this] { run(); });
}

BackorderRetrier::~BackorderRetrier() { stop(); }

void BackorderRetrier::stop() {
    const std::lock_guard once(stop_mutex_);
    {
        const std::lock_guard lock(desk_->mutex);
        desk_->is_stopping = true;
        desk_->news.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

BackorderStats BackorderRetrier::stats() const {
    return {engine_.backorders().waiting(), desk_->retried.load(), desk_->supplied.load()};
}

void BackorderRetrier::run() {
    auto next_look = Steady::now();
    auto next_day = next_look;
    while (true) {
        bool was_read = true;
        if (Steady::now() >= next_look) {
            was_read = look_around();
            next_look = Steady::now() + options_.beat;
        }
        if (Steady::now() >= next_day) {
            look_at_day();
            next_day = Steady::now() + options_.day_every;
        }
        std::size_t room = 0;
        {
            std::unique_lock lock(desk_->mutex);
            const bool must_rest = std::exchange(desk_->is_in_trouble, false) || !was_read;
            const auto is_over = [this] { return desk_->is_stopping && desk_->under_way == 0; };
            if (must_rest) {
                desk_->news.wait_for(lock, options_.rest, is_over);
            } else {
                desk_->news.wait_until(lock, next_look, [&] {
                    return is_over() || (!desk_->is_stopping && desk_->has_due && desk_->under_way < options_.at_once);
                });
            }
            if (is_over()) return;
            if (desk_->is_stopping || !std::exchange(desk_->has_due, false)) continue;
            room = options_.at_once - desk_->under_way;
        }
        if (retry_some(room)) {
            const std::lock_guard lock(desk_->mutex);
            desk_->has_due = true;
        }
    }
}

bool BackorderRetrier::look_around() {
    bool out = true;
    for (const TenantHead& tenant : engine_.tenants()) {
        if (tenant.tenant == system_tenant) continue;
        if (engine_.placement(tenant.tenant).where != Placement::Where::here) {
            engine_.backorders().forget(tenant.tenant);
        } else if (!follow_backorders(engine_, *reader_, tenant.tenant)) {
            out = false;
        }
    }
    return out;
}

void BackorderRetrier::look_at_day() {
    for (const core::TenantId tenant : engine_.backorders().followed()) tell_backorders_of_today(engine_, tenant);
}

bool BackorderRetrier::retry_some(std::size_t room) {
    for (const core::TenantId tenant : engine_.backorders().with_due()) {
        while (true) {
            if (room == 0) return true;
            std::optional<core::OrderId> order;
            {
                const auto view = engine_.view(tenant);
                if (!view) break;
                order = engine_.backorders().take(tenant, view->state());
            }
            if (!order) break;
            --room;
            retry(tenant, *order);
        }
    }
    return false;
}

void BackorderRetrier::retry(core::TenantId tenant, core::OrderId order) {
    {
        const std::lock_guard lock(desk_->mutex);
        ++desk_->under_way;
    }
    Submission submission;
    submission.tenant = tenant;
    submission.command = core::RerouteOrder{order, true, {}, std::string(supply_reason)};
    submission.done = [&engine = engine_, desk = desk_, tenant, order](Result<Receipt, Failure> result) {
        ++desk->retried;
        if (result && result->routing) ++desk->supplied;
        const auto* const error = result ? nullptr : std::get_if<IoError>(&result.error());
        const auto* const refusal = result ? nullptr : std::get_if<core::Rejection>(&result.error());
        const bool is_gone = error != nullptr && error->kind == IoFailure::elsewhere;
        const bool is_full = refusal != nullptr && refusal->code == core::Reject::engine_overloaded;
        // What became of it is unknown, or it was not tried: to try again does no harm.
        const bool again = (error != nullptr && !is_gone) || is_full;
        if (again) engine.backorders().put_back(tenant, order);
        const std::lock_guard lock(desk->mutex);
        --desk->under_way;
        desk->has_due = desk->has_due || again;
        desk->is_in_trouble = desk->is_in_trouble || again;
        desk->news.notify_one();
    };
    engine_.submit(std::move(submission));
}

}  // namespace waybill::engine

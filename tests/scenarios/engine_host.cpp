#include "tests/scenarios/engine_host.hpp"

#include <future>
#include <utility>

#include "base/assert.hpp"
#include "conformance/private_postgres.hpp"
#include "engine/auditor.hpp"
#include "engine/codec.hpp"
#include "storage/open_store.hpp"
#include "tests/scenarios/views.hpp"
#include "tests/scenarios/zones.hpp"

namespace waybill::scenarios {

namespace {

/// One for all scenarios, which run one after the other: to empty its tables takes less than to make them.
const std::string& emptied_schema() {
    auto& server = conformance::PrivatePostgres::shared();
    static const std::string address = server.fresh_schema();
    server.sql(address,
               "DO $$ DECLARE t regclass; BEGIN FOR t IN SELECT oid FROM pg_class WHERE relkind = 'r'"
               " AND relnamespace = current_schema()::regnamespace AND relname <> 'waybill_schema'"
               " LOOP EXECUTE 'DELETE FROM ' || t; END LOOP; END $$");
    return address;
}

}  // namespace

EngineHost::EngineHost(StoreKind kind) : kind_(kind) {
    if (kind_ == StoreKind::sqlite) {
        std::string name = (std::filesystem::temp_directory_path() / "waybill-scenario-XXXXXX").string();
        WAYBILL_ASSERT(mkdtemp(name.data()) != nullptr);
        folder_ = name;
        address_ = "sqlite:" + (folder_ / "store.db").string();
    }
    if (kind_ == StoreKind::memory) address_ = "memory:";
    if (kind_ == StoreKind::postgres) address_ = emptied_schema();
    open_store();
    open_engine();
}

EngineHost::~EngineHost() {
    stop_engine();
    engine_.reset();
    store_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
}

void EngineHost::open_store() {
    auto store = storage::open_store(address_, storage::Access::read_write);
    WAYBILL_ASSERT(store.has_value());
    store_ = std::move(*store);
}

void EngineHost::open_engine() {
    auto engine = engine::Engine::open(*store_, clock_, test_zones(), {});
    WAYBILL_ASSERT(engine.has_value());
    engine_ = std::move(*engine);
}

void EngineHost::stop_engine() {
    if (engine_) engine_->stop();
}

void EngineHost::restart_engine() {
    engine_->stop();
    engine_.reset();
    open_engine();
}

core::Sequence EngineHost::head(core::TenantId tenant) {
    const auto reader = store_->reader();
    WAYBILL_ASSERT(reader.has_value());
    const auto head = (*reader)->head(tenant);
    return head ? *head : core::Sequence{};
}

namespace {

/// Calls `take` with every event after `after`.
template <class Take>
void each_event(engine::Store& store, core::TenantId tenant, core::Sequence after, Take take) {
    engine::EventQuery query;
    query.after = after;
    query.limit = 1'000;
    const auto reader = store.reader();
    WAYBILL_ASSERT(reader.has_value());
    const auto rows = (*reader)->events(tenant, query);
    WAYBILL_ASSERT(rows.has_value());
    for (const engine::EventRow& row : *rows) {
        const auto event = engine::decode_event(row.type, row.schema_version, row.body);
        WAYBILL_ASSERT(event.has_value());
        take(*event, row.sequence);
    }
}

}  // namespace

std::vector<ToldView> EngineHost::told(core::TenantId tenant, const std::string& webhook, core::Sequence after) {
    std::vector<ToldView> out;
    const auto view = engine_->view(tenant);
    each_event(*store_, tenant, after,
               [&](const core::Event& event, core::Sequence) { add_told(out, view->state(), webhook, event); });
    return out;
}

std::vector<std::string> EngineHost::mails(core::TenantId tenant, const std::string& locale, core::Sequence after) {
    std::vector<std::string> out;
    const auto view = engine_->view(tenant);
    each_event(*store_, tenant, after, [&](const core::Event& event, core::Sequence sequence) {
        add_mails(out, view->state(), locale, event, sequence);
    });
    return out;
}

std::vector<std::string> EngineHost::audit_at_end() {
    stop_engine();
    if (kind_ != StoreKind::memory) {
        engine_.reset();
        store_.reset();
        open_store();
    }
    std::vector<std::string> out;
    const auto report = engine::audit(*store_, [](std::uint64_t, std::uint64_t) {});
    if (!report) {
        out.push_back("the audit failed: " + report.error().detail);
    } else {
        out = report->problems;
    }
    const auto structure = store_->check();
    if (!structure) {
        out.push_back("the store's own check failed: " + structure.error().detail);
    } else {
        out.insert(out.end(), structure->begin(), structure->end());
    }
    return out;
}

Result<engine::Receipt, engine::Failure> run_and_wait(engine::Engine& engine, engine::Submission submission) {
    auto promise = std::make_shared<std::promise<Result<engine::Receipt, engine::Failure>>>();
    auto future = promise->get_future();
    submission.done = [promise](Result<engine::Receipt, engine::Failure> result) {
        promise->set_value(std::move(result));
    };
    engine.submit(std::move(submission));
    return future.get();
}

}  // namespace waybill::scenarios

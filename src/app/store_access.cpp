#include "app/store_access.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <future>

#include "app/stop_signals.hpp"
#include "storage/open_store.hpp"
#include "zones/load_zones.hpp"

namespace waybill::app {
namespace {

/// The file of a store's address; empty when it has none.
std::string file_of(const std::string& where) {
    constexpr std::string_view sqlite = "sqlite:";
    if (where == "memory:" || storage::is_on_server(where)) return {};
    return where.starts_with(sqlite) ? where.substr(sqlite.size()) : where;
}

std::string_view explain(engine::IoFailure kind) {
    using engine::IoFailure;
    switch (kind) {
        case IoFailure::unavailable:
            return "can not be opened";
        case IoFailure::locked:
            return "is in use by another process; stop it, or do this through its API";
        case IoFailure::full:
            return "has no space left";
        case IoFailure::read_only:
            return "is read-only";
        case IoFailure::corrupt:
            return "is damaged; restore a backup";
        case IoFailure::newer_schema:
            return "was written by a newer version of waybill; use that one";
        case IoFailure::not_a_store:
            return "is not a Waybill store";
        case IoFailure::conflict:
            return "was changed by somebody else";
        case IoFailure::outcome_unknown:
            return "did not say whether the change was made";
        case IoFailure::elsewhere:
            return "has the tenant served by another process; do this through its API";
    }
    return "failed";
}

}  // namespace

std::string describe(const std::string& where, const engine::IoError& error) {
    std::string out = "the store " + storage::shown(where) + " " + std::string(explain(error.kind));
    if (!error.detail.empty()) out += " (" + error.detail + ")";
    return out;
}

std::string describe(const std::string& where, const engine::Failure& failure) {
    if (const auto* io = std::get_if<engine::IoError>(&failure)) return describe(where, *io);
    const auto& rejection = *std::get_if<core::Rejection>(&failure);
    const auto& info = core::info_of(rejection.code);
    std::string out = std::string(info.name) + ": " + std::string(info.text);
    if (!rejection.detail.empty()) out += " (" + rejection.detail + ")";
    for (const auto& fault : rejection.faults) out += "; " + fault.pointer + " " + fault.detail;
    return out;
}

Result<std::unique_ptr<engine::Store>, std::string> open_store_at(const std::string& where, storage::Access access,
                                                                  Missing missing, storage::StoreOptions options) {
    std::error_code error;
    const std::string file = file_of(where);
    if (missing == Missing::refuse && !file.empty() && !std::filesystem::exists(file, error)) {
        return fail("there is no store at " + storage::shown(where));
    }
    if (missing == Missing::refuse && access == storage::Access::read_write && storage::is_on_server(where)) {
        // Opened for writing, an empty schema would become a store.
        const auto there = storage::open_store(where, storage::Access::read_only, options);
        if (!there) return fail(describe(where, there.error()));
    }
    auto store = storage::open_store(where, access, options);
    if (!store) return fail(describe(where, store.error()));
    return std::move(*store);
}

Result<std::unique_ptr<engine::Store>, std::string> open_store_when_free(
    const std::string& where, const storage::StoreOptions& options, std::chrono::milliseconds wait_max,
    const std::function<void(const std::string&)>& waits) {
    constexpr std::chrono::milliseconds between_tries{100};
    const auto until = std::chrono::steady_clock::now() + wait_max;
    for (bool is_first = true;; is_first = false) {
        auto store = storage::open_store(where, storage::Access::read_write, options);
        if (store) return std::move(*store);
        const bool may_pass =
            store.error().kind == engine::IoFailure::locked || store.error().kind == engine::IoFailure::unavailable;
        if (!may_pass || std::chrono::steady_clock::now() >= until) return fail(describe(where, store.error()));
        if (is_first) waits(describe(where, store.error()));
        if (stop_asked_within(between_tries)) return fail(std::string());
    }
}

void add_store_option(CLI::App& command, std::string& where) {
    command.add_option("--store", where, "The store: a file, or postgresql://...")
        ->envname("WAYBILL_STORE")
        ->capture_default_str();
}

Result<DirectEngine, std::string> DirectEngine::open(const std::string& where, Missing missing) {
    DirectEngine out;
    out.where_ = where;
    auto store = open_store_at(where, storage::Access::read_write, missing);
    if (!store) return fail(store.error());
    auto zones = zones::load_zones();
    if (!zones) return fail(zones.error());
    out.store_ = std::move(*store);
    out.clock_ = std::make_unique<SystemClock>();
    out.zones_ = std::make_unique<std::vector<core::ZoneRules>>(std::move(*zones));
    auto engine = engine::Engine::open(*out.store_, *out.clock_, *out.zones_, {});
    if (!engine) return fail(describe(where, engine.error()));
    out.engine_ = std::move(*engine);
    return out;
}

DirectEngine::~DirectEngine() {
    if (engine_) engine_->stop();
}

Result<engine::Receipt, std::string> DirectEngine::submit(core::TenantId tenant, core::Command command) {
    std::promise<Result<engine::Receipt, engine::Failure>> promise;
    auto answer = promise.get_future();
    engine::Submission submission;
    submission.tenant = tenant;
    submission.actor.name = "cli";
    submission.command = std::move(command);
    submission.done = [&promise](Result<engine::Receipt, engine::Failure> result) {
        promise.set_value(std::move(result));
    };
    engine_->submit(std::move(submission));
    auto result = answer.get();
    if (!result) return fail(describe(where_, result.error()));
    return std::move(*result);
}

Result<core::TenantId, std::string> DirectEngine::create_tenant(core::TenantSettings settings) {
    std::promise<Result<engine::Receipt, engine::Failure>> promise;
    auto answer = promise.get_future();
    const std::string name = settings.name;
    engine_->create_tenant(
        std::move(settings), {.name = "cli", .scope = {}},
        [&promise](Result<engine::Receipt, engine::Failure> result) { promise.set_value(std::move(result)); });
    const auto result = answer.get();
    if (!result) return fail(describe(where_, result.error()));
    const auto id = engine_->find_tenant(name);
    if (!id) return fail("the tenant " + name + " was made and is not there");
    return *id;
}

}  // namespace waybill::app

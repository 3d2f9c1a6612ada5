#include "bench/ground.hpp"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <utility>
#include <variant>

#include "api/authentication.hpp"
#include "storage/open_store.hpp"
#include "zones/load_zones.hpp"

namespace waybill::bench {
namespace {

constexpr std::size_t set_up_under_way_max = 1'000;

Result<core::TenantId, std::string> make_tenant(engine::Engine& engine, const std::string& name) {
    core::TenantSettings settings;
    settings.name = name;
    settings.currency = *Currency::parse("GBP");
    std::promise<std::string> made;
    engine.create_tenant(std::move(settings), {}, [&](Result<engine::Receipt, engine::Failure> result) {
        made.set_value(result ? "" : describe(result.error()));
    });
    if (const std::string failure = made.get_future().get(); !failure.empty()) return fail(failure);
    return *engine.find_tenant(name);
}

}  // namespace

Instant SystemClock::now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return Instant(std::chrono::duration_cast<std::chrono::microseconds>(since).count());
}

Result<std::unique_ptr<Ground>, std::string> make_ground(std::size_t batch_commands_max) {
    auto out = std::make_unique<Ground>();
    auto zones = zones::load_zones();
    if (!zones) return fail(zones.error());
    out->zones = std::move(*zones);
    out->options.batch_commands_max = batch_commands_max;
    out->options.queue_commands_max = std::max(batch_commands_max * 4, set_up_under_way_max * 2);
    return out;
}

std::string describe(const engine::IoError& error) { return "the benchmark's store failed: " + error.detail; }

std::string describe(const engine::Failure& failure) {
    if (const auto* io = std::get_if<engine::IoError>(&failure)) return describe(*io);
    const auto& rejection = *std::get_if<core::Rejection>(&failure);
    const auto& info = core::info_of(rejection.code);
    return std::string(info.name) + ": " + std::string(info.text) + " " + rejection.detail;
}

Result<std::unique_ptr<engine::Store>, std::string> open_store(const std::string& path) {
    auto store = storage::open_store(path, storage::Access::read_write);
    if (!store) return fail(path + ": " + describe(store.error()));
    return std::move(*store);
}

void remove_store(const std::string& path) {
    std::error_code error;
    for (const char* end : {"", "-wal", "-shm", "-lock", ".lock", ".webhook-key"})
        std::filesystem::remove(path + end, error);
}

std::uint64_t file_bytes(const std::string& path) {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(path, error);
    return error ? 0 : bytes;
}

Result<Folder, std::string> Folder::open(const std::string& wanted) {
    Folder out;
    std::error_code error;
    if (!wanted.empty()) {
        if (!std::filesystem::is_directory(wanted, error)) return fail("there is no folder " + wanted);
        out.path_ = wanted;
        return out;
    }
    std::string pattern = (std::filesystem::temp_directory_path(error) / "waybill-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) return fail("can not make a folder: " + pattern);
    out.path_ = pattern;
    out.is_own_ = true;
    return out;
}

Folder::Folder(Folder&& other) noexcept : path_(std::move(other.path_)), is_own_(std::exchange(other.is_own_, false)) {}

Folder::~Folder() {
    std::error_code error;
    if (is_own_) std::filesystem::remove_all(path_, error);
}

void Feeder::send(core::Command command, std::optional<engine::PersonData> person, OnReceipt on_receipt) {
    {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] { return under_way_ < under_way_max_; });
        ++under_way_;
    }
    engine::Submission submission;
    submission.tenant = tenant_;
    submission.actor.name = "bench";
    submission.command = std::move(command);
    submission.person = std::move(person);
    if (on_receipt) {
        submission.done = [this, told = std::move(on_receipt)](Result<engine::Receipt, engine::Failure> result) {
            if (result) told(*result);
            answered(result);
        };
    } else {
        submission.done = [this](Result<engine::Receipt, engine::Failure> result) { answered(result); };
    }
    engine_.submit(std::move(submission));
}

void Feeder::wait() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return under_way_ == 0; });
}

void Feeder::answered(const Result<engine::Receipt, engine::Failure>& result) {
    const std::lock_guard lock(mutex_);
    if (result) {
        ++accepted;
    } else {
        ++rejected;
        if (first_failure.empty()) first_failure = describe(result.error());
    }
    --under_way_;
    // The sender is woken when there is room for a good part of a batch, not for each answer.
    if (under_way_ == 0 || under_way_ == under_way_max_ * 3 / 4) room_.notify_one();
}

Result<core::TenantId, std::string> set_up_tenant(engine::Store& store, Ground& ground,
                                                  std::vector<core::Command> commands) {
    auto engine = engine::Engine::open(store, ground.clock, ground.zones, ground.options);
    if (!engine) return fail(describe(engine.error()));
    const auto tenant = make_tenant(**engine, std::string(tenant_name));
    if (!tenant) return fail(tenant.error());
    Feeder feeder(**engine, *tenant, set_up_under_way_max);
    core::IssueKey key;
    key.key_name = "benchmark";
    key.role = core::Role::admin;
    key.hash = api::hash_secret(tenant_secret);
    feeder.send(std::move(key));
    for (core::Command& command : commands) feeder.send(std::move(command));
    feeder.wait();
    (*engine)->stop();
    if (feeder.rejected > 0) return fail("the benchmark's set-up was refused: " + feeder.first_failure);
    return tenant;
}

}  // namespace waybill::bench

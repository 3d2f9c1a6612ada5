#include "sim/world.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <future>
#include <string_view>
#include <utility>

#include "base/assert.hpp"
#include "sim/zones.hpp"
#include "storage/open_store.hpp"

namespace waybill::sim {
namespace {

/// Memory where there is some: a simulated crash needs no real disk, and syncs would be most of the time.
std::filesystem::path scratch_root() {
    std::error_code code;
    if (std::filesystem::is_directory("/dev/shm", code)) return "/dev/shm";
    return std::filesystem::temp_directory_path();
}

constexpr std::string_view folder_prefix = "waybill-sim-";

/// Runs that were killed leave their folder. Its name has the process, so those of dead ones are known.
void remove_folders_of_dead_runs() {
    std::error_code code;
    for (const auto& entry : std::filesystem::directory_iterator(scratch_root(), code)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(folder_prefix)) continue;
        const long pid = std::strtol(name.c_str() + folder_prefix.size(), nullptr, 10);
        const bool is_gone = pid > 0 && ::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH;
        if (is_gone) std::filesystem::remove_all(entry.path(), code);
    }
}

std::filesystem::path make_folder() {
    static const bool swept = (remove_folders_of_dead_runs(), true);
    (void)swept;
    std::string pattern = (scratch_root() / fmt::format("{}{}-XXXXXX", folder_prefix, ::getpid())).string();
    WAYBILL_ASSERT(::mkdtemp(pattern.data()) != nullptr);
    return pattern;
}

engine::EngineOptions world_options(std::uint32_t overlap) {
    engine::EngineOptions out;
    if (overlap > 0) out.overlap_commands_min = overlap;
    // The writer must never act because real time passed.
    out.probe_every = std::chrono::hours(24 * 365);
    out.queue_commands_max = queue_commands_max;
    return out;
}

}  // namespace

World::World(StoreKind kind, std::uint32_t overlap) : kind_(kind), overlap_(overlap) {
    clock.micros = first_micros;
    if (kind_ == StoreKind::sqlite) folder_ = make_folder();
    open_store();
    open_engine();
}

World::~World() {
    engine_.reset();
    faults_.reset();
    store_.reset();
    std::error_code code;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, code);
}

void World::open_store() {
    const std::string path = (folder_ / fmt::format("store{}.db", generation_)).string();
    auto opened =
        storage::open_store(kind_ == StoreKind::memory ? "memory:" : "sqlite:" + path, storage::Access::read_write);
    WAYBILL_ASSERT(opened.has_value());
    store_ = *std::move(opened);
}

void World::open_engine() {
    faults_ = std::make_unique<FaultStore>(*store_);
    if (kind_ == StoreKind::sqlite) {
        faults_->before_crash = [this] {
            log_before_ = log_bytes();
            std::error_code code;
            std::filesystem::copy_file(store_file("-wal"), store_file("-wal-before"),
                                       std::filesystem::copy_options::overwrite_existing, code);
        };
        faults_->after_crash = [this] { log_after_ = log_bytes(); };
    }
    auto opened = engine::Engine::open(*faults_, clock, zones(), world_options(overlap_));
    WAYBILL_ASSERT(opened.has_value());
    engine_ = *std::move(opened);
}

core::TenantId World::make_tenant(const core::TenantSettings& settings) {
    std::promise<core::TenantId> made;
    engine_->create_tenant(settings, {}, [&](Answer answer) {
        WAYBILL_ASSERT(answer.has_value());
        made.set_value(core::TenantId(static_cast<std::uint32_t>(answer->outcome.object.id)));
    });
    return made.get_future().get();
}

std::vector<Answer> World::run_together(const std::vector<Request>& requests, const std::vector<std::string>& names,
                                        const std::vector<core::TenantId>& tenants, Fault fault) {
    std::promise<void> held;
    std::promise<void> go_on;
    engine_->inspect(engine::system_tenant, [&](const core::TenantState*, const core::Context&) {
        held.set_value();
        go_on.get_future().wait();
    });
    held.get_future().wait();
    std::vector<std::promise<Answer>> promises(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const auto done = [&promises, i](Answer answer) { promises[i].set_value(std::move(answer)); };
        if (requests[i].makes_tenant) {
            const auto& settings = std::get<core::ConfigureTenant>(requests[i].command).settings;
            engine_->create_tenant(settings, {names[i], {}}, done);
            continue;
        }
        engine::Submission submission = submission_of(requests[i], names[i], tenants[requests[i].tenant]);
        submission.done = done;
        engine_->submit(std::move(submission));
    }
    faults_->plan(fault);
    go_on.set_value();
    std::vector<Answer> out;
    for (auto& promise : promises) out.push_back(promise.get_future().get());
    // The writer may still be busy with the batch after its last answer.
    wait_until_idle();
    faults_->end_plan();
    return out;
}

void World::wait_until_idle() {
    with_store([](engine::Store&) {});
}

void World::with_store(const std::function<void(engine::Store&)>& look) {
    std::promise<void> looked;
    engine_->inspect(engine::system_tenant, [&](const core::TenantState*, const core::Context&) {
        look(*store_);
        looked.set_value();
    });
    looked.get_future().wait();
}

void World::probe() {
    // Woken without commands, the writer does what it does when its time has come; the second look comes after that.
    wait_until_idle();
    wait_until_idle();
}

std::vector<CivilDate> World::working_days(core::TenantId tenant) {
    std::promise<std::vector<CivilDate>> days;
    engine_->inspect(tenant, [&](const core::TenantState* state, const core::Context& context) {
        days.set_value(state == nullptr ? std::vector<CivilDate>() : *context.working_days);
    });
    return days.get_future().get();
}

void World::restart() {
    engine_.reset();
    faults_.reset();
    // What is in memory has nowhere else to be.
    if (kind_ == StoreKind::sqlite) {
        store_.reset();
        open_store();
    }
    open_engine();
}

std::filesystem::path World::store_file(const char* suffix) const {
    return folder_ / fmt::format("store{}.db{}", generation_, suffix);
}

std::uint64_t World::log_bytes() const {
    std::error_code code;
    const auto bytes = std::filesystem::file_size(store_file("-wal"), code);
    return code ? 0 : bytes;
}

void World::copy_files(Fault fault, std::uint64_t dice) {
    const auto file = [this](std::uint32_t generation, const char* suffix) {
        return folder_ / fmt::format("store{}.db{}", generation, suffix);
    };
    for (const char* suffix : {"", "-wal"}) {
        std::error_code code;
        std::filesystem::copy_file(file(generation_, suffix), file(generation_ + 1, suffix), code);
    }
    if (fault != Fault::crash_torn || log_after_ == 0) return;
    if (log_after_ > log_before_) {
        std::filesystem::resize_file(file(generation_ + 1, "-wal"), log_before_ + dice % (log_after_ - log_before_));
        return;
    }
    // The log began again from its front, over bytes of an earlier one: nothing says where the commit's own end. Then
    // none of them are there.
    std::filesystem::copy_file(file(generation_, "-wal-before"), file(generation_ + 1, "-wal"),
                               std::filesystem::copy_options::overwrite_existing);
}

void World::crash(Fault fault, std::uint64_t dice) {
    engine_.reset();
    faults_.reset();
    if (kind_ == StoreKind::sqlite) {
        // Copied while the store is open: closing it would move the log into the file.
        copy_files(fault, dice);
        store_.reset();
        for (const char* suffix : {"", "-wal", "-wal-before", "-shm", ".lock"}) {
            std::error_code code;
            std::filesystem::remove(folder_ / fmt::format("store{}.db{}", generation_, suffix), code);
        }
        ++generation_;
        open_store();
    }
    log_before_ = 0;
    log_after_ = 0;
    open_engine();
}

}  // namespace waybill::sim

#include "app/ingest_bench.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <future>
#include <mutex>

#include "api/order_input.hpp"
#include "app/recording_store.hpp"
#include "app/store_access.hpp"
#include "zones/load_zones.hpp"

namespace waybill::app {
namespace {

constexpr std::size_t set_up_under_way_max = 1'000;

using Steady = std::chrono::steady_clock;

double seconds_since(Steady::time_point began) { return std::chrono::duration<double>(Steady::now() - began).count(); }

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// 16 KiB appended and synced, again and again: what the disk makes any durable commit pay.
Result<FsyncProbe, std::string> probe_fsync(const std::string& path) {
    constexpr int rounds = 100;
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return fail("can not write " + path);
    const std::array<char, 16 * 1024> block{};
    std::vector<std::int64_t> took;
    bool written = true;
    for (int i = 0; i < rounds && written; ++i) {
        const auto began = Steady::now();
        written =
            ::write(file, block.data(), block.size()) == static_cast<ssize_t>(block.size()) && ::fdatasync(file) == 0;
        took.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - began).count());
    }
    ::close(file);
    std::error_code error;
    std::filesystem::remove(path, error);
    if (!written) return fail("can not write " + path);
    std::sort(took.begin(), took.end());
    return FsyncProbe{took[rounds / 2], took[rounds * 99 / 100]};
}

std::int64_t file_bytes(const std::string& path) {
    std::error_code error;
    const auto bytes = std::filesystem::file_size(path, error);
    return error ? 0 : static_cast<std::int64_t>(bytes);
}

void remove_store(const std::string& path) {
    std::error_code error;
    for (const char* end : {"", "-wal", "-shm", "-lock", ".lock"}) std::filesystem::remove(path + end, error);
}

/// Sends commands and waits for their answers, a bounded number of them under way.
class Feeder {
public:
    Feeder(engine::Engine& engine, core::TenantId tenant, std::size_t under_way_max)
        : engine_(engine), tenant_(tenant), under_way_max_(under_way_max) {}

    void send(core::Command command, std::optional<engine::PersonData> person) {
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
        submission.done = [this](Result<engine::Receipt, engine::Failure> result) { answered(result); };
        engine_.submit(std::move(submission));
    }
    void wait() {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] { return under_way_ == 0; });
    }
    std::uint64_t accepted = 0;
    std::uint64_t rejected = 0;
    std::string first_failure;

private:
    void answered(const Result<engine::Receipt, engine::Failure>& result) {
        const std::lock_guard lock(mutex_);
        if (result) {
            ++accepted;
        } else {
            ++rejected;
            if (first_failure.empty()) first_failure = describe("of the benchmark", result.error());
        }
        --under_way_;
        // The sender is woken when there is room for a good part of a batch, not for each answer.
        if (under_way_ == 0 || under_way_ == under_way_max_ * 3 / 4) room_.notify_one();
    }

    engine::Engine& engine_;
    core::TenantId tenant_;
    const std::size_t under_way_max_;
    std::mutex mutex_;
    std::condition_variable room_;
    std::size_t under_way_ = 0;
};

struct Ground {
    SystemClock clock;
    std::vector<core::ZoneRules> zones;
    engine::EngineOptions options;
};

/// Catalogue, network and stock. Errors: one line.
Result<core::TenantId, std::string> set_up(engine::Store& store, Ground& ground, const BenchShape& shape) {
    auto engine = engine::Engine::open(store, ground.clock, ground.zones, ground.options);
    if (!engine) return fail(describe("of the benchmark", engine.error()));
    core::TenantSettings settings;
    settings.name = "bench";
    settings.currency = *Currency::parse("GBP");
    std::promise<bool> made;
    (*engine)->create_tenant(
        settings, {}, [&](Result<engine::Receipt, engine::Failure> result) { made.set_value(result.has_value()); });
    if (!made.get_future().get()) return fail(std::string("the benchmark's tenant could not be made"));
    const core::TenantId tenant = *(*engine)->find_tenant("bench");
    Feeder feeder(**engine, tenant, set_up_under_way_max);
    for (core::Command& command : bench_setup(shape)) feeder.send(std::move(command), std::nullopt);
    feeder.wait();
    (*engine)->stop();
    if (feeder.rejected > 0) return fail("the benchmark's set-up was refused: " + feeder.first_failure);
    return tenant;
}

engine::EngineStats operator-(engine::EngineStats after, const engine::EngineStats& before) {
    after.commands -= before.commands;
    after.accepted -= before.accepted;
    after.rejected -= before.rejected;
    after.batches -= before.batches;
    after.events -= before.events;
    after.decide_micros -= before.decide_micros;
    after.load_micros -= before.load_micros;
    after.encode_micros -= before.encode_micros;
    after.commit_micros -= before.commit_micros;
    after.routed_optimal -= before.routed_optimal;
    after.routed_unproved -= before.routed_unproved;
    return after;
}

struct Pass {
    double seconds = 0;
    double cpu_seconds = 0;
    std::uint64_t accepted = 0;
    std::uint64_t rejected = 0;
    engine::EngineStats stats;
};

/// All orders through an engine. Errors: one line.
Result<Pass, std::string> ingest(engine::Store& store, Ground& ground, core::TenantId tenant,
                                 const std::vector<std::string>& orders) {
    auto engine = engine::Engine::open(store, ground.clock, ground.zones, ground.options);
    if (!engine) return fail(describe("of the benchmark", engine.error()));
    // Two batches: one is committed while the next one gathers.
    Feeder feeder(**engine, tenant, ground.options.batch_commands_max * 2);
    const engine::EngineStats before = (*engine)->stats();
    const double cpu = cpu_seconds();
    const auto began = Steady::now();
    for (const std::string& text : orders) {
        auto request = api::read_order(text);
        if (!request) return fail("the benchmark made an order that can not be read: " + text);
        feeder.send(std::move(request->command), std::move(request->person));
    }
    feeder.wait();
    Pass pass;
    pass.seconds = seconds_since(began);
    pass.cpu_seconds = cpu_seconds() - cpu;
    pass.stats = (*engine)->stats() - before;
    pass.accepted = feeder.accepted;
    pass.rejected = feeder.rejected;
    (*engine)->stop();
    return pass;
}

/// Writes recorded commits; only those from `measured_from` on are timed.
Result<Pass, std::string> write_raw(engine::Store& store, const std::vector<RecordingStore::Commit>& commits,
                                    std::size_t measured_from) {
    Pass pass;
    Steady::time_point began = Steady::now();
    double cpu = cpu_seconds();
    for (std::size_t i = 0; i < commits.size(); ++i) {
        if (i == measured_from) {
            began = Steady::now();
            cpu = cpu_seconds();
        }
        const auto done = store.commit(commits[i]);
        if (!done) return fail(describe("of the benchmark", done.error()));
    }
    pass.seconds = seconds_since(began);
    pass.cpu_seconds = cpu_seconds() - cpu;
    return pass;
}

}  // namespace

Result<IngestResult, std::string> run_ingest_bench(const IngestBench& bench) {
    Ground ground;
    auto zones = zones::load_zones();
    if (!zones) return fail(zones.error());
    ground.zones = std::move(*zones);
    ground.options.batch_commands_max = bench.batch_commands_max;
    ground.options.queue_commands_max = std::max(bench.batch_commands_max * 4, set_up_under_way_max);

    const std::vector<std::string> orders = bench_orders(bench.shape, bench.orders);
    const double count = static_cast<double>(bench.orders);
    IngestResult out;
    const auto probe_before = probe_fsync(bench.dir + "/fsync-probe");
    if (!probe_before) return fail(probe_before.error());
    out.fsync_before = *probe_before;

    // Whatever happens, the files of the benchmark do not stay.
    struct Files {
        std::array<std::string, 3> paths;
        ~Files() {
            for (const auto& path : paths) remove_store(path);
        }
    } const files{{bench.dir + "/bench-measured.db", bench.dir + "/bench-recorded.db", bench.dir + "/bench-raw.db"}};
    for (const auto& path : files.paths) remove_store(path);

    const auto open = [](const std::string& path) {
        return open_store_at(path, storage::Access::read_write, Missing::create);
    };
    std::int64_t bytes_before = 0;
    {
        auto store = open(files.paths[0]);
        if (!store) return fail(store.error());
        const auto tenant = set_up(**store, ground, bench.shape);
        if (!tenant) return fail(tenant.error());
        store->reset();  // closing moves the log into the file
        bytes_before = file_bytes(files.paths[0]);
        store = open(files.paths[0]);
        if (!store) return fail(store.error());
        const auto pass = ingest(**store, ground, *tenant, orders);
        if (!pass) return fail(pass.error());
        out.accepted = pass->accepted;
        out.rejected = pass->rejected;
        out.seconds = pass->seconds;
        out.stats = pass->stats;
        out.cpu_us_per_order = pass->cpu_seconds * 1e6 / count;
        out.batch_mean = count / static_cast<double>(std::max<std::uint64_t>(1, pass->stats.batches));
    }
    out.bytes_per_order = static_cast<double>(file_bytes(files.paths[0]) - bytes_before) / count;

    auto recorded = open(files.paths[1]);
    if (!recorded) return fail(recorded.error());
    RecordingStore recording(**recorded);
    const auto tenant = set_up(recording, ground, bench.shape);
    if (!tenant) return fail(tenant.error());
    const std::size_t measured_from = recording.commits().size();
    const auto again = ingest(recording, ground, *tenant, orders);
    if (!again) return fail(again.error());
    {
        auto raw = open(files.paths[2]);
        if (!raw) return fail(raw.error());
        const auto pass = write_raw(**raw, recording.commits(), measured_from);
        if (!pass) return fail(pass.error());
        out.raw_seconds = pass->seconds;
        out.raw_cpu_us_per_order = pass->cpu_seconds * 1e6 / count;
        out.raw_batch_mean =
            count / static_cast<double>(std::max<std::size_t>(1, recording.commits().size() - measured_from));
    }
    const auto probe_after = probe_fsync(bench.dir + "/fsync-probe");
    if (!probe_after) return fail(probe_after.error());
    out.fsync_after = *probe_after;
    return out;
}

}  // namespace waybill::app

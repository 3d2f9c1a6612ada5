#pragma once
// How fast orders become durable in process: JSON text in, parsed, routed, reserved, committed, answered; and beside it
// the raw ceiling, the same rows written to a fresh store of the same kind by a loop that does nothing else.

#include <cstdint>
#include <string>

#include "app/bench_orders.hpp"
#include "base/result.hpp"
#include "engine/engine.hpp"

namespace waybill::app {

struct IngestBench {
    BenchShape shape;
    std::uint64_t orders = 50'000;
    std::size_t batch_commands_max = 1'000;
    std::string dir;  ///< a folder for the stores, on the disk that is to be measured; they are removed again
};

struct FsyncProbe {
    std::int64_t p50_us = 0;
    std::int64_t p99_us = 0;
};

struct IngestResult {
    std::uint64_t accepted = 0;
    std::uint64_t rejected = 0;
    double seconds = 0;
    double cpu_us_per_order = 0;  ///< of the whole process: parsing, deciding, committing
    double bytes_per_order = 0;   ///< growth of the store's file, log moved into it
    double batch_mean = 0;        ///< commands in one commit
    engine::EngineStats stats;    ///< of the measured part only
    double raw_seconds = 0;
    double raw_batch_mean = 0;
    double raw_cpu_us_per_order = 0;
    FsyncProbe fsync_before;
    FsyncProbe fsync_after;

    [[nodiscard]] double rate(std::uint64_t orders) const {
        return seconds > 0 ? static_cast<double>(orders) / seconds : 0;
    }
    [[nodiscard]] double raw_rate(std::uint64_t orders) const {
        return raw_seconds > 0 ? static_cast<double>(orders) / raw_seconds : 0;
    }
};

/// Runs three passes: the measured one, the same again on a store that records what is committed, and the bare loop
/// over that record. Errors: one line.
[[nodiscard]] Result<IngestResult, std::string> run_ingest_bench(const IngestBench& bench);

}  // namespace waybill::app

#pragma once
// Passes of orders through an engine in this process, and the raw ceiling: the rows that such a pass committed, written
// again to a fresh store of the same kind, batch for batch, by a loop that does nothing else.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "bench/ground.hpp"
#include "bench/place.hpp"
#include "bench/recording_store.hpp"

namespace waybill::bench {

struct Pass {
    double seconds = 0;
    double cpu_seconds = 0;
    std::uint64_t accepted = 0;
    std::uint64_t rejected = 0;
    engine::EngineStats stats;  ///< of the pass alone
};

/// Orders as JSON text, read, decided and durable. Errors: one line.
[[nodiscard]] Result<Pass, std::string> ingest(engine::Store& store, Ground& ground, core::TenantId tenant,
                                               const std::vector<std::string>& orders);

struct RawCeiling {
    double seconds = 0;
    double cpu_seconds = 0;
    double batch_mean = 0;
};
/// Writes recorded commits; only those from `measured_from` on are timed. Errors: one line.
[[nodiscard]] Result<RawCeiling, std::string> write_raw(engine::Store& store,
                                                        const std::vector<RecordingStore::Commit>& commits,
                                                        std::size_t measured_from);
/// Records a pass of these orders over a fresh retailer in `place` and writes it raw. Errors: one line.
[[nodiscard]] Result<RawCeiling, std::string> measure_raw(const Place& place, Ground& ground, const Shape& shape,
                                                          const std::vector<std::string>& orders);

}  // namespace waybill::bench

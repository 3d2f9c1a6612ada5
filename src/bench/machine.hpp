#pragma once
// What a figure was measured on: the machine, the build, and what its disk makes a durable commit pay.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace waybill::bench {

struct Machine {
    std::string cpu;
    std::uint64_t cores = 0;
    std::string kernel;
};
[[nodiscard]] Machine this_machine();

/// The commit that was built, "-dirty" when sources differed from it; "unknown" outside a repository.
[[nodiscard]] std::string_view build_commit();
[[nodiscard]] std::string_view build_type();

/// 16 KiB appended and synced, again and again.
struct FsyncProbe {
    double per_second = 0;
    std::int64_t p50_us = 0;
    std::int64_t p99_us = 0;
};
/// Errors: one line.
[[nodiscard]] Result<FsyncProbe, std::string> probe_fsync(const std::string& folder);
[[nodiscard]] std::string probes_json(const FsyncProbe& before, const FsyncProbe& after);

/// Times of single operations, in nanoseconds.
struct Percentiles {
    double p50_us = 0;
    double p99_us = 0;
    double p999_us = 0;
    double max_us = 0;
};
[[nodiscard]] Percentiles percentiles_of(std::vector<std::int64_t> nanos);

/// User and system time of a process so far; 0: this one.
[[nodiscard]] double cpu_seconds(int pid = 0);
/// What a process holds in memory now; its largest so far. 0: it is gone.
[[nodiscard]] std::uint64_t resident_bytes(int pid);
[[nodiscard]] std::uint64_t resident_bytes_max(int pid);
[[nodiscard]] std::uint64_t anonymous_bytes(int pid);  ///< without pages of files

}  // namespace waybill::bench

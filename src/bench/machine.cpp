#include "bench/machine.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "bench/build_info.hpp"

namespace waybill::bench {
namespace {

using Steady = std::chrono::steady_clock;

/// The value of the first line that begins with `key`, up to the line's end.
std::string value_in(const std::string& path, std::string_view key) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with(key)) continue;
        const std::size_t from = line.find_first_not_of(" \t:", key.size());
        return from == std::string::npos ? "" : line.substr(from);
    }
    return "";
}

std::uint64_t status_bytes(int pid, std::string_view key) {
    const std::string value = value_in(fmt::format("/proc/{}/status", pid), key);
    return value.empty() ? 0 : std::stoull(value) * 1024;
}

}  // namespace

Machine this_machine() {
    Machine out;
    out.cpu = value_in("/proc/cpuinfo", "model name");
    out.cores = std::thread::hardware_concurrency();
    utsname names{};
    if (::uname(&names) == 0) out.kernel = std::string(names.sysname) + " " + names.release;
    return out;
}

std::string_view build_commit() { return commit; }
std::string_view build_type() { return type; }

Result<FsyncProbe, std::string> probe_fsync(const std::string& folder) {
    constexpr int rounds = 200;
    const std::string path = folder + "/fsync-probe";
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return fail("can not write " + path);
    const std::array<char, 16 * 1024> block{};
    std::vector<std::int64_t> took;
    bool written = true;
    const auto first = Steady::now();
    for (int i = 0; i < rounds && written; ++i) {
        const auto began = Steady::now();
        written =
            ::write(file, block.data(), block.size()) == static_cast<ssize_t>(block.size()) && ::fdatasync(file) == 0;
        took.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - began).count());
    }
    const double seconds = std::chrono::duration<double>(Steady::now() - first).count();
    ::close(file);
    std::error_code error;
    std::filesystem::remove(path, error);
    if (!written) return fail("can not write " + path);
    std::sort(took.begin(), took.end());
    return FsyncProbe{rounds / seconds, took[rounds / 2], took[rounds * 99 / 100]};
}

std::string probes_json(const FsyncProbe& before, const FsyncProbe& after) {
    const auto one = [](const FsyncProbe& probe) {
        return fmt::format(R"({{"per_second":{:.0f},"p50":{},"p99":{}}})", probe.per_second, probe.p50_us,
                           probe.p99_us);
    };
    return fmt::format(R"({{"before":{},"after":{}}})", one(before), one(after));
}

Percentiles percentiles_of(std::vector<std::int64_t> nanos) {
    if (nanos.empty()) return {};
    std::sort(nanos.begin(), nanos.end());
    const auto at = [&](std::size_t share, std::size_t of) {
        return static_cast<double>(nanos[std::min(nanos.size() - 1, nanos.size() * share / of)]) / 1000;
    };
    return {at(50, 100), at(99, 100), at(999, 1000), static_cast<double>(nanos.back()) / 1000};
}

double cpu_seconds(int pid) {
    clockid_t clock = CLOCK_PROCESS_CPUTIME_ID;
    if (pid != 0 && ::clock_getcpuclockid(pid, &clock) != 0) return 0;
    timespec time{};
    if (::clock_gettime(clock, &time) != 0) return 0;
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

std::uint64_t resident_bytes(int pid) { return status_bytes(pid, "VmRSS"); }
std::uint64_t resident_bytes_max(int pid) { return status_bytes(pid, "VmHWM"); }
std::uint64_t anonymous_bytes(int pid) { return status_bytes(pid, "RssAnon"); }

}  // namespace waybill::bench

#include "sim/mutants.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cstdio>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "sim/report.hpp"
#include "sim/shrink.hpp"

namespace waybill::sim {
namespace {

struct MutantRow {
    std::string_view name;
    std::string_view text;
};

const std::vector<MutantRow>& rows() {
    static const std::vector<MutantRow> all {
#if defined(WAYBILL_MUTANTS)
#define WAYBILL_MUTANT_ROW(name, text) {#name, text},
#include "base/mutants.def"
#undef WAYBILL_MUTANT_ROW
#endif
    };
    return all;
}

/// What only several processes can do wrong is found by their scripts only: each seed is tried both ways.
std::optional<std::uint64_t> first_finding_seed(const Arguments& arguments) {
    Arguments of_cluster = arguments;
    of_cluster.cluster = true;
    for (std::uint64_t seed = arguments.first_seed; seed <= arguments.last_seed; ++seed) {
        for (const Arguments* one : {&arguments, static_cast<const Arguments*>(&of_cluster)}) {
            if (one == &arguments && arguments.cluster) continue;
            if (fails_apart(script_of(seed, *one), one->store, seed) != Ending::clean) return seed;
        }
    }
    return std::nullopt;
}

/// One mutant, hunted in a process of its own. It writes the seed that found it, if one did, and ends.
struct Hunt {
    const MutantRow* row;
    pid_t process;
    int answer;
};

Hunt begin_hunt(const MutantRow& row, const Arguments& arguments) {
    int ends[2];
    WAYBILL_ASSERT(::pipe(ends) == 0);
    const pid_t child = ::fork();
    WAYBILL_ASSERT(child >= 0);
    if (child == 0) {
        ::close(ends[0]);
        (void)select_mutant(std::string(row.name));
        const auto seed = first_finding_seed(arguments);
        const bool is_told = !seed || ::write(ends[1], &*seed, sizeof *seed) == sizeof *seed;
        ::_exit(is_told ? 0 : 1);
    }
    ::close(ends[1]);
    return {&row, child, ends[0]};
}

/// Waits for the end of any of them, and takes it out.
std::pair<const MutantRow*, std::optional<std::uint64_t>> end_a_hunt(std::vector<Hunt>& hunts) {
    int status = 0;
    const pid_t ended = ::waitpid(-1, &status, 0);
    const auto hunt = std::find_if(hunts.begin(), hunts.end(), [&](const Hunt& one) { return one.process == ended; });
    // A hunt that ends otherwise than by itself has shown nothing.
    WAYBILL_ASSERT(hunt != hunts.end() && status == 0);
    std::uint64_t seed = 0;
    const bool is_found = ::read(hunt->answer, &seed, sizeof seed) == sizeof seed;
    ::close(hunt->answer);
    const MutantRow* row = hunt->row;
    hunts.erase(hunt);
    return {row, is_found ? std::optional(seed) : std::nullopt};
}

}  // namespace

bool select_mutant([[maybe_unused]] const std::string& name) {
#if defined(WAYBILL_MUTANTS)
    for (std::size_t i = 0; i < rows().size(); ++i) {
        if (rows()[i].name != name) continue;
        selected_mutant = static_cast<Mutant>(i + 1);
        return true;
    }
#endif
    return false;
}

void list_mutants(bool json) {
    for (const MutantRow& row : rows()) {
        fmt::print(fmt::runtime(json ? "{{\"mutant\":\"{}\",\"text\":\"{}\"}}\n" : "{:<34} {}\n"), row.name, row.text);
    }
}

int hunt_mutants(const Arguments& arguments) {
    if (rows().empty()) {
        fmt::print(stderr, "waybill_sim: this build has no mutants; use the preset `mutants`\n");
        return exit_usage;
    }
    std::size_t survivors = 0;
    std::vector<Hunt> hunts;
    const std::size_t hunts_max = std::max(1U, std::thread::hardware_concurrency());
    for (auto next = rows().begin(); next != rows().end() || !hunts.empty();) {
        if (next != rows().end() && hunts.size() < hunts_max) {
            hunts.push_back(begin_hunt(*next++, arguments));
            continue;
        }
        const auto [row, seed] = end_a_hunt(hunts);
        if (!seed) ++survivors;
        if (arguments.json) {
            fmt::print("{{\"mutant\":\"{}\",\"seed\":{}}}\n", row->name, seed ? fmt::to_string(*seed) : "null");
        } else {
            fmt::print("{:<34} {}\n", row->name, seed ? fmt::format("seed {}", *seed) : "SURVIVES");
        }
        std::fflush(stdout);
    }
    fmt::print("{} mutants, {} survive\n", rows().size(), survivors);
    return survivors == 0 ? exit_clean : exit_found;
}

}  // namespace waybill::sim

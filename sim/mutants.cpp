#include "sim/mutants.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <functional>
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
constexpr std::array ways{false, true};

constexpr std::uint64_t cluster_every = 4;

/// Which sites a seed's run comes to, a way each. In memory that a child marks and its parent reads.
struct Reached {
    std::array<std::atomic<bool>*, ways.size()> marks;
};

Reached make_reached() {
    Reached out{};
    const std::size_t size = (rows().size() + 1) * sizeof(std::atomic<bool>);
    for (std::atomic<bool>*& marks : out.marks) {
        void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        WAYBILL_ASSERT(memory != MAP_FAILED);
        marks = static_cast<std::atomic<bool>*>(memory);
    }
    return out;
}

void forget(Reached& reached) {
    for (std::atomic<bool>* marks : reached.marks) {
        for (std::size_t i = 0; i <= rows().size(); ++i) marks[i].store(false, std::memory_order_relaxed);
    }
}

Script script_of(std::uint64_t seed, bool cluster, const Arguments& arguments) {
    Arguments one = arguments;
    one.cluster = cluster;
    return sim::script_of(seed, one);
}

/// Children of this process: one more at once than there are cores, since those of a cluster wait now and then.
class Crew {
public:
    /// Called with the exit status of a child's work, in the parent.
    using Ended = std::function<void(int status)>;

    /// `work` is done in a child, whose exit status is what it returns.
    void take_on(const std::function<int()>& work, Ended ended) {
        if (at_work_.size() > std::max(1U, std::thread::hardware_concurrency())) wait_for_one();
        std::fflush(stdout);
        const pid_t child = ::fork();
        WAYBILL_ASSERT(child >= 0);
        if (child == 0) ::_exit(work());
        at_work_.emplace_back(child, std::move(ended));
    }

    void wait_for_all() {
        while (!at_work_.empty()) wait_for_one();
    }

private:
    void wait_for_one() {
        int status = 0;
        const pid_t child = ::waitpid(-1, &status, 0);
        const auto one =
            std::find_if(at_work_.begin(), at_work_.end(), [&](const auto& worker) { return worker.first == child; });
        // A child that ends otherwise than by itself has shown nothing: what may abort runs in a child of its own.
        WAYBILL_ASSERT(one != at_work_.end() && WIFEXITED(status));
        const Ended ended = std::move(one->second);
        at_work_.erase(one);
        ended(WEXITSTATUS(status));
    }

    std::vector<std::pair<pid_t, Ended>> at_work_;
};

struct Hunted {
    const MutantRow* row;
    std::size_t mark;  ///< its place in `Reached`
    std::optional<std::uint64_t> found = std::nullopt;
    std::uint64_t seeds_reached = 0;
};

void print_found(const Hunted& one, const Arguments& arguments) {
    if (arguments.json) {
        fmt::print("{{\"mutant\":\"{}\",\"seed\":{}}}\n", one.row->name,
                   one.found ? fmt::to_string(*one.found) : "null");
    } else if (one.found) {
        fmt::print("{:<34} seed {}\n", one.row->name, *one.found);
    } else {
        fmt::print("{:<34} SURVIVES, its site was come to in {} seeds\n", one.row->name, one.seeds_reached);
    }
    std::fflush(stdout);
}

/// Runs a seed as it is, and marks which sites it comes to. One that fails as it is would find every mutant.
void mark_reached([[maybe_unused]] std::uint64_t seed, [[maybe_unused]] Reached& reached,
                  [[maybe_unused]] bool needs_cluster, [[maybe_unused]] bool& is_clean, [[maybe_unused]] Crew& crew,
                  [[maybe_unused]] const Arguments& arguments) {
#if defined(WAYBILL_MUTANTS)
    for (const bool cluster : ways) {
        if (!cluster && arguments.cluster) continue;
        if (cluster && !needs_cluster) continue;
        crew.take_on(
            [&, cluster] {
                reached_mutants = reached.marks[cluster ? 1 : 0];
                return fails_apart(script_of(seed, cluster, arguments), arguments.store, seed) == Ending::clean
                           ? exit_clean
                           : exit_found;
            },
            [&is_clean, seed](int status) {
                if (status == exit_clean) return;
                is_clean = false;
                fmt::print("seed {} fails without any mutant\n", seed);
            });
    }
#endif
}

bool is_reached(const Hunted& one, const Reached& reached) {
    return std::any_of(reached.marks.begin(), reached.marks.end(),
                       [&](const std::atomic<bool>* marks) { return marks[one.mark].load(std::memory_order_relaxed); });
}

void hunt(Hunted& one, std::uint64_t seed, const Reached& reached, Crew& crew, const Arguments& arguments) {
    ++one.seeds_reached;
    crew.take_on(
        [&] {
            (void)select_mutant(std::string(one.row->name));
            for (const bool cluster : ways) {
                if (!reached.marks[cluster ? 1 : 0][one.mark].load(std::memory_order_relaxed)) continue;
                const Ending ending = fails_apart(script_of(seed, cluster, arguments), arguments.store, seed);
                if (ending != Ending::clean) return exit_found;
            }
            return exit_clean;
        },
        [&, seed](int status) {
            if (status == exit_clean) return;
            one.found = seed;
            print_found(one, arguments);
        });
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
    std::vector<Hunted> at_large;
    for (std::size_t i = 0; i < rows().size(); ++i) at_large.push_back({&rows()[i], i + 1});
    Reached reached = make_reached();
    Crew crew;
    bool is_clean = true;
    for (std::uint64_t seed = arguments.first_seed; seed <= arguments.last_seed && is_clean; ++seed) {
        forget(reached);
        // A cluster takes as long as both stores. Once nobody is at large, a part of the seeds is enough of them.
        const bool needs_cluster = !at_large.empty() || seed % cluster_every == 0;
        mark_reached(seed, reached, needs_cluster, is_clean, crew, arguments);
        crew.wait_for_all();
        for (Hunted& one : at_large) {
            if (is_reached(one, reached)) hunt(one, seed, reached, crew, arguments);
        }
        crew.wait_for_all();
        at_large.erase(
            std::remove_if(at_large.begin(), at_large.end(), [](const Hunted& one) { return one.found.has_value(); }),
            at_large.end());
    }
    for (const Hunted& one : at_large) print_found(one, arguments);
    const std::size_t survivors = at_large.size();
    fmt::print("{} mutants, {} survive\n", rows().size(), survivors);
    return survivors == 0 && is_clean ? exit_clean : exit_found;
}

}  // namespace waybill::sim

#include "sim/mutants.hpp"

#include <fmt/format.h>
#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

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

std::optional<std::uint64_t> first_finding_seed(const Arguments& arguments) {
    for (std::uint64_t seed = arguments.first_seed; seed <= arguments.last_seed; ++seed) {
        const Script script = script_of(seed, arguments);
        if (fails_apart(script, arguments.store, seed) != Ending::clean) return seed;
    }
    // What only several processes can do wrong is found by them only.
    if (arguments.cluster) return std::nullopt;
    Arguments of_cluster = arguments;
    of_cluster.cluster = true;
    return first_finding_seed(of_cluster);
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
    for (const MutantRow& row : rows()) {
        (void)select_mutant(std::string(row.name));
        const auto seed = first_finding_seed(arguments);
        if (!seed) ++survivors;
        if (arguments.json) {
            fmt::print("{{\"mutant\":\"{}\",\"seed\":{}}}\n", row.name, seed ? fmt::to_string(*seed) : "null");
        } else {
            fmt::print("{:<34} {}\n", row.name, seed ? fmt::format("seed {}", *seed) : "SURVIVES");
        }
        std::fflush(stdout);
    }
    fmt::print("{} mutants, {} survive\n", rows().size(), survivors);
    return survivors == 0 ? exit_clean : exit_found;
}

}  // namespace waybill::sim

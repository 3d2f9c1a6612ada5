#include "sim/arguments.hpp"

#include <charconv>
#include <optional>
#include <string_view>

namespace waybill::sim {
namespace {

template <class Number>
std::optional<Number> number_of(std::string_view text) {
    Number out{};
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return out;
}

bool read_seeds(std::string_view text, Arguments& out) {
    const std::size_t dots = text.find("..");
    const auto first = number_of<std::uint64_t>(text.substr(0, dots));
    const auto last = dots == std::string_view::npos ? first : number_of<std::uint64_t>(text.substr(dots + 2));
    if (!first || !last || *first < 1 || *first > *last) return false;
    out.first_seed = *first;
    out.last_seed = *last;
    return true;
}

bool read_store(const std::string& text, Arguments& out) {
    out.store_word = text;
    if (text == "by-seed") {
        out.store = StoreChoice::by_seed;
    } else if (text == "memory") {
        out.store = StoreChoice::memory;
    } else if (text == "sqlite") {
        out.store = StoreChoice::sqlite;
    } else if (text == "both") {
        out.store = StoreChoice::both;
    } else {
        return false;
    }
    return true;
}

/// Options without a value.
bool read_flag(std::string_view word, Arguments& out) {
    if (word == "--list-mutants") return out.list_mutants = true;
    if (word == "--all-mutants") return out.all_mutants = true;
    if (word == "--cluster") return out.cluster = true;
    if (word == "--shrink") return out.shrink = true;
    if (word == "--json") return out.json = true;
    if (word == "--go-on") return out.go_on = true;
    if (word == "--help" || word == "-h") return out.help = true;
    return false;
}

}  // namespace

Result<Arguments, std::string> read_arguments(int count, char** words) {
    Arguments out;
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        if (read_flag(word, out)) continue;
        if (i + 1 >= count) return fail(word + " is no option, or lacks its value");
        const std::string value = words[++i];
        bool good = true;
        if (word == "--seed" || word == "--seeds") {
            good = read_seeds(value, out);
        } else if (word == "--steps") {
            const auto steps = number_of<std::uint32_t>(value);
            good = steps && *steps > 0;
            if (good) out.steps = *steps;
        } else if (word == "--store") {
            good = read_store(value, out);
        } else if (word == "--mutant") {
            out.mutant = value;
        } else if (word == "--script") {
            out.script = value;
        } else {
            return fail(word + " is no option");
        }
        if (!good) return fail(word + " does not take " + value);
    }
    return out;
}

std::string help_text() {
    return R"(waybill_sim: the engine under random commands, faults and restarts, checked by a model of its own.

  waybill_sim --seed 17                one seed: a small shop, commands of every kind, failing commits, crashes
  waybill_sim --seeds 1..2000          many; stops at the first that fails and prints how to replay it
  waybill_sim --seed 17 --shrink       a failing seed as the shortest script that still fails
  waybill_sim --script FILE            runs such a script; prints each line with what it became
  waybill_sim --cluster --seed 17      another script: processes that share a store
  waybill_sim --list-mutants           the planted defects of this build (preset `mutants`; others have none)
  waybill_sim --seeds 1..2000 --all-mutants
                                       each mutant alone, from the first seed until one finds it

  --cluster       several processes that share one store, ways to it that fail, leases that run out
  --steps N       about so many commands a seed, after the shop is set up (40)
  --store KIND    memory, sqlite, both (same script on both, same answers and hashes), by-seed (the default)
  --mutant NAME   with this defect switched on
  --go-on         does not stop at the first seed that fails
  --json          one JSON object a seed (or mutant) and line

The same seed, steps and store give the same trace hash everywhere. Exit codes: 0 all holds, 1 a problem was found
(or a mutant was not), 2 the command line or the script is wrong. An assertion of the engine aborts; the line before
it names the seed. What is checked: docs/simulator.md.
)";
}

}  // namespace waybill::sim

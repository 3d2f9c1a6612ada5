#pragma once
// Mutants: planted defects, by which the simulator shows that it can fail. `WAYBILL_MUTANT(name)` is the literal
// `false` in every build but that of the `mutants` preset: nothing of them is in a program that is shipped or tested
// otherwise. There it is true while that mutant is the selected one. Each mutant of mutants.def has exactly one site
// (tools/tidy.py checks).

#if defined(WAYBILL_MUTANTS)

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace waybill {

enum class Mutant : std::uint8_t {
    none,
#define WAYBILL_MUTANT_ROW(name, text) name,
#include "base/mutants.def"
#undef WAYBILL_MUTANT_ROW
};

/// Set once, before anything runs.
inline Mutant selected_mutant = Mutant::none;
/// Where it points anywhere, the sites that were come to are marked there: a run that never comes to a mutant's site is
/// the same with it and without. Set once, before anything runs.
inline std::atomic<bool>* reached_mutants = nullptr;

[[nodiscard]] inline bool is_mutant(Mutant mutant) {
    if (reached_mutants != nullptr) {
        reached_mutants[static_cast<std::size_t>(mutant)].store(true, std::memory_order_relaxed);
    }
    return selected_mutant == mutant;
}

}  // namespace waybill

#define WAYBILL_MUTANT(name) (::waybill::is_mutant(::waybill::Mutant::name))

#else

#define WAYBILL_MUTANT(name) false

#endif

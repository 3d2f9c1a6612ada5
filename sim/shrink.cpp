#include "sim/shrink.hpp"

#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "sim/report.hpp"

namespace waybill::sim {

Ending fails_apart(const Script& script, StoreChoice store, std::uint64_t seed) {
    const pid_t child = ::fork();
    WAYBILL_ASSERT(child >= 0);
    if (child == 0) {
        // What it has to say on the way is of no interest, thousands of times.
        (void)std::freopen("/dev/null", "w", stderr);
        ::_exit(run_stores(script, store, seed).problems.empty() ? exit_clean : exit_found);
    }
    int status = 0;
    WAYBILL_ASSERT(::waitpid(child, &status, 0) == child);
    if (!WIFEXITED(status)) return Ending::aborted;
    return WEXITSTATUS(status) == exit_clean ? Ending::clean : Ending::found;
}

Shrunk shrink(const Script& script, const std::function<Ending(const Script&)>& fails) {
    Shrunk out{script, false, false, 1};
    const Ending ending = fails(script);
    if (ending == Ending::clean) return out;
    out.failed = true;
    out.aborts = ending == Ending::aborted;
    for (std::size_t piece = std::max<std::size_t>(script.ops.size() / 2, 1); piece > 0;) {
        bool any = false;
        for (std::size_t from = 0; from < out.script.ops.size();) {
            Script less = out.script;
            const std::size_t to = std::min(from + piece, less.ops.size());
            less.ops.erase(less.ops.begin() + static_cast<std::ptrdiff_t>(from),
                           less.ops.begin() + static_cast<std::ptrdiff_t>(to));
            ++out.runs;
            if (fails(less) == ending) {
                out.script = std::move(less);
                any = true;
            } else {
                from = to;
            }
        }
        if (piece > 1) {
            piece /= 2;
        } else if (!any) {
            break;
        }
    }
    return out;
}

}  // namespace waybill::sim

// The work whose instructions are counted: `waybill_hot_path orders` takes orders from JSON text through parsing,
// deciding and encoding into a store in memory, one a batch; `waybill_hot_path ruled` takes the same ones by a hundred
// rules, a routing tree and a strategy; `waybill_hot_path solve` solves retail problems;
// `waybill_hot_path planted` solves every fifth one twice, which the check must notice. Under callgrind only the
// measured part is counted. Nothing in it depends on a clock, on chance or on how threads interleave: the next order is
// sent when the one before was answered.

#include <valgrind/callgrind.h>

#include <cstdio>
#include <future>
#include <string_view>

#include "api/order_input.hpp"
#include "bench/retailer.hpp"
#include "bench/retailer_rules.hpp"
#include "core/sourcing/solve.hpp"
#include "engine/engine.hpp"
#include "solve_io/bench_families.hpp"
#include "storage/memory/memory_store.hpp"
#include "zones/load_zones.hpp"

namespace {

using namespace waybill;

constexpr std::uint64_t orders = 1'000;
constexpr std::uint64_t problems = 1'000;
constexpr std::size_t rules_in_force = 100;

class StillClock final : public engine::Clock {
public:
    Instant now() override { return Instant(1'800'000'000'000'000); }
};

using Answer = Result<engine::Receipt, engine::Failure>;

bool submit(engine::Engine& engine, core::TenantId tenant, core::Command command,
            std::optional<engine::PersonData> person = {}) {
    std::promise<bool> answered;
    engine::Submission submission;
    submission.tenant = tenant;
    submission.command = std::move(command);
    submission.person = std::move(person);
    submission.done = [&answered](Answer result) { answered.set_value(result.has_value()); };
    engine.submit(std::move(submission));
    return answered.get_future().get();
}

/// `before`: what else is set up.
std::uint64_t count_orders(std::vector<core::Command> before) {
    const auto zones = zones::load_zones();
    if (!zones) return 0;
    const auto store = storage::memory::open_memory();
    StillClock clock;
    auto engine = engine::Engine::open(*store, clock, *zones, {});
    if (!engine) return 0;
    core::TenantSettings settings;
    settings.name = "bench";
    settings.currency = *Currency::parse("GBP");
    std::promise<bool> made;
    (*engine)->create_tenant(std::move(settings), {}, [&](Answer result) { made.set_value(result.has_value()); });
    if (!made.get_future().get()) return 0;
    const core::TenantId tenant = *(*engine)->find_tenant("bench");
    bench::Shape shape = bench::retail_shape();
    shape.items = 1'000;
    for (core::Command& command : bench::set_up_commands(shape)) {
        if (!submit(**engine, tenant, std::move(command))) return 0;
    }
    for (core::Command& command : before) {
        if (!submit(**engine, tenant, std::move(command))) return 0;
    }
    const std::vector<std::string> texts = bench::OrderMaker(shape).make(1, orders);
    std::uint64_t accepted = 0;
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_ZERO_STATS;
    for (const std::string& text : texts) {
        auto request = api::read_order(text);
        if (request && submit(**engine, tenant, std::move(request->command), std::move(request->person))) ++accepted;
    }
    CALLGRIND_DUMP_STATS;
    CALLGRIND_STOP_INSTRUMENTATION;
    (*engine)->stop();
    return accepted == orders ? accepted : 0;
}

/// Every `again_each`th problem is solved a second time; 0: none.
std::uint64_t count_solves(std::uint64_t again_each) {
    std::vector<sourcing::Problem> made;
    for (std::uint64_t i = 0; i < problems; ++i) made.push_back(solve_io::make_problem(solve_io::Family::retail, 1, i));
    sourcing::Workspace workspace;
    std::uint64_t solved = 0;
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_ZERO_STATS;
    for (const sourcing::Problem& problem : made) {
        const auto plan = sourcing::solve(problem, sourcing::solve_budget, workspace);
        if (plan.status != sourcing::Status::unknown) ++solved;
        if (again_each != 0 && solved % again_each == 0) {
            static_cast<void>(sourcing::solve(problem, sourcing::solve_budget, workspace));
        }
    }
    CALLGRIND_DUMP_STATS;
    CALLGRIND_STOP_INSTRUMENTATION;
    return solved == problems ? solved : 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc == 2 ? argv[1] : "";
    std::uint64_t done = 0;
    if (what == "orders") done = count_orders({});
    if (what == "ruled") {
        done = count_orders(bench::rules_commands(bench::retailer_rules(rules_in_force, bench::RulesExtent::tree)));
    }
    if (what == "solve") done = count_solves(0);
    if (what == "planted") done = count_solves(5);
    if (done == 0) {
        const char* why = argc == 2 ? "the work failed" : "needs `orders`, `ruled`, `solve` or `planted`";
        std::fprintf(stderr, "waybill_hot_path: %s\n", why);
        return 1;
    }
    std::printf("%llu\n", static_cast<unsigned long long>(done));
    return 0;
}

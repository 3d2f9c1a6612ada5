// Single kernels of the hot path, each alone and in memory.

#include <benchmark/benchmark.h>

#include <future>
#include <memory>

#include "api/order_input.hpp"
#include "bench/ground.hpp"
#include "core/availability.hpp"
#include "core/decide.hpp"
#include "core/sourcing/solve.hpp"
#include "engine/codec.hpp"
#include "solve_io/bench_families.hpp"
#include "storage/memory/memory_store.hpp"
#include "storage/words.hpp"

namespace {

using namespace waybill;

constexpr std::uint64_t orders = 1'000;

/// A retailer in memory, made once for all kernels.
struct Shop {
    std::unique_ptr<bench::Ground> ground;
    std::unique_ptr<engine::Store> store;
    std::unique_ptr<engine::Engine> engine;
    core::TenantId tenant;
    std::vector<std::string> texts;

    Shop() : ground(std::move(*bench::make_ground(1'000))), store(storage::memory::open_memory()) {
        const bench::Shape shape = bench::retail_shape();
        tenant = *bench::set_up_tenant(*store, *ground, bench::set_up_commands(shape));
        engine = std::move(*engine::Engine::open(*store, ground->clock, ground->zones, ground->options));
        texts = bench::OrderMaker(shape).make(1, orders);
        bench::Feeder feeder(*engine, tenant, orders);
        for (const std::string& text : texts) {
            auto request = api::read_order(text);
            feeder.send(std::move(request->command), std::move(request->person));
        }
        feeder.wait();
    }
    ~Shop() { engine->stop(); }
    Shop(const Shop&) = delete;
    Shop& operator=(const Shop&) = delete;

    static Shop& one() {
        static Shop shop;
        return shop;
    }
};

void read_order(benchmark::State& state) {
    const auto& texts = Shop::one().texts;
    std::size_t i = 0;
    std::size_t bytes = 0;
    for (auto _ : state) {
        const std::string& text = texts[i++ % texts.size()];
        bytes += text.size();
        benchmark::DoNotOptimize(api::read_order(text));
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(read_order);

/// New orders against the state as it is: parsed before, nothing applied.
void decide_place_order(benchmark::State& state) {
    Shop& shop = Shop::one();
    std::vector<core::Command> commands;
    for (const std::string& text : bench::OrderMaker(bench::retail_shape()).make(1'000'000, orders)) {
        commands.emplace_back(api::read_order(text)->command);
    }
    std::promise<void> done;
    shop.engine->inspect(shop.tenant, [&](const core::TenantState* tenant, const core::Context& context) {
        std::size_t i = 0;
        for (auto _ : state) {
            auto decision = core::decide(commands[i++ % commands.size()], *tenant, context);
            if (!decision) state.SkipWithError("an order was refused");
            benchmark::DoNotOptimize(decision);
        }
        done.set_value();
    });
    done.get_future().wait();
}
BENCHMARK(decide_place_order);

void solve_retail(benchmark::State& state) {
    std::vector<sourcing::Problem> problems;
    for (std::uint64_t i = 0; problems.size() < 200; ++i) {
        auto problem = solve_io::make_problem(solve_io::Family::retail, 1, i);
        if (problem.lines.size() == static_cast<std::size_t>(state.range(0))) problems.push_back(std::move(problem));
    }
    sourcing::Workspace workspace;
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            sourcing::solve(problems[i++ % problems.size()], sourcing::live_budget, workspace));
    }
}
BENCHMARK(solve_retail)->DenseRange(1, 5)->ArgName("lines");

void available_to_sell(benchmark::State& state) {
    Shop& shop = Shop::one();
    const auto view = shop.engine->view(shop.tenant);
    const std::uint32_t items = bench::retail_shape().items;
    std::uint32_t i = 0;
    for (auto _ : state) {
        i = (i + 1'237) % items;
        benchmark::DoNotOptimize(core::available_to_sell(view->state(), 0, i, core::FulfillmentMethod::ship));
    }
}
BENCHMARK(available_to_sell);

/// Written orders, read back as every read of one does.
void read_stored_order(benchmark::State& state) {
    Shop& shop = Shop::one();
    auto reader = std::move(*shop.store->reader());
    const auto rows = *reader->scan_orders(shop.tenant, core::OrderId(), static_cast<std::uint32_t>(orders));
    std::size_t i = 0;
    for (auto _ : state) benchmark::DoNotOptimize(engine::decode_order(rows[i++ % rows.size()]));
}
BENCHMARK(read_stored_order);

void write_stored_order(benchmark::State& state) {
    Shop& shop = Shop::one();
    auto reader = std::move(*shop.store->reader());
    std::vector<core::Order> made;
    const auto rows = *reader->scan_orders(shop.tenant, core::OrderId(), static_cast<std::uint32_t>(orders));
    for (const auto& row : rows) {
        made.push_back(*engine::decode_order(row));
    }
    std::size_t i = 0;
    std::string out;
    for (auto _ : state) {
        out.clear();
        const core::Order& order = made[i++ % made.size()];
        engine::encode_order_header(out, order);
        engine::encode_order_block(out, order, 0);
        benchmark::DoNotOptimize(out);
    }
}
BENCHMARK(write_stored_order);

void words(benchmark::State& state) {
    const std::string text = "Robin Thackray 2 High Street York YO1 7HH c4711@example.org W-1234567";
    for (auto _ : state) benchmark::DoNotOptimize(storage::words_of(text));
}
BENCHMARK(words);

}  // namespace

// Reading a big store over HTTP: searches with every filter and every two and three of them, common values and rare
// ones, pages of everything else, and readers beside writers.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <thread>

#include "bench/child_server.hpp"
#include "bench/load_client.hpp"
#include "bench/machine.hpp"
#include "bench/result_line.hpp"
#include "bench/search_queries.hpp"
#include "bench/stored_orders.hpp"
#include "bench/workloads.hpp"

namespace waybill::bench {
namespace {

struct SearchRequest {
    std::string store;
    std::uint64_t count = 20;
    std::uint64_t writes = 20'000;
    std::uint64_t seed = 1;
};

struct MeasuredReads {
    Percentiles times;
    std::vector<std::int64_t> nanos;
};

/// One after the other on one connection. Errors: one line.
Result<MeasuredReads, std::string> read_all(std::uint16_t port, const std::vector<std::string>& targets) {
    Load load;
    load.port = port;
    load.requests = targets.size();
    load.make = [&](std::uint64_t i) { return get_request(targets[i]); };
    auto done = run_load(load);
    if (!done) return fail(done.error());
    if (done->by_class[2] != targets.size()) return fail("reads were refused: " + done->first_failure);
    MeasuredReads out;
    out.nanos = std::move(done->good_nanos);
    out.times = percentiles_of(out.nanos);
    return out;
}

void print(const SearchRequest& request, std::uint64_t stored, std::string_view what, std::string_view values,
           std::uint64_t filters, const MeasuredReads& measured) {
    ResultLine line("search");
    line.text("store", "sqlite").count("stored", stored).count("seed", request.seed).text("read", what);
    line.text("values", values).count("filters", filters).count("requests", measured.nanos.size());
    line.number("p50_ms", measured.times.p50_us / 1000, 3).number("p99_ms", measured.times.p99_us / 1000, 3);
    line.number("max_ms", measured.times.max_us / 1000, 3).print();
}

/// Every combination of one, two and three filters, and all of them together by number of filters. Errors: one line.
Result<Unit, std::string> measure_searches(const SearchRequest& request, std::uint16_t port,
                                           const SearchGround& ground) {
    for (const Values values : {Values::common, Values::rare, Values::matching}) {
        std::array<MeasuredReads, 4> all;
        for (const auto& filters : filter_combinations()) {
            std::vector<std::string> targets;
            for (std::uint64_t i = 0; i < request.count; ++i) targets.push_back(ground.search(filters, values, i));
            auto measured = read_all(port, targets);
            if (!measured) return fail(measured.error());
            print(request, ground.stored(), name_of(filters), name_of(values), filters.size(), *measured);
            auto& sum = all[filters.size()].nanos;
            sum.insert(sum.end(), measured->nanos.begin(), measured->nanos.end());
        }
        for (std::size_t filters = 1; filters < all.size(); ++filters) {
            all[filters].times = percentiles_of(all[filters].nanos);
            print(request, ground.stored(), "all", name_of(values), filters, all[filters]);
        }
    }
    return Unit{};
}

/// Errors: one line.
Result<Unit, std::string> measure_pages(const SearchRequest& request, std::uint16_t port, const SearchGround& ground) {
    const std::uint64_t count = request.count * 10;
    for (const Page page : all_pages) {
        std::vector<std::string> targets;
        for (std::uint64_t i = 0; i < count; ++i) targets.push_back(ground.page(page, i));
        const auto measured = read_all(port, targets);
        if (!measured) return fail(measured.error());
        print(request, ground.stored(), name_of(page), "any", 0, *measured);
    }
    return Unit{};
}

/// A mix of searches, alone and while orders are written; the writers alone, and beside the searches. Errors: one line.
Result<Unit, std::string> measure_beside_writers(const SearchRequest& request, std::uint16_t port,
                                                 const SearchGround& ground) {
    std::vector<std::string> targets;
    const auto combinations = filter_combinations();
    for (std::uint64_t i = 0; i < request.count * 50; ++i) {
        targets.push_back(ground.search(combinations[i % combinations.size()], Values::matching, i));
    }
    const auto write = [&](std::uint64_t first) {
        Load load;
        load.port = port;
        load.connections = 64;
        load.requests = request.writes;
        load.make = [&ground, first](std::uint64_t i) { return post_request("/v1/orders", ground.order(first + i)); };
        return run_load(load);
    };
    const auto alone = read_all(port, targets);
    if (!alone) return fail(alone.error());
    const auto writers_alone = write(ground.stored() + 1);
    if (!writers_alone) return fail(writers_alone.error());
    Result<LoadResult, std::string> writers = fail(std::string());
    std::thread writing([&] { writers = write(ground.stored() + request.writes + 1); });
    const auto beside = read_all(port, targets);
    writing.join();
    if (!beside) return fail(beside.error());
    if (!writers) return fail(writers.error());
    if (writers->by_class[2] != request.writes) return fail("orders were refused: " + writers->first_failure);
    const auto rate = [&](const LoadResult& load) { return static_cast<double>(request.writes) / load.seconds; };
    ResultLine line("search");
    line.text("store", "sqlite").count("stored", ground.stored()).count("seed", request.seed);
    line.text("read", "mix beside 64 writers").count("requests", targets.size()).count("writes", request.writes);
    line.number("alone_p50_ms", alone->times.p50_us / 1000, 3).number("alone_p99_ms", alone->times.p99_us / 1000, 3);
    line.number("p50_ms", beside->times.p50_us / 1000, 3).number("p99_ms", beside->times.p99_us / 1000, 3);
    line.number("max_ms", beside->times.max_us / 1000, 3);
    line.number("writes_alone_per_second", rate(*writers_alone), 0).number("writes_per_second", rate(*writers), 0);
    line.number("writes_p99_ms", percentiles_of(writers->good_nanos).p99_us / 1000, 2).print();
    return Unit{};
}

Result<Unit, std::string> run(const SearchRequest& request) {
    const auto ground = SearchGround::open(request.store, request.seed);
    if (!ground) return fail(ground.error());
    const auto server = ChildServer::start(request.store);
    if (!server) return fail(server.error());
    const std::uint16_t port = (*server)->port();
    if (auto done = measure_pages(request, port, *ground); !done) return done;
    if (auto done = measure_searches(request, port, *ground); !done) return done;
    if (request.writes == 0) return Unit{};
    return measure_beside_writers(request, port, *ground);
}

}  // namespace

void add_search(CLI::App& group, Workload& chosen) {
    auto request = std::make_shared<SearchRequest>();
    CLI::App* command = group.add_subcommand("search", "Reads and searches of a big store, alone and beside writers");
    command->add_option("--store", request->store, "A store that `bench growth` filled")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_option("--count", request->count, "Requests for each combination of filters")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command->add_option("--writes", request->writes, "Orders written twice, alone and beside readers; 0: none")
        ->capture_default_str();
    command->add_option("--seed", request->seed, "That the store was filled with")->capture_default_str();
    command->footer(
        "Values are common (those that most orders have), rare (those that few have; together they match next to "
        "nothing)\n"
        "or matching (all of one order that is there). Lines of read \"all\" sum up by number of filters.\n"
        "\n"
        "Example:\n"
        "  waybill bench search --store /var/tmp/big.db --count 50");
    command->callback([request, &chosen] { chosen = [request] { return run(*request); }; });
}

}  // namespace waybill::bench

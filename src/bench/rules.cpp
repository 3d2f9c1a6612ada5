// What rules cost an order: the conditions alone, placing with rules beside placing without, and keeping the traces.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <limits>
#include <memory>
#include <span>

#include "api/order_input.hpp"
#include "bench/machine.hpp"
#include "bench/result_line.hpp"
#include "bench/retailer_rules.hpp"
#include "bench/rule_traces.hpp"
#include "bench/workloads.hpp"
#include "core/automation/apply_rules.hpp"
#include "core/automation/rule_versions.hpp"
#include "core/order/order_input.hpp"
#include "core/rules/evaluate.hpp"
#include "storage/memory/memory_store.hpp"

namespace waybill::bench {
namespace {

struct RulesRequest {
    std::uint64_t seed = 1;
    std::size_t rules = 100;
    std::size_t sample = 1'000;
    std::uint64_t orders = 20'000;
    std::size_t rounds = 5;
    std::string dir;
};

constexpr std::size_t rules_batch = 200;

using Look = std::function<std::string(const core::TenantState&, const core::Context&)>;

/// The retailer with its rules in memory: nothing is durable, so what is timed is deciding.
class Shop {
public:
    /// Errors: one line.
    static Result<std::unique_ptr<Shop>, std::string> make(Ground& ground, std::vector<core::Command> commands) {
        auto out = std::make_unique<Shop>();
        out->store_ = storage::memory::open_memory();
        const auto tenant = set_up_tenant(*out->store_, ground, std::move(commands));
        if (!tenant) return fail(tenant.error());
        out->tenant_ = *tenant;
        auto engine = engine::Engine::open(*out->store_, ground.clock, ground.zones, ground.options);
        if (!engine) return fail(describe(engine.error()));
        out->engine_ = std::move(*engine);
        return out;
    }

    /// `look` runs where commands are decided. It gives an error of one line, or nothing.
    Result<Unit, std::string> look(const Look& look) {
        std::promise<std::string> done;
        const auto run = [&](const core::TenantState* state, const core::Context& context) {
            done.set_value(state == nullptr ? "the engine has stopped" : look(*state, context));
        };
        if (!engine_->inspect(tenant_, run)) return fail("the engine has no time to look");
        const std::string error = done.get_future().get();
        if (!error.empty()) return fail(error);
        return Unit{};
    }

private:
    std::unique_ptr<engine::Store> store_;
    core::TenantId tenant_;
    std::unique_ptr<engine::Engine> engine_;
};

/// Microseconds of each time that `one` is done, `count` times.
template <class One>
double each_us(std::size_t count, One one) {
    const auto began = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < count; ++i) one(i);
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - began;
    return took.count() / static_cast<double>(count);
}

/// Every condition of every order, as apply_placed_rules goes through them.
struct Conditions {
    double us_per_order = std::numeric_limits<double>::max();
    std::uint64_t held = 0;
    std::uint64_t failed = 0;

    void measure(const std::vector<core::Order>& orders, const core::TenantState& state, const core::Context& context) {
        const core::CompiledRules& rules = *core::rules_at(state, context.now);
        rules::Scratch scratch;
        held = 0;
        failed = 0;
        const double us = each_us(orders.size(), [&](std::size_t i) {
            const core::OrderFacts facts(orders[i], orders[i].tags, state, context);
            for (const rules::Program& condition : rules.automation) {
                scratch.reset();
                const auto value = rules::evaluate(condition, facts, scratch);
                if (!value) {
                    ++failed;
                } else if (rules::truthy(*value)) {
                    ++held;
                }
            }
        });
        us_per_order = std::min(us_per_order, us);
    }
};

/// The orders as rules see them. Errors: one line.
std::string read_orders(const std::vector<core::Command>& commands, const core::TenantState& state,
                        const core::Context& context, std::vector<core::Order>& out) {
    core::Faults faults;
    for (const core::Command& command : commands) {
        out.push_back(core::order_from(std::get<core::PlaceOrder>(command), state, context, faults));
    }
    return faults.any() ? "the benchmark made an order that is refused" : "";
}

/// Decides every command; the state stays as it is. Keeps the least.
std::string time_placing(const std::vector<core::Command>& commands, const core::TenantState& state,
                         const core::Context& context, double& least_us) {
    std::size_t refused = 0;
    const double us = each_us(commands.size(), [&](std::size_t i) {
        if (!core::decide(commands[i], state, context)) ++refused;
    });
    least_us = std::min(least_us, us);
    return refused == 0 ? "" : "the benchmark made an order that is refused";
}

ResultLine line_of(std::string_view part, const RulesRequest& request, const Shape& shape) {
    ResultLine line("rules");
    line.text("part", part).text("shape", shape.name).count("seed", request.seed).count("rules", request.rules);
    return line;
}

/// Conditions alone, then placing without rules and with each extent of them, turn by turn.
Result<Unit, std::string> run_deciding(const RulesRequest& request, const Shape& shape, Ground& ground) {
    constexpr RulesExtent extents[] = {RulesExtent::automation, RulesExtent::tree, RulesExtent::filter};
    std::vector<std::unique_ptr<Shop>> shops;
    for (std::size_t s = 0; s <= std::size(extents); ++s) {
        auto commands = set_up_commands(shape);
        if (s > 0) {
            for (auto& command : rules_commands(retailer_rules(request.rules, extents[s - 1]))) {
                commands.push_back(std::move(command));
            }
        }
        auto shop = Shop::make(ground, std::move(commands));
        if (!shop) return fail(shop.error());
        shops.push_back(std::move(*shop));
    }
    std::vector<core::Command> commands;
    for (const std::string& text : OrderMaker(shape).make(1, request.sample)) {
        auto read = api::read_order(text);
        if (!read) return fail("the benchmark made an order that can not be read: " + text);
        commands.emplace_back(std::move(read->command));
    }

    Conditions conditions;
    std::vector<double> least(shops.size(), std::numeric_limits<double>::max());
    for (std::size_t round = 0; round < request.rounds; ++round) {
        for (std::size_t s = 0; s < shops.size(); ++s) {
            const auto done = shops[s]->look([&](const core::TenantState& state, const core::Context& context) {
                if (s > 0 && core::rules_at(state, context.now) == nullptr) return std::string("no rules decide");
                std::vector<core::Order> orders;
                std::string error = s == 1 ? read_orders(commands, state, context, orders) : "";
                if (!error.empty()) return error;
                if (s == 1) conditions.measure(orders, state, context);
                return time_placing(commands, state, context, least[s]);
            });
            if (!done) return done;
        }
    }
    const auto each = [&](std::uint64_t sum) { return static_cast<double>(sum) / static_cast<double>(request.sample); };
    ResultLine line = line_of("conditions", request, shape);
    line.count("orders", request.sample).number("us_per_order", conditions.us_per_order, 2);
    line.number("ns_per_rule", conditions.us_per_order * 1000 / static_cast<double>(request.rules), 0);
    line.number("held_per_order", each(conditions.held), 2).count("failed", conditions.failed).print();
    for (std::size_t s = 1; s < shops.size(); ++s) {
        ResultLine placing = line_of("placing", request, shape);
        placing.text("with", name_of(extents[s - 1])).count("orders", request.sample);
        placing.number("us_per_order", least[s], 2).number("without_us_per_order", least[0], 2);
        placing.number("ratio", least[s] / least[0], 3).print();
    }
    return Unit{};
}

Result<Unit, std::string> run_traces(const RulesRequest& request, const Shape& shape, Ground& ground) {
    const auto place = Place::open(request.dir, "");
    if (!place) return fail(place.error());
    auto commands = set_up_commands(shape);
    for (auto& command : rules_commands(retailer_rules(request.rules, RulesExtent::filter))) {
        commands.push_back(std::move(command));
    }
    const auto before = probe_fsync(place->folder());
    if (!before) return fail(before.error());
    const auto costs =
        measure_traces(*place, ground, std::move(commands), OrderMaker(shape).make(1, request.orders), request.rounds);
    if (!costs) return fail(costs.error());
    const auto after = probe_fsync(place->folder());
    if (!after) return fail(after.error());
    ResultLine line = line_of("traces", request, shape);
    line.count("orders", request.orders).count("batch_max", rules_batch);
    line.number("ingest_cpu_us_per_order", costs->ingest_cpu_us);
    line.number("encode_us", costs->encode_us, 2).number("encode_us_without", costs->encode_bare_us, 2);
    line.number("commit_cpu_us", costs->commit_cpu_us, 2).number("commit_cpu_us_without", costs->commit_bare_cpu_us, 2);
    line.number("cpu_share", costs->cpu_share(), 4).number("event_bytes", costs->event_bytes, 0);
    line.number("routing_trace_bytes", costs->routing_trace_bytes, 0);
    line.number("rules_trace_bytes", costs->rules_trace_bytes, 0);
    line.number("bytes_per_order", costs->store_bytes, 0).number("bytes_per_order_without", costs->store_bare_bytes, 0);
    line.number("bytes_share", costs->bytes_share(), 4).json("fdatasync_16k_us", probes_json(*before, *after)).print();
    return Unit{};
}

Result<Unit, std::string> run(const RulesRequest& request) {
    auto ground = make_ground(rules_batch);
    if (!ground) return fail(ground.error());
    Shape shape = retail_shape();
    shape.seed = request.seed;
    if (auto done = run_deciding(request, shape, **ground); !done) return done;
    return run_traces(request, shape, **ground);
}

}  // namespace

void add_rules(CLI::App& group, Workload& chosen) {
    auto request = std::make_shared<RulesRequest>();
    CLI::App* command = group.add_subcommand("rules", "What rules and their traces cost an order");
    command->add_option("--rules", request->rules, "How many automation rules")
        ->check(CLI::Range(1, 500))
        ->capture_default_str();
    command->add_option("--sample", request->sample, "Orders that are decided again and again")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command->add_option("--orders", request->orders, "Orders made durable, with the traces and without")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command->add_option("--rounds", request->rounds, "Of each measurement; the least counts")
        ->check(CLI::Range(1, 1'000))
        ->capture_default_str();
    command->add_option("--seed", request->seed, "Of the retailer and its orders")->capture_default_str();
    command
        ->add_option("--dir", request->dir,
                     "Folder for the stores, on the disk to be measured; default: a temporary one")
        ->check(CLI::ExistingDirectory);
    command->footer(
        "ratio is placing with rules against placing without, in turns. cpu_share and bytes_share are what the traces\n"
        "of routing and of rules take of an ingest: of its processor time, and of what the store grows by.\n"
        "\n"
        "Example:\n"
        "  waybill bench rules --rules 100 --orders 50000");
    command->callback([request, &chosen] { chosen = [request] { return run(*request); }; });
}

}  // namespace waybill::bench

#include "bench/order_passes.hpp"

#include <algorithm>
#include <chrono>

#include "api/order_input.hpp"
#include "bench/machine.hpp"

namespace waybill::bench {
namespace {

using Steady = std::chrono::steady_clock;

double seconds_since(Steady::time_point began) { return std::chrono::duration<double>(Steady::now() - began).count(); }

engine::EngineStats operator-(engine::EngineStats after, const engine::EngineStats& before) {
    after.commands -= before.commands;
    after.accepted -= before.accepted;
    after.rejected -= before.rejected;
    after.batches -= before.batches;
    after.events -= before.events;
    after.decide_micros -= before.decide_micros;
    after.load_micros -= before.load_micros;
    after.encode_micros -= before.encode_micros;
    after.commit_micros -= before.commit_micros;
    after.routed_optimal -= before.routed_optimal;
    after.routed_unproved -= before.routed_unproved;
    return after;
}

}  // namespace

Result<Pass, std::string> ingest(engine::Store& store, Ground& ground, core::TenantId tenant,
                                 const std::vector<std::string>& orders) {
    auto engine = engine::Engine::open(store, ground.clock, ground.zones, ground.options);
    if (!engine) return fail(describe(engine.error()));
    // Two batches: one is committed while the next one gathers.
    Feeder feeder(**engine, tenant, ground.options.batch_commands_max * 2);
    const engine::EngineStats before = (*engine)->stats();
    const double cpu = cpu_seconds();
    const auto began = Steady::now();
    for (const std::string& text : orders) {
        auto request = api::read_order(text);
        if (!request) return fail("the benchmark made an order that can not be read: " + text);
        feeder.send(std::move(request->command), std::move(request->person));
    }
    feeder.wait();
    Pass pass;
    pass.seconds = seconds_since(began);
    pass.cpu_seconds = cpu_seconds() - cpu;
    pass.stats = (*engine)->stats() - before;
    pass.accepted = feeder.accepted;
    pass.rejected = feeder.rejected;
    (*engine)->stop();
    return pass;
}

Result<RawCeiling, std::string> write_raw(engine::Store& store, const std::vector<RecordingStore::Commit>& commits,
                                          std::size_t measured_from) {
    RawCeiling out;
    Steady::time_point began = Steady::now();
    double cpu = cpu_seconds();
    for (std::size_t i = 0; i < commits.size(); ++i) {
        if (i == measured_from) {
            began = Steady::now();
            cpu = cpu_seconds();
        }
        const auto done = store.commit(commits[i]);
        if (!done) return fail(describe(done.error()));
    }
    out.seconds = seconds_since(began);
    out.cpu_seconds = cpu_seconds() - cpu;
    return out;
}

Result<RawCeiling, std::string> measure_raw(const Place& place, Ground& ground, const Shape& shape,
                                            const std::vector<std::string>& orders) {
    const auto recorded_place = PlacedStore::make(place, "recorded");
    if (!recorded_place) return fail(recorded_place.error());
    const auto raw_place = PlacedStore::make(place, "raw");
    if (!raw_place) return fail(raw_place.error());
    auto recorded = open_store(recorded_place->address());
    if (!recorded) return fail(recorded.error());
    RecordingStore recording(**recorded);
    const auto tenant = set_up_tenant(recording, ground, set_up_commands(shape));
    if (!tenant) return fail(tenant.error());
    const std::size_t measured_from = recording.commits().size();
    const auto pass = ingest(recording, ground, *tenant, orders);
    if (!pass) return fail(pass.error());
    auto raw = open_store(raw_place->address());
    if (!raw) return fail(raw.error());
    auto out = write_raw(**raw, recording.commits(), measured_from);
    if (!out) return out;
    const std::size_t batches = std::max<std::size_t>(1, recording.commits().size() - measured_from);
    out->batch_mean = static_cast<double>(orders.size()) / static_cast<double>(batches);
    return out;
}

}  // namespace waybill::bench

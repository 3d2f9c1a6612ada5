#include "bench/rule_traces.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

#include "bench/machine.hpp"
#include "engine/codec.hpp"

namespace waybill::bench {
namespace {

using Commits = std::vector<RecordingStore::Commit>;

struct Recorded {
    Commits commits;
    std::size_t measured_from = 0;  ///< before that the retailer is set up
    double cpu_seconds = 0;         ///< of the orders
};

/// Errors: one line.
Result<Recorded, std::string> record(const Place& place, Ground& ground, std::vector<core::Command> commands,
                                     const std::vector<std::string>& orders) {
    const auto placed = PlacedStore::make(place, "recorded");
    if (!placed) return fail(placed.error());
    auto store = open_store(placed->address());
    if (!store) return fail(store.error());
    RecordingStore recording(**store);
    const auto tenant = set_up_tenant(recording, ground, std::move(commands));
    if (!tenant) return fail(tenant.error());
    Recorded out;
    out.measured_from = recording.commits().size();
    const auto pass = ingest(recording, ground, *tenant, orders);
    if (!pass) return fail(pass.error());
    if (pass->accepted != orders.size()) return fail("some of the orders were refused");
    out.cpu_seconds = pass->cpu_seconds;
    out.commits = recording.commits();
    return out;
}

/// The orders' events. Errors: one line.
Result<std::vector<core::Event>, std::string> events_of(const Recorded& recorded) {
    std::vector<core::Event> out;
    for (std::size_t c = recorded.measured_from; c < recorded.commits.size(); ++c) {
        for (const engine::TenantBatch& batch : recorded.commits[c]) {
            for (const engine::EventRow& row : batch.events) {
                if (row.type != core::OrderPlaced::type_name) continue;
                auto event = engine::decode_event(row.type, row.schema_version, row.body);
                if (!event) return fail(event.error());
                out.push_back(*std::move(event));
            }
        }
    }
    return out;
}

struct Encoded {
    double seconds = std::numeric_limits<double>::max();
    std::size_t bytes = 0;
};

Encoded encode(const std::vector<core::Event>& events, std::size_t rounds) {
    Encoded out;
    std::string body;
    for (std::size_t round = 0; round < rounds; ++round) {
        out.bytes = 0;
        const auto began = std::chrono::steady_clock::now();
        for (const core::Event& event : events) {
            body.clear();
            engine::encode_event(body, event);
            out.bytes += body.size();
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        out.seconds = std::min(out.seconds, took.count());
    }
    return out;
}

/// The same commits, the orders' events without traces. REQUIRES: `bare` are those events.
Commits without_traces(Recorded recorded, const std::vector<core::Event>& bare) {
    auto next = bare.begin();
    for (std::size_t c = recorded.measured_from; c < recorded.commits.size(); ++c) {
        for (engine::TenantBatch& batch : recorded.commits[c]) {
            for (engine::EventRow& row : batch.events) {
                if (row.type != core::OrderPlaced::type_name) continue;
                row.body.clear();
                engine::encode_event(row.body, *next++);
            }
        }
    }
    return std::move(recorded.commits);
}

struct Written {
    double cpu_seconds = std::numeric_limits<double>::max();
    std::uint64_t bytes = 0;
};

/// Keeps the least. Errors: one line.
Result<Unit, std::string> write(const Place& place, const Commits& commits, std::size_t measured_from, Written& out) {
    const auto placed = PlacedStore::make(place, "raw");
    if (!placed) return fail(placed.error());
    {
        auto store = open_store(placed->address());
        if (!store) return fail(store.error());
        const auto raw = write_raw(**store, commits, measured_from);
        if (!raw) return fail(raw.error());
        out.cpu_seconds = std::min(out.cpu_seconds, raw->cpu_seconds);
    }  // closing moves the log into the file
    out.bytes = placed->bytes();
    return Unit{};
}

}  // namespace

Result<TraceCosts, std::string> measure_traces(const Place& place, Ground& ground, std::vector<core::Command> commands,
                                               const std::vector<std::string>& orders, std::size_t rounds) {
    auto recorded = record(place, ground, std::move(commands), orders);
    if (!recorded) return fail(recorded.error());
    const auto count = static_cast<double>(orders.size());
    TraceCosts out;
    out.ingest_cpu_us = recorded->cpu_seconds * 1e6 / count;

    auto events = events_of(*recorded);
    if (!events) return fail(events.error());
    const Encoded full = encode(*events, rounds);
    for (core::Event& event : *events) std::get<core::OrderPlaced>(event).rules = {};
    const Encoded without_rules = encode(*events, rounds);
    for (core::Event& event : *events) std::get<core::OrderPlaced>(event).routing = {};
    const Encoded bare = encode(*events, rounds);
    out.event_bytes = static_cast<double>(full.bytes) / count;
    out.rules_trace_bytes = static_cast<double>(full.bytes - without_rules.bytes) / count;
    out.routing_trace_bytes = static_cast<double>(without_rules.bytes - bare.bytes) / count;
    out.encode_us = full.seconds * 1e6 / count;
    out.encode_bare_us = bare.seconds * 1e6 / count;

    const std::size_t measured_from = recorded->measured_from;
    const Commits stripped = without_traces(*recorded, *events);
    const Commits set_up(recorded->commits.begin(),
                         recorded->commits.begin() + static_cast<std::ptrdiff_t>(measured_from));
    Written empty;
    Written with;
    Written without;
    if (auto done = write(place, set_up, measured_from, empty); !done) return fail(done.error());
    for (std::size_t round = 0; round < rounds; ++round) {
        if (auto done = write(place, recorded->commits, measured_from, with); !done) return fail(done.error());
        if (auto done = write(place, stripped, measured_from, without); !done) return fail(done.error());
    }
    out.commit_cpu_us = with.cpu_seconds * 1e6 / count;
    out.commit_bare_cpu_us = without.cpu_seconds * 1e6 / count;
    out.store_bytes = static_cast<double>(with.bytes - empty.bytes) / count;
    out.store_bare_bytes = static_cast<double>(without.bytes - empty.bytes) / count;
    return out;
}

}  // namespace waybill::bench

#pragma once
// What it costs to keep why an order was decided as it was: the trace of routing and the trace of rules in the event of
// each order. An ingest is recorded; then its events are encoded and its commits are written again with these traces
// and without, the same code on the same orders in the same run.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "bench/order_passes.hpp"

namespace waybill::bench {

/// All for one order.
struct TraceCosts {
    double ingest_cpu_us = 0;  ///< from JSON text to durable, all threads
    double event_bytes = 0;
    double routing_trace_bytes = 0;
    double rules_trace_bytes = 0;
    double encode_us = 0;  ///< of the event
    double encode_bare_us = 0;
    double commit_cpu_us = 0;  ///< of its rows
    double commit_bare_cpu_us = 0;
    double store_bytes = 0;  ///< growth of the file
    double store_bare_bytes = 0;

    /// Of the processor time of an ingest.
    [[nodiscard]] double cpu_share() const {
        return (encode_us - encode_bare_us + commit_cpu_us - commit_bare_cpu_us) / ingest_cpu_us;
    }
    [[nodiscard]] double bytes_share() const { return 1 - store_bare_bytes / store_bytes; }
};

/// Of these orders, over the retailer that `commands` set up. The least of so many rounds. Errors: one line.
[[nodiscard]] Result<TraceCosts, std::string> measure_traces(const Place& place, Ground& ground,
                                                             std::vector<core::Command> commands,
                                                             const std::vector<std::string>& orders,
                                                             std::size_t rounds);

}  // namespace waybill::bench

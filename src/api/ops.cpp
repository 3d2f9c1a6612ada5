// For the people who run it: alive, ready, figures.

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <utility>

#include "api/event_stream.hpp"
#include "api/forwarding.hpp"
#include "api/resources.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

void livez(CallPtr call) {
    std::string body;
    json::ObjectWriter(body)
        .field("status", std::string_view("alive"))
        .field("version", call->services.options.version);
    answer(call, json_response(200, std::move(body)));
}

void readyz(CallPtr call) {
    const std::string reason = call->engine().not_ready();
    std::string body;
    {
        json::ObjectWriter object(body);
        object.field("status", reason.empty() ? std::string_view("ready") : std::string_view("not_ready"));
        if (!reason.empty()) object.field("reason", reason);
    }
    answer(call, json_response(reason.empty() ? 200 : 503, std::move(body)));
}

void append_rules(std::string& out, const engine::RuleCounts& rules) {
    append_metric(out, "waybill_orders_ruled_total", "counter", "Orders placed while rules were in force.",
                  rules.orders);
    append_metric(out, "waybill_rules_fired_total", "counter", "Automation rules that fired.", rules.fired);
    append_metric(out, "waybill_rules_failed_total", "counter",
                  "Conditions of automation rules that could not be worked out.", rules.failed);
    append_metric(out, "waybill_routed_fallback_total", "counter",
                  "Routing decisions by another strategy than the first one tried.", rules.fallback);
    append_metric(out, "waybill_routed_relaxed_total", "counter",
                  "Routing decisions that did without some of the soft filters.", rules.relaxed);
    append_metric(out, "waybill_rule_activations_total", "counter", "Activations of rule sets, with roll-backs.",
                  rules.activations);
    append_metric(out, "waybill_rule_activations_refused_total", "counter",
                  "Activations refused since a golden order did not come out as it says.", rules.refused);
    append_metric(out, "waybill_exceptions_raised_total", "counter", "Exceptions of orders that were raised.",
                  rules.raised);
    append_metric(out, "waybill_exceptions_resolved_total", "counter",
                  "Exceptions of orders that people and rules resolved.", rules.resolved);
    append_metric(out, "waybill_fulfillment_orders_released_total", "counter",
                  "Fulfillment orders: what became the work of a location.", rules.released);
    append_metric(out, "waybill_units_given_back_total", "counter",
                  "Units that locations gave back, those that they missed with them.", rules.given_back);
    append_metric(out, "waybill_units_missing_total", "counter", "Units that locations said are not in their stock.",
                  rules.missing);
    append_metric(out, "waybill_parcels_packed_total", "counter",
                  "Parcels that were made, got more units, or of which something else was said.", rules.packed);
    append_metric(out, "waybill_parcels_shipped_total", "counter", "Parcels that left.", rules.shipped);
    append_metric(out, "waybill_returns_requested_total", "counter", "Returns that were asked for.", rules.returns);
    append_metric(out, "waybill_units_returned_total", "counter", "Units that came back and were received.",
                  rules.returned);
}

void append_engine(std::string& out, const engine::EngineStats& stats) {
    append_metric(out, "waybill_commands_total", "counter", "Commands decided.", stats.commands);
    append_metric(out, "waybill_commands_accepted_total", "counter", "Commands accepted.", stats.accepted);
    append_metric(out, "waybill_commands_rejected_total", "counter", "Commands rejected.", stats.rejected);
    append_metric(out, "waybill_commands_overloaded_total", "counter", "Commands refused since the queue was full.",
                  stats.overloaded);
    append_metric(out, "waybill_commands_queued", "gauge", "Commands waiting for the writer.", stats.queued);
    append_metric(out, "waybill_batches_total", "counter", "Batches committed.", stats.batches);
    append_metric(out, "waybill_batches_overlapped_total", "counter",
                  "Batches decided while the one before was made durable.", stats.overlapped);
    append_metric(out, "waybill_events_total", "counter", "Events written.", stats.events);
    append_metric(out, "waybill_decide_microseconds_total", "counter", "Time deciding.", stats.decide_micros);
    append_metric(out, "waybill_load_microseconds_total", "counter", "Time loading rows for batches.",
                  stats.load_micros);
    append_metric(out, "waybill_encode_microseconds_total", "counter", "Time encoding rows.", stats.encode_micros);
    append_metric(out, "waybill_commit_microseconds_total", "counter", "Time committing batches.", stats.commit_micros);
    append_metric(out, "waybill_routed_optimal_total", "counter", "Routing decisions proved optimal.",
                  stats.routed_optimal);
    append_metric(out, "waybill_routed_unproved_total", "counter", "Routing decisions with a gap.",
                  stats.routed_unproved);
    append_rules(out, stats.rules);
}

void append_ownership(std::string& out, const engine::OwnershipStats& stats) {
    append_metric(out, "waybill_tenants_served", "gauge", "Tenants that this process owns and has in memory.",
                  stats.served);
    append_metric(out, "waybill_lease_left_milliseconds", "gauge",
                  "How much longer this process may answer from memory without hearing from the store.",
                  static_cast<std::uint64_t>(stats.lease_left.count()));
    append_metric(out, "waybill_tenants_taken_total", "counter", "Tenants that came to this process.", stats.taken);
    append_metric(out, "waybill_tenants_handed_over_total", "counter", "Tenants handed over to another process.",
                  stats.handed_over);
    append_metric(out, "waybill_tenants_lost_total", "counter",
                  "Tenants that another process took since this one's lease had run out.", stats.lost);
    append_metric(out, "waybill_tenants_not_served_total", "counter", "Tenants whose data can not be read.",
                  stats.not_served);
}

void append_webhooks(std::string& out, const engine::WebhookStats& stats) {
    append_head(out, "waybill_webhook_requests_total", "counter", "Requests to webhooks, by what came of them.");
    for (const auto& [result, count] : {std::pair{"taken", stats.requests_taken}, {"failed", stats.requests_failed}}) {
        out += std::string("waybill_webhook_requests_total{result=\"") + result + "\"} " + std::to_string(count) + '\n';
    }
    append_metric(out, "waybill_webhook_events_total", "counter", "Events that webhooks took.", stats.events_sent);
    append_metric(out, "waybill_webhook_events_waiting", "gauge",
                  "Events that were committed and that webhooks served here have not come to, summed over them.",
                  stats.events_waiting);
    append_metric(out, "waybill_webhooks_failing", "gauge", "Webhooks served here whose last request failed.",
                  stats.webhooks_failing);
    append_metric(out, "waybill_webhooks_paused", "gauge",
                  "Webhooks served here that were given up; each has to be resumed.", stats.webhooks_paused);
}

void append_backorders(std::string& out, const engine::BackorderStats& stats) {
    append_metric(out, "waybill_backorders", "gauge", "Orders of tenants served here that wait for supply.",
                  stats.waiting);
    append_metric(out, "waybill_backorders_retried_total", "counter",
                  "Orders that were routed again since supply had appeared.", stats.retried);
    append_metric(out, "waybill_backorders_supplied_total", "counter", "Of those, orders that found units.",
                  stats.supplied);
}

void append_mail(std::string& out, const engine::MailStats& stats) {
    append_metric(out, "waybill_mail_configured", "gauge", "1: there is a server to send mail by. 0: none is sent.",
                  stats.is_configured ? 1 : 0);
    append_head(out, "waybill_messages_total", "counter", "Mails, by what came of them.");
    for (const auto& [result, count] : {std::pair{"sent", stats.sent},
                                        {"refused", stats.refused},
                                        {"no_address", stats.no_address},
                                        {"too_old", stats.too_old}}) {
        out += std::string("waybill_messages_total{result=\"") + result + "\"} " + std::to_string(count) + '\n';
    }
    append_metric(out, "waybill_message_retries_total", "counter", "Attempts to send a mail that failed for now.",
                  stats.tried_again);
    append_metric(out, "waybill_message_events_waiting", "gauge",
                  "Events that were committed and that mail has not come to, summed over the tenants served here.",
                  stats.events_waiting);
    append_metric(out, "waybill_mail_tenants_failing", "gauge", "Tenants served here whose last mail was not taken.",
                  stats.tenants_failing);
}

void append_server(std::string& out, const http::ServerStats& stats) {
    append_metric(out, "waybill_connections_open", "gauge", "Open connections.", stats.connections_open);
    append_metric(out, "waybill_connections_total", "counter", "Connections accepted.", stats.connections_total);
    append_metric(out, "waybill_connections_refused_total", "counter", "Connections refused.",
                  stats.connections_refused);
    append_metric(out, "waybill_http_bytes_in_total", "counter", "Bytes received.", stats.bytes_in);
    append_metric(out, "waybill_http_bytes_out_total", "counter", "Bytes sent.", stats.bytes_out);
}

std::uint64_t micros_of(const timeval& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(time.tv_usec);
}

/// Pages in memory, from the second field of /proc/self/statm.
std::uint64_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    file >> size >> resident;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void append_process(std::string& out) {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    append_metric(out, "waybill_process_cpu_microseconds_total", "counter", "User and system time of the process.",
                  micros_of(usage.ru_utime) + micros_of(usage.ru_stime));
    append_metric(out, "process_resident_memory_bytes", "gauge", "Resident memory of the process.", resident_bytes());
}

void metrics(CallPtr call) {
    Services& services = call->services;
    std::string body;
    services.metrics.append_to(body);
    append_engine(body, services.engine.stats());
    if (const auto ownership = services.engine.ownership()) append_ownership(body, *ownership);
    if (services.server_stats) append_server(body, services.server_stats());
    if (services.options.webhook_stats) append_webhooks(body, services.options.webhook_stats());
    if (services.options.backorder_stats) append_backorders(body, services.options.backorder_stats());
    if (services.options.mail_stats) append_mail(body, services.options.mail_stats());
    const engine::StoreStats store = services.store.stats();
    append_metric(body, "waybill_store_commits_total", "counter", "Commits of the store.", store.commits);
    append_metric(body, "waybill_store_commit_microseconds_total", "counter", "Time inside commits, sync included.",
                  store.commit_micros);
    append_metric(body, "waybill_store_bytes", "gauge", "Size of the store.", store.bytes);
    const ReaderPool::Stats readers = services.readers->stats();
    append_metric(body, "waybill_reads_total", "counter", "Reads of the store taken.", readers.jobs);
    append_metric(body, "waybill_reads_refused_total", "counter", "Reads refused since too many waited.",
                  readers.refused);
    append_metric(body, "waybill_reads_queued", "gauge", "Reads waiting.", readers.queued);
    append_metric(body, "waybill_readers_busy", "gauge", "Connections of the pool that read just now.", readers.busy);
    append_metric(body, "waybill_readers", "gauge", "Connections of the pool.", readers.readers);
    append_metric(body, "waybill_event_streams_open", "gauge", "Open event streams.", services.streams->count());
    services.forwarding->append_metrics(body);
    append_process(body);
    http::Response out = json_response(200, std::move(body));
    out.content_type = "text/plain; version=0.0.4; charset=utf-8";
    answer(call, std::move(out));
}

}  // namespace

std::span<const Route> ops_routes() {
    static constexpr Route table[] = {
        {"GET", "/livez", std::nullopt, &livez},
        {"GET", "/readyz", std::nullopt, &readyz},
        {"GET", "/metrics", std::nullopt, &metrics},
    };
    return table;
}

}  // namespace waybill::api

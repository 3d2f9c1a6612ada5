#pragma once
// Limits and settings of the API, each by name. What a limit refuses is named at its member; each has a test.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "engine/backorder_retrier.hpp"
#include "engine/mail_stats.hpp"
#include "engine/webhook_stats.hpp"

namespace waybill::api {

struct ApiOptions {
    std::size_t reader_threads = 2;
    std::size_t reader_queue_max = 1'024;           ///< reads waiting: engine_overloaded
    std::size_t bulk_line_bytes_max = 1024 * 1024;  ///< one line of NDJSON: body_too_large for that line
    std::size_t bulk_in_flight_max = 512;           ///< lines decided at once per bulk request; more wait in the client
    std::size_t bulk_unsent_bytes_max = 1024 * 1024;  ///< results not yet sent: no more are rendered, nor read
    std::uint32_t page_limit_default = 50;
    std::uint32_t page_limit_max = 200;                ///< larger `limit`: invalid_request
    std::size_t availability_skus_max = 100;           ///< SKUs in one question: too_many_rows
    std::size_t streams_max = 256;                     ///< open event streams: engine_overloaded
    std::size_t stream_page_events = 100;              ///< events read at a time for one stream
    std::size_t stream_unsent_bytes_max = 512 * 1024;  ///< a slower reader waits; the log keeps what it has not seen
    std::chrono::seconds stream_heartbeat{15};         ///< silence after which a stream gets a comment
    std::string version = "0.1.0";

    std::string webhook_key;  ///< what the secrets of webhooks are derived from; empty: not_configured
    std::function<engine::WebhookStats()> webhook_stats;  ///< of this process, from any thread; none: it sends nothing

    std::function<engine::BackorderStats()> backorder_stats;  ///< likewise; none: nobody routes again what waits
    std::function<engine::MailStats()> mail_stats;            ///< likewise; none: it sends no mail

    // Several processes on one store: docs/operations/scale-out.md.
    bool shares_store = false;       ///< other processes may serve tenants of the store
    std::string cluster_key;         ///< shared by all of them, 32 characters or more; empty: nothing is forwarded
    std::size_t forwards_max = 256;  ///< requests being forwarded: engine_overloaded
    std::size_t forward_streams_max = 256;      ///< bulks and event streams being forwarded: engine_overloaded
    std::size_t forward_connections_max = 128;  ///< to one process, beside those of streams; more requests wait
    std::chrono::milliseconds forward_wait_max{10'000};         ///< for somebody to own the tenant: no_owner
    std::chrono::milliseconds forward_answer_wait_max{30'000};  ///< for the owner's answer: outcome_unknown
    std::chrono::milliseconds forward_silence_max{60'000};      ///< a stream on which nothing moves is cut
    std::size_t forward_answer_bytes_max = 64 * 1024 * 1024;    ///< an answer that is not streamed: internal_error
    std::size_t forward_unsent_bytes_max = 256 * 1024;          ///< of a stream, each way, before the source waits
    std::size_t key_lookups_max = 64;          ///< keys being looked up in the store at once: engine_overloaded
    std::size_t followed_tenants_max = 1'000;  ///< of other processes, whose configuration is kept to read their rows
    std::size_t known_keys_max = 100'000;      ///< keys of other processes' tenants that are remembered
};

}  // namespace waybill::api

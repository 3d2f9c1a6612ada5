#pragma once
// Limits and settings of the API, each by name. What a limit refuses is named at its member; each has a test.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

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
};

}  // namespace waybill::api

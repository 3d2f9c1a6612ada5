#pragma once
// Bulk requests: NDJSON in, one command a line; NDJSON out, one result a line, in the order of the input. Both sides
// stream: at most `bulk_in_flight_max` lines are being decided, further input is not read until results have gone out,
// so a file of any length needs the same memory.
//
// A line that can not be read or is refused fails alone. With an Idempotency-Key each line has the key "KEY#LINE", so a
// bulk that broke can be sent again as it was.
//
// Threads: everything but completion runs on the HTTP thread.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.hpp"
#include "api/problem_output.hpp"
#include "core/commands.hpp"
#include "core/order/order.hpp"
#include "engine/engine.hpp"

namespace waybill::api {

struct SkippedRowOutput {
    static constexpr std::string_view schema_name = "SkippedRow";
    std::uint32_t row = 0;
    std::string code;
    std::string detail;
};
BOOST_DESCRIBE_STRUCT(SkippedRowOutput, (), (row, code, detail))

/// One line of the answer. Which members it has depends on the resource.
struct BulkResult {
    std::uint64_t line = 0;
    int status = 200;
    std::optional<std::string> id;
    std::optional<std::string> channel_order_id;
    std::optional<core::OrderStatus> order_status;
    std::optional<core::FulfillmentStatus> fulfillment_status;
    std::optional<core::ReturnStatus> return_status;
    std::optional<std::int64_t> shipments;
    std::optional<std::int64_t> short_units;
    std::optional<std::string> cost;
    std::optional<bool> proved;
    std::optional<std::string> sku;
    std::optional<std::string> code;
    std::optional<std::string> reference;
    std::optional<std::string> source;
    std::optional<bool> applied;
    std::optional<bool> already_applied;
    std::optional<std::uint32_t> rows_taken;
    std::optional<std::vector<SkippedRowOutput>> skipped;
    std::optional<ProblemOutput> error;
};
BOOST_DESCRIBE_STRUCT(BulkResult, (),
                      (line, status, id, channel_order_id, order_status, fulfillment_status, return_status, shipments,
                       short_units, cost, proved, sku, code, reference, source, applied, already_applied, rows_taken,
                       skipped, error))

/// What a line asks for, and what names it in its result, also when it is refused.
struct BulkLine {
    core::Command command;
    std::optional<engine::PersonData> person;
    std::string label;
    std::uint32_t rows = 0;  ///< rows of the message, where it has some
};

/// How one resource reads and answers the lines of a bulk. Exactly one of `read` and `resolve` is set.
struct BulkVerb {
    Result<BulkLine, Problem> (*read)(std::string_view text) = nullptr;
    /// For lines that name objects which only the store knows; runs on a reader thread, line by line in order.
    Result<BulkLine, Problem> (*resolve)(std::string_view text, const Caller& caller, engine::Engine& engine,
                                         engine::Reader& reader) = nullptr;
    /// Fills the result of an accepted line.
    void (*render)(BulkResult& out, std::uint32_t rows, const engine::Receipt& receipt, Currency costs) = nullptr;
    std::optional<std::string> BulkResult::*label = nullptr;
    int status = 200;
};

/// For `BulkVerb::render` where the label says it all.
inline void render_nothing(BulkResult&, std::uint32_t, const engine::Receipt&, Currency) {}

/// Starts a bulk exchange. Errors (wrong content type) are answered on the stream.
[[nodiscard]] std::unique_ptr<http::StreamIn> open_bulk(StreamCall call, const BulkVerb& verb);

/// Answers a streamed exchange with a problem and ignores what the client still sends.
[[nodiscard]] std::unique_ptr<http::StreamIn> refuse_stream(StreamCall call, const Problem& problem);

/// Cuts a stream of bytes into lines. A line longer than `line_bytes_max` is dropped as it arrives, so it costs no
/// memory.
class LineSplitter {
public:
    explicit LineSplitter(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}
    void add(std::string_view bytes);
    /// What follows the last line feed is a line, too.
    void end();

    struct Line {
        std::string_view text;  ///< until the next call
        bool is_too_long = false;
    };
    [[nodiscard]] std::optional<Line> next();
    [[nodiscard]] bool has_line() const;
    [[nodiscard]] std::size_t buffered_bytes() const { return buffer_.size() - at_; }

private:
    std::size_t line_bytes_max_;
    std::string buffer_;
    std::size_t at_ = 0;
    std::size_t feed_at_ = std::string::npos;  ///< of the first line feed at or after at_
    bool is_skipping_ = false;                 ///< inside a line that is too long
    bool ended_ = false;

    void find_feed(std::size_t from) { feed_at_ = buffer_.find('\n', from); }
};

}  // namespace waybill::api

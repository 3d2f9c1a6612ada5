// The tenant's log: a page of it, or as a stream.

#include <charconv>
#include <utility>

#include "api/bulk.hpp"
#include "api/event_json.hpp"
#include "api/event_stream.hpp"
#include "api/query.hpp"
#include "api/resources.hpp"

namespace waybill::api {
namespace {

using core::Permission;

void list_events(CallPtr call) {
    if (call->caller.is_scoped()) return answer(call, refuse(core::Reject::out_of_scope));
    auto query = read_event_query(*call, {"after", "types", "limit"});
    if (!query) return answer(call, fail(std::move(query.error())));
    answer_from_store(std::move(call), [query = std::move(*query)](const Call& asked, engine::Reader& reader) {
        return event_page(asked, reader, query);
    });
}

/// Where a stream begins: after Last-Event-ID, which a reconnecting client sends, else after `after`, else at the
/// beginning of the log.
Result<core::Sequence, Problem> stream_start(const http::Request& request) {
    QueryReader reader(request, {"after", "types"});
    std::int64_t from = reader.integer("after", 0, INT64_MAX).value_or(0);
    if (const auto last = request.header("last-event-id"); last && !last->empty()) {
        const auto end = std::from_chars(last->data(), last->data() + last->size(), from);
        if (end.ec != std::errc() || end.ptr != last->data() + last->size() || from < 0) {
            return refuse(core::Reject::invalid_request, "Last-Event-ID must be a sequence number");
        }
    }
    if (!reader.is_valid()) return reader.take();
    return core::Sequence(static_cast<std::uint64_t>(from));
}

std::unique_ptr<http::StreamIn> stream_events(StreamCall call) {
    if (call.caller.is_scoped()) return refuse_stream(std::move(call), {core::Reject::out_of_scope, {}, {}, {}});
    const auto from = stream_start(call.request);
    if (!from) return refuse_stream(std::move(call), from.error());
    auto types = read_event_types(call.request);
    if (!types) return refuse_stream(std::move(call), types.error());
    EventStreams& streams = *call.services.streams;
    return streams.open(std::move(call), *from, std::move(*types));
}

}  // namespace

std::span<const Route> event_routes() {
    static constexpr Route table[] = {
        {"GET", "/v1/events", Permission::read_events, &list_events, nullptr, MadeOf::rows},
        {"GET", "/v1/events/stream", Permission::read_events, nullptr, &stream_events},
    };
    return table;
}

}  // namespace waybill::api

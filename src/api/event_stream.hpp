#pragma once
// Server-sent event streams: the tenant's log from a sequence on, as it grows. A stream reads pages from the store on
// the reader pool; commits wake it; a client that reads slowly simply gets its events later, since the log keeps them.
//
// Threads: `wake` on the engine's writer thread, `beat` on the HTTP thread, pages on reader threads. One page of a
// stream is read at a time.

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "api/call.hpp"

namespace waybill::api {

class EventStream;

class EventStreams : public std::enable_shared_from_this<EventStreams> {
public:
    [[nodiscard]] static std::shared_ptr<EventStreams> make(Services& services);

    /// Opens a stream that begins after `from`. Errors: engine_overloaded when streams_max are open.
    [[nodiscard]] std::unique_ptr<http::StreamIn> open(StreamCall call, core::Sequence from,
                                                       std::vector<std::string> types);

    void wake(const std::vector<std::pair<core::TenantId, core::Sequence>>& heads);
    /// Sends heartbeats that are due and looks again at streams that waited for their client.
    void beat();
    [[nodiscard]] std::size_t count() const;
    /// Ends every stream, so that a process that stops does not wait for clients who would listen for ever. They come
    /// back with Last-Event-ID.
    void end_all();

private:
    explicit EventStreams(Services& services) : services_(services) {}
    friend class EventStream;
    void remove(const EventStream* stream);

    Services& services_;
    mutable std::mutex mutex_;
    std::vector<std::shared_ptr<EventStream>> streams_;
};

}  // namespace waybill::api

#include "api/event_stream.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>

#include "api/bulk.hpp"
#include "api/event_json.hpp"

namespace waybill::api {

class EventStream final : public std::enable_shared_from_this<EventStream> {
public:
    EventStream(StreamCall call, core::Sequence from, std::vector<std::string> types)
        : call_(std::move(call)), types_(std::move(types)), sent_(from), known_head_(from) {}

    void start() {
        http::Response head;
        head.content_type = "text/event-stream";
        head.headers.push_back({"cache-control", "no-store"});
        call_.out->start(std::move(head));
        // A first byte tells the client at once that the stream is open.
        write(": stream open\n\n");
    }

    /// The log has grown to `head`, or may have. Any thread.
    void wake(core::Sequence head) {
        {
            const std::lock_guard lock(mutex_);
            known_head_ = std::max(known_head_, head);
            if (is_over_ || is_reading_ || known_head_ <= sent_ || is_slow()) return;
            is_reading_ = true;
        }
        read_more();
    }

    void beat(std::chrono::steady_clock::time_point now, std::chrono::seconds interval) {
        if (!may_go_on()) return end();
        bool is_due = false;
        {
            const std::lock_guard lock(mutex_);
            is_due = !is_over_ && now - last_write_ >= interval;
        }
        if (is_due) write(": still here\n\n");
        wake({});
    }

    void close() {
        {
            const std::lock_guard lock(mutex_);
            if (is_over_) return;
            is_over_ = true;
        }
        call_.services.streams->remove(this);
        if (call_.ended) std::exchange(call_.ended, nullptr)(200);
    }

    void end() {
        call_.out->finish();
        close();
    }

    [[nodiscard]] core::TenantId tenant() const { return call_.caller.tenant; }

private:
    [[nodiscard]] bool is_slow() const {
        return call_.out->queued_bytes() > call_.services.options.stream_unsent_bytes_max;
    }

    /// A key may be revoked while its stream is open, and the tenant go to another process.
    [[nodiscard]] bool may_go_on() const {
        const auto placement = call_.services.engine.placement(call_.caller.tenant);
        if (placement.where != engine::Placement::Where::here) return false;
        const auto hit = call_.services.engine.find_key(call_.caller.key.hash);
        return hit && !hit->key.revoked_at.is_set();
    }

    void write(std::string text) {
        {
            const std::lock_guard lock(mutex_);
            last_write_ = std::chrono::steady_clock::now();
        }
        if (!call_.out->write(std::move(text))) close();
    }

    void read_more() {
        const bool taken = call_.services.readers->submit(
            [self = shared_from_this()](engine::Reader& reader) { self->read_page(reader); });
        if (taken) return;
        // The next beat tries again.
        const std::lock_guard lock(mutex_);
        is_reading_ = false;
    }

    void read_page(engine::Reader& reader) {
        if (!may_go_on()) return end();
        engine::EventQuery query;
        {
            const std::lock_guard lock(mutex_);
            query.after = sent_;
            query.until = known_head_;
        }
        query.types = types_;
        query.limit = static_cast<std::uint32_t>(call_.services.options.stream_page_events);
        const auto rows = reader.events(call_.caller.tenant, query);
        std::string text;
        if (rows) text = render(*rows);
        const bool is_full = rows && rows->size() == query.limit;
        if (!text.empty()) write(std::move(text));
        bool goes_on = false;
        {
            const std::lock_guard lock(mutex_);
            if (rows) sent_ = is_full ? rows->back().sequence : query.until;
            goes_on = rows && !is_over_ && known_head_ > sent_ && !is_slow();
            is_reading_ = goes_on;
        }
        if (goes_on) read_more();
    }

    std::string render(const std::vector<engine::EventRow>& rows) {
        std::string text;
        const auto view = call_.services.engine.view(call_.caller.tenant);
        if (!view) return text;
        for (const engine::EventRow& row : rows) {
            text += "id: " + std::to_string(row.sequence.raw()) + "\ndata: ";
            append_event(text, row, call_.caller, *view);
            text += "\n\n";
        }
        return text;
    }

    StreamCall call_;
    const std::vector<std::string> types_;
    std::mutex mutex_;
    core::Sequence sent_;  ///< everything up to here was sent or is not of the wanted types
    core::Sequence known_head_;
    bool is_reading_ = false;
    bool is_over_ = false;
    std::chrono::steady_clock::time_point last_write_ = std::chrono::steady_clock::now();
};

namespace {

class StreamEnd final : public http::StreamIn {
public:
    explicit StreamEnd(std::shared_ptr<EventStream> stream) : stream_(std::move(stream)) {}
    http::Flow on_data(std::string_view) override { return http::Flow::more; }
    void on_end() override {}
    void on_abort() override { stream_->close(); }

private:
    std::shared_ptr<EventStream> stream_;
};

}  // namespace

std::shared_ptr<EventStreams> EventStreams::make(Services& services) {
    return std::shared_ptr<EventStreams>(new EventStreams(services));
}

std::unique_ptr<http::StreamIn> EventStreams::open(StreamCall call, core::Sequence from,
                                                   std::vector<std::string> types) {
    std::shared_ptr<EventStream> stream;
    {
        const std::lock_guard lock(mutex_);
        if (streams_.size() < services_.options.streams_max) {
            stream = std::make_shared<EventStream>(call, from, std::move(types));
            streams_.push_back(stream);
        }
    }
    if (!stream) {
        return refuse_stream(std::move(call),
                             Problem{core::Reject::engine_overloaded, "too many event streams are open", {}, {}});
    }
    stream->start();
    // Committed events may be there already; commits from now on wake it.
    core::Sequence head;
    for (const engine::TenantHead& tenant : services_.engine.tenants()) {
        if (tenant.tenant == stream->tenant()) head = tenant.head;
    }
    stream->wake(head);
    return std::make_unique<StreamEnd>(std::move(stream));
}

void EventStreams::wake(const std::vector<std::pair<core::TenantId, core::Sequence>>& heads) {
    std::vector<std::pair<std::shared_ptr<EventStream>, core::Sequence>> woken;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& stream : streams_) {
            for (const auto& [tenant, head] : heads) {
                if (tenant == stream->tenant()) woken.emplace_back(stream, head);
            }
        }
    }
    for (const auto& [stream, head] : woken) stream->wake(head);
}

void EventStreams::end_all() {
    std::vector<std::shared_ptr<EventStream>> all;
    {
        const std::lock_guard lock(mutex_);
        all = streams_;
    }
    for (const auto& stream : all) stream->end();
}

void EventStreams::beat() {
    std::vector<std::shared_ptr<EventStream>> all;
    {
        const std::lock_guard lock(mutex_);
        all = streams_;
    }
    const auto now = std::chrono::steady_clock::now();
    for (const auto& stream : all) stream->beat(now, services_.options.stream_heartbeat);
}

std::size_t EventStreams::count() const {
    const std::lock_guard lock(mutex_);
    return streams_.size();
}

void EventStreams::remove(const EventStream* stream) {
    const std::lock_guard lock(mutex_);
    std::erase_if(streams_, [stream](const auto& open) { return open.get() == stream; });
}

}  // namespace waybill::api

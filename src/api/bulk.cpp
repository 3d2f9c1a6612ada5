#include "api/bulk.hpp"

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>

#include "api/authentication.hpp"
#include "api/stalled.hpp"
#include "api/submit.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r") == std::string_view::npos; }

class BulkPump final : public Stalled, public std::enable_shared_from_this<BulkPump> {
public:
    BulkPump(StreamCall call, const BulkVerb& verb, std::optional<engine::Idempotency> idempotency, Currency costs)
        : call_(std::move(call)),
          verb_(verb),
          idempotency_(std::move(idempotency)),
          costs_(costs),
          lines_(call_.services.options.bulk_line_bytes_max) {}

    void start() {
        http::Response head;
        head.content_type = "application/x-ndjson";
        call_.out->start(std::move(head));
    }

    http::Flow take(std::string_view bytes) {
        lines_.add(bytes);
        advance();
        is_paused_ = lines_.has_line();
        return is_paused_ ? http::Flow::pause : http::Flow::more;
    }

    void end() {
        lines_.end();
        has_ended_ = true;
        advance();
        finish_if_done();
    }

    void abort() {
        is_over_ = true;
        report_end();
    }

    /// Results could not go out because the client does not read; looked at again now and then.
    void retry() override {
        if (!is_over_) drain();
    }

private:
    struct Slot {
        std::string label;
        std::uint64_t line = 0;
        std::uint32_t rows = 0;
        std::optional<Result<engine::Receipt, Problem>> result;
    };
    struct Unresolved {
        std::uint64_t slot;
        std::string text;
    };

    bool has_room() {
        if (call_.out->queued_bytes() >= call_.services.options.bulk_unsent_bytes_max) {
            retry_later(call_.services, weak_from_this());
            return false;
        }
        const std::lock_guard lock(mutex_);
        return slots_.size() < call_.services.options.bulk_in_flight_max;
    }

    void advance() {
        while (!is_over_ && lines_.has_line() && has_room()) {
            const auto line = lines_.next();
            if (!line) return;
            ++line_no_;
            if (line->is_too_long) {
                complete(add_slot(), refuse(core::Reject::body_too_large, "the line is too long"));
            } else if (!is_blank(line->text)) {
                take_line(line->text);
            }
        }
    }

    std::uint64_t add_slot() {
        call_.services.metrics.count_bulk_line();
        const std::lock_guard lock(mutex_);
        slots_.push_back({{}, line_no_, 0, std::nullopt});
        return first_slot_ + slots_.size() - 1;
    }

    void take_line(std::string_view text) {
        const std::uint64_t slot = add_slot();
        if (verb_.read == nullptr) {
            resolve_later(slot, text);
            return;
        }
        auto line = verb_.read(text);
        if (!line) return complete(slot, fail(std::move(line.error())));
        send(slot, line_no_, std::move(*line), text);
    }

    /// Lines of different resources may read the same: the hash of the request, which has no body yet, goes before.
    [[nodiscard]] auto hash_of(std::string_view text) const {
        std::string asked(idempotency_->body_hash.begin(), idempotency_->body_hash.end());
        return blake2b(asked.append(text));
    }

    void send(std::uint64_t slot, std::uint64_t line_no, BulkLine line, std::string_view text) {
        {
            const std::lock_guard lock(mutex_);
            Slot& at = slots_[slot - first_slot_];
            at.label = std::move(line.label);
            at.rows = line.rows;
        }
        engine::Submission submission;
        submission.tenant = call_.caller.tenant;
        submission.actor = call_.caller.actor();
        submission.command = std::move(line.command);
        submission.person = std::move(line.person);
        submission.reply_status = static_cast<std::uint16_t>(verb_.status);
        if (idempotency_) {
            submission.idempotency =
                engine::Idempotency{idempotency_->key + '#' + std::to_string(line_no), hash_of(text)};
        }
        submission.done = [self = shared_from_this(), slot](Result<engine::Receipt, engine::Failure> result) {
            if (result) {
                self->complete(slot, std::move(*result));
            } else {
                self->complete(slot, fail(problem_of(result.error())));
            }
        };
        call_.services.engine.submit(std::move(submission));
    }

    void resolve_later(std::uint64_t slot, std::string_view text) {
        {
            const std::lock_guard lock(mutex_);
            unresolved_.push_back({slot, std::string(text)});
            if (is_resolving_) return;
            is_resolving_ = true;
        }
        start_resolving();
    }

    void start_resolving() {
        const bool taken = call_.services.readers->submit(
            [self = shared_from_this()](engine::Reader& reader) { self->resolve_all(reader); });
        if (taken) return;
        for (const Unresolved& line : take_unresolved()) {
            complete(line.slot, refuse(core::Reject::engine_overloaded, "too many reads are waiting"));
        }
    }

    /// Empty exactly when resolving has stopped.
    std::vector<Unresolved> take_unresolved() {
        const std::lock_guard lock(mutex_);
        std::vector<Unresolved> out = std::exchange(unresolved_, {});
        if (out.empty()) is_resolving_ = false;
        return out;
    }

    void resolve_all(engine::Reader& reader) {
        for (auto lines = take_unresolved(); !lines.empty(); lines = take_unresolved()) {
            for (const Unresolved& line : lines) {
                auto resolved = verb_.resolve(line.text, call_.caller, call_.services.engine, reader);
                if (!resolved) {
                    complete(line.slot, fail(std::move(resolved.error())));
                } else {
                    send(line.slot, line_of(line.slot), std::move(*resolved), line.text);
                }
            }
        }
    }

    std::uint64_t line_of(std::uint64_t slot) {
        const std::lock_guard lock(mutex_);
        return slots_[slot - first_slot_].line;
    }

    /// Any thread.
    void complete(std::uint64_t slot, Result<engine::Receipt, Problem> result) {
        {
            const std::lock_guard lock(mutex_);
            slots_[slot - first_slot_].result.emplace(std::move(result));
            if (!slots_.front().result || is_draining_) return;
            is_draining_ = true;
        }
        call_.services.completions.push([self = shared_from_this()] { self->drain(); });
    }

    void drain() {
        {
            const std::lock_guard lock(mutex_);
            is_draining_ = false;
        }
        if (is_over_) return;
        std::string out = render_finished();
        if (!out.empty() && !call_.out->write(std::move(out))) return abort();
        advance();
        if (is_paused_ && !lines_.has_line() && !has_ended_) {
            is_paused_ = false;
            call_.out->resume();
        }
        finish_if_done();
    }

    /// Results in order, as many as may be unsent; the others stay in their slots. Hundreds of long ones that finish
    /// together would else be more than the server keeps for a client, however fast it reads.
    std::string render_finished() {
        const std::size_t unsent_max = call_.services.options.bulk_unsent_bytes_max;
        const std::size_t ahead = call_.out->queued_bytes();
        std::string out;
        if (ahead >= unsent_max) {
            retry_later(call_.services, weak_from_this());
            return out;
        }
        while (auto slot = take_finished()) {
            append_result(out, *slot);
            if (ahead + out.size() < unsent_max) continue;
            retry_later(call_.services, weak_from_this());
            break;
        }
        return out;
    }

    std::optional<Slot> take_finished() {
        const std::lock_guard lock(mutex_);
        if (slots_.empty() || !slots_.front().result) return std::nullopt;
        std::optional<Slot> out(std::move(slots_.front()));
        slots_.pop_front();
        ++first_slot_;
        return out;
    }

    void append_result(std::string& out, const Slot& slot) const {
        BulkResult result;
        result.line = slot.line;
        if (!slot.label.empty()) result.*verb_.label = slot.label;
        if (*slot.result) {
            const engine::Receipt& receipt = **slot.result;
            result.status = status_of(receipt, verb_.status);
            verb_.render(result, slot.rows, receipt, costs_);
        } else {
            const Problem& problem = slot.result->error();
            result.status = http_status(problem.code);
            result.error = render_problem(problem);
        }
        json::write<json::Api>(out, result);
        out += '\n';
    }

    void finish_if_done() {
        if (is_over_ || !has_ended_ || lines_.has_line()) return;
        {
            const std::lock_guard lock(mutex_);
            if (!slots_.empty()) return;
        }
        is_over_ = true;
        call_.out->finish();
        report_end();
    }

    void report_end() {
        if (call_.ended) std::exchange(call_.ended, nullptr)(200);
    }

    StreamCall call_;
    const BulkVerb& verb_;
    const std::optional<engine::Idempotency> idempotency_;
    const Currency costs_;
    LineSplitter lines_;
    std::uint64_t line_no_ = 0;
    bool is_paused_ = false;
    bool has_ended_ = false;
    bool is_over_ = false;

    std::mutex mutex_;
    std::deque<Slot> slots_;        ///< lines taken and not yet answered, in order
    std::uint64_t first_slot_ = 0;  ///< number of slots_.front()
    bool is_draining_ = false;
    std::vector<Unresolved> unresolved_;
    bool is_resolving_ = false;
};

class BulkIn final : public http::StreamIn {
public:
    explicit BulkIn(std::shared_ptr<BulkPump> pump) : pump_(std::move(pump)) {}
    http::Flow on_data(std::string_view bytes) override { return pump_->take(bytes); }
    void on_end() override { pump_->end(); }
    void on_abort() override { pump_->abort(); }

private:
    std::shared_ptr<BulkPump> pump_;
};

/// A refused exchange ends when the client has sent its body, so that the connection can be kept; a client that goes on
/// sending is cut off.
class RefusedIn final : public http::StreamIn {
public:
    explicit RefusedIn(std::shared_ptr<http::StreamOut> out) : out_(std::move(out)) {}
    http::Flow on_data(std::string_view bytes) override {
        ignored_ += bytes.size();
        if (ignored_ > refused_body_bytes_max) finish();
        return http::Flow::more;
    }
    void on_end() override { finish(); }
    void on_abort() override { out_.reset(); }

private:
    static constexpr std::size_t refused_body_bytes_max = 256 * 1024;

    void finish() {
        if (const auto out = std::exchange(out_, nullptr)) out->finish();
    }

    std::shared_ptr<http::StreamOut> out_;
    std::size_t ignored_ = 0;
};

bool is_ndjson(const http::Request& request) {
    const auto type = request.header("content-type");
    if (!type) return false;
    const std::string_view essence = type->substr(0, type->find(';'));
    return essence == "application/x-ndjson" || essence == "application/jsonl" || essence == "application/ndjson";
}

}  // namespace

std::unique_ptr<http::StreamIn> refuse_stream(StreamCall call, const Problem& problem) {
    http::Response response = to_response(problem, call.hop);
    const int status = response.status;
    std::string body = std::exchange(response.body, {});
    call.out->start(std::move(response));
    call.out->write(std::move(body));
    if (call.ended) call.ended(status);
    return std::make_unique<RefusedIn>(std::move(call.out));
}

std::unique_ptr<http::StreamIn> open_bulk(StreamCall call, const BulkVerb& verb) {
    if (!is_ndjson(call.request)) {
        return refuse_stream(std::move(call),
                             Problem{core::Reject::unsupported_media_type, "send application/x-ndjson", {}, {}});
    }
    auto idempotency = read_idempotency(call.request);
    if (!idempotency) return refuse_stream(std::move(call), idempotency.error());
    Currency costs;
    if (const auto view = call.services.engine.view(call.caller.tenant)) costs = view->settings().currency;
    auto pump = std::make_shared<BulkPump>(std::move(call), verb, std::move(*idempotency), costs);
    pump->start();
    return std::make_unique<BulkIn>(std::move(pump));
}

void LineSplitter::add(std::string_view bytes) {
    if (is_skipping_) {
        const std::size_t feed = bytes.find('\n');
        if (feed == std::string_view::npos) return;
        bytes.remove_prefix(feed);
    }
    if (at_ > 0) {
        buffer_.erase(0, at_);
        if (feed_at_ != std::string::npos) feed_at_ -= at_;
        at_ = 0;
    }
    const std::size_t old = buffer_.size();
    buffer_ += bytes;
    if (feed_at_ == std::string::npos) find_feed(old);
    if (feed_at_ == std::string::npos && buffer_.size() > line_bytes_max_) {
        buffer_.clear();
        is_skipping_ = true;
    }
}

void LineSplitter::end() { ended_ = true; }

bool LineSplitter::has_line() const {
    return feed_at_ != std::string::npos || (ended_ && (is_skipping_ || at_ < buffer_.size()));
}

std::optional<LineSplitter::Line> LineSplitter::next() {
    if (!has_line()) return std::nullopt;
    const bool was_skipping = std::exchange(is_skipping_, false);
    const std::size_t end = feed_at_ == std::string::npos ? buffer_.size() : feed_at_;
    Line out;
    out.text = std::string_view(buffer_).substr(at_, end - at_);
    out.is_too_long = was_skipping || out.text.size() > line_bytes_max_;
    at_ = std::min(end + 1, buffer_.size());
    find_feed(at_);
    return out;
}

}  // namespace waybill::api

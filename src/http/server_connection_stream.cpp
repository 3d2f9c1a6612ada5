// The streamed exchanges of a connection: request body and response move at the same time.

#include <chrono>
#include <utility>

#include "http/server_connection.hpp"

namespace waybill::http {

bool Connection::open_stream() {
    std::shared_ptr<StreamHandle> handle = std::move(shared_.spare_stream);
    if (!handle) {
        handle = std::make_shared<StreamHandle>(
            std::make_shared<StreamState>(shared_.inbox, shared_.limits.stream_out_buffer_bytes_max));
    }
    handle->state()->bind({slot_, exchange_});
    stream_in_ = shared_.handler.open_stream(head_.request, handle);
    if (stream_in_) {
        stream_ = handle->state();
        return true;
    }
    if (handle.use_count() == 1) {
        shared_.spare_stream = std::move(handle);
    } else {
        handle->state()->close();
    }
    return false;
}

Connection::Next Connection::step_streaming() {
    const bool took_everything = out_.empty();
    if (!pump_stream()) return Next::again;
    const bool all_sent = flush();
    if (phase_ == Phase::closed) return Next::wait;
    stream_->set_unsent_bytes(out_.size());
    if (response_state_ == ResponseState::complete) return all_sent ? finish_stream() : Next::wait;
    // What writers queued behind the output of before was announced already: nobody will call for it again.
    if (all_sent && !took_everything) return Next::again;
    return feed_stream();
}

bool Connection::pump_stream() {
    if (response_state_ == ResponseState::complete) return true;
    StreamState::News news = stream_->take(out_.empty() ? StreamState::Take::everything : StreamState::Take::signals);
    if (news.intake == StreamState::News::Intake::resumed && intake_ == Intake::paused) {
        intake_ = Intake::arriving;
    }
    switch (news.end) {
        case StreamState::News::End::overflowed:
            close();
            return false;
        case StreamState::News::End::abandoned:
            refuse_stream(500, "the request was not answered");
            return false;
        case StreamState::News::End::open:
        case StreamState::News::End::finished:
            break;
    }
    if (news.head) append_stream_head(*news.head);
    if (!news.bytes.empty()) append_stream_bytes(std::move(news.bytes));
    if (news.end == StreamState::News::End::finished) {
        if (shape_.framing == ResponseFraming::chunked && method_ == Method::with_body) out_.append(last_chunk);
        response_state_ = ResponseState::complete;
    }
    return true;
}

void Connection::append_stream_head(const Response& head) {
    response_state_ = ResponseState::started;
    if (!status_has_body(head.status)) {
        shape_.framing = ResponseFraming::no_body;
    } else if (shape_.version == HttpVersion::v1_0) {
        shape_.framing = ResponseFraming::until_close;
        shape_.persistence = Persistence::close;
    } else {
        shape_.framing = ResponseFraming::chunked;
    }
    if (shared_.mode == ServerShared::Mode::stopping) shape_.persistence = Persistence::close;
    append_response_head(out_.tail(), head, shape_, shared_.date);
    out_.appended();
}

void Connection::append_stream_bytes(std::string bytes) {
    if (method_ == Method::head || shape_.framing == ResponseFraming::no_body) return;
    if (shape_.framing == ResponseFraming::until_close) return out_.append_owned(std::move(bytes));
    append_chunk_size(out_.tail(), bytes.size());
    out_.appended();
    out_.append_owned(std::move(bytes));
    out_.append("\r\n");
}

Connection::Next Connection::feed_stream() {
    // While a read is under way there is nothing buffered, and its deadline stands.
    if (reading_ == Pending::yes) return Next::wait;
    switch (intake_) {
        case Intake::paused:
            read_deadline_ = SteadyTime::max();
            return Next::wait;
        case Intake::complete:
            // Read on only to learn that the client has gone. A pipelined request stops that, until its turn comes.
            read_deadline_ = body_wait_began_ = SteadyTime::max();
            if (in_.empty()) read();
            return Next::wait;
        case Intake::arriving:
            break;
    }
    const RequestReader::BodyStep piece = next_body_piece();
    switch (piece.state) {
        case BodyState::piece:
            if (stream_in_->on_data(piece.data) == Flow::pause) intake_ = Intake::paused;
            return Next::again;
        case BodyState::starved:
            wait_for_body();
            return Next::wait;
        case BodyState::complete:
            intake_ = Intake::complete;
            stream_in_->on_end();
            return Next::again;
        case BodyState::malformed:
        case BodyState::too_large:  // streamed bodies have no limit
            refuse_stream(400, "the chunks of the body are malformed");
            return Next::again;
    }
    return Next::wait;
}

Connection::Next Connection::finish_stream() {
    stream_->close();
    stream_.reset();
    stream_in_.reset();
    const bool all_read = intake_ == Intake::complete || reader_.done();
    if (!all_read) shape_.persistence = Persistence::close;
    end_exchange();
    return Next::again;
}

void Connection::refuse_stream(int status, std::string_view detail) {
    // Once the head of a response is out, breaking the connection off is the only way to tell the client.
    if (response_state_ != ResponseState::none) return close();
    drop_stream();
    refuse(status, detail);
}

void Connection::drop_stream() {
    if (!stream_in_) return;
    stream_->close();
    stream_.reset();
    const std::unique_ptr<StreamIn> dropped = std::move(stream_in_);
    dropped->on_abort();
}

}  // namespace waybill::http

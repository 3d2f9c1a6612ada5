// What sockets can not show for certain: how requests are read when they arrive in pieces of chosen sizes.
#include "http/request_reader.hpp"

#include <gtest/gtest.h>

namespace waybill::http {
namespace {

using HeadState = RequestReader::HeadStep::State;
using BodyState = RequestReader::BodyStep::State;

constexpr std::size_t head_bytes_max = 2'000;
constexpr std::size_t target_bytes_max = 200;

/// Feeds pieces as a connection does: what is not consumed comes again, with the next piece behind it.
class Feeder {
public:
    HeadState head(std::string_view piece) {
        waiting_.append(piece);
        const RequestReader::HeadStep step = reader.feed_head(waiting_, request);
        waiting_.erase(0, step.consumed);
        status = step.fault.status;
        return step.state;
    }
    BodyState body(std::string_view piece) {
        waiting_.append(piece);
        while (true) {
            const RequestReader::BodyStep step = reader.feed_body(waiting_, 1'000);
            data.append(step.data);
            waiting_.erase(0, step.consumed);
            if (step.state != BodyState::piece) return step.state;
        }
    }
    /// A head in pieces of `piece_bytes`, until it is taken or refused.
    HeadState head_in_pieces(std::string_view bytes, std::size_t piece_bytes) {
        HeadState state = HeadState::starved;
        while (state == HeadState::starved && !bytes.empty()) {
            state = head(bytes.substr(0, piece_bytes));
            bytes.remove_prefix(std::min(piece_bytes, bytes.size()));
        }
        return state;
    }

    RequestReader reader{head_bytes_max, target_bytes_max};
    RequestHead request;
    std::string data;
    int status = 0;

private:
    std::string waiting_;
};

TEST(HttpRequestReader, reads_the_same_from_pieces_of_every_size) {
    const std::string bytes =
        "\r\nPOST /a%2Fb?x=%20&&y HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nX:\r\nContent-Length: 0\r\n\r\n";
    for (std::size_t size = 1; size <= bytes.size(); ++size) {
        Feeder feeder;
        ASSERT_EQ(feeder.head_in_pieces(bytes, size), HeadState::complete) << size;
        const Request& request = feeder.request.request;
        EXPECT_EQ(request.method, "POST");
        EXPECT_EQ(request.path, "/a/b");
        ASSERT_EQ(request.query.size(), 2U);
        EXPECT_EQ(request.query_value("x"), " ");
        EXPECT_EQ(request.query_value("y"), "");
        EXPECT_EQ(request.headers.size(), 4U);
        EXPECT_EQ(request.header("x"), "");
        EXPECT_EQ(feeder.request.expectation, Expectation::continue_100);
        EXPECT_TRUE(feeder.reader.done());
    }
}

TEST(HttpRequestReader, limits_a_head_whose_lines_come_one_by_one) {
    Feeder feeder;
    ASSERT_EQ(feeder.head("GET / HTTP/1.1\r\nA"), HeadState::starved);
    std::size_t lines = 0;
    while (feeder.head(": b\r\nA") == HeadState::starved) ASSERT_LT(++lines, head_bytes_max);
    EXPECT_EQ(feeder.status, 431);
    EXPECT_GT(lines, head_bytes_max / 10);
}

TEST(HttpRequestReader, a_line_that_is_folded_is_refused_wherever_it_is_cut) {
    const std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n\tc\r\n\r\n";
    for (std::size_t size = 1; size <= bytes.size(); ++size) {
        Feeder feeder;
        ASSERT_EQ(feeder.head_in_pieces(bytes, size), HeadState::refused) << size;
        EXPECT_EQ(feeder.status, 400);
    }
}

struct Chunked : Feeder {
    Chunked() {
        EXPECT_EQ(head("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"), HeadState::complete);
        EXPECT_TRUE(request.chunked);
    }
};

TEST(HttpRequestReader, limits_what_frames_a_chunk) {
    EXPECT_EQ(Chunked().body("1;" + std::string(200, 'a') + "\r\nx\r\n"), BodyState::starved);
    EXPECT_EQ(Chunked().body("1;" + std::string(300, 'a') + "\r\nx\r\n"), BodyState::malformed);
    EXPECT_EQ(Chunked().body(std::string(9'000, '0') + "1\r\nx\r\n"), BodyState::malformed);
    EXPECT_EQ(Chunked().body("0\r\nA: " + std::string(9'000, 'a') + "\r\n\r\n"), BodyState::malformed);
    Chunked endless_size;
    Chunked endless_trailers;
    ASSERT_EQ(endless_trailers.body("0\r\n"), BodyState::starved);
    BodyState size = BodyState::starved;
    BodyState trailers = BodyState::starved;
    for (int at = 0; at < 9'000; ++at) {
        if (size == BodyState::starved) size = endless_size.body("0");
        if (trailers == BodyState::starved)
            trailers = endless_trailers.body(at % 8 == 7 ? "\r\n" : at % 8 == 1 ? ":" : "a");
    }
    EXPECT_EQ(size, BodyState::malformed);
    EXPECT_EQ(trailers, BodyState::malformed);
}

TEST(HttpRequestReader, reads_chunks_in_pieces_of_every_size) {
    for (const std::string bytes : {"0\r\n\r\n", "1\r\n0\r\n0;a\r\nA: b\r\n\r\n", "02\r\n00\r\n00\r\n\r\n"}) {
        const std::string expected = bytes.starts_with("0\r") ? "" : bytes.starts_with("1") ? "0" : "00";
        for (std::size_t size = 1; size <= bytes.size(); ++size) {
            Chunked feeder;
            BodyState state = BodyState::starved;
            for (std::size_t at = 0; at < bytes.size(); at += size) {
                ASSERT_EQ(state, BodyState::starved) << bytes << " by " << size;
                state = feeder.body(bytes.substr(at, size));
                // A byte of the body is handed on with nothing behind it.
                if (bytes.starts_with("1") && size == 1 && at >= 3) {
                    EXPECT_EQ(feeder.data, "0");
                }
            }
            EXPECT_EQ(state, BodyState::complete) << bytes << " by " << size;
            EXPECT_EQ(feeder.data, expected);
        }
    }
}

TEST(HttpRequestReader, ignores_trailers_and_refuses_those_that_frame) {
    Chunked plain;
    EXPECT_EQ(plain.body("1\r\nx\r\n0\r\nHost: other\r\nX-Late: 1\r\n\r\n"), BodyState::complete);
    EXPECT_EQ(plain.data, "x");
    EXPECT_EQ(plain.request.request.header("host"), "h");
    EXPECT_EQ(plain.request.request.header("x-late"), std::nullopt);
    EXPECT_EQ(Chunked().body("0\r\nContent-Length: 5\r\n\r\n"), BodyState::malformed);
    EXPECT_EQ(Chunked().body("0\r\nTransfer-Encoding: chunked\r\n\r\n"), BodyState::malformed);
}

}  // namespace
}  // namespace waybill::http

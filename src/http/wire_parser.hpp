#pragma once
// What requests and responses have in common on the wire: Boost.Beast's parser, fed with pieces of any size, and the
// few rules that Beast 1.81 leaves to its user. Only the two readers include this header, because Beast is slow to
// compile.
//
// Beast itself refuses, and tests hold it to it: line ends other than CR LF, blanks before a colon, control characters,
// Content-Length together with chunked, lengths that differ, chunk sizes that are not hexadecimal or overflow.

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "http/server.hpp"

namespace waybill::http {

namespace beast = boost::beast;

/// A parser for one message. One that has refused its input is of no use any more.
template <bool is_request>
class WireParser : public beast::http::basic_parser<is_request> {
public:
    using ErrorCode = beast::error_code;

    /// `headers` outlives the parser; names arrive in lower case.
    WireParser(std::vector<Header>& headers, std::size_t head_bytes_max)
        : headers_(headers), head_bytes_max_(head_bytes_max) {
        this->header_limit(static_cast<std::uint32_t>(
            std::min<std::size_t>(head_bytes_max, std::numeric_limits<std::uint32_t>::max())));
        this->body_limit(boost::none);
    }

    struct Step {
        std::size_t consumed = 0;  ///< bytes of the input that are done with
        std::string_view data;     ///< the next piece of the body: part of the input, the end of what was consumed
    };
    /// Takes the front of `bytes`, up to the end of the head or to the next piece of the body; the rest must be fed
    /// again, with more behind it. A step that leaves bytes without bringing either asks for more.
    [[nodiscard]] Step feed(std::string_view bytes, std::size_t data_bytes_max, ErrorCode& error) {
        Step step;
        data_ = {};
        data_bytes_max_ = data_bytes_max;
        while (step.consumed < bytes.size() && data_.empty() && !this->is_done()) {
            const std::string_view rest = bytes.substr(step.consumed);
            const bool in_head = !this->is_header_done();
            // Beast 1.81 asserts that a last chunk which came in part has grown to five bytes, the shortest there is.
            if (framing_ == Framing::begun && rest.front() == '0' && rest.size() < 5) break;
            const std::size_t taken = this->put(boost::asio::const_buffer(rest.data(), rest.size()), error);
            step.consumed += taken;
            const bool starved = error == beast::http::error::need_more;
            if (starved) error = {};
            if (error) break;
            framing_ = starved && !in_head ? Framing::begun : Framing::none;
            const std::size_t waiting = starved ? rest.size() - taken : 0;
            if (in_head) {
                error = judge_head(rest.substr(0, taken), waiting);
            } else if (data_.empty() && taken + waiting > chunk_framing_bytes_max) {
                // Beast waits for the end of a size line or of trailers however long they grow.
                error = beast::http::error::bad_chunk;
            }
            if (error || starved || (in_head && this->is_header_done())) break;
        }
        step.data = data_;
        return step;
    }

    /// Bytes of the head that are done with.
    [[nodiscard]] std::size_t head_bytes() const { return head_bytes_; }

protected:
    /// A header of the head, already among `headers`.
    virtual void on_header(beast::http::field name, std::string_view value, ErrorCode& error) = 0;

    // Messages of the other kind never come.
    void on_request_impl(beast::http::verb, beast::string_view, beast::string_view, int, ErrorCode&) override {}
    void on_response_impl(int, beast::string_view, int, ErrorCode&) override {}

private:
    static constexpr std::size_t chunk_extension_bytes_max = 256;
    static constexpr std::size_t chunk_framing_bytes_max = 8 * 1024;

    [[nodiscard]] ErrorCode judge_head(std::string_view taken, std::size_t waiting) {
        // Beast limits what one call is given: a head that arrives line by line would never reach that limit.
        head_bytes_ += taken.size();
        if (head_bytes_ + waiting > head_bytes_max_) return beast::http::error::header_limit;
        // Beast joins folded lines, where another reader may see a header of its own (RFC 9112 section 5.2).
        const bool folded = taken.find("\n ") != std::string_view::npos || taken.find("\n\t") != std::string_view::npos;
        return folded ? ErrorCode(beast::http::error::bad_obs_fold) : ErrorCode();
    }

    void on_field_impl(beast::http::field name, beast::string_view text, beast::string_view value,
                       ErrorCode& error) final {
        if (this->is_header_done()) return;  // trailers are not told apart from headers by Beast, and ignored by us
        Header& header = headers_.emplace_back(Header{std::string(text), std::string(value)});
        for (char& c : header.name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
        on_header(name, value, error);
    }
    void on_header_impl(ErrorCode&) final {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) final {}
    std::size_t on_body_impl(beast::string_view body, ErrorCode&) final {
        data_ = std::string_view(body).substr(0, data_bytes_max_);
        return data_.size();
    }
    void on_chunk_header_impl(std::uint64_t, beast::string_view extensions, ErrorCode& error) final {
        // A long extension on each tiny chunk is a cheap attack.
        if (extensions.size() > chunk_extension_bytes_max) error = beast::http::error::bad_chunk_extension;
    }
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, ErrorCode& error) final {
        return on_body_impl(body, error);
    }
    void on_finish_impl(ErrorCode&) final {}

    std::vector<Header>& headers_;
    std::size_t head_bytes_max_;
    enum class Framing { none, begun } framing_ = Framing::none;  // of a chunk, seen by Beast in part
    std::size_t head_bytes_ = 0;
    std::size_t data_bytes_max_ = 0;
    std::string_view data_;
};

}  // namespace waybill::http

#pragma once
// Reads one HTTP/1.1 response from bytes that arrive in pieces: Boost.Beast's parser behind a plain header. A pure
// machine: no sockets, no clock.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "http/client.hpp"
#include "http/response_head.hpp"

namespace waybill::http {

/// Of a response, asked for at a time.
inline constexpr std::size_t receive_bytes = 64 * 1024;

class ResponseReader {
public:
    enum class RequestMethod { head, other };
    explicit ResponseReader(RequestMethod method);
    ResponseReader(const ResponseReader&) = delete;
    ResponseReader& operator=(const ResponseReader&) = delete;
    ~ResponseReader();

    struct Step {
        std::size_t consumed = 0;
        std::string_view body;  ///< part of the input
    };
    /// Takes the front of `bytes`, up to the end of the head or to the next piece of the body; the rest must be fed
    /// again, with more behind it. A step that consumed nothing asks for more bytes. Errors: a sentence saying what is
    /// wrong with the response.
    [[nodiscard]] Result<Step, std::string> feed(std::string_view bytes);
    /// The connection has ended. Whether that completes the response.
    [[nodiscard]] bool end_of_input();

    [[nodiscard]] bool has_head() const;
    [[nodiscard]] bool done() const;
    /// Whether the connection can be used again once the response is done. REQUIRES: has_head.
    [[nodiscard]] Persistence persistence() const;
    [[nodiscard]] ClientResponse& response() { return response_; }

private:
    class Parser;

    void begin_message();

    RequestMethod method_;
    ClientResponse response_;
    std::unique_ptr<Parser> parser_;  // fills response_
};

}  // namespace waybill::http

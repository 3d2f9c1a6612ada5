#pragma once
// A small blocking HTTP/1.1 client: for the command line, the demo and tests. One object is one connection, kept open
// between requests; it is used by one thread at a time. Plain http only.
//
// `exchange` is full duplex: while the response is handed on piece by piece, the request body is taken from a source
// and sent as the server takes it. Neither side is ever held whole, so a bulk load needs no more memory than its
// buffers.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "http/server.hpp"

namespace waybill::http {

struct ClientOptions {
    std::chrono::milliseconds connect_wait_max{5'000};
    std::chrono::milliseconds progress_wait_max{60'000};  ///< without a byte sent or received; zero: no limit
    std::size_t response_bytes_max = 256 * 1024 * 1024;   ///< of a body that is collected rather than streamed
    std::vector<Header> headers;                          ///< sent with every request, such as authorization
};

struct ClientRequest {
    std::string method = "GET";
    std::string target = "/";  ///< path and query, already percent-encoded; appended to the path of the base URL
    std::vector<Header> headers;
    std::string body;  ///< sent with its length unless empty and the method has none
};

struct ClientResponse {
    int status = 0;
    std::vector<Header> headers;  ///< names in lower case
    std::string body;             ///< empty when it was streamed

    [[nodiscard]] std::optional<std::string_view> header(std::string_view lower_case_name) const;
};

struct ClientError {
    enum class Kind {
        bad_url,       ///< the base URL is not http://host[:port][/path]
        connect,       ///< the name has no address, or nobody answers there
        send,          ///< the connection broke while sending; the request may or may not have been taken
        receive,       ///< the connection broke before the response was complete; likewise
        timed_out,     ///< no progress for as long as the options allow; likewise
        bad_response,  ///< what came is not HTTP/1.1 or is larger than allowed
        stopped,       ///< the caller's own sink asked to stop
    };
    Kind kind = Kind::connect;
    std::string text;  ///< one line naming what failed, with whom and why
};

/// The next piece of a streamed request body. An empty piece says "nothing now, ask again when some response has come";
/// nullopt ends the body.
using BodySource = std::function<std::optional<std::string>()>;

enum class SinkFlow { more, stop };
/// A piece of the response body as it arrives. The head comes before the first piece.
using BodySink = std::function<SinkFlow(std::string_view)>;
using HeadSink = std::function<SinkFlow(const ClientResponse& head)>;

class Client {
public:
    /// Does not connect yet. Errors: bad_url.
    [[nodiscard]] static Result<Client, ClientError> make(std::string_view base_url, ClientOptions options = {});
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;
    ~Client();

    /// Sends a request and collects the response. A kept connection that the server has closed meanwhile is opened
    /// anew; a request that may have reached the server is sent again only when repeating it does no harm (GET, HEAD,
    /// PUT, DELETE, or any with an Idempotency-Key).
    [[nodiscard]] Result<ClientResponse, ClientError> send(const ClientRequest& request);

    struct Streams {
        BodySource source;  ///< empty: the request's own body is sent
        HeadSink on_head;   ///< may be empty
        BodySink sink;      ///< empty: the body is collected
    };
    /// Sends a request once, streaming what `streams` names. A response that is complete before the source is exhausted
    /// ends the exchange; the connection is then closed.
    [[nodiscard]] Result<ClientResponse, ClientError> exchange(const ClientRequest& request, const Streams& streams);

    /// Closes the connection; the next request opens a new one.
    void disconnect();

private:
    class Connection;
    explicit Client(std::unique_ptr<Connection> connection);
    std::unique_ptr<Connection> connection_;
};

}  // namespace waybill::http

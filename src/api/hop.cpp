#include "api/hop.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "api/authentication.hpp"

namespace waybill::api {
namespace {

constexpr std::string_view cluster_key_header = "waybill-cluster-key";

/// Of one connection, by RFC 9110 section 7.6.1; or written anew by whoever sends the message on.
constexpr std::array<std::string_view, 12> own_of_a_connection{"connection",
                                                               "content-length",
                                                               "date",
                                                               "expect",
                                                               "host",
                                                               "keep-alive",
                                                               "proxy-connection",
                                                               "proxy-authenticate",
                                                               "te",
                                                               "transfer-encoding",
                                                               "trailer",
                                                               "upgrade"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

/// The names that the Connection headers of a message list.
std::vector<std::string> named_by_connection(const std::vector<http::Header>& headers) {
    std::vector<std::string> out;
    for (const http::Header& header : headers) {
        if (header.name != "connection") continue;
        std::string name;
        for (const char c : header.value + ',') {
            if (c == ',') {
                if (!name.empty()) out.push_back(std::exchange(name, {}));
            } else if (c != ' ' && c != '\t') {
                name += lower(c);
            }
        }
    }
    return out;
}

std::vector<http::Header> end_to_end(std::vector<http::Header> headers) {
    const auto named = named_by_connection(headers);
    std::erase_if(headers, [&named](const http::Header& header) {
        return header.name == cluster_key_header ||
               std::find(own_of_a_connection.begin(), own_of_a_connection.end(), header.name) !=
                   own_of_a_connection.end() ||
               std::find(named.begin(), named.end(), header.name) != named.end();
    });
    return headers;
}

}  // namespace

Result<Hop, Problem> hop_of(const ApiOptions& options, const http::Request& request) {
    const auto key = request.header(cluster_key_header);
    if (!key) return Hop::client;
    // Hashes are compared, so that how long it takes tells nothing of the key.
    if (options.cluster_key.empty() || blake2b(*key) != blake2b(options.cluster_key)) {
        return refuse(core::Reject::unauthenticated, "the cluster key is not that of this server");
    }
    return Hop::cluster;
}

http::ClientRequest handed_on(const ApiOptions& options, const http::Request& request) {
    http::ClientRequest out;
    // The answer to HEAD is told by its length, which only the whole answer has.
    out.method = request.method == "HEAD" ? "GET" : request.method;
    out.target = request.target;
    out.headers = end_to_end(request.headers);
    out.headers.push_back({std::string(cluster_key_header), options.cluster_key});
    return out;
}

http::Response handed_back(http::ClientResponse head) {
    http::Response out;
    out.status = head.status;
    out.content_type.clear();
    out.headers = end_to_end(std::move(head.headers));
    const auto type = std::find_if(out.headers.begin(), out.headers.end(),
                                   [](const http::Header& header) { return header.name == "content-type"; });
    if (type != out.headers.end()) {
        out.content_type = std::move(type->value);
        out.headers.erase(type);
    }
    return out;
}

bool may_be_repeated(const http::Request& request) {
    const std::string& method = request.method;
    // What names the version that it changes is refused when it comes a second time.
    if (request.header("if-match")) return request.header("idempotency-key").has_value();
    return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" ||
           request.header("idempotency-key");
}

}  // namespace waybill::api

#pragma once
// What changes about a request or an answer when one process of a cluster hands it to another: headers that belong to
// one connection stay behind, and the cluster's key says that the request comes from a process.

#include "api/call.hpp"
#include "http/client.hpp"

namespace waybill::api {

/// Errors: unauthenticated for a cluster key that is not ours.
[[nodiscard]] Result<Hop, Problem> hop_of(const ApiOptions& options, const http::Request& request);

/// The request as another process gets it, without a body.
[[nodiscard]] http::ClientRequest handed_on(const ApiOptions& options, const http::Request& request);

/// The head of an answer as the client gets it.
[[nodiscard]] http::Response handed_back(http::ClientResponse head);

/// Whether a request can be repeated when nobody knows whether it was carried out.
[[nodiscard]] bool may_be_repeated(const http::Request& request);

}  // namespace waybill::api

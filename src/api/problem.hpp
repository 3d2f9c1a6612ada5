#pragma once
// Problem: an answer that refuses, as RFC 9457 problem+json. Rejections of core, failures of the store and faults of a
// document's fields all become one, and this is the only place that knows which HTTP status each of them has.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/rejection.hpp"
#include "engine/engine.hpp"
#include "http/server.hpp"
#include "json/issue.hpp"

namespace waybill::api {

/// One faulty field. `code` is a rule of json/issue.hpp or the name of a rejection.
struct FieldError {
    std::string pointer;
    std::string code;
    std::string detail;
    bool operator==(const FieldError&) const = default;
};
using FieldErrors = std::vector<FieldError>;

struct Problem {
    core::Reject code = core::Reject::internal_error;
    std::string detail;
    FieldErrors errors;
    std::vector<http::Header> headers;  ///< such as Allow
};

[[nodiscard]] int http_status(core::Reject code);

[[nodiscard]] Problem problem_of(const core::Rejection& rejection);
[[nodiscard]] Problem problem_of(const engine::IoError& error);
[[nodiscard]] Problem problem_of(const engine::Failure& failure);
/// A text that is no JSON at all is `malformed_json`; fields that break rules are `invalid_request`.
[[nodiscard]] Problem problem_of(const json::Issues& issues);
/// Errors that share one rejection's name keep it; others are an `invalid_request`. REQUIRES: at least one.
[[nodiscard]] Problem problem_of(FieldErrors errors);
/// The problem of an error that the HTTP server itself found, by its status.
[[nodiscard]] core::Reject reject_of_status(int status);

[[nodiscard]] inline Unexpected<Problem> refuse(core::Reject code, std::string detail = {}) {
    return fail(Problem{code, std::move(detail), {}, {}});
}

[[nodiscard]] http::Response to_response(const Problem& problem);

}  // namespace waybill::api

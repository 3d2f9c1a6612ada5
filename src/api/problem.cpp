#include "api/problem.hpp"

#include <algorithm>

#include "api/problem_output.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

constexpr std::string_view retry_after_seconds = "1";

RetryAdvice advice_of(core::Retry retry) {
    switch (retry) {
        case core::Retry::same:
            return RetryAdvice::same;
        case core::Retry::changed:
            return RetryAdvice::changed;
    }
    return RetryAdvice::changed;
}

FieldErrors errors_of(const json::Issues& issues) {
    FieldErrors out;
    out.reserve(issues.size());
    for (const json::Issue& issue : issues) out.push_back({issue.pointer, issue.rule, issue.detail});
    return out;
}

bool is_text_fault(std::string_view rule) {
    return rule == json::rule::syntax || rule == json::rule::depth || rule == json::rule::duplicate_key;
}

core::Reject reject_named(std::string_view name) {
    for (const core::RejectInfo& info : core::all_rejections()) {
        if (info.name == name) return info.code;
    }
    return core::Reject::invalid_request;
}

}  // namespace

int http_status(core::Reject code) {
    using enum core::Reject;
    switch (code) {
        case malformed_json:
        case malformed_http:
        case invalid_cursor:
            return 400;
        case unauthenticated:
        case key_revoked:
            return 401;
        case forbidden:
        case out_of_scope:
            return 403;
        case not_found:
        case unknown_key:
        case unknown_tenant:
        case unknown_customer:
        case unknown_order:
        case unknown_rule_set:
        case unknown_hold:
        case unknown_exception:
        case unknown_fulfillment_order:
        case unknown_return:
        case unknown_parcel:
            return 404;
        case method_not_allowed:
            return 405;
        case request_timeout:
            return 408;
        case gtin_taken:
        case unit_in_use:
        case currency_fixed:
        case tenant_name_taken:
        case stock_would_be_negative:
        case stock_not_sellable:
        case feed_message_too_old:
        case customer_blocked:
        case identity_taken:
        case customer_merged:
        case duplicate_order:
        case insufficient_supply:
        case order_closed:
        case quantity_not_cancellable:
        case quantity_not_allocated:
        case nothing_to_route:
        case nothing_to_roll_back:
        case order_on_hold:
        case already_on_hold:
        case already_raised:
        case nothing_to_release:
        case fulfillment_state:
        case quantity_not_in_work:
        case webhook_moved:
        case messages_moved:
        case return_state:
        case quantity_not_returnable:
        case quantity_not_expected:
        case return_window_over:
        case parcel_state:
        case quantity_packed:
        case sscc_taken:
        case sscc_exhausted:
            return 409;
        case precondition_failed:
            return 412;
        case body_too_large:
            return 413;
        case unsupported_media_type:
            return 415;
        case invalid_request:
        case too_many_rows:
        case idempotency_key_reused:
        case unknown_sku:
        case unknown_location:
        case unknown_channel:
        case unknown_unit:
        case kit_of_kits:
        case item_inactive:
        case channel_inactive:
        case unknown_zone:
        case unknown_currency:
        case kit_has_no_stock:
        case quantity_out_of_range:
        case total_mismatch:
        case discount_too_large:
        case amount_out_of_range:
        case pickup_location_invalid:
        case unknown_line:
        case invalid_rule:
        case unknown_rate_table:
        case unknown_webhook:
        case unknown_message:
        case unknown_strategy:
        case golden_order_failed:
        case return_location_invalid:
        case scan_not_in_order:
            return 422;
        case headers_too_large:
            return 431;
        case internal_error:
            return 500;
        case engine_overloaded:
        case store_unavailable:
        case outcome_unknown:
        case shutting_down:
        case no_owner:
        case not_configured:
            return 503;
    }
    return 500;
}

core::Reject reject_of_status(int status) {
    switch (status) {
        case 404:
            return core::Reject::not_found;
        case 405:
            return core::Reject::method_not_allowed;
        case 408:
            return core::Reject::request_timeout;
        case 413:
            return core::Reject::body_too_large;
        case 414:
        case 431:
            return core::Reject::headers_too_large;
        case 415:
            return core::Reject::unsupported_media_type;
        case 503:
            return core::Reject::engine_overloaded;
        default:
            return status >= 500 ? core::Reject::internal_error : core::Reject::malformed_http;
    }
}

Problem problem_of(const core::Rejection& rejection) {
    Problem out{rejection.code, rejection.detail, {}, {}};
    out.errors.reserve(rejection.faults.size());
    for (const core::Fault& fault : rejection.faults) {
        out.errors.push_back({fault.pointer, std::string(core::info_of(fault.code).name), fault.detail});
    }
    return out;
}

Problem problem_of(const engine::IoError& error) {
    // What the store said goes to the log; a caller learns whether repeating the request can help.
    if (error.kind == engine::IoFailure::elsewhere) return {core::Reject::no_owner, {}, {}, {}};
    const bool unknown = error.kind == engine::IoFailure::outcome_unknown;
    return {unknown ? core::Reject::outcome_unknown : core::Reject::store_unavailable, {}, {}, {}};
}

Problem problem_of(const engine::Failure& failure) {
    return std::visit([](const auto& reason) { return problem_of(reason); }, failure);
}

Problem problem_of(const json::Issues& issues) {
    const bool is_text = issues.size() == 1 && is_text_fault(issues.front().rule);
    Problem out{is_text ? core::Reject::malformed_json : core::Reject::invalid_request, {}, errors_of(issues), {}};
    if (is_text) out.detail = issues.front().detail;
    return out;
}

Problem problem_of(FieldErrors errors) {
    const std::string& first = errors.front().code;
    const bool alike =
        std::all_of(errors.begin(), errors.end(), [&](const FieldError& error) { return error.code == first; });
    const core::Reject code = alike ? reject_named(first) : core::Reject::invalid_request;
    std::string detail = errors.front().detail;
    return {code, std::move(detail), std::move(errors), {}};
}

ProblemOutput render_problem(const Problem& problem) {
    const core::RejectInfo& info = core::info_of(problem.code);
    ProblemOutput out;
    out.type = "urn:waybill:error:" + std::string(info.name);
    out.title = info.text;
    out.status = http_status(problem.code);
    out.code = info.name;
    out.number = static_cast<int>(problem.code);
    out.retry = advice_of(info.retry);
    if (!problem.detail.empty()) out.detail = problem.detail;
    if (!problem.errors.empty()) out.errors = problem.errors;
    return out;
}

http::Response to_response(const Problem& problem) {
    http::Response out;
    out.status = http_status(problem.code);
    out.content_type = "application/problem+json";
    out.headers = problem.headers;
    // A setting does not come by itself.
    const bool passes = out.status == 503 && problem.code != core::Reject::not_configured;
    if (passes) out.headers.push_back({"retry-after", std::string(retry_after_seconds)});
    if (out.status == 401) out.headers.push_back({"www-authenticate", "Bearer"});
    out.body = json::to_text<json::Api>(render_problem(problem));
    return out;
}

}  // namespace waybill::api

// The queue of exceptions: what people have to look at, over all orders; and what they say of one or of many.

#include <charconv>
#include <utility>

#include "api/exception_json.hpp"
#include "api/order_change.hpp"
#include "api/page.hpp"
#include "api/query.hpp"
#include "api/resources.hpp"
#include "engine/codec.hpp"
#include "json/read.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

using core::Permission;
constexpr std::string_view exceptions_cursor = "exceptions";

std::string cursor_after_exception(const engine::ExceptionRow& row) {
    return make_cursor(exceptions_cursor, std::to_string(row.due_at.micros()) + ':' +
                                              std::to_string(row.raised_in.raw()) + ':' + row.kind);
}

/// "1764230000000000:12:price_mismatch".
Result<engine::ExceptionPosition, Problem> read_exception_position(std::string_view cursor) {
    const auto text = read_cursor(exceptions_cursor, cursor);
    if (!text) return fail(text.error());
    std::int64_t due_at = 0;
    std::uint64_t raised_in = 0;
    const char* const end = text->data() + text->size();
    const auto first = std::from_chars(text->data(), end, due_at);
    if (first.ec != std::errc() || first.ptr == end || *first.ptr != ':') return refuse(core::Reject::invalid_cursor);
    const auto second = std::from_chars(first.ptr + 1, end, raised_in);
    if (second.ec != std::errc() || second.ptr == end || *second.ptr != ':') {
        return refuse(core::Reject::invalid_cursor);
    }
    std::string kind(second.ptr + 1, end);
    if (raised_in > INT64_MAX || kind.size() > core::limits::code_bytes_max || !is_text(kind)) {
        return refuse(core::Reject::invalid_cursor);
    }
    return engine::ExceptionPosition{Instant(due_at), core::Sequence(raised_in), std::move(kind)};
}

Result<engine::ExceptionQuery, Problem> read_exception_query(const Call& call) {
    QueryReader query(call.request, {"status", "order", "kind", "severity", "owner", "due_before", "limit", "cursor"});
    engine::ExceptionQuery out;
    out.limit = query.limit(call.services.options);
    out.is_open = true;
    if (const auto status = call.request.query_value("status")) {
        const auto known = json::parse_enum<ExceptionStatus>(*status);
        if (known) {
            out.is_open = *known == ExceptionStatus::open;
        } else {
            query.add_fault("status", json::rule::one_of, "must be open or resolved");
        }
    }
    if (const auto order = call.request.query_value("order")) {
        out.order = json::parse_id<core::OrderId>(*order);
        if (!out.order) query.add_fault("order", json::rule::format, "must be the id of an order, such as ord_12");
    }
    if (const auto kind = query.text("kind", core::limits::code_bytes_max)) out.kind = *kind;
    if (const auto severity = call.request.query_value("severity")) {
        const auto known = json::parse_enum<core::Severity>(*severity);
        if (known) {
            out.least = *known;
        } else {
            query.add_fault("severity", json::rule::one_of, "must be low, normal, high or urgent");
        }
    }
    if (const auto owner = query.text("owner", core::limits::code_bytes_max)) out.owner = std::string(*owner);
    out.due_before = query.instant("due_before");
    if (!query.is_valid()) return query.take();
    if (const auto cursor = call.request.query_value("cursor")) {
        auto after = read_exception_position(*cursor);
        if (!after) return fail(std::move(after.error()));
        out.after = std::move(*after);
    }
    return out;
}

Answer exception_page(const Call& call, engine::Reader& reader, const engine::ExceptionQuery& query) {
    const auto rows = reader.exceptions(call.caller.tenant, query);
    if (!rows) return fail(problem_of(rows.error()));
    const auto view = call.view();
    if (!view) return fail(view.error());
    const auto render = [&](const engine::ExceptionRow& row) -> std::optional<ExceptionOutput> {
        const auto doc = engine::decode_doc<engine::ExceptionDoc>(row.doc);
        if (!doc) return std::nullopt;
        return render_exception(*doc, *view);
    };
    return stored_page(*rows, query.limit, render, &cursor_after_exception);
}

void list_exceptions(CallPtr call) {
    // Which orders a location has is not known here.
    if (call->caller.is_scoped()) return answer(call, refuse(core::Reject::out_of_scope));
    auto query = read_exception_query(*call);
    if (!query) return answer(call, fail(std::move(query.error())));
    answer_from_store(std::move(call), [query = std::move(*query)](const Call& asked, engine::Reader& reader) {
        return exception_page(asked, reader, query);
    });
}

}  // namespace

std::span<const Route> exception_routes() {
    static constexpr Route table[] = {
        {"GET", "/v1/exceptions", Permission::read_orders, &list_exceptions, nullptr, MadeOf::rows},
        {"POST", "/v1/orders/{id}/exceptions", Permission::change_orders,
         &change_order<&read_exception, created_status>},
        {"POST", "/v1/orders/{id}/exceptions/change", Permission::change_orders,
         &change_order<&read_exception_change, 200>},
        {"POST", "/v1/orders/{id}/exceptions/resolve", Permission::change_orders, &change_order<&read_resolution, 200>},
        {"POST", "/v1/exceptions/bulk", Permission::change_orders, nullptr,
         &change_orders<&read_bulk_exception, created_status>},
        {"POST", "/v1/exceptions/change/bulk", Permission::change_orders, nullptr,
         &change_orders<&read_bulk_exception_change, 200>},
        {"POST", "/v1/exceptions/resolve/bulk", Permission::change_orders, nullptr,
         &change_orders<&read_bulk_resolution, 200>},
    };
    return table;
}

}  // namespace waybill::api

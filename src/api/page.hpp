#pragma once
// Pages of lists: of rows that are in memory, in the order in which they were first configured, and of stored ones.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/query.hpp"
#include "json/write.hpp"

namespace waybill::api {

/// {"data":[...],"next_cursor":"..."} of the rows [0, size(view)) that `render(view, index)` gives (nullopt: not for
/// this caller). `resource` names the cursor.
template <class Size, class Render>
[[nodiscard]] Answer memory_page(const Call& call, std::string_view resource, Size size, Render render) {
    QueryReader query(call.request, {"limit", "cursor"});
    const std::uint32_t limit = query.limit(call.services.options);
    if (!query.is_valid()) return query.take();
    std::int64_t at = 0;
    if (const auto cursor = call.request.query_value("cursor")) {
        const auto numbers = read_cursor_numbers(resource, *cursor, 1);
        if (!numbers) return fail(numbers.error());
        at = numbers->front();
    }
    const auto view = call.view();
    if (!view) return fail(view.error());
    std::string body;
    {
        json::ObjectWriter page(body);
        auto data = page.array("data");
        const std::int64_t end = size(*view);
        std::uint32_t count = 0;
        for (; at < end && count < limit; ++at) {
            const auto row = render(*view, static_cast<std::uint32_t>(at));
            if (!row) continue;
            data.value(*row);
            ++count;
        }
        data.end();
        if (at < end) page.field("next_cursor", make_cursor(resource, std::to_string(at)));
    }
    return json_response(200, std::move(body));
}

/// The same of rows that the store gave, a full page of `limit` or the last ones. `render(row)`: nullopt: it can not be
/// read. `cursor_after(row)`: where the next page begins. Errors: internal_error.
template <class Row, class Render, class Cursor>
[[nodiscard]] Answer stored_page(const std::vector<Row>& rows, std::uint32_t limit, Render render,
                                 Cursor cursor_after) {
    std::string body;
    {
        json::ObjectWriter page(body);
        auto data = page.array("data");
        for (const Row& row : rows) {
            const auto output = render(row);
            if (!output) return refuse(core::Reject::internal_error);
            data.value(*output);
        }
        data.end();
        if (rows.size() == limit) page.field("next_cursor", cursor_after(rows.back()));
    }
    return json_response(200, std::move(body));
}

}  // namespace waybill::api

// Inventory levels, from memory.

#include <algorithm>
#include <utility>

#include "api/inventory_json.hpp"
#include "api/query.hpp"
#include "api/resources.hpp"
#include "json/write.hpp"

namespace waybill::api {
namespace {

using core::Permission;
constexpr std::string_view inventory_cursor = "inventory";
/// A place that has few items must not keep the writer waiting while all of the others are walked.
constexpr std::uint32_t items_looked_at_max = 10'000;

struct LevelPage {
    std::optional<core::LocationIx> location;
    std::uint32_t limit = 0;
    std::string next;
    std::uint32_t count = 0;
};

/// False when the page is full and `next` is set.
bool append_item(json::ArrayWriter& data, LevelPage& page, const Call& call, const engine::TenantView& view,
                 core::ItemIx item, std::int64_t from_location) {
    for (const core::Level& level : view.levels(item).levels) {
        if (level.location < from_location) continue;
        if (page.location && level.location != *page.location) continue;
        if (!call.caller.sees(level.location)) continue;
        if (page.count == page.limit) {
            page.next = make_cursor(inventory_cursor, std::to_string(item) + ':' + std::to_string(level.location));
            return false;
        }
        data.value(render_level(level, item, view));
        ++page.count;
    }
    return true;
}

Answer list_levels(const Call& call) {
    QueryReader query(call.request, {"sku", "location", "limit", "cursor"});
    LevelPage page;
    page.limit = query.limit(call.services.options);
    const auto sku = query.text("sku", code_length_max);
    const auto location = query.text("location", code_length_max);
    if (!query.is_valid()) return query.take();
    std::int64_t from_item = 0;
    std::int64_t from_location = 0;
    if (const auto cursor = call.request.query_value("cursor")) {
        const auto numbers = read_cursor_numbers(inventory_cursor, *cursor, 2);
        if (!numbers) return fail(numbers.error());
        from_item = (*numbers)[0];
        from_location = (*numbers)[1];
    }
    const auto view = call.view();
    if (!view) return fail(view.error());
    if (location) {
        page.location = view->find_location(*location);
        if (!page.location) return refuse(core::Reject::unknown_location, "no location has the code in `location`");
        if (!call.caller.sees(*page.location)) return refuse(core::Reject::out_of_scope);
    }
    std::int64_t end = view->state().levels.committed_size();
    if (sku) {
        const auto item = view->find_item(*sku);
        if (!item) return refuse(core::Reject::unknown_sku, "no item has the SKU in `sku`");
        from_item = std::max<std::int64_t>(from_item, *item);
        end = std::min<std::int64_t>(end, std::int64_t{*item} + 1);
    }
    std::string body;
    {
        json::ObjectWriter object(body);
        auto data = object.array("data");
        for (std::int64_t item = from_item; item < end; ++item) {
            if (item - from_item == items_looked_at_max) {
                page.next = make_cursor(inventory_cursor, std::to_string(item) + ":0");
                break;
            }
            if (!append_item(data, page, call, *view, static_cast<core::ItemIx>(item), from_location)) break;
            from_location = 0;
        }
        data.end();
        if (!page.next.empty()) object.field("next_cursor", page.next);
    }
    return json_response(200, std::move(body));
}

void get_levels(CallPtr call) { answer(call, list_levels(*call)); }

}  // namespace

std::span<const Route> inventory_routes() {
    static constexpr Route table[] = {
        {"GET", "/v1/inventory", Permission::read_inventory, &get_levels},
    };
    return table;
}

}  // namespace waybill::api

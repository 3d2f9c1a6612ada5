#include "api/location_filter.hpp"

#include <algorithm>

namespace waybill::api {

Result<std::vector<core::LocationIx>, Problem> read_location_filter(const Call& call, const QueryReader& query) {
    std::vector<core::LocationIx> out;
    const auto view = call.view();
    if (!view) return fail(view.error());
    for (const std::string& code : query.list("location")) {
        const auto location = view->find_location(code);
        if (!location) return refuse(core::Reject::unknown_location, "no location has a code in `location`");
        if (!call.caller.sees(*location)) return refuse(core::Reject::out_of_scope);
        out.push_back(*location);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace waybill::api

#include "api/key_json.hpp"

#include "json/read.hpp"

namespace waybill::api {

Result<core::IssueKey, Problem> read_key(std::string_view text) {
    auto input = json::read_text<json::Api, KeyInput>(text);
    if (!input) return fail(problem_of(input.error()));
    core::IssueKey out;
    out.key_name = std::move(input->name);
    out.role = input->role;
    out.locations = std::move(input->locations);
    return out;
}

KeyOutput render_key(const core::ApiKey& key, const engine::TenantView& view) {
    KeyOutput out;
    out.id = key.id;
    out.name = key.name;
    out.role = key.role;
    for (const core::LocationIx location : key.locations) out.locations.push_back(view.location(location).code);
    out.issued_at = key.issued_at;
    if (key.revoked_at.is_set()) out.revoked_at = key.revoked_at;
    return out;
}

}  // namespace waybill::api

#pragma once
// API keys as JSON. The secret is in the answer that makes the key and nowhere else.

#include <array>
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.hpp"
#include "core/access/api_key.hpp"
#include "core/limits.hpp"
#include "engine/engine.hpp"
#include "json/rules.hpp"

namespace waybill::api {

struct KeyInput {
    std::string name;
    core::Role role = core::Role::viewer;
    std::vector<std::string> locations;
};
BOOST_DESCRIBE_STRUCT(KeyInput, (), (name, role, locations))

struct KeySecret {
    core::KeyId id;
    std::string secret;
};
BOOST_DESCRIBE_STRUCT(KeySecret, (), (id, secret))

struct KeyOutput {
    static constexpr std::string_view schema_name = "Key";
    core::KeyId id;
    std::string name;
    core::Role role = core::Role::viewer;
    std::vector<std::string> locations;
    Instant issued_at;
    std::optional<Instant> revoked_at;
    std::optional<std::string> secret;
};
BOOST_DESCRIBE_STRUCT(KeyOutput, (), (id, name, role, locations, issued_at, revoked_at, secret))

/// The command has no hash yet. Errors: malformed_json, invalid_request.
[[nodiscard]] Result<core::IssueKey, Problem> read_key(std::string_view text);
[[nodiscard]] KeyOutput render_key(const core::ApiKey& key, const engine::TenantView& view);

}  // namespace waybill::api

namespace waybill::json {

template <>
struct Rules<api::KeyInput> {
    static constexpr auto fields = std::array{
        text("name", 1, core::limits::name_bytes_max).pattern(Pattern::trimmed),
        items("locations", 0, core::limits::named_locations_max).text(1, core::limits::code_bytes_max).defaulted()};
};

}  // namespace waybill::json

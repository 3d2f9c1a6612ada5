#include "api/reference.hpp"

#include <string>

#include "api/resources.hpp"

namespace waybill::api {
namespace {

void answer_text(const CallPtr& call, std::string_view content_type, std::string_view text) {
    http::Response out = json_response(200, std::string(text));
    out.content_type = content_type;
    answer(call, std::move(out));
}

void get_yaml(CallPtr call) { answer_text(call, "application/yaml", openapi_yaml()); }
void get_json(CallPtr call) { answer_text(call, "application/json", openapi_json()); }

void get_page(CallPtr call) {
    http::Response out = json_response(200, std::string(reference_html()));
    out.content_type = "text/html; charset=utf-8";
    // Nothing on the page comes from anywhere but this server.
    out.headers.push_back(
        {"content-security-policy",
         "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'"});
    answer(call, std::move(out));
}

}  // namespace

std::span<const Route> reference_routes() {
    static constexpr Route table[] = {
        {"GET", "/openapi.yaml", std::nullopt, &get_yaml},
        {"GET", "/openapi.json", std::nullopt, &get_json},
        {"GET", "/docs", std::nullopt, &get_page},
    };
    return table;
}

}  // namespace waybill::api

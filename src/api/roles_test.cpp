// Every route with every role. The expected answers are written out here and not computed from core::allows.

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <cctype>
#include <set>
#include <string>

#include "api/api_test_kit.hpp"
#include "api/reference.hpp"
#include "api/router.hpp"

namespace waybill::api {
namespace {

/// Who gets in: a(dmin) i(ntegrator) o(perations) s(tore) v(endor) w (viewer) O(perator). Lower down, keys that are
/// limited to locations may still be refused as out_of_scope.
struct Expected {
    std::string_view method;
    std::string_view pattern;
    std::string_view roles;
};
constexpr Expected matrix[] = {
    {"POST", "/v1/orders", "aio"},
    {"POST", "/v1/orders/bulk", "aio"},
    {"GET", "/v1/orders", "aiosvw"},
    {"GET", "/v1/orders/{id}", "aiosvw"},
    {"POST", "/v1/orders/{id}/cancel", "aio"},
    {"POST", "/v1/cancellations/bulk", "aio"},
    {"POST", "/v1/orders/{id}/reroute", "aio"},
    {"POST", "/v1/orders/{id}/holds", "aio"},
    {"POST", "/v1/orders/{id}/holds/release", "aio"},
    {"POST", "/v1/holds/bulk", "aio"},
    {"POST", "/v1/holds/release/bulk", "aio"},
    {"GET", "/v1/exceptions", "aiosvw"},
    {"POST", "/v1/orders/{id}/exceptions", "aio"},
    {"POST", "/v1/orders/{id}/exceptions/change", "aio"},
    {"POST", "/v1/orders/{id}/exceptions/resolve", "aio"},
    {"POST", "/v1/exceptions/bulk", "aio"},
    {"POST", "/v1/exceptions/change/bulk", "aio"},
    {"POST", "/v1/exceptions/resolve/bulk", "aio"},
    {"POST", "/v1/orders/{id}/release", "aio"},
    {"POST", "/v1/releases/bulk", "aio"},
    {"GET", "/v1/fulfillment-orders", "aiosvw"},
    {"GET", "/v1/fulfillment-orders/{id}", "aiosvw"},
    {"POST", "/v1/fulfillment-orders/{id}/accept", "aiosv"},
    {"POST", "/v1/fulfillment-orders/accept/bulk", "aiosv"},
    {"POST", "/v1/fulfillment-orders/{id}/pick", "aiosv"},
    {"POST", "/v1/fulfillment-orders/pick/bulk", "aiosv"},
    {"POST", "/v1/fulfillment-orders/{id}/pack", "aiosv"},
    {"POST", "/v1/fulfillment-orders/pack/bulk", "aiosv"},
    {"POST", "/v1/fulfillment-orders/{id}/unpack", "aiosv"},
    {"POST", "/v1/fulfillment-orders/unpack/bulk", "aiosv"},
    {"GET", "/v1/fulfillment-orders/{id}/parcels/{number}/packing-slip", "aiosvw"},
    {"POST", "/v1/fulfillment-orders/{id}/reject", "aiosv"},
    {"POST", "/v1/fulfillment-orders/reject/bulk", "aiosv"},
    {"POST", "/v1/fulfillment-orders/{id}/ship", "aiosv"},
    {"POST", "/v1/fulfillment-orders/ship/bulk", "aiosv"},
    {"POST", "/v1/fulfillment-orders/{id}/recall", "aio"},
    {"POST", "/v1/fulfillment-orders/recall/bulk", "aio"},
    {"POST", "/v1/orders/{id}/returns", "aiosv"},
    {"POST", "/v1/returns/bulk", "aiosv"},
    {"GET", "/v1/returns", "aiosvw"},
    {"GET", "/v1/returns/{id}", "aiosvw"},
    {"POST", "/v1/returns/{id}/approve", "aio"},
    {"POST", "/v1/returns/approve/bulk", "aio"},
    {"POST", "/v1/returns/{id}/decline", "aio"},
    {"POST", "/v1/returns/decline/bulk", "aio"},
    {"POST", "/v1/returns/{id}/receive", "aiosv"},
    {"POST", "/v1/returns/receive/bulk", "aiosv"},
    {"POST", "/v1/returns/{id}/cancel", "aio"},
    {"POST", "/v1/returns/cancel/bulk", "aio"},
    {"POST", "/v1/orders/{id}/shipments", "aiosv"},
    {"POST", "/v1/shipments/bulk", "aiosv"},
    {"GET", "/v1/orders/{id}/events", "aiosvw"},
    {"GET", "/v1/orders/{id}/routing", "aiosvw"},
    {"GET", "/v1/orders/{id}/rules", "aiosvw"},
    {"POST", "/v1/orders/{id}/preview", "aiosvw"},
    {"POST", "/v1/sourcing/preview", "aiosvw"},
    {"GET", "/v1/items", "aiosvw"},
    {"POST", "/v1/items/bulk", "ai"},
    {"GET", "/v1/items/{sku+}", "aiosvw"},
    {"PUT", "/v1/items/{sku+}", "ai"},
    {"GET", "/v1/locations", "aiosvw"},
    {"POST", "/v1/locations/bulk", "ai"},
    {"GET", "/v1/locations/{code}", "aiosvw"},
    {"PUT", "/v1/locations/{code}", "ai"},
    {"GET", "/v1/channels", "aiosvw"},
    {"POST", "/v1/channels/bulk", "ai"},
    {"GET", "/v1/channels/{code}", "aiosvw"},
    {"PUT", "/v1/channels/{code}", "ai"},
    {"GET", "/v1/postcode-areas", "aiosvw"},
    {"POST", "/v1/postcode-areas/bulk", "ai"},
    {"GET", "/v1/rate-tables", "aiosvw"},
    {"POST", "/v1/rate-tables/bulk", "ai"},
    {"GET", "/v1/rate-tables/{code}", "aiosvw"},
    {"PUT", "/v1/rate-tables/{code}", "ai"},
    {"GET", "/v1/demand", "aiosvw"},
    {"PUT", "/v1/demand", "ai"},
    {"POST", "/v1/demand/bulk", "ai"},
    {"GET", "/v1/rule-sets", "aiosvw"},
    {"POST", "/v1/rule-sets", "ai"},
    {"GET", "/v1/rule-sets/{number}", "aiosvw"},
    {"POST", "/v1/rule-sets/{number}/check", "ai"},
    {"GET", "/v1/rule-activations", "aiosvw"},
    {"POST", "/v1/rule-activations", "ai"},
    {"GET", "/v1/rule-activations/current", "aiosvw"},
    {"POST", "/v1/rule-activations/rollback", "ai"},
    {"GET", "/v1/rule-facts", "aiosvw"},
    {"GET", "/v1/inventory", "aiosvw"},
    {"GET", "/v1/inventory/movements", "aiosvw"},
    {"POST", "/v1/inventory/movements", "aios"},
    {"POST", "/v1/inventory/movements/bulk", "aios"},
    {"POST", "/v1/inventory/feeds/{source}", "aiv"},
    {"POST", "/v1/inventory/feeds/bulk", "aiv"},
    {"GET", "/v1/availability", "aiosvw"},
    {"POST", "/v1/customers", "aio"},
    {"GET", "/v1/customers", "aiosv"},
    {"GET", "/v1/customers/{id}", "aiosv"},
    {"PATCH", "/v1/customers/{id}", "aio"},
    {"POST", "/v1/customers/{id}/merge", "aio"},
    {"POST", "/v1/customers/{id}/erase", "a"},
    {"GET", "/v1/events", "aiow"},
    {"GET", "/v1/events/stream", "aiow"},
    {"POST", "/v1/tenants", "O"},
    {"GET", "/v1/tenants", "O"},
    {"GET", "/v1/settings", "aiosvw"},
    {"PUT", "/v1/settings", "ai"},
    {"POST", "/v1/keys", "a"},
    {"GET", "/v1/keys", "a"},
    {"DELETE", "/v1/keys/{id}", "a"},
    {"GET", "/v1/message-templates", "aiosvw"},
    {"POST", "/v1/message-templates/bulk", "ai"},
    {"GET", "/v1/message-templates/{code}/{locale}", "aiosvw"},
    {"PUT", "/v1/message-templates/{code}/{locale}", "ai"},
    {"GET", "/v1/mail", "aiosvw"},
    {"GET", "/v1/webhooks", "a"},
    {"POST", "/v1/webhooks/bulk", "a"},
    {"GET", "/v1/webhooks/{code}", "a"},
    {"PUT", "/v1/webhooks/{code}", "a"},
    {"GET", "/v1/webhooks/{code}/secret", "a"},
    {"POST", "/v1/webhooks/{code}/rotate-secret", "a"},
    {"POST", "/v1/webhooks/{code}/resume", "a"},
};
constexpr std::pair<char, std::string_view> roles[] = {{'a', "admin"},   {'i', "integrator"}, {'o', "operations"},
                                                       {'s', "store"},   {'v', "vendor"},     {'w', "viewer"},
                                                       {'O', "operator"}};

std::string target_of(std::string_view pattern) {
    std::string out(pattern);
    for (const auto& [name, value] : {std::pair{"{id}", "none"},
                                      {"{sku+}", "none"},
                                      {"{code}", "none"},
                                      {"{source}", "none"},
                                      {"{locale}", "en"},
                                      {"{number}", "none"}}) {
        const std::size_t at = out.find(name);
        if (at != std::string::npos) out.replace(at, std::string_view(name).size(), value);
    }
    // A fault in the query, so that the stream answers and ends.
    if (out == "/v1/events/stream") out += "?no_such_parameter=1";
    return out;
}

TEST(Roles, EveryRouteWithEveryRole) {
    testing::TestServer server;
    const auto secrets = server.open_tenant("acme");
    for (const Expected& row : matrix) {
        for (const auto& [letter, role] : roles) {
            const std::string body = row.method == "GET" ? "" : "x";
            const auto answered =
                server.send(std::string(row.method), target_of(row.pattern), secrets.at(std::string(role)), body);
            const bool is_in = row.roles.find(letter) != std::string_view::npos;
            EXPECT_EQ(answered.code() != "forbidden", is_in) << row.method << ' ' << row.pattern << " as " << role
                                                             << ": " << answered.status << ' ' << answered.text;
            EXPECT_NE(answered.status, 401) << row.pattern;
            EXPECT_NE(answered.status, 500) << row.method << ' ' << row.pattern << ' ' << answered.text;
        }
    }
}

/// The contract names the roles that can use a route. Roles that always are limited to locations are not named where
/// such keys are refused as out_of_scope.
TEST(Roles, TheContractNamesThem) {
    const auto contract = boost::json::parse(openapi_json());
    for (const Expected& row : matrix) {
        std::string path(row.pattern);
        if (const std::size_t plus = path.find("+}"); plus != std::string::npos) path.erase(plus, 1);
        std::string method(row.method);
        for (char& letter : method) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        const auto& operation = contract.at("paths").at(path).at(method);
        std::set<std::string> named;
        for (const auto& role : operation.at("x-roles").as_array()) named.emplace(role.as_string());
        const bool refuses_scoped = path.starts_with("/v1/customers") || path.ends_with("/routing") ||
                                    path.ends_with("/rules") || path.ends_with("/preview") ||
                                    path.ends_with("/events") || path.starts_with("/v1/rule-sets") ||
                                    path.starts_with("/v1/rule-activations") || path == "/v1/exceptions";
        for (const auto& [letter, role] : roles) {
            const bool is_in = row.roles.find(letter) != std::string_view::npos;
            const bool always_scoped = role == "store" || role == "vendor";
            EXPECT_EQ(named.contains(std::string(role)), is_in && !(refuses_scoped && always_scoped))
                << path << ' ' << role;
        }
    }
}

TEST(Roles, NoRouteIsMissingFromTheMatrix) {
    std::set<std::string> listed;
    for (const Expected& row : matrix) listed.insert(std::string(row.method) + ' ' + std::string(row.pattern));
    for (const Route& route : routes()) {
        const std::string name = std::string(route.method) + ' ' + std::string(route.pattern);
        EXPECT_EQ(listed.contains(name), route.permission.has_value()) << name;
        EXPECT_NE(route.handle == nullptr, route.open == nullptr) << name;
    }
}

TEST(Roles, NoKeyAnUnknownKeyAndARevokedKey) {
    testing::TestServer server;
    const auto secrets = server.open_tenant("acme");
    for (const Route& route : routes()) {
        if (!route.permission) continue;
        const std::string body = route.method == "GET" ? "" : "x";
        const auto none = server.send(std::string(route.method), target_of(route.pattern), "", body);
        EXPECT_EQ(none.code(), "unauthenticated") << route.pattern;
        const auto unknown = server.send(std::string(route.method), target_of(route.pattern), "wb_no", body);
        EXPECT_EQ(unknown.status, 401) << route.pattern;
    }
    const auto made = server.post("/v1/keys", secrets.at("admin"), R"({"name":"gone","role":"viewer"})");
    const std::string secret = made.text_at("secret");
    EXPECT_EQ(server.get("/v1/orders", secret).status, 200);
    EXPECT_EQ(server.send("DELETE", "/v1/keys/" + made.text_at("id"), secrets.at("admin")).status, 204);
    EXPECT_EQ(server.get("/v1/orders", secret).code(), "key_revoked");
    EXPECT_EQ(server.post("/v1/keys", secrets.at("admin"), R"({"name":"up","role":"operator"})").code(), "forbidden");
}

TEST(Roles, KeysLimitedToLocations) {
    testing::TestServer server;
    const auto secrets = server.open_tenant("acme");
    const std::string admin = secrets.at("admin");
    const std::string store = secrets.at("store");
    const auto at_lon = server.post("/v1/orders", admin, testing::order_text("W-1", "A", 1));
    const auto at_man = server.post("/v1/orders", admin, testing::order_text("W-2", "B", 1));
    ASSERT_EQ(at_lon.status, 201) << at_lon.text;
    ASSERT_EQ(at_man.status, 201) << at_man.text;
    EXPECT_EQ(at_lon.body.at("lines").at(0).at("allocations").at(0).at("location").as_string(), "LON");

    const auto seen = server.get("/v1/orders/" + at_lon.text_at("id"), store);
    EXPECT_EQ(seen.status, 200) << seen.text;
    EXPECT_EQ(seen.body.as_object().if_contains("totals"), nullptr);
    EXPECT_EQ(server.get("/v1/orders/" + at_man.text_at("id"), store).code(), "unknown_order");
    EXPECT_EQ(server.get("/v1/orders", store).body.at("data").as_array().size(), 1u);
    const auto levels = server.get("/v1/inventory", store);
    for (const auto& level : levels.body.at("data").as_array()) {
        EXPECT_EQ(level.at("location").as_string(), "LON");
    }
    const auto movements = server.get("/v1/inventory/movements", store);
    for (const auto& movement : movements.body.at("data").as_array()) {
        EXPECT_EQ(movement.at("location").as_string(), "LON");
    }
    EXPECT_EQ(server.get("/v1/availability?sku=A&channel=web", store).body.at(0).at("locations").as_array().size(), 1u);
    for (const char* target :
         {"/v1/inventory?location=MAN", "/v1/inventory/movements?location=MAN", "/v1/customers",
          "/v1/orders?location=MAN", "/v1/fulfillment-orders?location=MAN", "/v1/returns?location=MAN"}) {
        EXPECT_EQ(server.get(target, store).code(), "out_of_scope") << target;
    }
    EXPECT_EQ(server.get("/v1/orders/" + at_lon.text_at("id") + "/routing", store).code(), "out_of_scope");
    EXPECT_EQ(server.get("/v1/orders/" + at_lon.text_at("id") + "/events", store).code(), "out_of_scope");
    EXPECT_EQ(server.post("/v1/sourcing/preview", store, testing::order_text("P", "A", 1)).code(), "out_of_scope");
    EXPECT_EQ(server
                  .post("/v1/inventory/movements", store,
                        R"({"moves":[{"kind":"receive","sku":"A","location":"MAN","quantity":1}]})")
                  .code(),
              "out_of_scope");
    const auto viewer = server.get("/v1/orders/" + at_lon.text_at("id"), secrets.at("viewer"));
    EXPECT_EQ(viewer.body.at("ship_to").as_object().if_contains("name"), nullptr)
        << "personal data needs read_customers";
    EXPECT_EQ(seen.body.at("ship_to").at("name").as_string(), "Ann Buyer") << "a store needs the name on the parcel";
}

TEST(Roles, NothingCrossesATenant) {
    testing::TestServer server;
    const auto ours = server.open_tenant("acme");
    const auto theirs = server.open_tenant("rival");
    const auto order = server.post("/v1/orders", ours.at("admin"), testing::order_text("W-1", "A", 1));
    ASSERT_EQ(order.status, 201) << order.text;
    server.send("PUT", "/v1/items/SECRET", ours.at("admin"), R"({"title":"ours"})");
    const std::string id = order.text_at("id");
    const std::string other = theirs.at("admin");
    for (const std::string& target : {"/v1/orders/" + id, "/v1/orders/" + id + "/events",
                                      "/v1/orders/" + id + "/routing", std::string("/v1/items/SECRET")}) {
        EXPECT_EQ(server.get(target, other).status, 404) << target;
    }
    EXPECT_EQ(server.post("/v1/orders/" + id + "/cancel", other, R"({"reason":"x"})").status, 404);
    EXPECT_TRUE(server.get("/v1/orders", other).body.at("data").as_array().empty());
    EXPECT_TRUE(server.get("/v1/orders?q=Ann", other).body.at("data").as_array().empty());
    EXPECT_TRUE(server.get("/v1/customers", other).body.at("data").as_array().empty());
    const auto events = server.get("/v1/events?limit=200", other);
    for (const auto& event : events.body.at("data").as_array()) {
        EXPECT_NE(event.at("type").as_string(), "waybill.order_placed.v1");
    }
}

}  // namespace
}  // namespace waybill::api

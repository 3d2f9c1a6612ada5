#include "api/api_test_kit.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <future>

#include "api/authentication.hpp"
#include "base/assert.hpp"
#include "storage/memory/memory_store.hpp"

namespace waybill::api::testing {
namespace {

using Received = Result<engine::Receipt, engine::Failure>;

constexpr std::string_view json_type = "application/json";
constexpr std::string_view ndjson_type = "application/x-ndjson";

boost::json::value parse_or_null(const std::string& text) {
    boost::system::error_code error;
    auto value = boost::json::parse(text, error);
    return error ? boost::json::value() : value;
}

}  // namespace

std::string Answered::header(std::string_view name) const {
    for (const http::Header& header : headers) {
        if (header.name == name) return header.value;
    }
    return {};
}

std::string Answered::text_at(std::string_view name) const {
    const auto* object = body.if_object();
    const auto* value = object == nullptr ? nullptr : object->if_contains(name);
    return value == nullptr || !value->is_string() ? std::string() : std::string(value->get_string());
}

TestServer::TestServer(ApiOptions options, engine::EngineOptions engine_options)
    : store_(storage::memory::open_memory()), faulty_(std::make_unique<engine::testing::FaultyStore>(*store_)) {
    engine_ = engine::Engine::open(*faulty_, clock_, engine::testing::test_zones(), engine_options).value();
    if (!engine_->view(engine::system_tenant)) {
        core::TenantSettings settings;
        settings.name = "system";
        settings.currency = *Currency::parse("USD");
        std::promise<bool> made;
        engine_->create_tenant(settings, {}, [&made](const Received& result) { made.set_value(result.has_value()); });
        WAYBILL_ASSERT(made.get_future().get());
    }
    operator_secret_ = issue_operator_key();
    api_ = Api::open(*engine_, *faulty_, std::move(options)).value();
    server_ = http::Server::listen({}, *api_).value();
    api_->attach(*server_);
    thread_ = std::thread([this] { server_->run(); });
    client_ = std::make_unique<http::Client>(http::Client::make(url()).value());
}

TestServer::~TestServer() {
    client_->disconnect();
    server_->stop(std::chrono::milliseconds(500));
    thread_.join();
    engine_->stop();
}

std::string TestServer::url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

void TestServer::on_http_thread(const std::function<void()>& work) {
    std::promise<void> done;
    server_->post([&] {
        work();
        done.set_value();
    });
    done.get_future().wait();
}

std::string TestServer::issue_operator_key() {
    std::string secret = new_secret();
    core::IssueKey command;
    command.key_name = "operator";
    command.role = core::Role::operator_;
    command.hash = hash_secret(secret);
    engine::Submission submission;
    submission.tenant = engine::system_tenant;
    submission.command = std::move(command);
    std::promise<bool> made;
    submission.done = [&made](const Received& result) { made.set_value(result.has_value()); };
    engine_->submit(std::move(submission));
    WAYBILL_ASSERT(made.get_future().get());
    return secret;
}

Answered TestServer::send(const std::string& method, const std::string& target, const std::string& secret,
                          const std::string& body, std::vector<http::Header> headers) {
    return send_by(*client_, method, target, secret, body, std::move(headers));
}

Answered TestServer::send_apart(const std::string& method, const std::string& target, const std::string& secret,
                                const std::string& body, std::vector<http::Header> headers) {
    auto client = http::Client::make(url()).value();
    return send_by(client, method, target, secret, body, std::move(headers));
}

Answered TestServer::send_by(http::Client& client, const std::string& method, const std::string& target,
                             const std::string& secret, const std::string& body, std::vector<http::Header> headers) {
    http::ClientRequest request{method, target, std::move(headers), body};
    if (!secret.empty()) request.headers.push_back({"authorization", "Bearer " + secret});
    bool has_type = false;
    for (const http::Header& header : request.headers) has_type = has_type || header.name == "content-type";
    if (!body.empty() && !has_type) {
        const bool is_bulk = target.find("/bulk") != std::string::npos;
        request.headers.push_back({"content-type", std::string(is_bulk ? ndjson_type : json_type)});
    }
    auto response = client.send(request);
    if (!response) {
        ADD_FAILURE() << method << ' ' << target << ": " << response.error().text;
        return {};
    }
    Answered out{response->status, parse_or_null(response->body), std::move(response->body),
                 std::move(response->headers)};
    return out;
}

std::vector<boost::json::value> TestServer::bulk(const std::string& target, const std::string& secret,
                                                 const std::string& lines) {
    const Answered answered = send("POST", target, secret, lines);
    EXPECT_EQ(answered.status, 200) << answered.text;
    std::vector<boost::json::value> out;
    std::string_view rest = answered.text;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        out.push_back(boost::json::parse(rest.substr(0, end)));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return out;
}

std::map<std::string, std::string> TestServer::open_tenant(const std::string& name) {
    std::map<std::string, std::string> secrets;
    const Answered made = post("/v1/tenants", operator_secret_, R"({"name":")" + name + R"(","currency":"GBP"})");
    EXPECT_EQ(made.status, 201) << made.text;
    const std::string admin(made.body.at("admin_key").at("secret").as_string());
    secrets["admin"] = admin;
    secrets["operator"] = operator_secret_;
    const auto put = [&](const std::string& target, const std::string& body) {
        const Answered answered = send("PUT", target, admin, body);
        EXPECT_EQ(answered.status, 200) << target << ' ' << answered.text;
    };
    put("/v1/channels/web", R"({"name":"Web shop"})");
    put("/v1/locations/LON",
        R"({"kind":"dc","latitude":51.5,"longitude":-0.12,"zone":"UTC","address":{"country":"GB"}})");
    put("/v1/locations/MAN",
        R"({"kind":"store","latitude":53.5,"longitude":-2.24,"zone":"UTC","address":{"country":"GB"},"capabilities":{"pickup":true}})");
    put("/v1/locations/SUP", R"({"kind":"supplier","zone":"UTC","address":{"country":"GB"}})");
    put("/v1/items/A", R"({"title":"Item A","price":"2.55","weight_g":100})");
    put("/v1/items/B", R"({"title":"Item B","price":"10"})");
    const Answered stocked =
        post("/v1/inventory/movements", admin,
             R"({"reference":"GRN-1","moves":[{"kind":"receive","sku":"A","location":"LON","quantity":100},
            {"kind":"receive","sku":"A","location":"MAN","quantity":100},
            {"kind":"receive","sku":"B","location":"MAN","quantity":10}]})");
    EXPECT_EQ(stocked.status, 201) << stocked.text;
    const std::vector<std::pair<std::string, std::string>> roles = {{"integrator", ""},
                                                                    {"operations", ""},
                                                                    {"viewer", ""},
                                                                    {"store", R"(,"locations":["LON"])"},
                                                                    {"vendor", R"(,"locations":["SUP"])"}};
    for (const auto& [role, scope] : roles) {
        const Answered key =
            post("/v1/keys", admin, R"({"name":")" + role + R"(","role":")" + role + "\"" + scope + "}");
        EXPECT_EQ(key.status, 201) << key.text;
        secrets[role] = key.text_at("secret");
    }
    return secrets;
}

std::string order_text(const std::string& number, const std::string& sku, int quantity) {
    return R"({"channel":"web","channel_order_id":")" + number +
           R"(","currency":"GBP","customer":{"external_id":"C1","name":"Ann Buyer","email":"ann@example.com"},)" +
           R"("ship_to":{"name":"Ann Buyer","line1":"1 Long Lane","city":"London","postcode":"N1 1AA","country":"GB",)" +
           R"("latitude":51.5,"longitude":-0.1},"lines":[{"channel_line_id":"1","sku":")" + sku + R"(","quantity":)" +
           std::to_string(quantity) + R"(,"unit_price":"2.55"}]})";
}

}  // namespace waybill::api::testing

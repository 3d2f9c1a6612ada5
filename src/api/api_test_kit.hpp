#pragma once
// What the tests of the API share: a real server on a free port over a memory store, with one tenant that has a key of
// every role, two places, a channel and stock. Requests go over real sockets.

#include <boost/json/value.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "api/api.hpp"
#include "engine/engine_test_kit.hpp"
#include "http/client.hpp"
#include "http/server.hpp"

namespace waybill::api::testing {

struct Answered {
    int status = 0;
    boost::json::value body;  ///< null when it is empty or no JSON
    std::string text;
    std::vector<http::Header> headers;

    [[nodiscard]] std::string header(std::string_view name) const;
    /// Text under `name`; "" when there is none.
    [[nodiscard]] std::string text_at(std::string_view name) const;
    [[nodiscard]] std::string code() const { return text_at("code"); }
};

class TestServer {
public:
    explicit TestServer(ApiOptions options = {}, engine::EngineOptions engine_options = {});
    ~TestServer();
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;

    /// Makes tenant `name` with items A (100 at each place) and B (10), places LON and MAN, channel web, and a key of
    /// every role: store limited to LON, vendor to SUP. The secrets are by role name.
    std::map<std::string, std::string> open_tenant(const std::string& name);

    Answered send(const std::string& method, const std::string& target, const std::string& secret,
                  const std::string& body = {}, std::vector<http::Header> headers = {});
    /// The same on a connection of its own; from any thread.
    Answered send_apart(const std::string& method, const std::string& target, const std::string& secret,
                        const std::string& body = {}, std::vector<http::Header> headers = {});
    Answered get(const std::string& target, const std::string& secret) { return send("GET", target, secret); }
    Answered post(const std::string& target, const std::string& secret, const std::string& body) {
        return send("POST", target, secret, body);
    }
    /// Lines of NDJSON answered.
    std::vector<boost::json::value> bulk(const std::string& target, const std::string& secret,
                                         const std::string& lines);

    /// The same by a client of the caller's.
    static Answered send_by(http::Client& client, const std::string& method, const std::string& target,
                            const std::string& secret, const std::string& body, std::vector<http::Header> headers);

    [[nodiscard]] std::string url() const;
    [[nodiscard]] const std::string& operator_secret() const { return operator_secret_; }
    /// The store, which fails when told to.
    [[nodiscard]] engine::testing::FaultyStore& store() { return *faulty_; }
    [[nodiscard]] engine::Engine& engine() { return *engine_; }
    [[nodiscard]] engine::testing::SetClock& clock() { return clock_; }
    [[nodiscard]] Api& api() { return *api_; }
    /// Runs a function where the API expects streamed exchanges, and waits for it.
    void on_http_thread(const std::function<void()>& work);
    void stop_engine() { engine_->stop(); }

private:
    std::string issue_operator_key();

    std::unique_ptr<engine::Store> store_;
    std::unique_ptr<engine::testing::FaultyStore> faulty_;
    engine::testing::SetClock clock_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<Api> api_;
    std::unique_ptr<http::Server> server_;
    std::thread thread_;
    std::unique_ptr<http::Client> client_;
    std::string operator_secret_;
};

/// The smallest order of `quantity` of `sku` on the channel web.
[[nodiscard]] std::string order_text(const std::string& number, const std::string& sku, int quantity);

}  // namespace waybill::api::testing

#include "api/forwarding_test_kit.hpp"

#include <gtest/gtest.h>

#include <future>

#include "storage/memory/memory_store.hpp"

namespace waybill::api::testing {

Neighbour::Neighbour(TestServer& owner, ApiOptions options)
    : store_(storage::memory::open_memory()),
      own_(engine::Engine::open(*store_, clock_, engine::testing::test_zones(), {}).value()),
      placed_(*own_),
      api_(Api::open(placed_, owner.store(), std::move(options)).value()),
      server_(http::Server::listen({}, *api_).value()) {
    api_->attach(*server_);
    thread_ = std::thread([this] { server_->run(); });
}

Neighbour::~Neighbour() {
    server_->stop(std::chrono::milliseconds(0));
    thread_.join();
    own_->stop();
}

Answered Neighbour::send(const std::string& method, const std::string& target, const std::string& secret,
                         const std::string& body, std::vector<http::Header> headers) {
    auto client = http::Client::make(url()).value();
    return TestServer::send_by(client, method, target, secret, body, std::move(headers));
}

std::uint64_t Neighbour::metric(const std::string& name) { return metric_of(url(), name); }

void Neighbour::end_streams() {
    std::promise<void> done;
    server_->post([&] {
        api_->end_streams();
        done.set_value();
    });
    done.get_future().wait();
}

std::uint64_t metric_of(const std::string& url, const std::string& name) {
    auto client = http::Client::make(url).value();
    const auto answered = client.send({"GET", "/metrics", {}, {}});
    if (!answered) {
        ADD_FAILURE() << answered.error().text;
        return 0;
    }
    const std::string line = "\n" + name + " ";
    const std::size_t at = answered->body.find(line);
    if (at == std::string::npos) {
        ADD_FAILURE() << "no metric " << name;
        return 0;
    }
    return std::stoull(answered->body.substr(at + line.size()));
}

}  // namespace waybill::api::testing

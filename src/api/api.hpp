#pragma once
// The REST API: an http::Handler over the engine. It translates (JSON to commands, state to JSON), authenticates and
// authorises, and holds no rules of the domain.
//
// Threads: handle and open_stream run on the HTTP thread and never wait; reads of the store run on the reader pool, and
// answers of commands come back through Completions. Lifetime: outlives the server it is attached to and every command
// it submitted, so stop the server, then the engine, then destroy this.

#include <memory>
#include <string_view>

#include "api/options.hpp"
#include "engine/engine.hpp"
#include "engine/store.hpp"
#include "http/server.hpp"

namespace waybill::api {

struct Services;

class Api final : public http::Handler {
public:
    /// Errors: the store gives no reader.
    [[nodiscard]] static Result<std::unique_ptr<Api>, engine::IoError> open(engine::Engine& engine,
                                                                            engine::Store& store, ApiOptions options);
    ~Api() override;

    /// Uses the server's thread for answers and timers. Call once, before the server runs.
    void attach(http::Server& server);
    /// The server is stopping: ends the event streams, which nothing else would. On the HTTP thread.
    void end_streams();

    std::unique_ptr<http::StreamIn> open_stream(const http::Request& head,
                                                std::shared_ptr<http::StreamOut> out) override;
    void handle(http::Request request, http::Reply reply) override;
    http::Response error(int status, std::string_view detail) override;

private:
    explicit Api(std::unique_ptr<Services> services);

    std::unique_ptr<Services> services_;
};

}  // namespace waybill::api

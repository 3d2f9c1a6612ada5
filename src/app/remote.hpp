#pragma once
// What the commands that speak to a running server share: where it is, which key, and how its refusals read.

#include <string>

#include "base/result.hpp"
#include "http/client.hpp"

namespace CLI {
class App;
}

namespace waybill::app {

struct Remote {
    std::string server = "http://127.0.0.1:8080";
    std::string key;
};

/// --server and --key, each also from the environment (WAYBILL_SERVER, WAYBILL_KEY).
void add_remote_options(CLI::App& command, Remote& remote);

/// Errors: one line; a key is needed.
[[nodiscard]] Result<http::Client, std::string> connect(const Remote& remote);

/// A refusal in one line: the problem's detail and every faulty field, or the status when the body is no problem.
[[nodiscard]] std::string describe_problem(int status, std::string_view body);

}  // namespace waybill::app

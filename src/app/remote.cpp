#include "app/remote.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "json/parse.hpp"

namespace waybill::app {
namespace {

std::string string_in(const boost::json::object& object, std::string_view name) {
    const auto* member = object.if_contains(name);
    if (member == nullptr || !member->is_string()) return {};
    return std::string(member->get_string());
}

}  // namespace

void add_remote_options(CLI::App& command, Remote& remote) {
    command.add_option("--server", remote.server, "The server's address")
        ->envname("WAYBILL_SERVER")
        ->capture_default_str();
    command
        .add_option("--key", remote.key, "The API key; better given as WAYBILL_KEY, where other users can not see it")
        ->envname("WAYBILL_KEY");
}

Result<http::Client, std::string> connect(const Remote& remote) {
    if (remote.key.empty()) return fail(std::string("an API key is needed: --key or WAYBILL_KEY"));
    http::ClientOptions options;
    options.headers.push_back({"authorization", "Bearer " + remote.key});
    options.headers.push_back({"user-agent", "waybill-cli"});
    auto client = http::Client::make(remote.server, std::move(options));
    if (!client) return fail(client.error().text);
    return std::move(*client);
}

std::string describe_problem(int status, std::string_view body) {
    const auto document = json::parse(body);
    const auto* object = document ? document->root().if_object() : nullptr;
    if (object == nullptr) return "the server answered " + std::to_string(status);
    std::string out = string_in(*object, "code");
    const std::string title = string_in(*object, "title");
    const std::string detail = string_in(*object, "detail");
    if (!title.empty()) out += (out.empty() ? "" : ": ") + title;
    if (!detail.empty() && detail != title) out += " (" + detail + ")";
    if (const auto* errors = object->if_contains("errors"); errors != nullptr && errors->is_array()) {
        for (const auto& error : errors->get_array()) {
            const auto* fault = error.if_object();
            if (fault == nullptr) continue;
            out += "; " + string_in(*fault, "pointer") + " " + string_in(*fault, "code");
            if (const std::string more = string_in(*fault, "detail"); !more.empty()) out += " (" + more + ")";
        }
    }
    return out.empty() ? "the server answered " + std::to_string(status) : out;
}

}  // namespace waybill::app

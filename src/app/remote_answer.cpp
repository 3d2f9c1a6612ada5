#include "app/remote_answer.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <utility>

namespace waybill::app {

std::optional<json::Document> ask(const Remote& remote, http::ClientRequest request) {
    auto client = connect(remote);
    if (!client) {
        complain(client.error());
        return std::nullopt;
    }
    if (!request.body.empty()) request.headers.push_back({"content-type", "application/json"});
    const auto response = client->send(request);
    if (!response) {
        complain(response.error().text);
        return std::nullopt;
    }
    if (response->status >= 300) {
        complain(describe_problem(response->status, response->body));
        return std::nullopt;
    }
    auto document = json::parse(response->body, {.max_depth = 128});
    if (!document) {
        complain("the server's answer is no JSON");
        return std::nullopt;
    }
    return *std::move(document);
}

std::string text_of(const boost::json::object& object, std::string_view name) {
    const auto* member = object.if_contains(name);
    if (member == nullptr) return {};
    return member->is_string() ? std::string(member->get_string()) : boost::json::serialize(*member);
}

void add_if_given(boost::json::object& body, std::string_view name, const std::string& value) {
    if (!value.empty()) body[name] = value;
}

CLI::App* add_remote_command(CLI::App& group, const std::string& name, const std::string& help, Remote& remote,
                             bool& as_json, Run& run, Run act) {
    CLI::App* command = group.add_subcommand(name, help);
    add_remote_options(*command, remote);
    command->add_flag("--json", as_json, "The server's answer as it is");
    command->callback([&run, act = std::move(act)] { run = act; });
    return command;
}

Exit tell_rows(const Remote& remote, const std::string& target, bool as_json,
               void (*tell)(const boost::json::object& row)) {
    const std::string first = target + (target.find('?') == std::string::npos ? "?limit=100" : "&limit=100");
    std::string cursor;
    while (true) {
        const std::string page_target = cursor.empty() ? first : first + "&cursor=" + cursor;
        const auto answer = ask(remote, {.method = "GET", .target = page_target, .headers = {}, .body = {}});
        if (!answer) return Exit::failed;
        const boost::json::object& page = answer->root().as_object();
        for (const auto& row : page.at("data").as_array()) {
            if (as_json) {
                std::cout << boost::json::serialize(row) << '\n';
            } else {
                tell(row.as_object());
            }
        }
        cursor = text_of(page, "next_cursor");
        if (cursor.empty()) return std::cout.flush() ? Exit::ok : Exit::failed;
    }
}

Exit print(const boost::json::value& answer) {
    std::cout << boost::json::serialize(answer) << '\n';
    return std::cout.flush() ? Exit::ok : Exit::failed;
}

}  // namespace waybill::app

#include "app/remote_answer.hpp"

#include <boost/json/serialize.hpp>
#include <iostream>

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

Exit print(const boost::json::value& answer) {
    std::cout << boost::json::serialize(answer) << '\n';
    return std::cout.flush() ? Exit::ok : Exit::failed;
}

}  // namespace waybill::app

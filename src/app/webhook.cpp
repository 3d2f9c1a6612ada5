// waybill webhook: who is told of events, and how far each got, from a terminal.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/remote_answer.hpp"
#include "http/urls.hpp"

namespace waybill::app {
namespace {

struct WebhookAsked {
    Remote remote;
    std::string code;
    std::string url;
    std::string description;
    std::vector<std::string> events;
    std::int64_t batch_max = 1;
    bool inactive = false;
    std::optional<std::int64_t> after;
    bool as_json = false;
};

std::string webhook_target(const WebhookAsked& asked, std::string_view what = {}) {
    return "/v1/webhooks/" + http::percent_encoded(asked.code) + std::string(what);
}

/// "failing  erp  https://erp.example/in  at 1200, 34 behind  since 2026-...: answered 500"
void tell_webhook(const boost::json::object& webhook) {
    std::cout << text_of(webhook, "status") << "  " << text_of(webhook, "code") << "  " << text_of(webhook, "url")
              << "  at " << text_of(webhook, "delivered_through") << ", " << text_of(webhook, "behind") << " behind";
    if (const std::string since = text_of(webhook, "failing_since"); !since.empty()) std::cout << "  since " << since;
    if (const std::string failure = text_of(webhook, "failure"); !failure.empty()) std::cout << ": " << failure;
    std::cout << '\n';
}

void tell_whole_webhook(const boost::json::object& webhook) {
    tell_webhook(webhook);
    if (const std::string words = text_of(webhook, "description"); !words.empty()) std::cout << "  " << words << '\n';
    std::string events;
    for (const auto& type : webhook.at("events").as_array()) {
        events += (events.empty() ? "" : ", ") + std::string(type.as_string());
    }
    std::cout << "  events: " << (events.empty() ? "those that rules send" : events == "*" ? "all" : events) << '\n';
    std::cout << "  in one request: " << text_of(webhook, "batch_max") << '\n';
}

/// The secret alone, so that a script can take it; below it the one before as long as it is good.
void tell_webhook_secret(const boost::json::object& secret) {
    std::cout << text_of(secret, "secret") << '\n';
    if (const std::string before = text_of(secret, "previous"); !before.empty()) {
        std::cout << before << "  until " << text_of(secret, "previous_until") << '\n';
    }
}

Exit ask_for_webhook(const WebhookAsked& asked, http::ClientRequest request,
                     void (*tell_answer)(const boost::json::object&)) {
    const auto answer = ask(asked.remote, std::move(request));
    if (!answer) return Exit::failed;
    if (asked.as_json) return print(answer->root());
    tell_answer(answer->root().as_object());
    return std::cout.flush() ? Exit::ok : Exit::failed;
}

Exit list_webhooks(const WebhookAsked& asked) {
    return tell_rows(asked.remote, "/v1/webhooks", asked.as_json, &tell_webhook);
}

Exit show_webhook(const WebhookAsked& asked) {
    return ask_for_webhook(asked, {.method = "GET", .target = webhook_target(asked), .headers = {}, .body = {}},
                           &tell_whole_webhook);
}

Exit put_webhook(const WebhookAsked& asked) {
    boost::json::object body{{"url", asked.url}, {"description", asked.description}};
    boost::json::array& events = body["events"].emplace_array();
    for (const std::string& type : asked.events) {
        if (type != "none") events.emplace_back(type);
    }
    body["active"] = !asked.inactive;
    body["batch_max"] = asked.batch_max;
    return ask_for_webhook(
        asked, {.method = "PUT", .target = webhook_target(asked), .headers = {}, .body = boost::json::serialize(body)},
        &tell_whole_webhook);
}

Exit show_webhook_secret(const WebhookAsked& asked) {
    return ask_for_webhook(asked,
                           {.method = "GET", .target = webhook_target(asked, "/secret"), .headers = {}, .body = {}},
                           &tell_webhook_secret);
}

Exit rotate_webhook_secret(const WebhookAsked& asked) {
    return ask_for_webhook(
        asked, {.method = "POST", .target = webhook_target(asked, "/rotate-secret"), .headers = {}, .body = {}},
        &tell_webhook_secret);
}

Exit resume_webhook(const WebhookAsked& asked) {
    boost::json::object body;
    if (asked.after) body["after"] = *asked.after;
    return ask_for_webhook(asked,
                           {.method = "POST",
                            .target = webhook_target(asked, "/resume"),
                            .headers = {},
                            .body = boost::json::serialize(body)},
                           &tell_webhook);
}

CLI::App* add_one_webhook(CLI::App& group, Run& run, const std::shared_ptr<WebhookAsked>& asked,
                          const std::string& name, const std::string& help, Exit (*act)(const WebhookAsked&)) {
    CLI::App* command = add_asked(group, run, asked, name, help, act);
    command->add_option("CODE", asked->code, "Of the webhook, such as erp")->required();
    return command;
}

void add_put_webhook(CLI::App& group, Run& run, const std::shared_ptr<WebhookAsked>& asked) {
    CLI::App* command =
        add_one_webhook(group, run, asked, "put", "Make a webhook, or replace what it is", &put_webhook);
    command->add_option("--url", asked->url, "Where requests go: https://HOST/PATH")->required();
    command
        ->add_option("--events", asked->events,
                     "Types of events, separated by commas; '*': all; none: only what rules send")
        ->required()
        ->delimiter(',')
        ->allow_extra_args(false);
    command->add_option("--description", asked->description, "For people");
    command->add_option("--batch-max", asked->batch_max, "Events in one request, at most 100")->capture_default_str();
    command->add_flag("--inactive", asked->inactive, "Send nothing to it for now");
    command->footer(
        "It replaces all that is said of it, but not its secret and how far it got. A new one is told of what comes "
        "after it.\n"
        "\n"
        "Examples:\n"
        "  waybill webhook put erp --url https://erp.example.com/waybill --events order_placed,order_shipped\n"
        "  waybill webhook put audit --url https://audit.example.com/in --events '*' --batch-max 50");
}

void add_resume_webhook(CLI::App& group, Run& run, const std::shared_ptr<WebhookAsked>& asked) {
    CLI::App* command = add_one_webhook(group, run, asked, "resume", "Let a webhook go on at once", &resume_webhook);
    command->add_option("--after", asked->after, "After this sequence of the log; default where it stopped")
        ->check(CLI::NonNegativeNumber);
    command->footer(
        "An earlier sequence sends events again, a later one leaves some out.\n"
        "\n"
        "Examples:\n"
        "  waybill webhook resume erp\n"
        "  waybill webhook resume erp --after 1200");
}

}  // namespace

void add_webhook(CLI::App& app, Run& run) {
    CLI::App* group = app.add_subcommand("webhook", "Addresses outside that are told of events");
    group->require_subcommand(0, 1);
    const auto asked = std::make_shared<WebhookAsked>();
    CLI::App* listed =
        add_asked(*group, run, asked, "list", "All of them, with how far each got and what ails it", &list_webhooks);
    listed->footer(
        "A line each: active, failing, paused or inactive, its code, its URL, the sequence through which it was told, "
        "how\n"
        "many events of the log lie after that, and since when and why requests fail.\n"
        "\n"
        "Example:\n"
        "  waybill webhook list");
    add_one_webhook(*group, run, asked, "show", "One of them", &show_webhook);
    add_put_webhook(*group, run, asked);
    add_one_webhook(*group, run, asked, "secret", "The secret that its requests are signed with", &show_webhook_secret)
        ->footer(
            "For 24 hours after a rotation the one before is on a second line.\n"
            "\n"
            "Example:\n"
            "  waybill webhook secret erp");
    add_one_webhook(*group, run, asked, "rotate-secret", "Sign with a new secret, and for 24 hours with both",
                    &rotate_webhook_secret);
    add_resume_webhook(*group, run, asked);
}

}  // namespace waybill::app

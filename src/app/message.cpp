// waybill message: what customers are told by mail, from a terminal.

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "app/message_defaults.hpp"
#include "app/remote_answer.hpp"
#include "http/urls.hpp"

namespace waybill::app {
namespace {

struct MessageAsked {
    Remote remote;
    std::string code;
    std::string locale = "en";
    std::string subject;
    std::string text_file;
    std::string html_file;
    std::vector<std::string> events;
    std::vector<std::string> to;
    bool inactive = false;
    bool only_print = false;
    bool as_json = false;
};

std::string message_target(std::string_view code, std::string_view locale) {
    return "/v1/message-templates/" + http::percent_encoded(code) + "/" + http::percent_encoded(locale);
}

/// "a, b", or `none` where there is nothing.
std::string listed(const boost::json::object& row, const char* name, const char* none) {
    std::string out;
    for (const auto& one : row.at(name).as_array()) out += (out.empty() ? "" : ", ") + std::string(one.as_string());
    return out.empty() ? none : out;
}

/// "active  order_shipped  de-AT  at order_shipped  Ihre Bestellung {{order.number}}"
void tell_message(const boost::json::object& message) {
    std::cout << (message.at("active").as_bool() ? "active" : "inactive") << "  " << text_of(message, "code") << "  "
              << text_of(message, "locale") << "  at " << listed(message, "events", "what rules say") << "  "
              << text_of(message, "subject") << '\n';
}

void tell_whole_message(const boost::json::object& message) {
    tell_message(message);
    std::cout << "  to: " << listed(message, "to", "the customer") << "\n\n" << text_of(message, "text") << '\n';
    if (const std::string html = text_of(message, "html"); !html.empty()) std::cout << '\n' << html << '\n';
}

/// "failing  at 1200, 34 behind  since 2026-...: SMTP 451"
void tell_mail(const boost::json::object& mail) {
    std::cout << text_of(mail, "status") << "  at " << text_of(mail, "delivered_through") << ", "
              << text_of(mail, "behind") << " behind";
    if (const std::string since = text_of(mail, "failing_since"); !since.empty()) std::cout << "  since " << since;
    if (const std::string failure = text_of(mail, "failure"); !failure.empty()) std::cout << ": " << failure;
    std::cout << '\n';
}

Exit tell_answer(const MessageAsked& asked, const std::optional<json::Document>& answer,
                 void (*tell)(const boost::json::object&)) {
    if (!answer) return Exit::failed;
    if (asked.as_json) return print(answer->root());
    tell(answer->root().as_object());
    return std::cout.flush() ? Exit::ok : Exit::failed;
}

std::optional<json::Document> get_message(const MessageAsked& asked) {
    return ask(asked.remote,
               {.method = "GET", .target = message_target(asked.code, asked.locale), .headers = {}, .body = {}});
}

std::optional<json::Document> put_body(const MessageAsked& asked, const boost::json::object& body) {
    return ask(asked.remote, {.method = "PUT",
                              .target = message_target(asked.code, asked.locale),
                              .headers = {},
                              .body = boost::json::serialize(body)});
}

Exit list_messages(const MessageAsked& asked) {
    return tell_rows(asked.remote, "/v1/message-templates", asked.as_json, &tell_message);
}

Exit show_message(const MessageAsked& asked) { return tell_answer(asked, get_message(asked), &tell_whole_message); }

Exit show_mail(const MessageAsked& asked) {
    return tell_answer(asked, ask(asked.remote, {.method = "GET", .target = "/v1/mail", .headers = {}, .body = {}}),
                       &tell_mail);
}

/// nullopt, with a complaint: it can not be read. "-": standard input.
std::optional<std::string> read_text_file(const std::string& path) {
    if (path.empty()) return std::string();
    if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
    std::ifstream file(path, std::ios::binary);
    std::string out(std::istreambuf_iterator<char>(file), {});
    if (file) return out;
    complain("can not read " + path);
    return std::nullopt;
}

Exit put_message(const MessageAsked& asked) {
    const auto text = read_text_file(asked.text_file);
    const auto html = read_text_file(asked.html_file);
    if (!text || !html) return Exit::failed;
    boost::json::object body{{"subject", asked.subject}, {"text", *text}, {"html", *html}};
    boost::json::array& events = body["events"].emplace_array();
    for (const std::string& type : asked.events) {
        if (type != "none") events.emplace_back(type);
    }
    boost::json::array& to = body["to"].emplace_array();
    for (const std::string& address : asked.to) to.emplace_back(address);
    body["active"] = !asked.inactive;
    return tell_answer(asked, put_body(asked, body), &tell_whole_message);
}

/// All of it as it is, but for that.
Exit switch_message(const MessageAsked& asked, bool active) {
    const auto message = get_message(asked);
    if (!message) return Exit::failed;
    boost::json::object body = message->root().as_object();
    body.erase("version");
    body["active"] = active;
    return tell_answer(asked, put_body(asked, body), &tell_message);
}
Exit activate_message(const MessageAsked& asked) { return switch_message(asked, true); }
Exit deactivate_message(const MessageAsked& asked) { return switch_message(asked, false); }

/// Those that are there already stay as they are.
Exit put_default_messages(const MessageAsked& asked) {
    if (asked.only_print) return std::cout << message_defaults() << std::flush ? Exit::ok : Exit::failed;
    const auto known =
        ask(asked.remote, {.method = "GET", .target = "/v1/message-templates?limit=200", .headers = {}, .body = {}});
    if (!known) return Exit::failed;
    std::istringstream lines{std::string(message_defaults())};
    for (std::string line; std::getline(lines, line);) {
        const auto document = json::parse(line);
        if (!document) continue;
        MessageAsked one = asked;
        one.code = text_of(document->root().as_object(), "code");
        one.locale = text_of(document->root().as_object(), "locale");
        bool is_there = false;
        for (const auto& row : known->root().at("data").as_array()) {
            is_there = is_there || (text_of(row.as_object(), "code") == one.code &&
                                    text_of(row.as_object(), "locale") == one.locale);
        }
        if (is_there) continue;
        const Exit put = tell_answer(one, put_body(one, document->root().as_object()), &tell_message);
        if (put != Exit::ok) return put;
    }
    return Exit::ok;
}

CLI::App* add_one_message(CLI::App& group, Run& run, const std::shared_ptr<MessageAsked>& asked,
                          const std::string& name, const std::string& help, Exit (*act)(const MessageAsked&)) {
    CLI::App* command = add_asked(group, run, asked, name, help, act);
    command->add_option("CODE", asked->code, "Of the message, such as order_shipped")->required();
    command->add_option("LOCALE", asked->locale, "Its language, such as en or de-AT")->capture_default_str();
    return command;
}

void add_put_message(CLI::App& group, Run& run, const std::shared_ptr<MessageAsked>& asked) {
    CLI::App* command =
        add_one_message(group, run, asked, "put", "Make a template of a message, or replace it", &put_message);
    command->add_option("--subject", asked->subject, "Subject, with fields in double braces")->required();
    command->add_option("--text", asked->text_file, "File with the text; -: standard input")->required();
    command->add_option("--html", asked->html_file, "File with the same as HTML");
    command
        ->add_option("--events", asked->events,
                     "Types of events of an order, separated by commas; none: only what rules send")
        ->required()
        ->delimiter(',')
        ->allow_extra_args(false);
    command->add_option("--to", asked->to, "Addresses, separated by commas; default the customer")
        ->delimiter(',')
        ->allow_extra_args(false);
    command->add_flag("--inactive", asked->inactive, "Send nothing by it for now");
    command->footer(
        "It goes out at what comes after it. Fields: docs/domain/messages.md.\n"
        "\n"
        "Examples:\n"
        "  waybill message put order_shipped en --subject 'Order {{order.number}} is on its way' --text shipped.txt "
        "\\\n"
        "    --events order_shipped\n"
        "  waybill message put big_order --subject 'A big order' --text - --events none --to sales@example.com");
}

}  // namespace

void add_message(CLI::App& app, Run& run) {
    CLI::App* group = app.add_subcommand("message", "What customers are told by mail");
    group->require_subcommand(0, 1);
    const auto asked = std::make_shared<MessageAsked>();
    add_asked(*group, run, asked, "list", "All templates", &list_messages)
        ->footer(
            "A line each: active or inactive, its code, its language, the events at which it goes out, its subject.\n"
            "\n"
            "Example:\n"
            "  waybill message list");
    add_one_message(*group, run, asked, "show", "One of them", &show_message);
    add_put_message(*group, run, asked);
    add_one_message(*group, run, asked, "activate", "Let a template go out again", &activate_message);
    add_one_message(*group, run, asked, "deactivate", "Send nothing by a template any more", &deactivate_message);
    CLI::App* defaults =
        add_asked(*group, run, asked, "defaults", "Make the templates to begin with", &put_default_messages);
    defaults->add_flag("--print", asked->only_print, "Only write them to standard output, as import takes them");
    defaults->footer(
        "Those that are there already stay as they are.\n"
        "\n"
        "Examples:\n"
        "  waybill message defaults\n"
        "  waybill message defaults --print > messages.ndjson");
    add_asked(*group, run, asked, "status", "Whether mail is sent, and how far it got", &show_mail);
}

}  // namespace waybill::app

// waybill return: what customers send or bring back, from a terminal.

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/line_units.hpp"
#include "app/remote_answer.hpp"
#include "http/urls.hpp"

namespace waybill::app {
namespace {

namespace bj = boost::json;

struct AskedReturn {
    Remote remote;
    std::string id;  ///< of the return, or of the order of which units are to come back
    std::string order;
    std::string location;
    std::string status;
    std::string reason;
    std::string disposition;
    std::vector<std::string> lines;
    bool overrides_policy = false;
    bool as_json = false;
};

/// "2026-11-27T10:00:00Z  ret_12-1  store-12  approved  W-1001: 2 MUG-1, 1 CUP-2  (kept)"
void tell_return(const bj::object& made) {
    std::string lines;
    for (const auto& row : made.at("lines").as_array()) {
        const bj::object& line = row.as_object();
        lines += (lines.empty() ? "" : ", ") + text_of(line, "quantity") + " " + text_of(line, "sku");
    }
    const std::string location = text_of(made, "location");
    std::cout << text_of(made, "requested_at") << "  " << text_of(made, "id") << "  "
              << (location.empty() ? "anywhere" : location) << "  " << text_of(made, "status") << "  "
              << text_of(made, "channel_order_id") << ": " << lines;
    if (const std::string reason = text_of(made, "reason"); !reason.empty()) std::cout << "  (" << reason << ')';
    std::cout << '\n';
}

/// The same with what became of each line, and what can be done.
void tell_whole_return(const bj::object& made) {
    tell_return(made);
    for (const auto& row : made.at("lines").as_array()) {
        const bj::object& line = row.as_object();
        std::cout << "  line " << text_of(line, "line_no") << "  " << text_of(line, "sku") << "  "
                  << text_of(line, "reason") << ": ";
        bool is_first = true;
        for (const auto& [name, words] : {std::pair{"expected", "expected"},
                                          {"restocked", "restocked"},
                                          {"quarantined", "quarantined"},
                                          {"to_vendor", "to the vendor"},
                                          {"destroyed", "destroyed"},
                                          {"dropped", "not to come"}}) {
            const auto units = line.at(name).to_number<std::int64_t>();
            if (units == 0) continue;
            std::cout << (is_first ? "" : ", ") << units << ' ' << words;
            is_first = false;
        }
        std::cout << '\n';
    }
    std::string actions;
    for (const auto& action : made.at("allowed_actions").as_array()) {
        actions += (actions.empty() ? "" : ", ") + std::string(action.as_string());
    }
    std::cout << "  " << (actions.empty() ? "over" : "next: " + actions) << '\n';
}

Exit list_returns(const AskedReturn& asked) {
    std::string target = "/v1/returns?status=" + http::percent_encoded(asked.status.empty() ? "open" : asked.status);
    const auto filter = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) target += "&" + std::string(name) + "=" + http::percent_encoded(value);
    };
    filter("location", asked.location);
    filter("order", asked.order);
    return tell_rows(asked.remote, target, asked.as_json, &tell_return);
}

Exit answer_return(const AskedReturn& asked, http::ClientRequest request) {
    const auto answer = ask(asked.remote, std::move(request));
    if (!answer) return Exit::failed;
    if (asked.as_json) return print(answer->root());
    tell_whole_return(answer->root().as_object());
    return std::cout.flush() ? Exit::ok : Exit::failed;
}

std::string return_target(const AskedReturn& asked) { return "/v1/returns/" + http::percent_encoded(asked.id); }

Exit post_return(const AskedReturn& asked, std::string target, const bj::object& body) {
    return answer_return(asked,
                         {.method = "POST", .target = std::move(target), .headers = {}, .body = bj::serialize(body)});
}

Exit show_return(const AskedReturn& asked) {
    return answer_return(asked, {.method = "GET", .target = return_target(asked), .headers = {}, .body = {}});
}

Exit request_return(const AskedReturn& asked) {
    bj::object body;
    add_lines(body, asked.lines);
    for (auto& line : body.at("lines").as_array()) line.as_object()["reason"] = asked.reason;
    if (!asked.location.empty()) body["location"] = asked.location;
    if (asked.overrides_policy) body["override_policy"] = true;
    return post_return(asked, "/v1/orders/" + http::percent_encoded(asked.id) + "/returns", body);
}

Exit approve_return(const AskedReturn& asked) { return post_return(asked, return_target(asked) + "/approve", {}); }

Exit decline_return(const AskedReturn& asked) {
    return post_return(asked, return_target(asked) + "/decline", {{"reason", asked.reason}});
}

Exit receive_return(const AskedReturn& asked) {
    bj::object body{{"location", asked.location}};
    add_lines(body, asked.lines);
    if (!asked.disposition.empty()) body["disposition"] = asked.disposition;
    return post_return(asked, return_target(asked) + "/receive", body);
}

Exit cancel_return(const AskedReturn& asked) {
    return post_return(asked, return_target(asked) + "/cancel", {{"reason", asked.reason}});
}

using AskedPtr = std::shared_ptr<AskedReturn>;

void add_return_list(CLI::App& group, Run& run, const AskedPtr& asked) {
    CLI::App* command =
        add_asked(group, run, asked, "list", "What is expected back: the oldest request comes first", &list_returns);
    command->add_option("--location", asked->location, "Expected at this location only; several: store-1,store-2");
    command->add_option("--status", asked->status,
                        "open (unless said otherwise), done, requested, approved, receiving, received, declined or "
                        "cancelled");
    command->add_option("--order", asked->order, "Of this order only, such as ord_12");
    command->footer(
        "A line each: when it was asked for, id, location, status, the channel's number of the order: what was asked "
        "for.\n"
        "A key that is limited to locations lists those expected at them and those that may come anywhere.\n"
        "\n"
        "Example:\n"
        "  waybill return list --location store-12");
}

/// A command on one return.
CLI::App* add_return_work(CLI::App& group, Run& run, const AskedPtr& asked, const std::string& name,
                          const std::string& help, Exit (*act)(const AskedReturn&)) {
    CLI::App* command = add_asked(group, run, asked, name, help, act);
    command->add_option("ID", asked->id, "Of the return, such as ret_12-1")->required();
    return command;
}

void add_return_request(CLI::App& group, Run& run, const AskedPtr& asked) {
    CLI::App* command =
        add_asked(group, run, asked, "request", "Ask for units that have shipped to come back", &request_return);
    command->add_option("ORDER", asked->id, "Its id, such as ord_12")->required();
    add_line_option(*command, "--line", asked->lines, "LINE or LINE=UNITS; LINE alone: all that can be returned",
                    &check_line_or_units)
        ->required();
    command->add_option("--reason", asked->reason, "The customer's, a code, such as too_small")->required();
    command->add_option("--location", asked->location, "Where the goods are to come; default wherever they come to");
    command->add_flag("--override-policy", asked->overrides_policy,
                      "Though the channel does not take it back any more, or not for this reason");
    command->footer(
        "It is approved at once unless the channel has a person approve each, or a hold blocks returning.\n"
        "\n"
        "Examples:\n"
        "  waybill return request ord_12 --line 1 --reason too_small\n"
        "  waybill return request ord_12 --line 1=1 --line 2=3 --reason broken --location store-12");
}

void add_return_receive(CLI::App& group, Run& run, const AskedPtr& asked) {
    CLI::App* command = add_return_work(group, run, asked, "receive", "Say what came back", &receive_return);
    command->add_option("--location", asked->location, "Where the goods are now")->required();
    add_line_option(*command, "--line", asked->lines, "LINE or LINE=UNITS; none: all that is expected",
                    &check_line_or_units);
    command->add_option("--disposition", asked->disposition,
                        "What becomes of them: restock (default), quarantine, vendor or destroy");
    command->footer(
        "Lines with different dispositions are received one after the other.\n"
        "\n"
        "Examples:\n"
        "  waybill return receive ret_12-1 --location store-12\n"
        "  waybill return receive ret_12-1 --location store-12 --line 1=1 --disposition quarantine");
}

}  // namespace

void add_return(CLI::App& app, Run& run) {
    CLI::App* group = app.add_subcommand("return", "What customers send or bring back, on a running server");
    group->require_subcommand(1);
    const auto asked = std::make_shared<AskedReturn>();
    add_return_list(*group, run, asked);
    add_return_work(*group, run, asked, "show", "One, line by line, and what can be done with it", &show_return);
    add_return_request(*group, run, asked);
    add_return_work(*group, run, asked, "approve", "Say that the goods may come; not needed before they are received",
                    &approve_return);
    CLI::App* declined = add_return_work(*group, run, asked, "decline", "Say that they are not taken", &decline_return);
    declined->add_option("--reason", asked->reason, "A code, such as worn")->required();
    add_return_receive(*group, run, asked);
    CLI::App* cancelled = add_return_work(*group, run, asked, "cancel", "Expect nothing more of it", &cancel_return);
    cancelled->add_option("--reason", asked->reason, "A code, such as kept")->required();
    group->footer(
        "Units that have shipped come back: they are asked for, approved, and received where they come to, which says\n"
        "what becomes of each. Every step can be done for some of the units.");
}

}  // namespace waybill::app

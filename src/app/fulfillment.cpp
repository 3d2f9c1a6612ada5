// waybill fulfillment: the work of locations, from a terminal.

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <map>
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

struct FulfillmentAsked {
    Remote remote;
    std::string id;  ///< of the fulfillment order, or of the order that is released
    std::string order;
    std::string location;
    std::string status;
    std::string due;
    std::string reason;
    std::string stock;
    std::string carrier;
    std::string tracking;
    std::vector<std::string> lines;
    std::vector<std::string> missing;
    bool as_json = false;
};

std::int64_t count_of(const bj::object& line, std::string_view name) { return line.at(name).to_number<std::int64_t>(); }

/// "2026-11-30  ful_12-1  store-12  picking  W-1001: 2 MUG-1, 1 CUP-2"
void tell_work(const bj::object& work) {
    std::string lines;
    for (const auto& row : work.at("lines").as_array()) {
        const bj::object& line = row.as_object();
        lines += (lines.empty() ? "" : ", ") + text_of(line, "quantity") + " " + text_of(line, "sku");
    }
    std::cout << text_of(work, "due") << "  " << text_of(work, "id") << "  " << text_of(work, "location") << "  "
              << text_of(work, "status") << "  " << text_of(work, "channel_order_id") << ": " << lines;
    if (const std::string reason = text_of(work, "reason"); !reason.empty()) std::cout << "  (" << reason << ')';
    std::cout << '\n';
}

/// The same with what became of each line, and what can be done.
void tell_work_by_line(const bj::object& work) {
    tell_work(work);
    for (const auto& row : work.at("lines").as_array()) {
        const bj::object& line = row.as_object();
        std::cout << "  line " << text_of(line, "line_no") << "  " << text_of(line, "sku") << ": ";
        bool is_first = true;
        for (const auto& [name, words] : {std::pair{"to_pick", "to pick"},
                                          {"picked", "picked"},
                                          {"shipped", "shipped"},
                                          {"rejected", "given back"},
                                          {"recalled", "taken back"}}) {
            if (count_of(line, name) == 0) continue;
            std::cout << (is_first ? "" : ", ") << count_of(line, name) << ' ' << words;
            is_first = false;
        }
        std::cout << '\n';
    }
    std::string actions;
    for (const auto& action : work.at("allowed_actions").as_array()) {
        actions += (actions.empty() ? "" : ", ") + std::string(action.as_string());
    }
    std::cout << "  " << (actions.empty() ? "done" : "next: " + actions) << '\n';
}

Exit list_work(const FulfillmentAsked& asked) {
    std::string target =
        "/v1/fulfillment-orders?status=" + http::percent_encoded(asked.status.empty() ? "open" : asked.status);
    const auto filter = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) target += "&" + std::string(name) + "=" + http::percent_encoded(value);
    };
    filter("location", asked.location);
    filter("order", asked.order);
    filter("due_until", asked.due);
    return tell_rows(asked.remote, target, asked.as_json, &tell_work);
}

Exit answer_one(const FulfillmentAsked& asked, http::ClientRequest request) {
    const auto answer = ask(asked.remote, std::move(request));
    if (!answer) return Exit::failed;
    if (asked.as_json) return print(answer->root());
    tell_work_by_line(answer->root().as_object());
    return std::cout.flush() ? Exit::ok : Exit::failed;
}

std::string target_of(const FulfillmentAsked& asked) {
    return "/v1/fulfillment-orders/" + http::percent_encoded(asked.id);
}

Exit show(const FulfillmentAsked& asked) {
    return answer_one(asked, {.method = "GET", .target = target_of(asked), .headers = {}, .body = {}});
}

Exit work(const FulfillmentAsked& asked, const std::string& what, const bj::object& body) {
    return answer_one(
        asked, {.method = "POST", .target = target_of(asked) + "/" + what, .headers = {}, .body = bj::serialize(body)});
}

/// What the order has in work; where a hold keeps more from being released, which.
Exit release(const FulfillmentAsked& asked) {
    bj::object body;
    add_if_given(body, "location", asked.location);
    const std::string target = "/v1/orders/" + http::percent_encoded(asked.id) + "/release";
    const auto answer =
        ask(asked.remote, {.method = "POST", .target = target, .headers = {}, .body = bj::serialize(body)});
    if (!answer) return Exit::failed;
    if (asked.as_json) return print(answer->root());
    const bj::object& order = answer->root().as_object();
    for (const auto& row : order.at("fulfillment_orders").as_array()) {
        const bj::object& one = row.as_object();
        if (!one.at("allowed_actions").as_array().empty()) tell_work(one);
    }
    for (const auto& row : order.at("holds").as_array()) {
        for (const auto& blocked : row.as_object().at("blocks").as_array()) {
            if (blocked.as_string() != "releasing") continue;
            std::cout << asked.id << " is held by " << text_of(row.as_object(), "code") << '\n';
        }
    }
    return std::cout.flush() ? Exit::ok : Exit::failed;
}

Exit accept(const FulfillmentAsked& asked) { return work(asked, "accept", {}); }

Exit pick(const FulfillmentAsked& asked) {
    // A line that is short is named by both options, or by --missing alone when nothing of it was there.
    std::map<std::int64_t, bj::object> lines;
    const auto note = [&](const std::vector<std::string>& texts, const std::string& name) {
        for (const std::string& text : texts) {
            const auto named = line_units(text);
            bj::object& line = lines.try_emplace(named->line_no, bj::object{{"quantity", 0}}).first->second;
            line["line_no"] = named->line_no;
            line[name] = *named->units;
        }
    };
    note(asked.lines, "quantity");
    note(asked.missing, "missing");
    bj::object body;
    if (!lines.empty()) {
        bj::array& list = body["lines"].emplace_array();
        for (const auto& [line_no, line] : lines) list.push_back(line);
    }
    return work(asked, "pick", body);
}

Exit reject(const FulfillmentAsked& asked) {
    bj::object body{{"reason", asked.reason}};
    add_if_given(body, "stock", asked.stock);
    add_lines(body, asked.lines);
    return work(asked, "reject", body);
}

Exit recall(const FulfillmentAsked& asked) { return work(asked, "recall", {{"reason", asked.reason}}); }

Exit ship(const FulfillmentAsked& asked) {
    bj::object body;
    add_if_given(body, "carrier", asked.carrier);
    add_if_given(body, "tracking", asked.tracking);
    add_lines(body, asked.lines);
    return work(asked, "ship", body);
}

/// A command on one fulfillment order.
CLI::App* add_work(CLI::App& group, Run& run, const std::shared_ptr<FulfillmentAsked>& asked, const std::string& name,
                   const std::string& help, Exit (*act)(const FulfillmentAsked&)) {
    CLI::App* command = add_asked(group, run, asked, name, help, act);
    command->add_option("ID", asked->id, "Of the fulfillment order, such as ful_12-1")->required();
    return command;
}

void add_list(CLI::App& group, Run& run, const std::shared_ptr<FulfillmentAsked>& asked) {
    CLI::App* command =
        add_asked(group, run, asked, "list", "What is to be done: what is due first comes first", &list_work);
    command->add_option("--location", asked->location, "Of this location only; several: store-1,store-2");
    command->add_option("--status", asked->status,
                        "open (unless said otherwise), done, released, accepted, picking, picked, shipped, rejected or "
                        "cancelled");
    command->add_option("--order", asked->order, "Of this order only, such as ord_12");
    command->add_option("--due-until", asked->due, "A day, such as 2026-11-30");
    command->footer(
        "A line each: day by which it is due, id, location, status, the channel's number of the order: what was asked "
        "for.\n"
        "A key that is limited to locations lists those of its locations.\n"
        "\n"
        "Example:\n"
        "  waybill fulfillment list --location store-12 --due-until 2026-11-30");
}

void add_release(CLI::App& group, Run& run, const std::shared_ptr<FulfillmentAsked>& asked) {
    CLI::App* command =
        add_asked(group, run, asked, "release", "Make what an order has reserved the work of its locations", &release);
    command->add_option("ORDER", asked->id, "Its id, such as ord_12")->required();
    command->add_option("--location", asked->location, "Only what is reserved there; default all locations");
    command->footer(
        "Prints what the order then has in work. Rules may hold it at this moment: then nothing is released, and the "
        "hold\n"
        "is named.\n"
        "\n"
        "Example:\n"
        "  waybill fulfillment release ord_12");
}

void add_pick(CLI::App& group, Run& run, const std::shared_ptr<FulfillmentAsked>& asked) {
    CLI::App* command = add_work(group, run, asked, "pick", "Say what was picked", &pick);
    add_line_option(*command, "--line", asked->lines, "LINE=UNITS that were picked; none: all that is to be picked",
                    &check_line);
    add_line_option(*command, "--missing", asked->missing, "LINE=UNITS that should have been there and were not",
                    &check_line);
    command->footer(
        "What is missing leaves the stock of the location and is routed elsewhere at once.\n"
        "\n"
        "Examples:\n"
        "  waybill fulfillment pick ful_12-1\n"
        "  waybill fulfillment pick ful_12-1 --line 1=2 --missing 1=1");
}

void add_reject(CLI::App& group, Run& run, const std::shared_ptr<FulfillmentAsked>& asked) {
    CLI::App* command = add_work(group, run, asked, "reject", "Give work back; it is routed elsewhere", &reject);
    command->add_option("--reason", asked->reason, "A code, such as closed")->required();
    add_line_option(*command, "--line", asked->lines,
                    "LINE or LINE=UNITS, picked units too; none: all that is not picked", &check_line_or_units);
    command->add_option("--stock", asked->stock, "What is to be said of it: kept (default), missing or damaged");
    command->footer(
        "The location is not asked again for this order. What no other place has waits, and the exception no_supply "
        "is\n"
        "raised.\n"
        "\n"
        "Examples:\n"
        "  waybill fulfillment reject ful_12-1 --reason closed\n"
        "  waybill fulfillment reject ful_12-1 --reason broken --stock damaged --line 1=1");
}

void add_ship(CLI::App& group, Run& run, const std::shared_ptr<FulfillmentAsked>& asked) {
    CLI::App* command = add_work(group, run, asked, "ship", "Say what has left", &ship);
    add_line_option(*command, "--line", asked->lines,
                    "LINE=UNITS; none: all that is picked, or all there is where nothing was", &check_line);
    command->add_option("--carrier", asked->carrier, "Who takes it");
    command->add_option("--tracking", asked->tracking, "The carrier's number");
    command->footer(
        "Example:\n"
        "  waybill fulfillment ship ful_12-1 --carrier royal_mail --tracking RM123456785GB");
}

}  // namespace

void add_fulfillment(CLI::App& app, Run& run) {
    CLI::App* group = app.add_subcommand("fulfillment", "The work of locations, on a running server");
    group->require_subcommand(1);
    const auto asked = std::make_shared<FulfillmentAsked>();
    add_list(*group, run, asked);
    add_work(*group, run, asked, "show", "One, line by line, and what can be done with it", &show);
    add_release(*group, run, asked);
    add_work(*group, run, asked, "accept", "Say that the location will do it; not needed before picking", &accept);
    add_pick(*group, run, asked);
    add_reject(*group, run, asked);
    CLI::App* recalled = add_work(*group, run, asked, "recall", "Take back what the location has not picked", &recall);
    recalled->add_option("--reason", asked->reason, "A code, such as customer_request")->required();
    recalled->footer(
        "It stays reserved there and can be released again, moved or cancelled. A location that has its work released\n"
        "when it is routed gets it back with the next decision that routes or frees anything of the order.\n"
        "\n"
        "Example:\n"
        "  waybill fulfillment recall ful_12-1 --reason customer_request");
    add_ship(*group, run, asked);
    group->footer(
        "What is routed to a location becomes its work when the order is released, or at once where the location has\n"
        "release when_routed. The location may accept it, picks it and ships it; what it can not do it gives back.\n"
        "Every step can be done for some of the units.");
}

}  // namespace waybill::app

// waybill fulfillment: the work of locations, from a terminal.

#include <CLI/CLI.hpp>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
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
    std::vector<std::string> scans;
    std::vector<std::string> parcels;
    std::string sscc;
    std::string service;
    std::string size;
    std::int64_t into = 0;
    std::int64_t weight_g = 0;
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

/// "  parcel 1  packed  050123450000000091  ups 1Z5R89390357567127: 2 MUG-1, 1 CUP-2"
void tell_parcel(const bj::object& parcel) {
    std::cout << "  parcel " << text_of(parcel, "number") << "  " << text_of(parcel, "status");
    if (const std::string sscc = text_of(parcel, "sscc"); !sscc.empty()) std::cout << "  " << sscc;
    std::string sent = text_of(parcel, "carrier");
    if (const std::string tracking = text_of(parcel, "tracking"); !tracking.empty()) {
        sent += (sent.empty() ? "" : " ") + tracking;
    }
    if (!sent.empty()) std::cout << "  " << sent;
    bool is_first = true;
    for (const auto& row : parcel.at("lines").as_array()) {
        const bj::object& line = row.as_object();
        std::cout << (is_first ? ": " : ", ") << text_of(line, "quantity") << ' ' << text_of(line, "sku");
        is_first = false;
    }
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
                                          {"packed", "packed"},
                                          {"shipped", "shipped"},
                                          {"rejected", "given back"},
                                          {"recalled", "taken back"}}) {
            // Each unit once: what is packed is picked as well.
            const bool is_picked = std::string_view(name) == "picked";
            const std::int64_t units = count_of(line, name) - (is_picked ? count_of(line, "packed") : 0);
            if (units == 0) continue;
            std::cout << (is_first ? "" : ", ") << units << ' ' << words;
            is_first = false;
        }
        std::cout << '\n';
    }
    for (const auto& row : work.at("parcels").as_array()) tell_parcel(row.as_object());
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

/// "GTIN" or "GTIN=UNITS"
void add_scans(bj::array& list, const std::vector<std::string>& scans) {
    for (const std::string& text : scans) {
        const std::size_t sign = text.find('=');
        const std::int64_t units = sign == std::string::npos ? 1 : std::stoll(text.substr(sign + 1));
        list.push_back(bj::object{{"gtin", text.substr(0, sign)}, {"quantity", units}});
    }
}

std::string check_scan(const std::string& text) {
    const std::size_t sign = text.find('=');
    const std::string_view units = sign == std::string::npos ? "1" : std::string_view(text).substr(sign + 1);
    const bool is_number = !units.empty() && units.size() <= 9 && units.find_first_not_of("0123456789") == units.npos;
    return is_number ? std::string() : "must be GTIN or GTIN=UNITS";
}

/// A number has at most four digits, an SSCC 18.
bj::object parcel_named(const std::string& text) {
    const bool is_number = text.size() <= 4 && text.find_first_not_of("0123456789") == std::string::npos;
    if (!is_number || text.empty()) return {{"sscc", text}};
    return {{"number", std::stoll(text)}};
}

/// "300x200x100", in millimetres.
std::optional<std::array<std::int64_t, 3>> size_of(std::string_view text) {
    std::array<std::int64_t, 3> out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto end = std::from_chars(text.data(), text.data() + text.size(), out[i]);
        if (end.ec != std::errc()) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end.ptr - text.data()));
        if (i + 1 == out.size()) break;
        if (!text.starts_with('x')) return std::nullopt;
        text.remove_prefix(1);
    }
    return text.empty() ? std::optional(out) : std::nullopt;
}

std::string check_size(const std::string& text) {
    return size_of(text) ? std::string() : "must be LENGTHxWIDTHxHEIGHT in millimetres, such as 300x200x100";
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
    bj::array list;
    for (const auto& [line_no, line] : lines) list.push_back(line);
    add_scans(list, asked.scans);
    bj::object body;
    if (!list.empty()) body["lines"] = std::move(list);
    return work(asked, "pick", body);
}

Exit pack(const FulfillmentAsked& asked) {
    bj::object body;
    add_lines(body, asked.lines);
    bj::array list = body.contains("lines") ? body.at("lines").as_array() : bj::array();
    add_scans(list, asked.scans);
    if (!list.empty()) body["lines"] = std::move(list);
    if (asked.into != 0) body["number"] = asked.into;
    if (asked.weight_g != 0) body["weight_g"] = asked.weight_g;
    if (const auto size = size_of(asked.size)) {
        body["length_mm"] = (*size)[0];
        body["width_mm"] = (*size)[1];
        body["height_mm"] = (*size)[2];
    }
    add_if_given(body, "sscc", asked.sscc);
    add_if_given(body, "carrier", asked.carrier);
    add_if_given(body, "service", asked.service);
    add_if_given(body, "tracking", asked.tracking);
    return work(asked, "pack", body);
}

Exit unpack(const FulfillmentAsked& asked) { return work(asked, "unpack", parcel_named(asked.parcels.front())); }

Exit slip(const FulfillmentAsked& asked) {
    const std::string target = target_of(asked) + "/parcels/" + std::to_string(asked.into) + "/packing-slip";
    const auto answer = ask(asked.remote, {.method = "GET", .target = target, .headers = {}, .body = {}});
    return answer ? print(answer->root()) : Exit::failed;
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
    bj::array parcels;
    for (const std::string& text : asked.parcels) {
        const std::size_t sign = text.find('=');
        bj::object parcel = parcel_named(text.substr(0, sign));
        if (sign != std::string::npos) parcel["tracking"] = text.substr(sign + 1);
        parcels.push_back(std::move(parcel));
    }
    if (!parcels.empty()) body["parcels"] = std::move(parcels);
    return work(asked, "ship", body);
}

/// A command on one fulfillment order.
CLI::App* add_work(CLI::App& group, Run& run, const std::shared_ptr<FulfillmentAsked>& asked, const std::string& name,
                   const std::string& help, Exit (*act)(const FulfillmentAsked&)) {
    CLI::App* command = add_asked(group, run, asked, name, help, act);
    command->add_option("ID", asked->id, "Of the fulfillment order, such as ful_12-1")->required();
    return command;
}

void add_scan_option(CLI::App& command, const std::shared_ptr<FulfillmentAsked>& asked) {
    add_line_option(command, "--scan", asked->scans, "GTIN or GTIN=UNITS instead of lines, as scanned", &check_scan);
}

void add_list(CLI::App& group, Run& run, const std::shared_ptr<FulfillmentAsked>& asked) {
    CLI::App* command =
        add_asked(group, run, asked, "list", "What is to be done: what is due first comes first", &list_work);
    command->add_option("--location", asked->location, "Of this location only; several: store-1,store-2");
    command->add_option("--status", asked->status,
                        "open (unless said otherwise), done, released, accepted, picking, picked, packed, shipped, "
                        "rejected or cancelled");
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
    add_scan_option(*command, asked);
    command->footer(
        "What is missing leaves the stock of the location and is routed elsewhere at once.\n"
        "\n"
        "Examples:\n"
        "  waybill fulfillment pick ful_12-1\n"
        "  waybill fulfillment pick ful_12-1 --line 1=2 --missing 1=1\n"
        "  waybill fulfillment pick ful_12-1 --scan 5012345678900=2");
}

void add_pack(CLI::App& group, Run& run, const std::shared_ptr<FulfillmentAsked>& asked) {
    CLI::App* command = add_work(group, run, asked, "pack", "Put picked units into a parcel", &pack);
    add_line_option(*command, "--line", asked->lines, "LINE=UNITS; none: all that is picked and in no parcel",
                    &check_line);
    add_scan_option(*command, asked);
    command->add_option("--into", asked->into, "Number of a parcel that is there; default a new one")
        ->check(CLI::Range(1, 9'999));
    command->add_option("--sscc", asked->sscc, "18 digits; default one of the tenant's company prefix");
    command->add_option("--weight", asked->weight_g, "In grams");
    command->add_option("--size", asked->size, "LENGTHxWIDTHxHEIGHT in millimetres")->check(&check_size);
    command->add_option("--carrier", asked->carrier, "Who takes it");
    command->add_option("--service", asked->service, "The carrier's, such as next_day");
    command->add_option("--tracking", asked->tracking, "The carrier's number");
    command->footer(
        "Not needed before shipping. What is in a parcel leaves with it, or is unpacked.\n"
        "\n"
        "Examples:\n"
        "  waybill fulfillment pack ful_12-1 --line 1=2 --weight 900\n"
        "  waybill fulfillment pack ful_12-1 --into 1 --scan 5012345678900");
}

void add_unpack(CLI::App& group, Run& run, const std::shared_ptr<FulfillmentAsked>& asked) {
    CLI::App* command = add_work(group, run, asked, "unpack", "Take a parcel apart that has not left", &unpack);
    command->add_option("--parcel", asked->parcels, "Its number or SSCC")->required()->expected(1);
    command->footer(
        "Its units are picked as before. Its number and SSCC are not used again.\n"
        "\n"
        "Example:\n"
        "  waybill fulfillment unpack ful_12-1 --parcel 1");
}

void add_slip(CLI::App& group, Run& run, const std::shared_ptr<FulfillmentAsked>& asked) {
    CLI::App* command = add_work(group, run, asked, "slip", "What a packing slip says of a parcel, as JSON", &slip);
    command->add_option("--parcel", asked->into, "Its number")->required()->check(CLI::Range(1, 9'999));
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
    command
        ->add_option("--parcel", asked->parcels, "NUMBER or SSCC of a parcel, or either with =TRACKING; again for each")
        ->allow_extra_args(false);
    command->add_option("--carrier", asked->carrier, "Who takes it");
    command->add_option("--tracking", asked->tracking, "The carrier's number");
    command->footer(
        "Examples:\n"
        "  waybill fulfillment ship ful_12-1 --carrier royal_mail --tracking RM123456785GB\n"
        "  waybill fulfillment ship ful_12-1 --carrier ups --parcel 1=1Z5R89390357567127 --parcel "
        "2=1Z410E7W0392751591");
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
    add_pack(*group, run, asked);
    add_unpack(*group, run, asked);
    add_slip(*group, run, asked);
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

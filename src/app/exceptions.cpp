// waybill exceptions: what people have to look at, from a terminal.

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "app/remote_answer.hpp"
#include "http/urls.hpp"

namespace waybill::app {
namespace {

namespace bj = boost::json;

struct ExceptionsAsked {
    Remote remote;
    std::string order;
    std::string kind;
    std::string severity;
    std::string owner;
    std::string reason;
    std::string due;
    std::string resolution;
    bool resolved = false;
    bool as_json = false;
};

/// "urgent  ord_12  price_mismatch  pricing  due 2026-...: listed at 0.90"
void tell_exception(const bj::object& exception) {
    const std::string owner = text_of(exception, "owner");
    const std::string due = text_of(exception, "due_at");
    const std::string reason = text_of(exception, "reason");
    std::cout << text_of(exception, "severity") << "  " << text_of(exception, "order_id") << "  "
              << text_of(exception, "kind") << "  " << (owner.empty() ? "nobody" : owner);
    if (!due.empty()) std::cout << "  due " << due;
    if (!reason.empty()) std::cout << ": " << reason;
    const std::string resolved = text_of(exception, "resolved_at");
    if (!resolved.empty()) {
        std::cout << "  resolved " << resolved << " by " << text_of(exception, "resolved_by");
        if (const auto what = text_of(exception, "resolution"); !what.empty()) std::cout << ": " << what;
    }
    std::cout << '\n';
}

/// "nobody" is no one.
std::string owner_of(const ExceptionsAsked& asked) { return asked.owner == "nobody" ? "" : asked.owner; }

Exit list_exceptions(const ExceptionsAsked& asked) {
    std::string target = "/v1/exceptions?status=" + std::string(asked.resolved ? "resolved" : "open");
    const auto filter = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) target += "&" + std::string(name) + "=" + http::percent_encoded(value);
    };
    filter("order", asked.order);
    filter("kind", asked.kind);
    filter("severity", asked.severity);
    if (!asked.owner.empty()) target += "&owner=" + http::percent_encoded(owner_of(asked));
    filter("due_before", asked.due);
    return tell_rows(asked.remote, target, asked.as_json, &tell_exception);
}

/// The exception as the order has it after the change.
Exit change_exception(const ExceptionsAsked& asked, const std::string& what, bj::object body) {
    body["kind"] = asked.kind;
    const std::string target = "/v1/orders/" + asked.order + "/exceptions" + what;
    const auto answer =
        ask(asked.remote, {.method = "POST", .target = target, .headers = {}, .body = bj::serialize(body)});
    if (!answer) return Exit::failed;
    if (asked.as_json) return print(answer->root());
    std::size_t open = 0;
    for (const auto& row : answer->root().as_object().at("exceptions").as_array()) {
        ++open;
        bj::object exception = row.as_object();
        exception["order_id"] = asked.order;
        tell_exception(exception);
    }
    if (open == 0) std::cout << asked.order << " has no open exception\n";
    return std::cout.flush() ? Exit::ok : Exit::failed;
}

Exit raise_exception(const ExceptionsAsked& asked) {
    bj::object body{{"reason", asked.reason}, {"owner", owner_of(asked)}};
    add_if_given(body, "severity", asked.severity);
    add_if_given(body, "due_at", asked.due);
    return change_exception(asked, "", std::move(body));
}

Exit assign_exception(const ExceptionsAsked& asked) {
    bj::object body;
    if (!asked.owner.empty()) body["owner"] = owner_of(asked);
    add_if_given(body, "severity", asked.severity);
    add_if_given(body, "due_at", asked.due);
    return change_exception(asked, "/change", std::move(body));
}

Exit resolve_exception(const ExceptionsAsked& asked) {
    return change_exception(asked, "/resolve", {{"resolution", asked.resolution}});
}

void add_subject(CLI::App& command, ExceptionsAsked& asked) {
    command.add_option("ORDER", asked.order, "Its id, such as ord_12")->required();
    command.add_option("KIND", asked.kind, "Such as price_mismatch")->required();
}

}  // namespace

void add_exceptions(CLI::App& app, Run& run) {
    CLI::App* group = app.add_subcommand("exceptions", "What people have to look at, on a running server");
    group->require_subcommand(1);
    const auto asked = std::make_shared<ExceptionsAsked>();
    CLI::App* all = add_asked(*group, run, asked, "list", "The queue: what is due first comes first", &list_exceptions);
    all->add_option("--order", asked->order, "Of this order only");
    all->add_option("--kind", asked->kind, "Of this kind only");
    all->add_option("--severity", asked->severity, "At least: low, normal, high or urgent");
    all->add_option("--owner", asked->owner, "Looked after by this team or person; nobody: by no one");
    all->add_option("--due-before", asked->due, "Such as 2026-12-01T00:00:00Z");
    all->add_flag("--resolved", asked->resolved, "Those that were resolved, not those that are open");
    CLI::App* raised = add_asked(*group, run, asked, "raise", "Raise an exception on an order", &raise_exception);
    add_subject(*raised, *asked);
    raised->add_option("--reason", asked->reason, "For people; never personal data, it stays in the log");
    CLI::App* assigned = add_asked(*group, run, asked, "assign",
                                   "Say who looks after it, how much it matters, until when", &assign_exception);
    add_subject(*assigned, *asked);
    for (CLI::App* command : {raised, assigned}) {
        command->add_option("--owner", asked->owner, "Team or person; nobody: no one");
        command->add_option("--severity", asked->severity, "low, normal, high or urgent");
        command->add_option("--due", asked->due, "Such as 2026-12-01T12:00:00Z");
    }
    CLI::App* resolved = add_asked(*group, run, asked, "resolve", "Resolve it", &resolve_exception);
    add_subject(*resolved, *asked);
    resolved->add_option("--saying", asked->resolution, "What was done");
}

}  // namespace waybill::app

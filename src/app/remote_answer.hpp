#pragma once
// One question to a running server and its answer as JSON, for commands that print what they learn; and such commands.

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/commands.hpp"
#include "app/remote.hpp"
#include "json/parse.hpp"

namespace waybill::app {

/// Sends and reads; complains about what went wrong.
[[nodiscard]] std::optional<json::Document> ask(const Remote& remote, http::ClientRequest request);

/// A member as text for people; empty where it is not there.
[[nodiscard]] std::string text_of(const boost::json::object& object, std::string_view name);

/// A member of a request's body, unless the option was not given.
void add_if_given(boost::json::object& body, std::string_view name, const std::string& value);

/// Reads a list page by page and tells of each row, or prints it as it is, a line each. `target`: the list with its
/// filters, "/v1/exceptions?status=open".
Exit tell_rows(const Remote& remote, const std::string& target, bool as_json,
               void (*tell)(const boost::json::object& row));

/// A command of `group` that asks a server: --server, --key and --json go to `remote` and `as_json`, and `run` becomes
/// `act` when it is chosen.
CLI::App* add_remote_command(CLI::App& group, const std::string& name, const std::string& help, Remote& remote,
                             bool& as_json, Run& run, Run act);
/// The same where all that is asked is kept together, with members `remote` and `as_json`.
template <class Asked>
CLI::App* add_asked(CLI::App& group, Run& run, const std::shared_ptr<Asked>& asked, const std::string& name,
                    const std::string& help, Exit (*act)(const Asked&)) {
    return add_remote_command(group, name, help, asked->remote, asked->as_json, run,
                              [asked, act] { return act(*asked); });
}

/// The answer as it is.
Exit print(const boost::json::value& answer);

}  // namespace waybill::app

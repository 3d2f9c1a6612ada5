#pragma once
// One question to a running server and its answer as JSON, for commands that print what they learn.

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
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

/// Text as a value of a query string or a part of a path.
[[nodiscard]] std::string query_text(std::string_view text);

/// Reads a list page by page and tells of each row, or prints it as it is, a line each. `target`: the list with its
/// filters, "/v1/exceptions?status=open".
Exit tell_rows(const Remote& remote, const std::string& target, bool as_json,
               void (*tell)(const boost::json::object& row));

/// The answer as it is.
Exit print(const boost::json::value& answer);

}  // namespace waybill::app

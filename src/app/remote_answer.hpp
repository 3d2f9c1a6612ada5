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

/// The answer as it is.
Exit print(const boost::json::value& answer);

}  // namespace waybill::app

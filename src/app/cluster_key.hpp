#pragma once
// The key by which the processes of a cluster know each other: a text in a file that only they can read.

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace waybill::app {

/// Errors: one line, which never shows the key.
[[nodiscard]] Result<std::string, std::string> read_cluster_key(const std::string& path);

}  // namespace waybill::app

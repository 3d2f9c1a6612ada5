#pragma once
// A key in a file: a text that processes share and nobody else may know.

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace waybill::app {

/// The first line of the file. `setting` is what names the file, for errors.
/// Errors: one line, which never shows the key.
[[nodiscard]] Result<std::string, std::string> read_key_file(std::string_view setting, const std::string& path);

/// Others than the owner of the file, and those of its group, can read it. False where it can not be looked at.
[[nodiscard]] bool is_open_to_others(const std::string& path);

}  // namespace waybill::app

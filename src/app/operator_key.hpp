#pragma once
// The operator's way into a fresh store: the first key, written where only its owner can read it.

#include <optional>
#include <string>

#include "base/result.hpp"
#include "engine/engine.hpp"

namespace waybill::app {

/// On a store whose operators have no key: makes one and writes its secret to `path`, mode 0600. Otherwise, or where
/// another process serves them, does nothing. The file is written before the key is made, so that a key whose secret
/// nobody has can not exist. Errors: one line.
[[nodiscard]] Result<Unit, std::string> bootstrap_operator_key(engine::Engine& engine, engine::Store& store,
                                                               const std::string& where, const std::string& path);

}  // namespace waybill::app

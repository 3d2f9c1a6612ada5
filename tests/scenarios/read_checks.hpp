#pragma once
// The statements after `then`: what must hold.

#include "tests/scenarios/read_actions.hpp"
#include "tests/scenarios/scenario.hpp"
#include "tests/scenarios/words.hpp"

namespace waybill::scenarios {

/// Throws BadWord.
[[nodiscard]] Check read_check(Words& words, const FileContext& file);

}  // namespace waybill::scenarios

#pragma once
// The statements that are commands: "location dc1 kind dc ...", "order W1 on web to GB ...", "cancel W1 ...".

#include "tests/scenarios/driver.hpp"
#include "tests/scenarios/words.hpp"

namespace waybill::scenarios {

/// What earlier statements of the file said that later ones build on.
struct FileContext {
    Currency currency;  ///< of the tenant: orders are in it unless they say otherwise
};

/// The words after `given` or `when`. Throws BadWord.
[[nodiscard]] Action read_action(Words& words, FileContext& file);
/// The words after `order`.
[[nodiscard]] Action read_order(Words& words, const FileContext& file);

}  // namespace waybill::scenarios

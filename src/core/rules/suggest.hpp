#pragma once
// The name that was probably meant, for messages.

#include <span>
#include <string_view>

namespace waybill::rules {

/// The closest of `candidates` by edit distance, the first of equals; empty when none is close. Cost: the product of
/// the lengths for each candidate; names of more than 40 bytes have no suggestion.
[[nodiscard]] std::string_view closest_name(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace waybill::rules

#pragma once
// The texts of setting values: numbers, sizes ("64MiB"), spans of time ("250ms", "7d").

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::app {

/// Digits only. nullopt on anything else or above `most`.
[[nodiscard]] std::optional<std::uint64_t> parse_count(std::string_view text, std::uint64_t most);

/// A whole number of bytes, or one with KiB, MiB, GiB (binary) behind it.
[[nodiscard]] std::optional<std::uint64_t> parse_bytes(std::string_view text);
[[nodiscard]] std::string format_bytes(std::uint64_t bytes);

/// A whole number with ms, s, m, h or d behind it.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_span(std::string_view text);
[[nodiscard]] std::string format_span(std::chrono::milliseconds span);

}  // namespace waybill::app

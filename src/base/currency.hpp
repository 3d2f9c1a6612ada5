#pragma once
// Money. `Minor` is an amount in the smallest unit of a currency that stands beside it (an order has one currency for
// all its amounts); `Micros` is a price or a cost at 10^-6 of the currency's major unit. Both are int64 and never
// become floating point. Currencies are ISO 4217 codes with their exponent.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/checked_math.hpp"

namespace waybill {

/// An ISO 4217 code, such as "GBP". Default: none.
class Currency {
public:
    constexpr Currency() = default;
    /// Errors: nullopt when ISO 4217 has no such code.
    [[nodiscard]] static std::optional<Currency> parse(std::string_view code);
    [[nodiscard]] std::string_view code() const { return is_set() ? std::string_view(code_.data(), 3) : ""; }
    /// Decimals of the minor unit: 2 for GBP, 0 for JPY, 3 for KWD.
    [[nodiscard]] int exponent() const { return exponent_; }
    [[nodiscard]] bool is_set() const { return code_[0] != 0; }
    friend bool operator==(const Currency&, const Currency&) = default;

private:
    std::array<char, 3> code_{};
    std::int8_t exponent_ = 2;
};

inline constexpr int micros_places = 6;

/// unit price (10^-6) times quantity as minor units. Errors: nullopt on overflow.
[[nodiscard]] std::optional<std::int64_t> extend_price(std::int64_t price_micros, std::int64_t quantity,
                                                       Currency currency, Rounding rounding);

/// Splits `total` over `weights` by largest remainder: the parts sum to `total` exactly, each is within one of its
/// exact share, ties go to the earlier part. All weights zero: everything goes to the first. REQUIRES: at least one
/// weight, none negative, their sum fits in int64.
[[nodiscard]] std::vector<std::int64_t> apportion(std::int64_t total, std::span<const std::int64_t> weights);

}  // namespace waybill

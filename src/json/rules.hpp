#pragma once
// Limits of the fields of a struct that arrives from outside. They are declared beside the struct, enforced by the
// reader of the `Api` profile and told by `schema_of`, so that a test can compare them with the published contract.
//
//   template <> struct Rules<ItemInput> {
//       static constexpr auto fields = std::array{
//           text("sku", 1, 64), integer("weight_g", 0, 1'000'000'000), items("tags", 0, 50).text(1, 64),
//           text("gtin", 8, 14).pattern(Pattern::digits), defaulted("active")};
//   };
//
// A rule of an optional member holds where there is a value; text and integer rules of a list or map hold for each of
// its values. Several rules of one field all hold. Rules of a described base class hold in the classes derived from it.
// A rule that names no member, or does not fit its type, does not compile.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace waybill::json {

/// Shapes of text. A closed list instead of regular expressions: each is a loop that can not be made slow by its input.
enum class Pattern : std::uint8_t {
    none,
    digits,       ///< 0-9, at least one
    decimal,      ///< an optional minus, digits, optional decimals
    amount,       ///< digits, optional decimals: a decimal that is not negative
    slug,         ///< a-z 0-9 _ -, beginning with a letter or digit
    code,         ///< A-Z a-z 0-9 . _ -, at least one
    country,      ///< two capitals, as in ISO 3166-1
    hour_minute,  ///< 00:00 to 23:59
    hex,          ///< 0-9 a-f, at least one
    trimmed,      ///< neither begins nor ends with a blank, and is not empty
};

[[nodiscard]] bool matches(Pattern pattern, std::string_view text);
/// The same as an ECMA 262 regular expression, for the contract; "" for none.
[[nodiscard]] std::string_view regex_of(Pattern pattern);
/// "must be digits only".
[[nodiscard]] std::string_view requirement_of(Pattern pattern);

/// Lengths are in code points, as in JSON Schema.
struct Constraints {
    static constexpr std::size_t unbounded = SIZE_MAX;

    std::int64_t minimum = INT64_MIN;
    std::int64_t maximum = INT64_MAX;
    std::size_t min_length = 0;
    std::size_t max_length = unbounded;
    std::size_t min_items = 0;
    std::size_t max_items = unbounded;
    Pattern pattern = Pattern::none;
    bool defaulted = false;

    [[nodiscard]] constexpr bool limits_numbers() const { return minimum != INT64_MIN || maximum != INT64_MAX; }
    [[nodiscard]] constexpr bool limits_text() const {
        return min_length != 0 || max_length != unbounded || pattern != Pattern::none;
    }
    [[nodiscard]] constexpr bool limits_items() const { return min_items != 0 || max_items != unbounded; }

    [[nodiscard]] constexpr Constraints and_also(const Constraints& other) const {
        Constraints both;
        both.minimum = std::max(minimum, other.minimum);
        both.maximum = std::min(maximum, other.maximum);
        both.min_length = std::max(min_length, other.min_length);
        both.max_length = std::min(max_length, other.max_length);
        both.min_items = std::max(min_items, other.min_items);
        both.max_items = std::min(max_items, other.max_items);
        both.pattern = other.pattern == Pattern::none ? pattern : other.pattern;
        both.defaulted = defaulted || other.defaulted;
        return both;
    }
};

/// A field by its name on the wire, with its limits; the members add further ones.
struct FieldRule {
    std::string_view field;
    Constraints limits;

    [[nodiscard]] constexpr FieldRule text(std::size_t min_length, std::size_t max_length) const {
        FieldRule out = *this;
        out.limits.min_length = min_length;
        out.limits.max_length = max_length;
        return out;
    }
    [[nodiscard]] constexpr FieldRule integer(std::int64_t minimum, std::int64_t maximum) const {
        FieldRule out = *this;
        out.limits.minimum = minimum;
        out.limits.maximum = maximum;
        return out;
    }
    [[nodiscard]] constexpr FieldRule items(std::size_t min_items, std::size_t max_items) const {
        FieldRule out = *this;
        out.limits.min_items = min_items;
        out.limits.max_items = max_items;
        return out;
    }
    [[nodiscard]] constexpr FieldRule pattern(Pattern pattern) const {
        FieldRule out = *this;
        out.limits.pattern = pattern;
        return out;
    }
    /// The member may be absent though it is no std::optional: it then keeps the value of a default-constructed struct.
    [[nodiscard]] constexpr FieldRule defaulted() const {
        FieldRule out = *this;
        out.limits.defaulted = true;
        return out;
    }
};

[[nodiscard]] constexpr FieldRule text(std::string_view field, std::size_t min_length, std::size_t max_length) {
    return FieldRule{field, {}}.text(min_length, max_length);
}
[[nodiscard]] constexpr FieldRule integer(std::string_view field, std::int64_t minimum, std::int64_t maximum) {
    return FieldRule{field, {}}.integer(minimum, maximum);
}
/// Bounds the number of entries of a list or map.
[[nodiscard]] constexpr FieldRule items(std::string_view field, std::size_t min_items, std::size_t max_items) {
    return FieldRule{field, {}}.items(min_items, max_items);
}
[[nodiscard]] constexpr FieldRule pattern(std::string_view field, Pattern pattern) {
    return FieldRule{field, {}}.pattern(pattern);
}
[[nodiscard]] constexpr FieldRule defaulted(std::string_view field) { return FieldRule{field, {}}.defaulted(); }

/// Specialise for a described struct; see above.
template <class T>
struct Rules {
    static constexpr std::array<FieldRule, 0> fields{};
};

}  // namespace waybill::json

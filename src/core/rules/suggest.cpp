#include "core/rules/suggest.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace waybill::rules {

namespace {

constexpr std::size_t length_max = 40;

/// Letters to add, drop or replace.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::array<std::size_t, length_max + 1> row{};
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

}  // namespace

std::string_view closest_name(std::string_view name, std::span<const std::string_view> candidates) {
    if (name.size() < 2 || name.size() > length_max) return {};
    std::size_t best = std::clamp<std::size_t>(name.size() / 3, 1, 3) + 1;
    std::string_view out;
    for (const std::string_view candidate : candidates) {
        if (candidate.size() > length_max) continue;
        const std::size_t distance = edit_distance(name, candidate);
        if (distance >= best) continue;
        best = distance;
        out = candidate;
    }
    return out;
}

}  // namespace waybill::rules

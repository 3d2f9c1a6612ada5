#pragma once
// Epochs and eras: stretches of a tenant's log by which the indexes with jumping keys are divided;
// migrations/0001_tables.sql says why. The width is part of the stored format.

#include <cstdint>

namespace waybill::storage::sqlite {

inline constexpr unsigned epoch_bits = 13;
inline constexpr unsigned era_bits = 17;

/// Of a sequence, and so of an order's id.
[[nodiscard]] constexpr std::uint64_t epoch_of(std::uint64_t sequence) { return sequence >> epoch_bits; }

}  // namespace waybill::storage::sqlite

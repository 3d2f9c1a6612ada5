#pragma once
// Parcel: units of one fulfillment order that leave together. It is a value of its fulfillment order; its units are
// picked ones. What is packed is what open parcels hold: nothing else says so.

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "core/ids.hpp"

namespace waybill::core {

enum class ParcelStatus : std::uint8_t {
    packed,
    shipped,
    voided,  ///< unpacked again: its number and SSCC stay used
};
BOOST_DESCRIBE_ENUM(ParcelStatus, packed, shipped, voided)

/// Units of one line of the fulfillment order, reserved for one working day.
struct ParcelUnits {
    LineNo line_no;
    CivilDate capacity_day;
    std::int64_t quantity = 0;
    bool operator==(const ParcelUnits&) const = default;
};
BOOST_DESCRIBE_STRUCT(ParcelUnits, (), (line_no, capacity_day, quantity))

struct Parcel {
    std::uint32_t number = 0;        ///< from 1 in its fulfillment order; never used again
    std::string sscc;                ///< 18 digits, or empty
    std::vector<ParcelUnits> lines;  ///< ascending by line and day; empty: it was unpacked
    std::int64_t weight_g = 0;       ///< 0: not known, as are the dimensions
    std::int64_t length_mm = 0;
    std::int64_t width_mm = 0;
    std::int64_t height_mm = 0;
    std::string carrier;
    std::string service;
    std::string tracking;
    Instant packed_at;   ///< when it was made
    Instant shipped_at;  ///< not set: it has not left

    [[nodiscard]] ParcelStatus status() const;
    [[nodiscard]] bool is_open() const { return status() == ParcelStatus::packed; }
    /// Of one line and day.
    [[nodiscard]] std::int64_t units(LineNo line_no, CivilDate day) const;
    bool operator==(const Parcel&) const = default;
};
BOOST_DESCRIBE_STRUCT(Parcel, (),
                      (number, sscc, lines, weight_g, length_mm, width_mm, height_mm, carrier, service, tracking,
                       packed_at, shipped_at))

/// 18 digits with a right check digit, also behind the application identifier (00). Errors: nullopt.
[[nodiscard]] std::optional<std::string> normalise_sscc(std::string_view text);
/// An SSCC of this company: extension digit and serial reference are the digits of `serial`. Errors: nullopt where the
/// prefix leaves no room for it.
[[nodiscard]] std::optional<std::string> make_sscc(std::string_view company_prefix, std::uint64_t serial);
[[nodiscard]] bool is_sscc_of(std::string_view sscc, std::string_view company_prefix);

}  // namespace waybill::core

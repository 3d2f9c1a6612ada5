#pragma once
// Tracking numbers of carriers that publish how theirs are built: which carrier a number is of, and whether it was read
// right. Other carriers' numbers are nobody's business here.
//
// Source: the carriers' label guides as collected, with numbers to try, in jkeen/tracking_number_data; UPU S10.

#include <string>
#include <string_view>
#include <vector>

#include "core/rejection.hpp"

namespace waybill::core {

struct TrackingNumber {
    std::string_view carrier;  ///< "ups", "fedex", "usps"; empty: the post of the country that an S10 number ends with
    std::string_view format;   ///< "ups_1z", "fedex_express", ...
    std::string normalised;    ///< without blanks, in capitals
    bool operator==(const TrackingNumber&) const = default;
};

/// Every reading that fits, check digits included: forms of FedEx and USPS overlap. Blanks between characters do not
/// count. Empty: none.
[[nodiscard]] std::vector<TrackingNumber> recognise_tracking(std::string_view text);

/// Whether the numbers of a carrier of this name are known here: then one that fits none of its forms was misread.
[[nodiscard]] bool has_known_numbers(std::string_view carrier);

/// A misread number of a known carrier is a fault of `pointer`. Where the carrier is not said and exactly one
/// recognises the number, it is said from then on. A number that was recognised as the carrier's is kept in its normal
/// form.
void settle_tracking(std::string& carrier, std::string& tracking, const std::string& pointer, Faults& faults);

}  // namespace waybill::core

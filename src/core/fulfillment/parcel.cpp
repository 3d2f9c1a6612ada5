#include "core/fulfillment/parcel.hpp"

#include <algorithm>
#include <tuple>

#include "core/catalogue/gtin.hpp"

namespace waybill::core {
namespace {

constexpr std::size_t sscc_digits = 18;

bool is_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

ParcelStatus Parcel::status() const {
    if (shipped_at.is_set()) return ParcelStatus::shipped;
    return lines.empty() ? ParcelStatus::voided : ParcelStatus::packed;
}

std::int64_t Parcel::units(LineNo line_no, CivilDate day) const {
    const auto at = std::lower_bound(
        lines.begin(), lines.end(), std::tie(line_no, day),
        [](const ParcelUnits& held, const auto& key) { return std::tie(held.line_no, held.capacity_day) < key; });
    return at != lines.end() && at->line_no == line_no && at->capacity_day == day ? at->quantity : 0;
}

std::optional<std::string> normalise_sscc(std::string_view text) {
    if (text.starts_with("(00)")) text.remove_prefix(4);
    if (text.size() == sscc_digits + 2 && text.starts_with("00")) text.remove_prefix(2);
    if (text.size() != sscc_digits || !is_digits(text)) return std::nullopt;
    if (gs1_check_digit(text.substr(0, sscc_digits - 1)) != text.back()) return std::nullopt;
    return std::string(text);
}

std::optional<std::string> make_sscc(std::string_view company_prefix, std::uint64_t serial) {
    std::string digits = std::to_string(serial);
    const std::size_t room = sscc_digits - 1 - company_prefix.size();
    if (digits.size() > room) return std::nullopt;
    digits.insert(0, room - digits.size(), '0');
    std::string out = digits.substr(0, 1) + std::string(company_prefix) + digits.substr(1);
    out += gs1_check_digit(out);
    return out;
}

bool is_sscc_of(std::string_view sscc, std::string_view company_prefix) {
    return sscc.substr(1, company_prefix.size()) == company_prefix;
}

}  // namespace waybill::core

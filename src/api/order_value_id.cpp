#include "api/order_value_id.hpp"

#include <charconv>
#include <string>

#include "json/read.hpp"

namespace waybill::api {

std::optional<OrderValueId> parse_order_value_id(std::string_view prefix, std::string_view text) {
    if (!text.starts_with(prefix)) return std::nullopt;
    text.remove_prefix(prefix.size());
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto order = json::parse_id<core::OrderId>(std::string(core::OrderId::prefix) += text.substr(0, dash));
    const std::string_view digits = text.substr(dash + 1);
    if (!order || digits.empty() || digits.front() < '1' || digits.front() > '9') return std::nullopt;
    std::uint32_t number = 0;
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (end.ec != std::errc() || end.ptr != digits.data() + digits.size()) return std::nullopt;
    return OrderValueId{*order, number};
}

}  // namespace waybill::api

#pragma once
// Ids of values of orders that are numbered in their order: "ful_12-1", "ret_12-1".

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/ids.hpp"

namespace waybill::api {

struct OrderValueId {
    core::OrderId order;
    std::uint32_t number = 0;
};

/// `prefix`: "ful_". One id has one text: no leading zeros, no signs.
[[nodiscard]] std::optional<OrderValueId> parse_order_value_id(std::string_view prefix, std::string_view text);

}  // namespace waybill::api

#pragma once
// What is asked of a big store: the values of filters, and the targets of requests made of them. The same seed and
// store give the same questions.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "bench/retailer.hpp"
#include "core/order/order.hpp"

namespace waybill::bench {

/// Every kind of filter that the contract documents for GET /v1/orders.
enum class Filter : std::uint8_t { status, channel, customer, placed, sku, location, words };
inline constexpr Filter all_filters[] = {Filter::status, Filter::channel,  Filter::customer, Filter::placed,
                                         Filter::sku,    Filter::location, Filter::words};

/// Every one, two and three of them.
[[nodiscard]] std::vector<std::vector<Filter>> filter_combinations();
[[nodiscard]] std::string name_of(const std::vector<Filter>& filters);

enum class Values : std::uint8_t {
    common,    ///< what most orders have
    rare,      ///< what few have, drawn one by one: together they match next to nothing
    matching,  ///< all of one order that is there
};
[[nodiscard]] std::string_view name_of(Values values);

enum class Page : std::uint8_t {
    order_by_id,
    newest_orders,
    orders_deep,
    events,
    events_of_order,
    inventory,
    movements
};
inline constexpr Page all_pages[] = {Page::order_by_id,     Page::newest_orders, Page::orders_deep, Page::events,
                                     Page::events_of_order, Page::inventory,     Page::movements};
[[nodiscard]] std::string_view name_of(Page page);

class SearchGround {
public:
    /// Looks up orders of the store to ask for. Errors: one line.
    [[nodiscard]] static Result<SearchGround, std::string> open(const std::string& store, std::uint64_t seed);
    [[nodiscard]] std::uint64_t stored() const { return stored_; }
    [[nodiscard]] std::string search(const std::vector<Filter>& filters, Values values, std::uint64_t i) const;
    [[nodiscard]] std::string page(Page page, std::uint64_t i) const;
    [[nodiscard]] std::string order(std::uint64_t number) const { return maker_.make(number); }

private:
    explicit SearchGround(const Shape& shape) : shape_(shape), maker_(shape) {}
    [[nodiscard]] std::string value(Filter filter, Values values, std::uint64_t i) const;

    Shape shape_;
    OrderMaker maker_;
    std::uint64_t stored_ = 0;
    std::uint64_t head_ = 0;
    struct Known {
        core::Order order;
        std::string name;  ///< a word of its customer
    };
    std::vector<Known> known_;
};

}  // namespace waybill::bench

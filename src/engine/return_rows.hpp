#pragma once
// ReturnRows: the rows of returns that events of orders change. ReturnDoc is one as its row keeps it, with what a list
// says of its order.

#include <boost/describe.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/order/order.hpp"
#include "core/returns/order_return.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

struct ReturnDoc {
    core::OrderId order;
    core::ChannelIx channel = 0;
    std::string channel_order_id;
    core::OrderReturn made;
    std::vector<core::ItemIx> items;  ///< by line of `made`
    bool operator==(const ReturnDoc&) const = default;
};
BOOST_DESCRIBE_STRUCT(ReturnDoc, (), (order, channel, channel_order_id, made, items))

/// REQUIRES: `made` is one of the order's returns.
[[nodiscard]] ReturnDoc return_doc(const core::Order& order, const core::OrderReturn& made);

class ReturnRows {
public:
    using Key = std::pair<core::OrderId, std::uint32_t>;

    /// What an event changed of an order. `before`: nullptr: it placed it.
    void note(const core::Order* before, const core::Order& now);

    /// Each once, as the last event left it.
    [[nodiscard]] std::map<Key, ReturnRow> take() { return std::exchange(rows_, {}); }

private:
    std::map<Key, ReturnRow> rows_;
};

}  // namespace waybill::engine

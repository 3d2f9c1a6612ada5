#pragma once
// FulfillmentRows: the rows of fulfillment orders that events of orders change. FulfillmentDoc is one as its row keeps
// it, with what a list of work says of its order.

#include <boost/describe.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/fulfillment/fulfillment_order.hpp"
#include "core/order/order.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

struct FulfillmentDoc {
    core::OrderId order;
    core::ChannelIx channel = 0;
    std::string channel_order_id;
    core::FulfillmentMethod method = core::FulfillmentMethod::ship;
    std::int32_t priority = 0;
    core::FulfillmentOrder fulfillment;
    std::vector<core::ItemIx> items;  ///< by line of `fulfillment`
    bool operator==(const FulfillmentDoc&) const = default;
};
BOOST_DESCRIBE_STRUCT(FulfillmentDoc, (), (order, channel, channel_order_id, method, priority, fulfillment, items))

[[nodiscard]] FulfillmentDoc fulfillment_doc(const core::Order& order, const core::FulfillmentOrder& fulfillment);

class FulfillmentRows {
public:
    using Key = std::pair<core::OrderId, std::uint32_t>;

    /// What an event changed of an order. `before`: nullptr: it placed it.
    void note(const core::Order* before, const core::Order& now);

    /// Each once, as the last event left it.
    [[nodiscard]] std::map<Key, FulfillmentRow> take() { return std::exchange(rows_, {}); }

private:
    std::map<Key, FulfillmentRow> rows_;
};

}  // namespace waybill::engine

#pragma once
// ExceptionRows: the rows of the queue that events of orders change. ExceptionDoc is an exception as its row keeps it,
// with what became of it.

#include <boost/describe.hpp>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/events.hpp"
#include "core/order/order.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

/// How it was resolved.
struct ExceptionEnd {
    Instant at;  ///< not set: it is open
    std::string by;
    std::string resolution;
    bool operator==(const ExceptionEnd&) const = default;
};
BOOST_DESCRIBE_STRUCT(ExceptionEnd, (), (at, by, resolution))

struct ExceptionDoc {
    core::OrderId order;
    core::ChannelIx channel = 0;
    std::string channel_order_id;
    core::OrderException exception;
    ExceptionEnd end;
    bool operator==(const ExceptionDoc&) const = default;
};
BOOST_DESCRIBE_STRUCT(ExceptionDoc, (), (order, channel, channel_order_id, exception, end))

/// The resolution where an order was cancelled as a whole.
inline constexpr std::string_view order_cancelled_resolution = "order_cancelled";
/// The resolution of no_supply where nothing of an order waits any more, and something of it goes on.
inline constexpr std::string_view nothing_waits_resolution = "nothing_waits";

class ExceptionRows {
public:
    using Key = std::pair<core::Sequence, std::string>;

    /// What `event`, of `actor` at `at`, changed of an order. `before`: nullptr: it placed it.
    void note(const core::Order* before, const core::Order& now, const core::Event& event, Instant at,
              const std::string& actor);

    /// Each once, as the last event left it.
    [[nodiscard]] const std::map<Key, ExceptionRow>& rows() const { return rows_; }
    [[nodiscard]] std::map<Key, ExceptionRow> take() { return std::exchange(rows_, {}); }

private:
    std::map<Key, ExceptionRow> rows_;
};

}  // namespace waybill::engine

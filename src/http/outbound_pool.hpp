#pragma once
// The outbound exchanges of one server: which connection each gets, which wait for one, and what has taken too long.

#include <boost/asio/io_context.hpp>
#include <memory>

#include "http/outbound.hpp"

namespace waybill::http {

class OutboundPool : public Outbound {
public:
    /// Ends every exchange without a word to its sink: the server's thread runs no more.
    virtual void close() = 0;
};

[[nodiscard]] std::unique_ptr<OutboundPool> make_outbound_pool(boost::asio::io_context& context,
                                                               const OutboundLimits& limits);

}  // namespace waybill::http

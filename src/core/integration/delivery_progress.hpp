#pragma once
// DeliveryProgress: how far somebody outside was told of a tenant's log. A row of its own, which every delivery moves
// and no decision reads.

#include <boost/describe.hpp>
#include <string>

#include "base/instant.hpp"
#include "core/ids.hpp"

namespace waybill::core {

struct DeliveryProgress {
    Sequence through;       ///< every event up to here was delivered, or is of no concern to it
    Instant failing_since;  ///< not set: the last attempt was taken, or there was none
    std::string failure;    ///< why the last attempt was not taken
    bool paused = false;    ///< given up; nothing is sent until somebody resumes it
    bool operator==(const DeliveryProgress&) const = default;
};
BOOST_DESCRIBE_STRUCT(DeliveryProgress, (), (through, failing_since, failure, paused))

}  // namespace waybill::core

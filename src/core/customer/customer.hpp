#pragma once
// Customer: who orders, known by one identity per channel. Name, address, e-mail and telephone are personal data and
// live in person rows beside the log; here are only ids, a group and flags.

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "core/ids.hpp"

namespace waybill::core {

struct CustomerIdentity {
    ChannelIx channel = 0;
    std::string external_id;  ///< the channel's own number for the customer
    bool operator==(const CustomerIdentity&) const = default;
    auto operator<=>(const CustomerIdentity&) const = default;
};
BOOST_DESCRIBE_STRUCT(CustomerIdentity, (), (channel, external_id))

struct Customer {
    CustomerId id;
    std::vector<CustomerIdentity> identities;
    std::string group;
    bool blocked = false;
    std::string blocked_reason;
    CustomerId merged_into;  ///< set: this one lives on in another
    PersonId person;         ///< not set: none given, or erased
    std::uint64_t version = 0;
    bool operator==(const Customer&) const = default;
};
BOOST_DESCRIBE_STRUCT(Customer, (), (id, identities, group, blocked, blocked_reason, merged_into, person, version))

}  // namespace waybill::core

#pragma once
// The ids of the domain. Ids of things that grow without end (orders, customers, persons) are the tenant's sequence
// number of the event that made them: unique, ascending, and known without asking anybody. Catalogue, network and
// channels are few and are addressed by dense indexes in the order in which they were first configured; the outside
// sees their codes.

#include <cstdint>
#include <string_view>

#include "base/strong_id.hpp"

namespace waybill::core {

struct TenantId final : StrongId<TenantId, std::uint32_t> {
    using StrongId::StrongId;
    static constexpr std::string_view prefix = "ten_";
};
/// Position in the tenant's gap-free event log; the first event is 1.
struct Sequence final : StrongId<Sequence, std::uint64_t> {
    using StrongId::StrongId;
};
struct OrderId final : StrongId<OrderId, std::uint64_t> {
    using StrongId::StrongId;
    static constexpr std::string_view prefix = "ord_";
};
struct CustomerId final : StrongId<CustomerId, std::uint64_t> {
    using StrongId::StrongId;
    static constexpr std::string_view prefix = "cus_";
};
/// Names a row of personal data that lives beside the log and can be erased.
struct PersonId final : StrongId<PersonId, std::uint64_t> {
    using StrongId::StrongId;
};
struct KeyId final : StrongId<KeyId, std::uint64_t> {
    using StrongId::StrongId;
    static constexpr std::string_view prefix = "key_";
};
/// 1-based, as people count lines.
struct LineNo final : StrongId<LineNo, std::uint32_t> {
    using StrongId::StrongId;
};

using ItemIx = std::uint32_t;
using LocationIx = std::uint32_t;
using ChannelIx = std::uint32_t;
using FeedIx = std::uint32_t;
using RateTableIx = std::uint32_t;
using WebhookIx = std::uint32_t;
using MessageIx = std::uint32_t;

inline constexpr std::uint32_t no_index = UINT32_MAX;

}  // namespace waybill::core

#pragma once
// TenantData: all rows of one tenant in maps, with the few extra maps that make them findable. Plain and slow where
// that is clearer: the memory store is what the others are compared with.
//
// Threads: none of its own; the memory store guards it.

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/store.hpp"

namespace waybill::storage::memory {

struct OrderEntry {
    engine::OrderRow row;  ///< without blocks, items, locations and search text, which follow
    std::map<std::uint32_t, std::string> blocks;
    std::set<core::ItemIx> items;
    std::set<core::LocationIx> locations;
    std::vector<std::string> words;  ///< ascending
};

struct PersonEntry {
    engine::PersonRow row;
    std::vector<std::string> words;  ///< ascending
};

struct TenantData {
    std::string name;
    core::Sequence head;
    core::Sequence configured;
    Instant last_instant;
    engine::ProcessId owner = engine::no_process;
    engine::Epoch epoch = 0;
    std::uint32_t format = engine::known_format;

    std::vector<engine::EventRow> events;        ///< event n at n - 1
    std::vector<engine::MovementRow> movements;  ///< ascending by (sequence, n)
    std::array<std::map<std::uint32_t, engine::DocRow>, engine::doc_kinds> docs;
    std::array<std::map<std::string, std::uint32_t>, engine::doc_kinds> doc_by_code;
    std::map<std::pair<core::ItemIx, core::LocationIx>, core::Level> levels;
    std::map<std::pair<core::LocationIx, CivilDate>, core::CapacityDay> capacity;
    std::map<core::OrderId, OrderEntry> orders;
    std::map<std::pair<core::Sequence, std::string>, engine::ExceptionRow> exceptions;
    std::map<std::pair<core::OrderId, std::uint32_t>, engine::FulfillmentRow> fulfillments;
    std::map<std::pair<core::OrderId, std::uint32_t>, engine::ReturnRow> returns;
    std::map<std::pair<core::ChannelIx, std::string>, core::OrderId> order_by_channel;
    std::set<std::pair<Instant, core::OrderId>> order_by_placed;
    std::map<core::CustomerId, engine::CustomerRow> customers;
    std::map<core::CustomerIdentity, core::CustomerId> identities;
    std::map<core::PersonId, PersonEntry> persons;
    std::map<std::string, engine::ReplyRow, std::less<>> replies;
    std::set<std::pair<Instant, std::string>> replies_by_age;
};

/// Why the batch can not be applied: a conflict with what is there. Changes nothing.
[[nodiscard]] std::optional<engine::IoError> conflict_of(const TenantData& data, const engine::TenantBatch& batch);

/// REQUIRES: conflict_of found nothing.
void apply(TenantData& data, const engine::TenantBatch& batch);

[[nodiscard]] engine::StoredOrder stored_order(const TenantData& data, const OrderEntry& entry, engine::Blocks blocks);
void hand_over_configuration(const TenantData& data, engine::ConfigurationSink& sink);

}  // namespace waybill::storage::memory

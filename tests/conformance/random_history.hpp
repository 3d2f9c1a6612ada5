#pragma once
// RandomHistory: a seeded source of batches as an engine could make them, and of queries over what it made. Values come
// from small sets, so that ties, repeats and empty answers all occur.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/store.hpp"

namespace waybill::conformance {

/// A small generator of its own: the same numbers on every platform.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 1) {}

    std::uint64_t next() {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return state_ * 0x2545F4914F6CDD1DULL;
    }
    /// 0 .. bound - 1.
    std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>((next() >> 33) % bound); }
    bool one_in(std::uint32_t n) { return below(n) == 0; }

private:
    std::uint64_t state_;
};

class RandomHistory {
public:
    RandomHistory(core::TenantId tenant, std::uint64_t seed) : tenant_(tenant), random_(seed) {}

    /// The batch that makes the tenant.
    [[nodiscard]] engine::TenantBatch founding();
    /// So many events without rows: the tenant's log gets long quickly.
    [[nodiscard]] engine::TenantBatch idle_batch(std::uint32_t events);
    /// Some events with their rows. Valid, and taken for granted by later batches.
    [[nodiscard]] engine::TenantBatch next_batch();
    /// A batch that a store must refuse as a conflict.
    [[nodiscard]] engine::TenantBatch conflicting_batch();

    [[nodiscard]] engine::OrderQuery order_query();
    [[nodiscard]] engine::ExceptionQuery exception_query();
    [[nodiscard]] engine::FulfillmentQuery fulfillment_query();
    [[nodiscard]] engine::ReturnQuery return_query();
    [[nodiscard]] engine::EventQuery event_query();
    [[nodiscard]] engine::MovementQuery movement_query();
    [[nodiscard]] std::string text();
    [[nodiscard]] core::Sequence head() const { return head_; }
    [[nodiscard]] Random& random() { return random_; }

private:
    struct Known {
        core::OrderId id;
        core::ChannelIx channel = 0;
        std::string number;
        core::CustomerId customer;
        Instant placed_at;
        std::uint32_t version = 0;
        bool has_document = false;  ///< beside the event that placed it
    };

    core::Sequence add_event(engine::TenantBatch& batch, core::AggregateKind kind, std::uint64_t id);
    void place_order(engine::TenantBatch& batch);
    void change_order(engine::TenantBatch& batch);
    void put_customer(engine::TenantBatch& batch);
    void move_stock(engine::TenantBatch& batch);
    void put_doc(engine::TenantBatch& batch);
    void put_exceptions(engine::TenantBatch& batch);
    void put_fulfillments(engine::TenantBatch& batch);
    void put_returns(engine::TenantBatch& batch);
    [[nodiscard]] CivilDate some_day();
    void add_person(engine::TenantBatch& batch, core::Sequence sequence, core::OrderId order,
                    core::CustomerId customer);
    void add_movement(engine::TenantBatch& batch, core::Sequence sequence, std::uint32_t n, core::OrderId order);
    void fill_locations(engine::OrderRow& row);
    [[nodiscard]] std::string words(std::uint32_t most);
    [[nodiscard]] Instant some_time();

    core::TenantId tenant_;
    Random random_;
    core::Sequence head_;
    std::int64_t now_ = 1'700'000'000'000'000;
    std::uint32_t next_number_ = 1;
    std::vector<Known> orders_;
    std::vector<core::CustomerId> customers_;
    std::map<std::pair<core::ItemIx, core::LocationIx>, core::Level> levels_;
    std::set<std::uint64_t> touched_;  ///< orders and customers of the batch at hand: each has one row in it
};

}  // namespace waybill::conformance

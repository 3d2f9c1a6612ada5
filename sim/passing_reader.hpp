#pragma once
// A reader that passes everything on: what the simulator's readers with faults have in common.

#include <memory>
#include <utility>

#include "engine/store.hpp"

namespace waybill::sim {

class PassingReader : public engine::Reader {
public:
    explicit PassingReader(std::unique_ptr<engine::Reader> inner) : inner_(std::move(inner)) {}

    Answer<engine::Moment> hold_moment() override { return inner_->hold_moment(); }
    Answer<engine::Position> position(core::TenantId t) override { return inner_->position(t); }
    Answer<core::Sequence> head(core::TenantId t) override { return inner_->head(t); }
    Answer<engine::Settled> settled(core::TenantId t) override { return inner_->settled(t); }
    Answer<std::optional<engine::StoredOrder>> order(core::TenantId t, core::OrderId id) override {
        return inner_->order(t, id);
    }
    Answer<std::optional<core::OrderId>> order_by_channel(core::TenantId t, core::ChannelIx channel,
                                                          std::string_view number) override {
        return inner_->order_by_channel(t, channel, number);
    }
    Answer<engine::OrderPage> search_orders(core::TenantId t, const engine::OrderQuery& query,
                                            engine::Blocks blocks) override {
        return inner_->search_orders(t, query, blocks);
    }
    Answer<std::vector<engine::StoredOrder>> scan_orders(core::TenantId t, core::OrderId after,
                                                         std::uint32_t limit) override {
        return inner_->scan_orders(t, after, limit);
    }
    Answer<std::vector<engine::ExceptionRow>> exceptions(core::TenantId t,
                                                         const engine::ExceptionQuery& query) override {
        return inner_->exceptions(t, query);
    }
    Answer<std::vector<engine::FulfillmentRow>> fulfillments(core::TenantId t,
                                                             const engine::FulfillmentQuery& query) override {
        return inner_->fulfillments(t, query);
    }
    Answer<std::vector<engine::ReturnRow>> returns(core::TenantId t, const engine::ReturnQuery& query) override {
        return inner_->returns(t, query);
    }
    Answer<std::vector<engine::EventRow>> events(core::TenantId t, const engine::EventQuery& query) override {
        return inner_->events(t, query);
    }
    Answer<std::vector<engine::MovementRow>> movements(core::TenantId t, const engine::MovementQuery& query) override {
        return inner_->movements(t, query);
    }
    Answer<std::vector<engine::LevelRow>> movement_sums(core::TenantId t) override { return inner_->movement_sums(t); }
    Answer<std::optional<std::string>> customer(core::TenantId t, core::CustomerId id) override {
        return inner_->customer(t, id);
    }
    Answer<std::vector<std::string>> customers(core::TenantId t, core::CustomerId after, std::string_view text,
                                               std::uint32_t limit) override {
        return inner_->customers(t, after, text, limit);
    }
    Answer<std::optional<core::CustomerId>> customer_by_identity(core::TenantId t,
                                                                 const core::CustomerIdentity& identity) override {
        return inner_->customer_by_identity(t, identity);
    }
    Answer<std::optional<engine::PersonRow>> person(core::TenantId t, core::PersonId id) override {
        return inner_->person(t, id);
    }
    Answer<std::vector<engine::PersonRow>> scan_persons(core::TenantId t, core::PersonId after,
                                                        std::uint32_t limit) override {
        return inner_->scan_persons(t, after, limit);
    }
    Answer<std::optional<engine::ReplyRow>> reply(core::TenantId t, std::string_view key) override {
        return inner_->reply(t, key);
    }
    Answer<std::vector<engine::ReplyRow>> scan_replies(core::TenantId t, std::string_view after,
                                                       std::uint32_t limit) override {
        return inner_->scan_replies(t, after, limit);
    }
    Answer<Unit> configuration(core::TenantId t, engine::ConfigurationSink& sink) override {
        return inner_->configuration(t, sink);
    }
    Answer<std::optional<core::TenantId>> tenant_of_key(std::string_view hash) override {
        return inner_->tenant_of_key(hash);
    }

protected:
    [[nodiscard]] engine::Reader& inner() { return *inner_; }

private:
    std::unique_ptr<engine::Reader> inner_;
};

}  // namespace waybill::sim

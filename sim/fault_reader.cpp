#include "sim/fault_reader.hpp"

#include <utility>

namespace waybill::sim {
namespace {

using core::TenantId;

class FaultReader final : public engine::Reader {
public:
    FaultReader(std::unique_ptr<engine::Reader> inner, std::function<bool()> blind)
        : inner_(std::move(inner)), blind_(std::move(blind)) {}

    Answer<engine::Moment> hold_moment() override { return inner_->hold_moment(); }
    Answer<engine::Position> position(TenantId t) override { return inner_->position(t); }
    Answer<core::Sequence> head(TenantId t) override {
        if (blind_()) return fail(engine::IoError{engine::IoFailure::unavailable, "planned"});
        return inner_->head(t);
    }
    Answer<std::optional<engine::StoredOrder>> order(TenantId t, core::OrderId id) override {
        return inner_->order(t, id);
    }
    Answer<std::optional<core::OrderId>> order_by_channel(TenantId t, core::ChannelIx channel,
                                                          std::string_view number) override {
        return inner_->order_by_channel(t, channel, number);
    }
    Answer<engine::OrderPage> search_orders(TenantId t, const engine::OrderQuery& query,
                                            engine::Blocks blocks) override {
        return inner_->search_orders(t, query, blocks);
    }
    Answer<std::vector<engine::StoredOrder>> scan_orders(TenantId t, core::OrderId after,
                                                         std::uint32_t limit) override {
        return inner_->scan_orders(t, after, limit);
    }
    Answer<std::vector<engine::EventRow>> events(TenantId t, const engine::EventQuery& query) override {
        return inner_->events(t, query);
    }
    Answer<std::vector<engine::MovementRow>> movements(TenantId t, const engine::MovementQuery& query) override {
        return inner_->movements(t, query);
    }
    Answer<std::vector<engine::LevelRow>> movement_sums(TenantId t) override { return inner_->movement_sums(t); }
    Answer<std::optional<std::string>> customer(TenantId t, core::CustomerId id) override {
        return inner_->customer(t, id);
    }
    Answer<std::vector<std::string>> customers(TenantId t, core::CustomerId after, std::string_view text,
                                               std::uint32_t limit) override {
        return inner_->customers(t, after, text, limit);
    }
    Answer<std::optional<core::CustomerId>> customer_by_identity(TenantId t,
                                                                 const core::CustomerIdentity& identity) override {
        return inner_->customer_by_identity(t, identity);
    }
    Answer<std::optional<engine::PersonRow>> person(TenantId t, core::PersonId id) override {
        return inner_->person(t, id);
    }
    Answer<std::vector<engine::PersonRow>> scan_persons(TenantId t, core::PersonId after,
                                                        std::uint32_t limit) override {
        return inner_->scan_persons(t, after, limit);
    }
    Answer<std::optional<engine::ReplyRow>> reply(TenantId t, std::string_view key) override {
        return inner_->reply(t, key);
    }
    Answer<std::vector<engine::ReplyRow>> scan_replies(TenantId t, std::string_view after,
                                                       std::uint32_t limit) override {
        return inner_->scan_replies(t, after, limit);
    }
    Answer<Unit> configuration(TenantId t, engine::ConfigurationSink& sink) override {
        return inner_->configuration(t, sink);
    }
    Answer<std::optional<TenantId>> tenant_of_key(std::string_view hash) override {
        return inner_->tenant_of_key(hash);
    }

private:
    std::unique_ptr<engine::Reader> inner_;
    std::function<bool()> blind_;
};

}  // namespace

std::unique_ptr<engine::Reader> make_fault_reader(std::unique_ptr<engine::Reader> inner, std::function<bool()> blind) {
    return std::make_unique<FaultReader>(std::move(inner), std::move(blind));
}

}  // namespace waybill::sim

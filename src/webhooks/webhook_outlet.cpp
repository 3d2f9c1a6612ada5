#include "webhooks/webhook_outlet.hpp"

#include <utility>

#include "core/integration/webhook_calls.hpp"

namespace waybill::webhooks {
namespace {

/// What all webhooks share.
struct Sending {
    engine::Clock& clock;
    std::unique_ptr<HttpSender> sender;
    RenderEvent render;
    SenderIdentity identity;
};

class WebhookReceiver final : public delivery::Receiver {
public:
    WebhookReceiver(const Sending& sending, core::TenantId tenant, core::WebhookIx ix)
        : sending_(sending), tenant_(tenant), ix_(ix) {}

    bool take_in(const core::TenantState& state) override {
        const core::Webhook& webhook = state.webhooks.rows.committed(ix_);
        const std::uint32_t rule_sets = state.rule_sets.rows.committed_size();
        const bool is_put = webhook_.version != webhook.version;
        if (!is_put && rule_sets_seen_ == rule_sets) return false;
        // Versions of the rules are never changed, so one that calls it calls it for good.
        const bool is_called = wanted_.is_called || core::is_called_by_rules(webhook.code, state);
        webhook_ = webhook;
        wanted_ = wanted_events(webhook, is_called);
        rule_sets_seen_ = rule_sets;
        return is_put;
    }
    const core::DeliveryProgress& progress(const core::TenantState& state) const override {
        return state.webhook_progress.committed(ix_);
    }
    const std::string& name() const override { return webhook_.code; }
    bool is_active() const override { return webhook_.active; }

    Result<delivery::Selection, engine::IoError> select(engine::Engine& engine, engine::Reader& reader,
                                                        core::Sequence after, core::Sequence until) override {
        auto selected = select_events(engine, reader, tenant_, webhook_, wanted_, after, until, sending_.render);
        if (!selected) return fail(std::move(selected.error()));
        delivery::Selection out;
        out.through = selected->through;
        out.events = selected->events;
        if (!selected->batch) return out;
        HttpRequest request =
            make_request(webhook_, std::move(*selected->batch), sending_.identity, sending_.clock.now());
        out.send = [sender = sending_.sender.get(), request = std::move(request)](Sent sent) mutable {
            sender->send(std::move(request), std::move(sent));
        };
        return out;
    }

    core::Command record(const delivery::Told& told) override {
        return core::RecordDelivery{ix_, told.after, told.through, told.failure, told.gives_up};
    }

private:
    const Sending& sending_;
    const core::TenantId tenant_;
    const core::WebhookIx ix_;
    core::Webhook webhook_;
    WantedEvents wanted_;
    std::uint32_t rule_sets_seen_ = 0;
};

class WebhookOutlet final : public delivery::Outlet {
public:
    explicit WebhookOutlet(Sending sending) : sending_(std::move(sending)) {}

    const char* actor() const override { return "webhooks"; }
    std::uint32_t count(const core::TenantState& state) const override { return state.webhooks.rows.committed_size(); }
    std::unique_ptr<delivery::Receiver> make(core::TenantId tenant, std::uint32_t ix) override {
        return std::make_unique<WebhookReceiver>(sending_, tenant, ix);
    }
    void stop() override { sending_.sender->stop(); }

private:
    const Sending sending_;
};

}  // namespace

std::unique_ptr<delivery::Outlet> make_webhook_outlet(engine::Clock& clock, std::unique_ptr<HttpSender> sender,
                                                      RenderEvent render, SenderIdentity identity) {
    return std::make_unique<WebhookOutlet>(Sending{clock, std::move(sender), std::move(render), std::move(identity)});
}

}  // namespace waybill::webhooks

#include "mail/mail_outlet.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "core/messages/check_template.hpp"
#include "core/messages/messages_of.hpp"
#include "engine/codec.hpp"
#include "mail/recipient.hpp"
#include "mail/render.hpp"

namespace waybill::mail {
namespace {

using delivery::Delivery;

constexpr std::uint64_t scan_events_max = 10'000;  ///< of the log in one look
constexpr std::uint32_t scan_rows_max = 100;       ///< events looked into in one look

/// What all tenants share.
struct Sending {
    engine::Clock& clock;
    std::unique_ptr<MailSender> sender;
    MailOptions options;
    std::shared_ptr<MailCounts> counts;
};

/// A mail, and what is told when it fails for good.
struct Envelope {
    Mail mail;
    core::FailedMessage failed;
};

/// What became of the mails of one tenant: the sender's thread tells, the dispatcher's asks.
class Outcome {
public:
    void settle(const std::string& message_id, core::Sequence at) {
        const std::lock_guard lock(mutex_);
        settled_.emplace(message_id, at);
    }
    void fail(core::FailedMessage failed) {
        const std::lock_guard lock(mutex_);
        failed_.push_back(std::move(failed));
    }
    [[nodiscard]] bool is_settled(const std::string& message_id) {
        const std::lock_guard lock(mutex_);
        return settled_.contains(message_id);
    }
    void forget_settled(core::Sequence through) {
        const std::lock_guard lock(mutex_);
        std::erase_if(settled_, [&](const auto& one) { return one.second <= through; });
    }
    [[nodiscard]] std::vector<core::FailedMessage> failed(core::Sequence through) {
        const std::lock_guard lock(mutex_);
        std::vector<core::FailedMessage> out;
        std::copy_if(failed_.begin(), failed_.end(), std::back_inserter(out),
                     [&](const core::FailedMessage& one) { return one.at <= through; });
        return out;
    }
    void forget_failed(const std::vector<core::FailedMessage>& recorded) {
        const std::lock_guard lock(mutex_);
        std::erase_if(failed_, [&](const core::FailedMessage& one) {
            return std::find(recorded.begin(), recorded.end(), one) != recorded.end();
        });
    }

private:
    std::mutex mutex_;
    std::map<std::string, core::Sequence> settled_;  ///< need not be sent again, though their event may come again
    std::vector<core::FailedMessage> failed_;
};

/// The mails of one event, one after another. What was taken before one of them fails is not sent again with it.
class Round : public std::enable_shared_from_this<Round> {
public:
    Round(MailSender& sender, MailCounts& counts, std::shared_ptr<Outcome> outcome, std::vector<Envelope> envelopes)
        : sender_(sender), counts_(counts), outcome_(std::move(outcome)), envelopes_(std::move(envelopes)) {}

    void begin(delivery::Sent sent) {
        sent_ = std::move(sent);
        send();
    }

private:
    void send() {
        if (at_ == envelopes_.size()) return sent_({});
        sender_.send(envelopes_[at_].mail,
                     [self = shared_from_this()](Delivery delivery) { self->take(std::move(delivery)); });
    }

    void take(Delivery delivery) {
        Envelope& envelope = envelopes_[at_];
        switch (delivery.kind) {
            case Delivery::Kind::taken:
                ++counts_.sent;
                break;
            case Delivery::Kind::gone:
                ++counts_.refused;
                envelope.failed.reason = std::move(delivery.failure);
                outcome_->fail(envelope.failed);
                break;
            case Delivery::Kind::failed:
                ++counts_.tried_again;
                return sent_(std::move(delivery));
            case Delivery::Kind::cut_off:
                return sent_(std::move(delivery));
        }
        outcome_->settle(envelope.mail.message_id, envelope.failed.at);
        ++at_;
        send();
    }

    MailSender& sender_;
    MailCounts& counts_;
    const std::shared_ptr<Outcome> outcome_;
    std::vector<Envelope> envelopes_;
    std::size_t at_ = 0;
    delivery::Sent sent_;
};

/// An event of an order, and the templates that may go out at it: which of them depends on who reads it.
struct Occasion {
    engine::EventRow row;
    core::Event event;
};

class MailReceiver final : public delivery::Receiver {
public:
    MailReceiver(const Sending& sending, core::TenantId tenant) : sending_(sending), tenant_(tenant) {}

    bool take_in(const core::TenantState& state) override {
        std::uint64_t newest = 0;
        const std::uint32_t templates = state.message_templates.rows.committed_size();
        for (core::MessageIx ix = 0; ix < templates; ++ix) {
            newest = std::max(newest, state.message_templates.rows.committed(ix).version);
        }
        const std::uint32_t rule_sets = state.rule_sets.rows.committed_size();
        if (newest == newest_ && rule_sets == rule_sets_seen_) return false;
        rule_sets_seen_ = rule_sets;
        types_ = core::types_with_messages(state);
        return std::exchange(newest_, newest) != newest;
    }
    const core::DeliveryProgress& progress(const core::TenantState& state) const override {
        return state.message_progress.committed(0);
    }
    const std::string& name() const override {
        static const std::string mail = "mail";
        return mail;
    }
    bool is_active() const override { return true; }

    Result<delivery::Selection, engine::IoError> select(engine::Engine& engine, engine::Reader& reader,
                                                        core::Sequence after, core::Sequence until) override {
        delivery::Selection out;
        const core::Sequence end(std::min(until.raw(), after.raw() + scan_events_max));
        out.through = std::max(after, end);
        outcome_->forget_settled(after);
        if (types_.empty() || end <= after) return out;
        engine::EventQuery query;
        query.after = after;
        query.until = end;
        query.types = types_;
        query.limit = scan_rows_max;
        auto rows = reader.events(tenant_, query);
        if (!rows) return fail(rows.error());
        for (engine::EventRow& row : *rows) {
            out.through = row.sequence;
            auto event = engine::decode_event(row.type, row.schema_version, row.body);
            if (!event) return fail(engine::IoError{engine::IoFailure::corrupt, event.error()});
            auto made = envelopes(engine, reader, {std::move(row), std::move(*event)});
            if (!made) return fail(made.error());
            if (made->empty()) continue;
            trying_ = out.through;
            out.events = 1;
            out.send = [round =
                            std::make_shared<Round>(*sending_.sender, *sending_.counts, outcome_, std::move(*made))](
                           delivery::Sent sent) { round->begin(std::move(sent)); };
            return out;
        }
        out.through = rows->size() < query.limit ? end : out.through;
        return out;
    }

    void on_failure(const std::string& failure) override { last_failure_ = failure; }

    core::Command record(const delivery::Told& told) override {
        recording_ = outcome_->failed(told.through);
        return core::RecordMessages{told.after, told.through, told.failure, recording_};
    }
    void on_recorded() override {
        outcome_->forget_failed(recording_);
        recording_.clear();
    }

private:
    /// The mails of an event that are still to be sent.
    Result<std::vector<Envelope>, engine::IoError> envelopes(engine::Engine& engine, engine::Reader& reader,
                                                             const Occasion& occasion) {
        std::vector<Envelope> out;
        const auto id = core::order_of(occasion.event);
        if (!id || !has_messages(engine, occasion)) return out;
        if (is_too_old(occasion) && trying_ != occasion.row.sequence) {
            ++sending_.counts->too_old;
            return out;
        }
        const auto stored = reader.order(tenant_, *id);
        if (!stored) return fail(stored.error());
        if (!*stored)
            return fail(engine::IoError{engine::IoFailure::corrupt, "an event of an order that is not there"});
        const auto order = engine::decode_order(**stored);
        if (!order) return fail(engine::IoError{engine::IoFailure::corrupt, order.error()});
        const auto recipient = recipient_of(*order, reader, tenant_);
        if (!recipient) return fail(recipient.error());
        if (trying_ != occasion.row.sequence) last_failure_.clear();
        if (auto written = address(engine, occasion, *order, *recipient, out); !written) return fail(written.error());
        std::erase_if(out, [&](const Envelope& one) { return outcome_->is_settled(one.mail.message_id); });
        if (is_too_old(occasion)) give_up(out);
        return out;
    }

    /// Without the order, whose reading costs more.
    bool has_messages(engine::Engine& engine, const Occasion& occasion) const {
        const auto view = engine.view(tenant_);
        return !view || !core::messages_of(occasion.event, occasion.row.sequence, {}, view->state()).empty();
    }

    Result<Unit, engine::IoError> address(engine::Engine& engine, const Occasion& occasion, const core::Order& order,
                                          const Recipient& recipient, std::vector<Envelope>& out) const {
        std::vector<std::pair<core::MessageIx, core::MessageTemplate>> templates;
        MessageData data;
        std::string merchant;
        {
            const auto view = engine.view(tenant_);
            if (!view) return fail(engine::IoError{engine::IoFailure::elsewhere, "the tenant has left this process"});
            const std::string& locale =
                recipient.locale.empty() ? view->channel(order.channel).locale : recipient.locale;
            for (const core::MessageIx ix :
                 core::messages_of(occasion.event, occasion.row.sequence, locale, view->state())) {
                templates.emplace_back(ix, view->state().message_templates.rows.committed(ix));
            }
            data = message_data(occasion.event, occasion.row.at, order, recipient.name, *view);
            merchant = view->settings().name;
        }
        for (const auto& [ix, message] : templates) {
            std::vector<std::string> to = message.to;
            if (to.empty() && !recipient.address.empty()) to.push_back(recipient.address);
            if (to.empty()) ++sending_.counts->no_address;
            for (const std::string& address : to) {
                Mail mail = write(message, data, address, occasion.row.sequence);
                if (message.to.empty()) mail.to_name = recipient.name;
                if (mail.from_name.empty()) mail.from_name = merchant;
                core::FailedMessage failed{ix, order.id, occasion.row.sequence, {}};
                if (mail.text.size() + mail.html.size() > mail_bytes_max) {
                    refuse(mail, std::move(failed), "it would be too long");
                } else if (!core::is_mail_address(address)) {
                    refuse(mail, std::move(failed), "the address is none that mail can be sent to");
                } else {
                    out.push_back({std::move(mail), std::move(failed)});
                }
            }
        }
        return Unit{};
    }

    [[nodiscard]] Mail write(const core::MessageTemplate& message, const MessageData& data, const std::string& address,
                             core::Sequence event) const {
        Mail out;
        out.message_id = message_id(tenant_, event, message.code, address, sending_.options.domain);
        out.from_name = sending_.options.from_name;
        out.reply_to = sending_.options.reply_to;
        out.to = address;
        out.subject = one_line(render(message.subject, data, Escape::none));
        out.text = render(message.text, data, Escape::none);
        if (!message.html.empty()) out.html = render(message.html, data, Escape::html);
        out.at = sending_.clock.now();
        return out;
    }

    void refuse(const Mail& mail, core::FailedMessage failed, std::string reason) const {
        if (outcome_->is_settled(mail.message_id)) return;
        ++sending_.counts->refused;
        failed.reason = std::move(reason);
        outcome_->settle(mail.message_id, failed.at);
        outcome_->fail(std::move(failed));
    }

    [[nodiscard]] bool is_too_old(const Occasion& occasion) const {
        const std::int64_t age = (sending_.clock.now().micros() - occasion.row.at.micros()) / 1'000;
        return age > sending_.options.give_up_after.count();
    }

    /// Those that were tried are told of; others only waited, as where mail was not set up.
    void give_up(std::vector<Envelope>& out) const {
        for (const Envelope& one : out) refuse(one.mail, one.failed, "could not be sent in time: " + last_failure_);
        out.clear();
    }

    const Sending& sending_;
    const core::TenantId tenant_;
    std::uint64_t newest_ = 0;  ///< version of its templates
    std::uint32_t rule_sets_seen_ = 0;
    std::vector<std::string> types_;  ///< of events that can make mails
    const std::shared_ptr<Outcome> outcome_ = std::make_shared<Outcome>();
    core::Sequence trying_;     ///< the event whose mails were sent last
    std::string last_failure_;  ///< of those
    std::vector<core::FailedMessage> recording_;
};

class MailOutlet final : public delivery::Outlet {
public:
    explicit MailOutlet(Sending sending) : sending_(std::move(sending)) {}

    const char* actor() const override { return "mail"; }
    std::uint32_t count(const core::TenantState& state) const override {
        return state.message_progress.committed_size();
    }
    std::unique_ptr<delivery::Receiver> make(core::TenantId tenant, std::uint32_t) override {
        return std::make_unique<MailReceiver>(sending_, tenant);
    }
    void stop() override { sending_.sender->stop(); }

private:
    const Sending sending_;
};

}  // namespace

std::unique_ptr<delivery::Outlet> make_mail_outlet(engine::Clock& clock, std::unique_ptr<MailSender> sender,
                                                   MailOptions options, std::shared_ptr<MailCounts> counts) {
    return std::make_unique<MailOutlet>(Sending{clock, std::move(sender), std::move(options), std::move(counts)});
}

}  // namespace waybill::mail

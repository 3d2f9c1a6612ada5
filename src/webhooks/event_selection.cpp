#include "webhooks/event_selection.hpp"

#include <algorithm>
#include <boost/mp11/algorithm.hpp>

#include "core/events.hpp"
#include "core/integration/webhook_calls.hpp"
#include "engine/codec.hpp"

namespace waybill::webhooks {
namespace {

/// Telling of a delivery would make the next.
bool is_of_delivery(std::string_view type) {
    return type == core::WebhookProgressed::type_name || type == core::MessagesProgressed::type_name;
}

std::vector<std::string> all_types() {
    std::vector<std::string> out;
    boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, core::Event>>([&](auto identity) {
        const std::string_view name = decltype(identity)::type::type_name;
        if (!is_of_delivery(name)) out.emplace_back(name);
    });
    std::sort(out.begin(), out.end());
    return out;
}

bool has(const std::vector<std::string>& ascending, std::string_view name) {
    return std::binary_search(ascending.begin(), ascending.end(), name);
}

/// Those in which rules say that they fired.
bool is_of_rules(std::string_view type) {
    return type == core::OrderPlaced::type_name || type == core::OrderMarked::type_name;
}

/// Puts the events of a request together.
class BatchWriter {
public:
    BatchWriter(core::TenantId tenant, const core::Webhook& webhook) : webhook_(webhook) { batch_.tenant = tenant; }

    [[nodiscard]] bool is_full() const { return events_ == static_cast<std::size_t>(webhook_.batch_max); }

    /// False: it has no room for this one, which comes first in the next.
    bool add(const engine::EventRow& event, std::string rendered) {
        if (events_ != 0 && batch_.body.size() + rendered.size() > batch_bytes_max) return false;
        if (events_ == 0) batch_.first = event.sequence;
        batch_.last = event.sequence;
        if (webhook_.batch_max == 1) {
            batch_.body = std::move(rendered);
        } else {
            batch_.body += events_ == 0 ? '[' : ',';
            batch_.body += rendered;
        }
        ++events_;
        return true;
    }

    [[nodiscard]] Selection take(core::Sequence through) {
        Selection out;
        out.through = through;
        if (events_ == 0) return out;
        if (webhook_.batch_max != 1) batch_.body += ']';
        out.batch = std::move(batch_);
        out.events = events_;
        return out;
    }

private:
    const core::Webhook& webhook_;
    EventBatch batch_;
    std::size_t events_ = 0;
};

}  // namespace

WantedEvents wanted_events(const core::Webhook& webhook, bool is_called) {
    WantedEvents out;
    const bool wants_all = webhook.events.size() == 1 && webhook.events[0] == core::all_events;
    out.sent = wants_all ? all_types() : webhook.events;
    std::sort(out.sent.begin(), out.sent.end());
    std::erase_if(out.sent, [](const std::string& type) { return is_of_delivery(type); });
    out.read = out.sent;
    out.is_called = is_called;
    if (!is_called) return out;
    for (const std::string_view type : {core::OrderPlaced::type_name, core::OrderMarked::type_name}) {
        if (!has(out.sent, type)) out.read.emplace_back(type);
    }
    std::sort(out.read.begin(), out.read.end());
    return out;
}

Result<Selection, engine::IoError> select_events(engine::Engine& engine, engine::Reader& reader, core::TenantId tenant,
                                                 const core::Webhook& webhook, const WantedEvents& wanted,
                                                 core::Sequence after, core::Sequence until,
                                                 const RenderEvent& render) {
    BatchWriter batch(tenant, webhook);
    const core::Sequence end(std::min(until.raw(), after.raw() + scan_events_max));
    if (wanted.read.empty() || end <= after) return batch.take(std::max(after, end));
    engine::EventQuery query;
    query.after = after;
    query.until = end;
    query.types = wanted.read;
    const auto batch_max = static_cast<std::uint32_t>(webhook.batch_max);
    query.limit = wanted.is_called ? std::max(batch_max, scan_called_max) : batch_max;
    const auto rows = reader.events(tenant, query);
    if (!rows) return fail(rows.error());
    if (rows->empty()) return batch.take(end);
    // Taken after the read: it knows the configuration that the events name.
    const auto view = engine.view(tenant);
    if (!view) return fail(engine::IoError{engine::IoFailure::elsewhere, "the tenant has left this process"});
    core::Sequence through = after;
    for (const engine::EventRow& row : *rows) {
        std::vector<std::string_view> rules;
        if (wanted.is_called && is_of_rules(row.type)) {
            const auto event = engine::decode_event(row.type, row.schema_version, row.body);
            if (!event) return fail(engine::IoError{engine::IoFailure::corrupt, event.error()});
            rules = core::rules_that_call(webhook.code, *event, view->state());
        }
        if (!rules.empty() || has(wanted.sent, row.type)) {
            std::string rendered;
            if (batch.is_full()) return batch.take(through);
            render(rendered, row, rules, *view);
            if (!batch.add(row, std::move(rendered))) return batch.take(through);
        }
        through = row.sequence;
    }
    return batch.take(rows->size() < query.limit ? end : through);
}

}  // namespace waybill::webhooks

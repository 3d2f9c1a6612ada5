#include "engine/tenant_audit.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/evolve.hpp"
#include "engine/codec.hpp"
#include "engine/event_checks.hpp"
#include "engine/tenant_rows.hpp"

namespace waybill::engine {
namespace {

bool is_zero(const core::Movement& movement) {
    return movement.on_hand == 0 && movement.reserved == 0 && movement.safety == 0 && movement.unsellable == 0;
}

class RowCollector final : public ConfigurationSink {
public:
    std::vector<DocRow> docs;
    std::vector<LevelRow> levels;
    std::vector<CapacityRow> capacity;

    void on_doc(DocRow row) override { docs.push_back(std::move(row)); }
    void on_level(const LevelRow& row) override { levels.push_back(row); }
    void on_capacity(const CapacityRow& row) override { capacity.push_back(row); }
};

}  // namespace

TenantAudit::TenantAudit(Reader& reader, const TenantHead& head, AuditNotes& notes)
    : reader_(reader), head_(head), notes_(notes) {
    state_.id = head.tenant;
    result_.tenant = head.tenant;
    result_.name = head.name;
}

void TenantAudit::problem(const std::string& what) { notes_.problem("tenant " + head_.name + ": " + what); }

Result<AuditReport::Tenant, IoError> TenantAudit::run(const std::function<void(std::uint64_t)>& folded) {
    if (auto step = fold_log(folded); !step) return fail(std::move(step.error()));
    if (state_.head != head_.head) {
        problem("the log could be folded up to event " + std::to_string(state_.head.raw()) + " of " +
                std::to_string(head_.head.raw()) + "; its rows were not compared");
        return result_;
    }
    if (state_.last_instant != head_.last_instant) problem("its last instant is not that of its last event");
    if (state_.settings.size() == 0 || state_.tenant().name != head_.name)
        problem("its name is not that of its settings");
    for (const auto step :
         {&TenantAudit::compare_configuration, &TenantAudit::compare_ledger, &TenantAudit::compare_orders,
          &TenantAudit::compare_order_indexes, &TenantAudit::compare_exceptions, &TenantAudit::compare_fulfillments,
          &TenantAudit::compare_returns, &TenantAudit::compare_customers, &TenantAudit::compare_persons}) {
        if (auto done = (this->*step)(); !done) return fail(std::move(done.error()));
    }
    check_reservations();
    check_capacity_use();
    result_.state_hash = hash_.finish(head_.head);
    return result_;
}

TenantAudit::Step TenantAudit::fold_log(const std::function<void(std::uint64_t)>& folded) {
    constexpr std::uint32_t page_events = 1'000;
    EventQuery query;
    query.until = head_.head;
    query.limit = page_events;
    while (true) {
        auto rows = reader_.events(head_.tenant, query);
        if (!rows) return fail(std::move(rows.error()));
        for (const EventRow& row : *rows) {
            if (!fold_event(row)) return Unit{};
        }
        state_.accept();
        folded(rows->size());
        if (rows->size() < page_events) break;
        query.after = rows->back().sequence;
    }
    return Unit{};
}

bool TenantAudit::fold_event(const EventRow& row) {
    const std::string name = "event " + std::to_string(row.sequence.raw());
    if (row.sequence.raw() != state_.head.raw() + 1) {
        problem(name + " follows event " + std::to_string(state_.head.raw()) + ": the log has a gap");
        return false;
    }
    if (row.at < state_.last_instant) problem(name + " is older than the one before");
    const auto event = decode_event(row.type, row.schema_version, row.body);
    if (!event) {
        problem(name + " can not be read: " + event.error());
        return false;
    }
    if (const std::string misfit = misfit_of(*event, state_); !misfit.empty()) {
        problem(name + " can not follow from those before: it names " + misfit);
        return false;
    }
    if (!(row.aggregate == core::aggregate_of(*event))) problem(name + " is listed under another aggregate");
    const std::vector<core::Movement> movements = core::movements_of(*event, state_);
    values_.follow(row, *event, movements, state_);
    if (row.aggregate_version != version_after(row.aggregate, row.sequence, state_)) {
        problem(name + " has the wrong aggregate version");
    }
    check_stock_after(*event, row, movements);
    if (const auto* erased = std::get_if<core::PersonErased>(&*event)) erased_.insert(erased->customer);
    if (const auto* put = std::get_if<core::CustomerPut>(&*event)) {
        if (put->customer.person.is_set()) erased_.erase(put->customer.id);
    }
    if (const auto* placed = std::get_if<core::OrderPlaced>(&*event)) erased_.erase(placed->order.customer);
    ++result_.events;
    ++checked("events of a gap-free log folded from nothing");
    return true;
}

void TenantAudit::check_stock_after(const core::Event& event, const EventRow& row,
                                    const std::vector<core::Movement>& movements) {
    const bool by_feed = std::holds_alternative<core::FeedApplied>(event);
    // An order's movements are one change, whatever their order. Moves of stock are made one after the other: goods may
    // leave and then more be kept back. They are followed backwards from how it ended.
    std::map<std::pair<core::ItemIx, core::LocationIx>, std::int64_t> sellable_after;
    for (auto at = movements.rbegin(); at != movements.rend(); ++at) {
        const core::Movement& movement = *at;
        if (!is_zero(movement)) ++result_.movements;
        const core::Level* level = state_.levels_of(movement.item).find(movement.location);
        const std::string where = "event " + std::to_string(row.sequence.raw()) + ", item " +
                                  state_.items[movement.item].sku + " at " + state_.locations[movement.location].code;
        std::int64_t& sellable =
            sellable_after.try_emplace({movement.item, movement.location}, level->sellable()).first->second;
        const bool promised_too_much = (movement.kind == core::MovementKind::reserve && level->sellable() < 0) ||
                                       (movement.kind == core::MovementKind::transfer_out && sellable < 0);
        if (promised_too_much) problem(where + ": more was promised than could be sold");
        sellable -= movement.on_hand - movement.reserved - movement.safety - movement.unsellable;
        // What ships was reserved; a feed or a count may have found since that less is there than is promised.
        const bool ships = movement.kind == core::MovementKind::ship;
        if (ships && level->reserved < 0) problem(where + ": more shipped than was reserved");
        if (!by_feed && !ships && movement.on_hand < 0 && level->on_hand < 0) {
            problem(where + ": more left than was there");
        }
        if (level->reserved < 0) problem(where + ": less than nothing is reserved");
    }
    checked("movements that promise or take stock which is there") += movements.size();
}

TenantAudit::Step TenantAudit::compare_configuration() {
    RowCollector rows;
    if (auto read = reader_.configuration(head_.tenant, rows); !read) return read;
    for (const DocRow& row : rows.docs) hash_.doc(row);
    for (const LevelRow& row : rows.levels) hash_.level(row);
    for (const CapacityRow& row : rows.capacity) hash_.capacity(row);
    compare_documents(rows.docs);
    compare_levels(rows.levels);
    compare_capacity(rows.capacity);
    return Unit{};
}

void TenantAudit::compare_documents(const std::vector<DocRow>& rows) {
    constexpr std::array<const char*, doc_kinds> names{"settings",
                                                       "item",
                                                       "location",
                                                       "channel",
                                                       "key",
                                                       "feed",
                                                       "postcode area",
                                                       "rule set",
                                                       "activation",
                                                       "rate table",
                                                       "webhook",
                                                       "progress of webhook",
                                                       "demand",
                                                       "message template",
                                                       "progress of mail"};
    std::array<std::map<std::uint32_t, std::pair<std::string, std::string>>, doc_kinds> expected;
    const auto expect = [&](DocKind kind, const auto& table) {
        for (std::uint32_t ix = 0; ix < table.size(); ++ix) {
            expected[static_cast<std::size_t>(kind)][ix] = {table.codes.key(ix), encode_doc(table[ix])};
        }
    };
    if (state_.settings.size() > 0) {
        expected[0][0] = {std::string(settings_code), encode_doc(state_.tenant())};
    }
    expect(DocKind::item, state_.items);
    expect(DocKind::location, state_.locations);
    expect(DocKind::channel, state_.channels);
    expect(DocKind::key, state_.keys);
    expect(DocKind::feed, state_.feeds);
    expect(DocKind::postcode_area, state_.postcode_areas);
    expect(DocKind::rule_set, state_.rule_sets);
    expect(DocKind::rule_activation, state_.activations);
    expect(DocKind::rate_table, state_.rate_tables);
    expect(DocKind::webhook, state_.webhooks);
    for (core::WebhookIx ix = 0; ix < state_.webhook_progress.size(); ++ix) {
        expected[static_cast<std::size_t>(DocKind::webhook_progress)][ix] = {
            state_.webhooks.codes.key(ix), encode_doc(state_.webhook_progress.read(ix))};
    }
    expect(DocKind::demand, state_.demand);
    expect(DocKind::message_template, state_.message_templates);
    if (state_.message_progress.size() > 0) {
        expected[static_cast<std::size_t>(DocKind::message_progress)][0] = {
            std::string(mail_code), encode_doc(state_.message_progress.read(0))};
    }
    for (const DocRow& row : rows) {
        const auto kind = static_cast<std::size_t>(row.kind);
        const auto at = expected[kind].find(row.ix);
        if (at == expected[kind].end() || at->second != std::pair(row.code, row.doc)) {
            problem(std::string(names[kind]) + " " + row.code + " is not what the log says");
        }
        if (at != expected[kind].end()) expected[kind].erase(at);
        ++checked("configuration documents equal to the fold");
    }
    for (std::size_t kind = 0; kind < doc_kinds; ++kind) {
        for (const auto& [ix, row] : expected[kind]) {
            problem(std::string(names[kind]) + " " + row.first + " is in the log and not among the rows");
        }
    }
}

}  // namespace waybill::engine

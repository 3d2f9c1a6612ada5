#include "engine/load_state.hpp"

#include <algorithm>
#include <boost/mp11/algorithm.hpp>
#include <string>
#include <vector>

#include "core/events.hpp"
#include "engine/codec.hpp"

namespace waybill::engine {
namespace {

// Tables keep the memory of their pending rows, so that large loads are accepted piece by piece.
constexpr std::uint32_t rows_between_accepts = 1'024;

class StateLoader final : public ConfigurationSink {
public:
    StateLoader(core::TenantState& state, Wants wants) : state_(state), wants_(wants) {}

    [[nodiscard]] Wants wants() const override { return wants_; }

    void on_doc(DocRow row) override {
        switch (row.kind) {
            case DocKind::settings:
                return put_settings(row);
            case DocKind::item:
                return put(state_.items, row);
            case DocKind::location:
                return put(state_.locations, row);
            case DocKind::channel:
                return put(state_.channels, row);
            case DocKind::key:
                return put(state_.keys, row);
            case DocKind::feed:
                return put(state_.feeds, row);
            case DocKind::postcode_area:
                return put(state_.postcode_areas, row);
            case DocKind::rule_set:
                return put(state_.rule_sets, row);
            case DocKind::rule_activation:
                return put(state_.activations, row);
            case DocKind::rate_table:
                return put(state_.rate_tables, row);
            case DocKind::webhook:
                return put(state_.webhooks, row);
            case DocKind::webhook_progress:
                return put_progress(state_.webhook_progress, row);
            case DocKind::demand:
                return put(state_.demand, row);
            case DocKind::message_template:
                return put(state_.message_templates, row);
            case DocKind::message_progress:
                return put_progress(state_.message_progress, row);
        }
    }
    void on_level(const LevelRow& row) override {
        if (row.item != levels_item_) end_item_levels();
        levels_item_ = row.item;
        item_levels_.push_back(row.level);
    }
    void on_capacity(const CapacityRow& row) override {
        if (row.location >= capacity_.size()) capacity_.resize(std::size_t{row.location} + 1);
        capacity_[row.location].days.push_back(row.day);
    }

    /// Errors: the first thing that was wrong with a row, or empty.
    std::string finish() {
        end_item_levels();
        if (levels_.size() > state_.items.size()) note("a level names an item that does not exist");
        if (capacity_.size() > state_.locations.size()) note("a capacity row names a location that does not exist");
        if (state_.webhook_progress.size() != state_.webhooks.size())
            note("a webhook has no progress, or is not there");
        if (state_.message_progress.size() != (state_.message_templates.size() == 0 ? 0 : 1)) {
            note("message templates have no progress, or are not there");
        }
        if (!fault_.empty()) return fault_;
        levels_.resize(state_.items.size());
        for (core::ItemLevels& of_item : levels_) {
            state_.levels.add(std::move(of_item));
            if (state_.levels.size() % rows_between_accepts == 0) state_.levels.accept();
        }
        capacity_.resize(state_.locations.size());
        for (core::CapacityBook& book : capacity_) state_.capacity.add(std::move(book));
        index_gtins();
        while (state_.compiled_rules.size() < state_.rule_sets.size()) state_.compiled_rules.add(nullptr);
        for (std::uint32_t ix = 0; ix < state_.activations.size(); ++ix) {
            if (state_.activations[ix].number > state_.rule_sets.size())
                return "an activation names a rule set that does not exist";
        }
        state_.accept();
        return {};
    }
    /// The largest sequence that a configuration document says it was set by.
    [[nodiscard]] std::uint64_t newest_version() const { return newest_version_; }

private:
    /// Levels of an item follow one another; a list that grows by steps would leave the heap full of holes.
    void end_item_levels() {
        if (item_levels_.empty()) return;
        if (levels_item_ >= levels_.size()) levels_.resize(std::size_t{levels_item_} + 1);
        auto& levels = levels_[levels_item_].levels;
        levels.insert(levels.end(), item_levels_.begin(), item_levels_.end());
        item_levels_.clear();
    }

    void note(std::string what) {
        if (fault_.empty()) fault_ = std::move(what);
    }

    void put_settings(const DocRow& row) {
        auto value = decode_doc<core::TenantSettings>(row.doc);
        if (!value) return note("settings: " + value.error());
        if (row.ix != 0) return note("settings: there is more than one row");
        newest_version_ = std::max(newest_version_, value->version);
        state_.settings.add(*std::move(value));
    }

    void put_progress(PendingTable<core::DeliveryProgress>& table, const DocRow& row) {
        auto value = decode_doc<core::DeliveryProgress>(row.doc);
        if (!value) return note("progress of " + row.code + ": " + value.error());
        if (row.ix != table.size()) return note("progress of " + row.code + ": is not the next");
        table.add(*std::move(value));
    }

    template <class Row>
    void put(core::Coded<Row>& table, const DocRow& row) {
        auto value = decode_doc<Row>(row.doc);
        if (!value) return note(row.code + ": " + value.error());
        if (row.ix != table.size() || table.find(row.code))
            return note(row.code + ": its index or code is not as expected");
        if constexpr (requires { value->version; }) newest_version_ = std::max(newest_version_, value->version);
        table.put(row.ix, row.code, *std::move(value));
        if (table.size() % rows_between_accepts == 0) table.accept();
    }

    void index_gtins() {
        for (core::ItemIx ix = 0; ix < state_.items.size(); ++ix) {
            for (const core::ItemUnit& unit : state_.items[ix].units) {
                if (unit.gtin.empty() || state_.gtins.find(unit.gtin)) continue;
                state_.gtins.add(unit.gtin);
                state_.gtin_items.add(ix);
            }
        }
    }

    core::TenantState& state_;
    const Wants wants_;
    std::vector<core::ItemLevels> levels_;
    std::vector<core::Level> item_levels_;  ///< of levels_item_, so far
    core::ItemIx levels_item_ = 0;
    std::vector<core::CapacityBook> capacity_;
    std::uint64_t newest_version_ = 0;
    std::string fault_;
};

/// Sequence of the last configuration event. Documents carry the sequence that set them, except postcode areas; so what
/// the documents say is a lower bound, and the events after it are few.
Result<std::uint64_t, IoError> config_sequence_of(Reader& reader, core::TenantId tenant, std::uint64_t at_least) {
    EventQuery query;
    query.after = core::Sequence(at_least);
    query.types = configuration_types();
    using Kind = core::AggregateKind;
    query.kinds = {Kind::tenant,   Kind::item,       Kind::location, Kind::channel,
                   Kind::rule_set, Kind::rate_table, Kind::webhook,  Kind::message_template};
    query.limit = 1'000;
    while (true) {
        auto rows = reader.events(tenant, query);
        if (!rows) return fail(std::move(rows.error()));
        if (!rows->empty()) query.after = rows->back().sequence;
        if (rows->size() < query.limit) return query.after.raw();
    }
}

Result<Unit, IoError> read_into(StateLoader& loader, core::TenantState& state, Reader& reader) {
    if (auto loaded = reader.configuration(state.id, loader); !loaded) return fail(std::move(loaded.error()));
    std::string fault = loader.finish();
    if (fault.empty() && state.settings.size() == 0) fault = "its settings are missing";
    if (fault.empty()) return Unit{};
    return fail(IoError{IoFailure::corrupt, "tenant " + std::to_string(state.id.raw()) + ": " + fault});
}

}  // namespace

const std::vector<std::string>& configuration_types() {
    static const std::vector<std::string> types = [] {
        std::vector<std::string> out;
        boost::mp11::mp_for_each<boost::mp11::mp_transform<boost::mp11::mp_identity, core::Event>>([&](auto identity) {
            const core::Event event = typename decltype(identity)::type{};
            if (core::is_configuration(event)) out.emplace_back(core::type_of(event));
        });
        return out;
    }();
    return types;
}

Result<std::unique_ptr<core::TenantState>, IoError> load_configuration(Reader& reader, core::TenantId tenant) {
    auto state = std::make_unique<core::TenantState>();
    state->id = tenant;
    StateLoader loader(*state, StateLoader::Wants::documents);
    if (auto loaded = read_into(loader, *state, reader); !loaded) return fail(std::move(loaded.error()));
    return state;
}

Result<core::TenantSettings, IoError> load_settings(Reader& reader, core::TenantId tenant) {
    core::TenantState state;
    state.id = tenant;
    StateLoader loader(state, StateLoader::Wants::settings);
    if (auto loaded = read_into(loader, state, reader); !loaded) return fail(std::move(loaded.error()));
    return state.settings.committed(0);
}

Result<std::unique_ptr<core::TenantState>, IoError> load_state(Reader& reader, const TenantHead& head) {
    auto state = std::make_unique<core::TenantState>();
    state->id = head.tenant;
    StateLoader loader(*state, StateLoader::Wants::everything);
    if (auto loaded = read_into(loader, *state, reader); !loaded) return fail(std::move(loaded.error()));
    auto config_sequence = config_sequence_of(reader, head.tenant, loader.newest_version());
    if (!config_sequence) return fail(std::move(config_sequence.error()));
    state->head = head.head;
    state->last_instant = head.last_instant;
    core::compile_current_rules(*state, head.last_instant);
    state->accept();
    state->config_sequence = *config_sequence;
    return state;
}

}  // namespace waybill::engine

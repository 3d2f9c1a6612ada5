#include "engine/decision_history.hpp"

#include "base/mutant.hpp"
#include "core/evolve.hpp"
#include "engine/codec.hpp"
#include "engine/load_state.hpp"

namespace waybill::engine {
namespace {

IoError unreadable(const EventRow& row, const std::string& why) {
    return {IoFailure::corrupt, "event " + std::to_string(row.sequence.raw()) + " can not be read: " + why};
}

RecordedDecision decision_of(const core::OrderPlaced& placed, const EventRow& row) {
    const bool held = placed.routing.status == core::RoutingStatus::held;
    const auto of = held ? core::RulesOf::holding : core::RulesOf::placing;
    return {placed.routing, placed.rules, of, row.at, row.sequence};
}

/// `visit(row, event)` for each event of the query, in pages; an error that it returns ends it.
template <class Visit>
Result<Unit, IoError> each_event(Reader& reader, core::TenantId tenant, EventQuery query, Visit visit) {
    query.limit = page_rows;
    while (true) {
        auto rows = reader.events(tenant, query);
        if (!rows) return fail(std::move(rows).error());
        for (const EventRow& row : *rows) {
            query.after = row.sequence;
            const auto event = decode_event(row.type, row.schema_version, row.body);
            if (!event) return fail(unreadable(row, event.error()));
            if (Result<Unit, IoError> done = visit(row, *event); !done) return done;
        }
        if (rows->size() < page_rows) return Unit{};
    }
}

}  // namespace

Result<std::optional<RecordedDecision>, IoError> latest_decision(Reader& reader, core::TenantId tenant,
                                                                 core::OrderId order) {
    std::optional<RecordedDecision> latest;
    EventQuery query;
    query.aggregate = core::Aggregate{core::AggregateKind::order, order.raw()};
    query.types = {std::string(core::OrderPlaced::type_name), std::string(core::OrderRerouted::type_name)};
    const auto note = [&](const EventRow& row, const core::Event& event) -> Result<Unit, IoError> {
        if (const auto* placed = std::get_if<core::OrderPlaced>(&event)) {
            latest = decision_of(*placed, row);
        } else if (const auto* rerouted = std::get_if<core::OrderRerouted>(&event)) {
            latest =
                RecordedDecision{rerouted->routing, rerouted->rules, core::RulesOf::rerouting, row.at, row.sequence};
        }
        return Unit{};
    };
    if (auto done = each_event(reader, tenant, std::move(query), note); !done) return fail(std::move(done).error());
    return latest;
}

namespace {

/// What passes over an order, event by event.
class Passing {
public:
    /// False: rules say that they looked at a moment which the order did not just pass.
    [[nodiscard]] bool operator()(const EventRow& row, const core::Event& event) {
        bool fits = true;
        bool looked_before_release = false;
        if (const auto* placed = std::get_if<core::OrderPlaced>(&event)) {
            const std::uint64_t seen = placed->routing.config_sequence;
            add(core::Moment::placed, row, seen).rules = placed->rules;
            if (placed->routing.status != core::RoutingStatus::held) add(core::Moment::routed, row, seen);
        } else if (const auto* rerouted = std::get_if<core::OrderRerouted>(&event)) {
            add(core::Moment::routed, row, rerouted->routing.config_sequence);
        } else if (std::holds_alternative<core::FulfillmentRejected>(event)) {
            add(core::Moment::rejected, row, row.sequence.raw());
        } else if (std::holds_alternative<core::FulfillmentReleased>(event)) {
            // Rules look before anything is released: where some fired, their mark comes first and brought the moment.
            if (!looked_before_release_) add(core::Moment::before_release, row, row.sequence.raw()).seen = previous_;
        } else if (std::holds_alternative<core::ReturnRequested>(event)) {
            add(core::Moment::return_requested, row, row.sequence.raw());
        } else if (std::holds_alternative<core::OrderShipped>(event)) {
            add(core::Moment::shipped, row, row.sequence.raw());
        } else if (std::holds_alternative<core::OrderCancelled>(event)) {
            // What is short when a hold is released is cancelled with the routing: rules look at both together.
            if (row.command == core::ReleaseHold::name) {
                moments.back().seen = row.sequence;
            } else {
                add(core::Moment::cancelled, row, row.sequence.raw());
            }
        } else if (const auto* marked = std::get_if<core::OrderMarked>(&event)) {
            looked_before_release = marked->moment == core::Moment::before_release;
            if (looked_before_release) add(marked->moment, row, marked->config_sequence).seen = previous_;
            fits = moments.back().moment == marked->moment;
            moments.back().rules = marked->rules;
            moments.back().did = *marked;
            moments.back().config_sequence = marked->config_sequence;
        }
        previous_ = row.sequence;
        looked_before_release_ = looked_before_release;
        return fits;
    }

    std::vector<RecordedMoment> moments;

private:
    RecordedMoment& add(core::Moment moment, const EventRow& row, std::uint64_t config_sequence) {
        return moments.emplace_back(
            RecordedMoment{moment, row.sequence, row.at, row.sequence, config_sequence, {}, {}});
    }

    core::Sequence previous_;             ///< of the event before
    bool looked_before_release_ = false;  ///< that event is what rules of this moment did
};

}  // namespace

Result<std::vector<RecordedMoment>, IoError> recorded_moments(Reader& reader, core::TenantId tenant,
                                                              core::OrderId order) {
    Passing passing;
    EventQuery query;
    query.aggregate = core::Aggregate{core::AggregateKind::order, order.raw()};
    const auto pass = [&](const EventRow& row, const core::Event& event) -> Result<Unit, IoError> {
        if (passing.moments.empty() && !std::holds_alternative<core::OrderPlaced>(event)) {
            return fail(unreadable(row, "the order was not placed before"));
        }
        if (!passing(row, event)) return fail(unreadable(row, "rules looked at a moment that the order did not pass"));
        return Unit{};
    };
    if (auto done = each_event(reader, tenant, std::move(query), pass); !done) return fail(std::move(done).error());
    return std::move(passing.moments);
}

Result<std::optional<RecordedDecision>, IoError> placing_decision(Reader& reader, core::TenantId tenant,
                                                                  core::OrderId order) {
    EventQuery query;
    query.aggregate = core::Aggregate{core::AggregateKind::order, order.raw()};
    query.types = {std::string(core::OrderPlaced::type_name)};
    query.limit = 1;
    const auto rows = reader.events(tenant, query);
    if (!rows) return fail(rows.error());
    if (rows->empty()) return std::optional<RecordedDecision>();
    const EventRow& row = rows->front();
    const auto event = decode_event(row.type, row.schema_version, row.body);
    if (!event) return fail(unreadable(row, event.error()));
    const auto* placed = std::get_if<core::OrderPlaced>(&*event);
    if (placed == nullptr) return fail(unreadable(row, "it is no order_placed"));
    return std::optional(decision_of(*placed, row));
}

Result<std::unique_ptr<core::TenantState>, IoError> configuration_as_of(Reader& reader, core::TenantId tenant,
                                                                        std::uint64_t sequence) {
    auto state = std::make_unique<core::TenantState>();
    state->id = tenant;
    EventQuery query;
    query.until = core::Sequence(sequence);
    query.types = configuration_types();
    // Of demand there is far more than of all others, and decisions record what they read of it.
    std::erase(query.types, core::DemandPut::type_name);
    using Kind = core::AggregateKind;
    query.kinds = {Kind::tenant,   Kind::item,       Kind::location, Kind::channel,
                   Kind::rule_set, Kind::rate_table, Kind::webhook,  Kind::message_template};
    const auto fold = [&](const EventRow& row, const core::Event& event) -> Result<Unit, IoError> {
        if (WAYBILL_MUTANT(configuration_forgotten) && std::holds_alternative<core::ChannelPut>(event)) return Unit{};
        // Other events lie between; the fold of configuration does not need them.
        state->head = core::Sequence(row.sequence.raw() - 1);
        core::evolve(event, {row.sequence, row.at}, *state);
        return Unit{};
    };
    if (auto done = each_event(reader, tenant, std::move(query), fold); !done) return fail(std::move(done).error());
    state->accept();
    return state;
}

}  // namespace waybill::engine

#include "conformance/dump.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace waybill::conformance {

using core::TenantId;
using engine::Reader;

namespace {

class TextSink final : public engine::ConfigurationSink {
public:
    void on_doc(engine::DocRow row) override {
        text += fmt::format("doc {} {} {} {}\n", static_cast<int>(row.kind), row.ix, row.code, row.doc);
    }
    void on_level(const engine::LevelRow& row) override {
        const core::Level& level = row.level;
        text += fmt::format("level {} {} {} {} {} {} {} {}\n", row.item, level.location, level.feed,
                            level.feed_sequence, level.on_hand, level.reserved, level.safety, level.unsellable);
    }
    void on_capacity(const engine::CapacityRow& row) override {
        text += fmt::format("capacity {} {} {} {}\n", row.location, row.day.day.days(), row.day.orders, row.day.units);
    }
    std::string text;
};

template <class T>
std::string error_text(const Reader::Answer<T>& answer) {
    return fmt::format("error {}: {}\n", static_cast<int>(answer.error().kind), answer.error().detail);
}

std::string text_of(const engine::StoredOrder& order) {
    std::string out = "  " + order.header + "\n";
    if (order.placed) {
        out += fmt::format("  placed {} {} {} {}\n", order.placed->sequence.raw(), order.placed->at.micros(),
                           order.placed->schema_version, order.placed->body);
    }
    for (const auto& block : order.blocks) out += fmt::format("  block {} {}\n", block.block, block.doc);
    return out;
}

std::string text_of(const engine::ReplyRow& reply) {
    return fmt::format("reply {} {} {} {} {} {} {} {}\n", reply.key, fmt::join(reply.body_hash, " "), reply.status,
                       static_cast<int>(reply.object.kind), reply.object.id, reply.sequence.raw(), reply.body,
                       reply.at.micros());
}

std::string text_of(const engine::PersonRow& person) {
    return fmt::format("person {} {} {} {}\n", person.id.raw(), person.customer.raw(), person.order.raw(), person.doc);
}

}  // namespace

std::string dump(const Reader::Answer<engine::OrderPage>& answer) {
    if (!answer) return error_text(answer);
    std::string out;
    for (const auto& hit : answer->hits) {
        out += fmt::format("hit {} {}\n", hit.id.raw(), hit.placed_at.micros()) + text_of(hit.order);
    }
    if (answer->next) out += fmt::format("next {} {}\n", answer->next->first.micros(), answer->next->second.raw());
    return out;
}

std::string dump(const Reader::Answer<std::vector<engine::EventRow>>& answer) {
    if (!answer) return error_text(answer);
    std::string out;
    for (const auto& event : *answer) {
        out += fmt::format("event {} {} {} {} {} {} {} {} {} {} {}\n", event.sequence.raw(),
                           static_cast<int>(event.aggregate.kind), event.aggregate.id, event.aggregate_version,
                           event.at.micros(), event.actor, event.command, event.correlation, event.type,
                           event.schema_version, event.body);
    }
    return out;
}

std::string dump(const Reader::Answer<std::vector<engine::MovementRow>>& answer) {
    if (!answer) return error_text(answer);
    std::string out;
    for (const auto& row : *answer) {
        const core::Movement& moved = row.movement;
        out += fmt::format("movement {} {} {} {} {} {} {} {} {} {} '{}' {}\n", row.sequence.raw(), row.n,
                           row.at.micros(), moved.item, moved.location, static_cast<int>(moved.kind), moved.on_hand,
                           moved.reserved, moved.safety, moved.unsellable, moved.reason, row.order.raw());
    }
    return out;
}

std::string dump(const Reader::Answer<std::vector<std::string>>& answer) {
    if (!answer) return error_text(answer);
    return fmt::format("{}\n", fmt::join(*answer, "\n"));
}

std::string dump(const Reader::Answer<std::vector<engine::ExceptionRow>>& answer) {
    if (!answer) return error_text(answer);
    std::string out;
    for (const auto& row : *answer) {
        out += fmt::format("exception {} {} {} {} '{}' {} {} {}\n", row.raised_in.raw(), row.kind, row.order.raw(),
                           static_cast<int>(row.severity), row.owner, row.due_at.micros(), row.is_open, row.doc);
    }
    return out;
}

std::string dump(const Reader::Answer<std::vector<engine::FulfillmentRow>>& answer) {
    if (!answer) return error_text(answer);
    std::string out;
    for (const auto& row : *answer) {
        out += fmt::format("fulfillment {} {} {} {} {} {} {} {}\n", row.order.raw(), row.number, row.location,
                           static_cast<int>(row.status), row.is_open, row.due.days(), row.priority, row.doc);
    }
    return out;
}

std::string dump(const Reader::Answer<std::vector<engine::ReturnRow>>& answer) {
    if (!answer) return error_text(answer);
    std::string out;
    for (const auto& row : *answer) {
        out += fmt::format("return {} {} {} {} {} {} {}\n", row.order.raw(), row.number, row.location,
                           static_cast<int>(row.status), row.is_open, row.requested_at.micros(), row.doc);
    }
    return out;
}

std::string dump(const engine::OrderQuery& query) {
    std::vector<int> statuses;
    for (const auto status : query.statuses) statuses.push_back(static_cast<int>(status));
    const auto number = [](const auto& value) { return value ? static_cast<std::int64_t>(*value) : -1; };
    return fmt::format(
        "statuses {} channel {} customer {} item {} location {} scope {} from {} before {} text '{}' persons {} limit "
        "{}"
        " after {}",
        statuses, number(query.channel), query.customer ? static_cast<std::int64_t>(query.customer->raw()) : -1,
        number(query.item), number(query.location), query.scope, query.placed_from.micros(),
        query.placed_before.micros(), query.text, query.text_in_persons, query.limit,
        query.after ? fmt::format("{} {}", query.after->first.micros(), query.after->second.raw()) : "none");
}

std::string dump_tenant(engine::Store& store, Reader& reader, TenantId tenant) {
    std::string out;
    if (const auto tenants = store.tenants()) {
        for (const auto& head : *tenants) {
            out += fmt::format("tenant {} {} {} {}\n", head.tenant.raw(), head.name, head.head.raw(),
                               head.last_instant.micros());
        }
    }
    const auto head = reader.head(tenant);
    out += head ? fmt::format("head {}\n", head->raw()) : error_text(head);
    engine::EventQuery all_events;
    all_events.limit = 100'000;
    out += dump(reader.events(tenant, all_events));
    engine::MovementQuery all_movements;
    all_movements.limit = 100'000;
    out += dump(reader.movements(tenant, all_movements));
    TextSink read;
    if (const auto done = reader.configuration(tenant, read); !done) out += error_text(done);
    out += read.text;
    if (const auto sums = reader.movement_sums(tenant)) {
        for (const auto& row : *sums) {
            out += fmt::format("sum {} {} {} {} {} {}\n", row.item, row.level.location, row.level.on_hand,
                               row.level.reserved, row.level.safety, row.level.unsellable);
        }
    }
    if (const auto orders = reader.scan_orders(tenant, {}, 100'000)) {
        for (const auto& order : *orders) out += text_of(order);
    }
    engine::ExceptionQuery all_exceptions;
    all_exceptions.limit = 100'000;
    out += dump(reader.exceptions(tenant, all_exceptions));
    engine::FulfillmentQuery all_fulfillments;
    all_fulfillments.limit = 100'000;
    out += dump(reader.fulfillments(tenant, all_fulfillments));
    engine::ReturnQuery all_returns;
    all_returns.limit = 100'000;
    out += dump(reader.returns(tenant, all_returns));
    out += dump(reader.customers(tenant, {}, "", 100'000));
    if (const auto persons = reader.scan_persons(tenant, {}, 100'000)) {
        for (const auto& person : *persons) out += text_of(person);
    }
    for (int n = 0; n < 12; ++n) {
        const auto reply = reader.reply(tenant, fmt::format("key-{}", n));
        if (!reply) out += error_text(reply);
        if (reply && *reply) out += text_of(**reply);
    }
    return out;
}

}  // namespace waybill::conformance

#include "conformance/random_history.hpp"

#include <fmt/format.h>
#include <array>

namespace waybill::conformance {

using core::AggregateKind;
using core::CustomerId;
using core::OrderId;
using core::PersonId;
using core::Sequence;
using engine::TenantBatch;

namespace {

constexpr std::uint32_t items = 9;
constexpr std::uint32_t locations = 5;
constexpr std::uint32_t channels = 3;
constexpr std::array<std::string_view, 12> vocabulary{"red",    "reduced", "redwood", "Gift", "gift-wrap", "Müller",
                                                      "muller", "Ö",       "a",       "2024", "20240101",  "urgent"};
constexpr std::array<std::string_view, 3> event_types{"order_placed", "order_cancelled", "inventory_moved"};

}  // namespace

TenantBatch RandomHistory::founding() {
    TenantBatch batch;
    batch.tenant = tenant_;
    batch.tenant_name = fmt::format("tenant {}", tenant_.raw());
    batch.head_before = head_;
    put_doc(batch);
    return batch;
}

TenantBatch RandomHistory::idle_batch(std::uint32_t events) {
    TenantBatch batch;
    batch.tenant = tenant_;
    batch.head_before = head_;
    for (std::uint32_t n = 0; n < events; ++n) add_event(batch, AggregateKind::tenant, 0);
    return batch;
}

TenantBatch RandomHistory::next_batch() {
    touched_.clear();
    TenantBatch batch;
    batch.tenant = tenant_;
    batch.head_before = head_;
    const std::uint32_t steps = 1 + random_.below(6);
    for (std::uint32_t step = 0; step < steps; ++step) {
        switch (random_.below(8)) {
            case 0:
            case 1:
            case 2:
                place_order(batch);
                break;
            case 3:
            case 4:
                change_order(batch);
                break;
            case 5:
                put_customer(batch);
                break;
            case 6:
                move_stock(batch);
                break;
            case 7:
                put_doc(batch);
                break;
        }
    }
    if (random_.one_in(8) && !customers_.empty()) {
        batch.erased.push_back(customers_[random_.below(static_cast<std::uint32_t>(customers_.size()))]);
    }
    if (random_.one_in(2)) {
        engine::ReplyRow reply;
        reply.key = fmt::format("key-{}", random_.below(12));
        reply.body_hash[3] = static_cast<unsigned char>(random_.below(256));
        reply.status = 201;
        reply.object = {AggregateKind::order, random_.below(50)};
        reply.sequence = head_;
        reply.body = random_.one_in(2) ? "{}" : "";
        reply.at = Instant(now_);
        batch.replies.push_back(reply);
    }
    if (random_.one_in(2)) put_exceptions(batch);
    if (random_.one_in(2)) put_fulfillments(batch);
    if (random_.one_in(2)) put_returns(batch);
    if (random_.one_in(3)) batch.replies_expire_before = Instant(now_ - 5'000'000);
    return batch;
}

TenantBatch RandomHistory::conflicting_batch() {
    TenantBatch batch;
    batch.tenant = tenant_;
    batch.head_before = head_;
    const RandomHistory before = *this;
    touched_.clear();
    move_stock(batch);
    place_order(batch);
    if (random_.one_in(3) || orders_.size() < 2) {
        for (auto& event : batch.events) event.sequence = Sequence(event.sequence.raw() + 1);
        for (auto& movement : batch.movements) movement.sequence = Sequence(movement.sequence.raw() + 1);
        batch.head_before = Sequence(batch.head_before.raw() + 1);
    } else if (random_.one_in(2)) {
        batch.orders.front().channel = orders_.front().channel;
        batch.orders.front().channel_order_id = orders_.front().number;
    } else {
        batch.orders.front().is_new = false;
    }
    const Random advanced = random_;
    *this = before;
    random_ = advanced;
    return batch;
}

Sequence RandomHistory::add_event(TenantBatch& batch, AggregateKind kind, std::uint64_t id) {
    head_ = Sequence(head_.raw() + 1);
    now_ += random_.below(2'000'000);
    engine::EventRow event;
    event.sequence = head_;
    event.aggregate = {kind, id == 0 && kind == AggregateKind::order ? head_.raw() : id};
    event.aggregate_version = random_.below(5);
    event.at = Instant(now_);
    event.actor = "key_1";
    event.command = "command";
    event.correlation = random_.one_in(3) ? "" : "k";
    event.type = event_types[random_.below(event_types.size())];
    event.schema_version = 1;
    event.body = fmt::format("{{\"n\":{}}}", random_.below(1000));
    batch.events.push_back(event);
    return head_;
}

void RandomHistory::place_order(TenantBatch& batch) {
    const Sequence sequence = add_event(batch, AggregateKind::order, 0);
    Known known;
    known.id = OrderId(sequence.raw());
    known.channel = random_.below(channels);
    known.number = fmt::format("WEB-{}", next_number_++);
    known.customer = customers_.empty() || random_.one_in(3)
                         ? CustomerId()
                         : customers_[random_.below(static_cast<std::uint32_t>(customers_.size()))];
    known.placed_at = some_time();
    known.version = 1;

    engine::OrderRow row;
    row.id = known.id;
    row.channel = known.channel;
    row.channel_order_id = known.number;
    row.status = static_cast<core::OrderStatus>(random_.below(7));
    row.customer = known.customer;
    row.placed_at = known.placed_at;
    row.updated_at = Instant(now_);
    row.currency = "EUR";
    row.total_minor = random_.below(100'000);
    row.line_count = 65;
    row.version = 1;
    row.last_sequence = sequence;
    known.has_document = random_.one_in(2);
    if (known.has_document) {
        row.header = fmt::format("{{\"id\":{},\"version\":1}}", row.id.raw());
        row.blocks = {{0, "{\"lines\":[]}"}, {1, fmt::format("{{\"lines\":[{}]}}", random_.below(100))}};
    }
    std::set<core::ItemIx> distinct;
    for (std::uint32_t n = 0; n <= random_.below(4); ++n) distinct.insert(random_.below(items));
    row.items = {distinct.begin(), distinct.end()};
    fill_locations(row);
    if (!random_.one_in(4)) row.search_text = known.number + " " + words(3);
    batch.orders.push_back(row);
    for (std::uint32_t n = 0; n < random_.below(4); ++n) add_movement(batch, sequence, n, row.id);
    if (random_.one_in(2)) {
        add_person(batch, sequence, row.id, random_.one_in(2) ? known.customer : CustomerId());
    }
    touched_.insert(known.id.raw());
    orders_.push_back(known);
}

void RandomHistory::change_order(TenantBatch& batch) {
    if (orders_.empty()) return;
    Known& known = orders_[random_.below(static_cast<std::uint32_t>(orders_.size()))];
    if (!touched_.insert(known.id.raw()).second) return;
    const Sequence sequence = add_event(batch, AggregateKind::order, known.id.raw());
    engine::OrderRow row;
    row.id = known.id;
    row.channel = known.channel;
    row.channel_order_id = known.number;
    row.status = static_cast<core::OrderStatus>(random_.below(7));
    row.customer = known.customer;
    row.placed_at = known.placed_at;
    row.updated_at = Instant(now_);
    row.currency = "EUR";
    row.total_minor = random_.below(100'000);
    row.line_count = 65;
    row.version = ++known.version;
    row.last_sequence = sequence;
    row.header = fmt::format("{{\"id\":{},\"version\":{}}}", row.id.raw(), row.version);
    row.is_new = false;
    if (random_.one_in(2) || !known.has_document) {
        row.blocks = {{1, fmt::format("{{\"lines\":[{}]}}", random_.below(100))}};
    }
    if (!known.has_document) row.blocks.insert(row.blocks.begin(), {0, "{\"lines\":[]}"});
    known.has_document = true;
    fill_locations(row);
    if (random_.one_in(3)) row.search_text = words(2);
    batch.orders.push_back(row);
    for (std::uint32_t n = 0; n < random_.below(3); ++n) add_movement(batch, sequence, n, row.id);
}

void RandomHistory::put_customer(TenantBatch& batch) {
    const bool is_new = customers_.empty() || random_.one_in(2);
    const CustomerId id =
        is_new ? CustomerId(head_.raw() + 1) : customers_[random_.below(static_cast<std::uint32_t>(customers_.size()))];
    if (!touched_.insert(id.raw()).second) return;
    const Sequence sequence = add_event(batch, AggregateKind::customer, id.raw());
    engine::CustomerRow row;
    row.id = id;
    row.doc = fmt::format("{{\"id\":{},\"n\":{}}}", id.raw(), random_.below(100));
    row.group = random_.one_in(2) ? "trade" : "";
    row.blocked = random_.one_in(5);
    for (std::uint32_t n = 0; n < random_.below(3); ++n) {
        row.identities.push_back({n, fmt::format("c{}-{}", id.raw(), random_.below(3))});
    }
    batch.customers.push_back(row);
    if (is_new) customers_.push_back(id);
    if (random_.one_in(2)) add_person(batch, sequence, {}, id);
}

void RandomHistory::move_stock(TenantBatch& batch) {
    const std::uint64_t feed = random_.below(2);
    const Sequence sequence = add_event(batch, AggregateKind::inventory, feed);
    const std::uint32_t count = 1 + random_.below(4);
    for (std::uint32_t n = 0; n < count; ++n) add_movement(batch, sequence, n, {});
    if (random_.one_in(2)) {
        core::CapacityDay day;
        day.day = CivilDate(19'000 + static_cast<std::int32_t>(random_.below(3)));
        day.orders = random_.below(9);
        day.units = random_.below(99);
        batch.capacity.push_back({random_.below(locations), day});
    }
}

void RandomHistory::put_doc(TenantBatch& batch) {
    add_event(batch, AggregateKind::item, 0);
    const auto kind = static_cast<engine::DocKind>(random_.below(engine::doc_kinds));
    const std::uint32_t ix = random_.below(6);
    batch.docs.push_back({kind, ix, fmt::format("code-{}", ix), fmt::format("{{\"n\":{}}}", random_.below(1000))});
}

/// Events are few, so that rows are often replaced.
void RandomHistory::put_exceptions(TenantBatch& batch) {
    std::set<std::pair<std::uint64_t, std::string>> seen;
    for (std::uint32_t n = 0; n <= random_.below(3); ++n) {
        engine::ExceptionRow row;
        row.raised_in = Sequence(1 + random_.below(40));
        row.kind = fmt::format("kind {}", random_.below(3));
        row.order = OrderId(1 + row.raised_in.raw() % 7);
        row.severity = static_cast<core::Severity>(random_.below(4));
        row.owner = random_.one_in(2) ? "ops" : "";
        if (random_.one_in(2)) row.due_at = Instant(1'700'000'000'000'000 + random_.below(5));
        row.is_open = random_.one_in(2);
        row.doc = fmt::format("{{\"n\":{}}}", random_.below(1000));
        if (seen.emplace(row.raised_in.raw(), row.kind).second) batch.exceptions.push_back(std::move(row));
    }
}

engine::ExceptionQuery RandomHistory::exception_query() {
    engine::ExceptionQuery query;
    if (!random_.one_in(3)) query.is_open = random_.one_in(2);
    if (random_.one_in(4)) query.order = OrderId(1 + random_.below(8));
    if (random_.one_in(4)) query.kind = fmt::format("kind {}", random_.below(4));
    if (random_.one_in(4)) query.least = static_cast<core::Severity>(random_.below(4));
    if (random_.one_in(4)) query.owner = random_.one_in(2) ? "ops" : "";
    if (random_.one_in(4)) query.due_before = Instant(1'700'000'000'000'000 + random_.below(6));
    query.limit = 1 + random_.below(9);
    if (random_.one_in(3)) {
        const Instant due = random_.one_in(2) ? Instant() : Instant(1'700'000'000'000'000 + random_.below(5));
        query.after =
            engine::ExceptionPosition{due, Sequence(random_.below(41)), fmt::format("kind {}", random_.below(3))};
    }
    return query;
}

/// Orders and days are few, so that rows are often replaced and often due at once.
void RandomHistory::put_fulfillments(TenantBatch& batch) {
    std::set<std::pair<std::uint64_t, std::uint32_t>> seen;
    for (std::uint32_t n = 0; n <= random_.below(5); ++n) {
        engine::FulfillmentRow row;
        row.order = OrderId(1 + random_.below(12));
        row.number = 1 + random_.below(3);
        row.location = static_cast<core::LocationIx>((row.order.raw() + row.number) % locations);
        row.status = static_cast<core::FulfillmentStatus>(random_.below(7));
        row.is_open = row.status < core::FulfillmentStatus::shipped;
        row.due = some_day();
        row.priority = static_cast<std::int32_t>(random_.below(3)) - 1;
        row.doc = fmt::format("{{\"n\":{}}}", random_.below(1000));
        if (seen.emplace(row.order.raw(), row.number).second) batch.fulfillments.push_back(std::move(row));
    }
}

engine::FulfillmentQuery RandomHistory::fulfillment_query() {
    engine::FulfillmentQuery query;
    if (!random_.one_in(3)) {
        std::set<core::LocationIx> distinct;
        for (std::uint32_t n = 0; n <= random_.below(4); ++n) distinct.insert(random_.below(locations + 1));
        // More places than are walked one by one.
        for (core::LocationIx n = 0; random_.one_in(4) && n < 20; ++n) distinct.insert(100 + n);
        query.locations = {distinct.begin(), distinct.end()};
    }
    if (!random_.one_in(3)) query.is_open = random_.one_in(2);
    if (random_.one_in(4)) query.status = static_cast<core::FulfillmentStatus>(random_.below(7));
    if (random_.one_in(4)) query.order = OrderId(1 + random_.below(13));
    if (random_.one_in(4)) query.due_until = some_day();
    query.limit = 1 + random_.below(9);
    if (random_.one_in(3)) {
        query.after = engine::FulfillmentPosition{some_day(), static_cast<std::int32_t>(random_.below(3)) - 1,
                                                  OrderId(random_.below(14)), random_.below(4)};
    }
    return query;
}

/// Orders and instants are few, so that rows are often replaced and often of one instant.
void RandomHistory::put_returns(TenantBatch& batch) {
    std::set<std::pair<std::uint64_t, std::uint32_t>> seen;
    for (std::uint32_t n = 0; n <= random_.below(5); ++n) {
        engine::ReturnRow row;
        row.order = OrderId(1 + random_.below(12));
        row.number = 1 + random_.below(3);
        const auto place = static_cast<core::LocationIx>((row.order.raw() + row.number) % (locations + 1));
        row.location = place == locations ? core::no_index : place;
        row.status = static_cast<core::ReturnStatus>(random_.below(6));
        row.is_open = row.status < core::ReturnStatus::received;
        row.requested_at = Instant(1'700'000'000'000'000 + random_.below(4));
        row.doc = fmt::format("{{\"n\":{}}}", random_.below(1000));
        if (seen.emplace(row.order.raw(), row.number).second) batch.returns.push_back(std::move(row));
    }
}

engine::ReturnQuery RandomHistory::return_query() {
    engine::ReturnQuery query;
    if (random_.one_in(2)) {
        std::set<core::LocationIx> distinct;
        for (std::uint32_t n = 0; n <= random_.below(4); ++n) distinct.insert(random_.below(locations + 1));
        // More places than are walked one by one.
        for (core::LocationIx n = 0; random_.one_in(4) && n < 20; ++n) distinct.insert(100 + n);
        query.locations = {distinct.begin(), distinct.end()};
    }
    query.with_anywhere = random_.one_in(2);
    if (!random_.one_in(3)) query.is_open = random_.one_in(2);
    if (random_.one_in(3)) query.status = static_cast<core::ReturnStatus>(random_.below(6));
    if (random_.one_in(4)) query.order = OrderId(1 + random_.below(13));
    query.limit = 1 + random_.below(9);
    if (random_.one_in(3)) {
        query.after = engine::ReturnPosition{Instant(1'700'000'000'000'000 + random_.below(4)),
                                             OrderId(random_.below(14)), random_.below(4)};
    }
    return query;
}

CivilDate RandomHistory::some_day() { return CivilDate(static_cast<std::int32_t>(random_.below(5)) - 2); }

void RandomHistory::add_person(TenantBatch& batch, Sequence sequence, OrderId order, CustomerId customer) {
    engine::PersonRow person;
    person.id = PersonId(sequence.raw());
    person.order = order;
    person.customer = customer;
    person.doc = fmt::format("{{\"name\":\"x\",\"customer\":{{\"red\":\"{}\"}}}}", words(4));
    batch.persons.push_back(person);
}

void RandomHistory::add_movement(TenantBatch& batch, Sequence sequence, std::uint32_t n, OrderId order) {
    engine::MovementRow row;
    row.sequence = sequence;
    row.n = n;
    row.at = Instant(now_);
    row.movement.item = random_.below(items);
    row.movement.location = random_.below(locations);
    row.movement.kind = static_cast<core::MovementKind>(random_.below(10));
    row.movement.on_hand = static_cast<std::int64_t>(random_.below(20)) - 8;
    row.movement.reserved = static_cast<std::int64_t>(random_.below(5)) - 2;
    row.movement.safety = random_.below(2);
    row.movement.unsellable = random_.below(2);
    row.movement.reason = random_.one_in(4) ? "found" : "";
    row.order = order;
    batch.movements.push_back(row);

    core::Level& level = levels_[{row.movement.item, row.movement.location}];
    level.location = row.movement.location;
    level.on_hand += row.movement.on_hand;
    level.reserved += row.movement.reserved;
    level.safety += row.movement.safety;
    level.unsellable += row.movement.unsellable;
    if (random_.one_in(3)) {
        level.feed = random_.below(2);
        level.feed_sequence = random_.below(100);
    }
    batch.levels.push_back({row.movement.item, level});
}

void RandomHistory::fill_locations(engine::OrderRow& row) {
    std::set<core::LocationIx> distinct;
    for (std::uint32_t n = 0; n < random_.below(4); ++n) distinct.insert(random_.below(locations));
    row.locations = {distinct.begin(), distinct.end()};
}

std::string RandomHistory::words(std::uint32_t most) {
    std::string out;
    for (std::uint32_t n = 0; n <= random_.below(most); ++n) {
        if (!out.empty()) out += random_.one_in(2) ? " " : ", ";
        out += vocabulary[random_.below(vocabulary.size())];
    }
    return out;
}

Instant RandomHistory::some_time() {
    // Moves on slowly with the log, so that stretches of it overlap in time without being the same.
    const auto stretch = static_cast<std::int64_t>(head_.raw() >> 12);
    return Instant(1'700'000'000'000'000 + (stretch * 5 + random_.below(12)) * micros_per_second);
}

std::string RandomHistory::text() {
    switch (random_.below(6)) {
        case 0:
            return fmt::format("web {}", random_.below(next_number_ + 1));
        case 1:
            return fmt::format("WEB-{}", random_.below(next_number_ + 1));
        case 2:
            return words(1) + " ";
        case 3:
            return "\"*) OR ' -- %_\xFF" + words(1);
        case 4:
            return random_.one_in(4) ? "!?" : std::string(vocabulary[random_.below(vocabulary.size())]).substr(0, 3);
        default:
            return words(2);
    }
}

engine::OrderQuery RandomHistory::order_query() {
    engine::OrderQuery query;
    for (std::uint32_t n = 0; n < 3 && random_.one_in(3); ++n) {
        query.statuses.push_back(static_cast<core::OrderStatus>(random_.below(7)));
    }
    if (random_.one_in(4)) query.channel = random_.below(channels);
    if (random_.one_in(5)) {
        query.customer = customers_.empty() || random_.one_in(5)
                             ? CustomerId()
                             : customers_[random_.below(static_cast<std::uint32_t>(customers_.size()))];
    }
    if (random_.one_in(4)) query.item = random_.below(items);
    if (random_.one_in(4)) query.location = random_.below(locations);
    if (random_.one_in(4)) {
        for (std::uint32_t n = 0; n <= random_.below(3); ++n) query.scope.push_back(random_.below(locations));
        // A scope too wide to be walked place by place.
        for (core::LocationIx n = 0; random_.one_in(4) && n < 80; ++n) query.scope.push_back(100 + n);
    }
    if (random_.one_in(4)) query.placed_from = some_time();
    if (random_.one_in(4)) query.placed_before = some_time();
    if (random_.one_in(3)) {
        query.text = text();
        query.text_in_persons = random_.one_in(2);
    }
    query.limit = random_.one_in(3) ? 1000 : random_.below(6);
    if (random_.one_in(3))
        query.after = {some_time(), OrderId(random_.below(static_cast<std::uint32_t>(head_.raw()) + 1))};
    return query;
}

engine::EventQuery RandomHistory::event_query() {
    engine::EventQuery query;
    const auto bound = static_cast<std::uint32_t>(head_.raw()) + 2;
    query.after = Sequence(random_.one_in(2) ? 0 : random_.below(bound));
    if (random_.one_in(2)) query.until = Sequence(random_.below(bound));
    if (random_.one_in(3)) {
        query.aggregate = core::Aggregate{static_cast<AggregateKind>(random_.below(8)), random_.below(4)};
        if (!orders_.empty() && random_.one_in(2)) {
            const auto at = random_.below(static_cast<std::uint32_t>(orders_.size()));
            query.aggregate = core::Aggregate{AggregateKind::order, orders_[at].id.raw()};
        }
    }
    for (std::uint32_t n = 0; n < 2 && random_.one_in(3); ++n) {
        query.types.emplace_back(event_types[random_.below(event_types.size())]);
    }
    for (std::uint32_t n = 0; n < 2 && random_.one_in(3); ++n) {
        query.kinds.push_back(static_cast<AggregateKind>(random_.below(8)));
    }
    query.limit = random_.one_in(2) ? 1000 : random_.below(5);
    return query;
}

engine::MovementQuery RandomHistory::movement_query() {
    engine::MovementQuery query;
    if (random_.one_in(3)) query.item = random_.below(items);
    if (random_.one_in(3)) query.location = random_.below(locations);
    if (random_.one_in(3) && !orders_.empty()) {
        query.order = orders_[random_.below(static_cast<std::uint32_t>(orders_.size()))].id;
    }
    if (random_.one_in(2)) {
        query.before = Sequence(1 + random_.below(static_cast<std::uint32_t>(head_.raw()) + 2));
        query.before_n = random_.below(3);
    }
    query.limit = random_.one_in(2) ? 1000 : random_.below(5);
    return query;
}

}  // namespace waybill::conformance

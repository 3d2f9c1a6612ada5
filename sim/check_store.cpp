// The whole store against the model, the auditor and itself.

#include <fmt/format.h>
#include <algorithm>
#include <tuple>

#include "engine/auditor.hpp"
#include "engine/codec.hpp"
#include "engine/fulfillment_rows.hpp"
#include "engine/return_rows.hpp"
#include "engine/tenant_rows.hpp"
#include "sim/check_state.hpp"
#include "sim/compose.hpp"
#include "storage/memory/memory_store.hpp"

namespace waybill::sim {
namespace {

using engine::Reader;

class RowComparison {
public:
    RowComparison(Reader& reader, core::TenantId tenant, const Model& model, std::vector<std::string>& problems)
        : reader_(reader), tenant_(tenant), model_(model), problems_(problems) {}

    void run() {
        compare_orders();
        compare_order_search();
        compare_exceptions();
        compare_fulfillments();
        compare_returns();
        compare_customers();
        compare_identities();
        compare_persons();
        compare_person_search();
    }

private:
    void problem(std::string what) { problems_.push_back(std::move(what)); }

    void compare_orders() {
        const auto stored = reader_.scan_orders(tenant_, {}, 100'000);
        if (!stored || stored->size() != model_.orders.size()) return problem("the store has another number of orders");
        auto expected = model_.orders.begin();
        for (const engine::StoredOrder& row : *stored) {
            const auto order = engine::decode_order(row);
            if (!order) return problem("a stored order can not be read");
            if (auto found = difference(expected->second, *order); !found.empty()) {
                problem(fmt::format("stored order {}: {}", expected->first, found));
            }
            const auto by_number = reader_.order_by_channel(tenant_, order->channel, order->channel_order_id);
            if (!by_number || *by_number != order->id) problem("an order is not found by its channel's number");
            ++expected;
        }
    }

    template <class Expected>
    void expect_found(const engine::OrderQuery& query, const std::string& what, const Expected& belongs) {
        std::set<std::uint64_t> expected;
        for (const auto& [id, order] : model_.orders) {
            if (belongs(order)) expected.insert(id);
        }
        const auto page = reader_.search_orders(tenant_, query, engine::Blocks::without);
        if (!page) return problem("orders can not be searched");
        std::set<std::uint64_t> found;
        for (const engine::OrderHit& hit : page->hits) found.insert(hit.id.raw());
        if (found != expected || page->hits.size() != expected.size() || page->next)
            problem("orders found by " + what + " are not those");
    }

    void compare_order_search() {
        for (const core::OrderStatus status : core::order_statuses) {
            engine::OrderQuery query;
            query.statuses = {status};
            query.limit = 100'000;
            expect_found(query, "status", [&](const OrderModel& order) { return order.status() == query.statuses[0]; });
        }
        for (std::uint32_t location = 0; location < model_.locations.size(); ++location) {
            engine::OrderQuery query;
            query.location = location;
            query.limit = 100'000;
            expect_found(query, "location", [&](const OrderModel& order) {
                return std::any_of(order.lines.begin(), order.lines.end(), [&](const LineModel& line) {
                    return std::any_of(line.parts.begin(), line.parts.end(),
                                       [&](const auto& part) { return part.first.first == location; });
                });
            });
        }
        for (const auto& [id, customer] : model_.customers) {
            engine::OrderQuery query;
            query.customer = core::CustomerId(id);
            query.limit = 100'000;
            expect_found(query, "customer", [&](const OrderModel& order) { return order.customer == id; });
        }
        for (const char* tag : {"gift", "rush"}) {
            engine::OrderQuery query;
            query.text = tag;
            query.limit = 100'000;
            expect_found(query, "tag", [&](const OrderModel& order) { return order.tags.contains(tag); });
        }
    }

    /// The queue, in its order, and what was resolved.
    void compare_exceptions() {
        std::map<std::tuple<std::int64_t, std::uint64_t, std::string>, std::uint64_t> open;
        for (const auto& [id, order] : model_.orders) {
            for (const auto& [kind, exception] : order.exceptions) {
                const std::int64_t due = exception.due_at.is_set() ? exception.due_at.micros() : INT64_MAX;
                open[{due, exception.raised_in, kind}] = id;
            }
        }
        engine::ExceptionQuery query;
        query.is_open = true;
        query.limit = 3;
        auto expected = open.begin();
        while (true) {
            const auto page = reader_.exceptions(tenant_, query);
            if (!page) return problem("exceptions can not be read");
            for (const engine::ExceptionRow& row : *page) {
                const std::int64_t due = row.due_at.is_set() ? row.due_at.micros() : INT64_MAX;
                const bool same = expected != open.end() && expected->second == row.order.raw() &&
                                  expected->first == std::tuple(due, row.raised_in.raw(), row.kind);
                if (!same) return problem("the queue of exceptions is another");
                ++expected;
            }
            if (page->size() < query.limit) break;
            query.after = engine::ExceptionPosition{page->back().due_at, page->back().raised_in, page->back().kind};
        }
        if (expected != open.end()) problem("exceptions are missing in the queue");
        query = {};
        query.is_open = false;
        query.limit = 100'000;
        const auto closed = reader_.exceptions(tenant_, query);
        std::set<std::pair<std::uint64_t, std::string>> found;
        if (closed) {
            for (const engine::ExceptionRow& row : *closed) found.emplace(row.raised_in.raw(), row.kind);
        }
        if (!closed || found != model_.resolved) problem("other exceptions are resolved than should be");
    }

    /// A row of the lists that places work by, as it should be.
    struct Listed {
        std::int32_t due = 0;
        std::int32_t priority = 0;
        std::uint64_t order = 0;
        std::uint32_t number = 0;
        const OrderModel* of = nullptr;
        const FulfillmentModel* work = nullptr;
        [[nodiscard]] auto place() const { return std::tie(due, priority, order, number); }
    };

    void compare_fulfillment(const Listed& expected, const engine::FulfillmentRow& row) {
        const auto doc = engine::decode_doc<engine::FulfillmentDoc>(row.doc);
        const std::string name = fmt::format("fulfillment order {}-{}", expected.order, expected.number);
        if (!doc) return problem("a stored fulfillment order can not be read");
        if (auto found = difference(*expected.work, doc->fulfillment); !found.empty()) {
            return problem(fmt::format("stored {}: {}", name, found));
        }
        bool same = row.location == expected.work->location && row.status == expected.work->status() &&
                    row.is_open == (expected.work->sum().left() > 0) && doc->order == row.order &&
                    doc->fulfillment.number == row.number && doc->priority == row.priority &&
                    doc->channel == expected.of->channel && doc->channel_order_id == expected.of->number &&
                    doc->method == expected.of->method && doc->items.size() == expected.work->lines.size();
        auto line = expected.work->lines.begin();
        for (std::size_t i = 0; same && i < doc->items.size(); ++i, ++line) {
            same = doc->items[i] == expected.of->lines[line->first.first].item;
        }
        if (!same) problem(fmt::format("the row of {} is not as it should be", name));
    }

    /// The list in its order, page by page, of those that belong to it.
    template <class Belongs>
    void expect_listed(engine::FulfillmentQuery query, const std::string& what, const Belongs& belongs) {
        std::vector<Listed> expected;
        for (const auto& [id, order] : model_.orders) {
            for (std::uint32_t n = 0; n < order.work.size(); ++n) {
                const Listed row{order.work[n].due(), order.priority, id, n + 1, &order, &order.work[n]};
                if (belongs(row)) expected.push_back(row);
            }
        }
        std::sort(expected.begin(), expected.end(),
                  [](const Listed& a, const Listed& b) { return a.place() < b.place(); });
        query.limit = 3;
        std::size_t met = 0;
        while (true) {
            const auto page = reader_.fulfillments(tenant_, query);
            if (!page) return problem("fulfillment orders can not be listed");
            for (const engine::FulfillmentRow& row : *page) {
                const Listed found{row.due.days(), row.priority, row.order.raw(), row.number, nullptr, nullptr};
                const bool same = met < expected.size() && expected[met].place() == found.place();
                if (!same) return problem("the list of fulfillment orders by " + what + " is another");
                compare_fulfillment(expected[met++], row);
            }
            if (page->size() < query.limit) break;
            const engine::FulfillmentRow& last = page->back();
            query.after = engine::FulfillmentPosition{last.due, last.priority, last.order, last.number};
        }
        if (met != expected.size()) problem("fulfillment orders are missing in the list by " + what);
    }

    void compare_fulfillments() {
        expect_listed({}, "nothing", [](const Listed&) { return true; });
        const auto is_open = [](const Listed& row) { return row.work->sum().left() > 0; };
        std::set<std::int32_t> days;
        std::uint64_t with_work = 0;
        for (const auto& [id, order] : model_.orders) {
            for (const FulfillmentModel& work : order.work) days.insert(work.due());
            if (!order.work.empty()) with_work = id;
        }
        for (const bool open : {true, false}) {
            engine::FulfillmentQuery query;
            query.is_open = open;
            expect_listed(query, "whether they are open", [&](const Listed& row) { return is_open(row) == open; });
        }
        for (int s = 0; s <= static_cast<int>(core::FulfillmentStatus::packed); ++s) {
            engine::FulfillmentQuery query;
            query.status = static_cast<core::FulfillmentStatus>(s);
            expect_listed(query, "status", [&](const Listed& row) { return row.work->status() == *query.status; });
        }
        for (std::uint32_t location = 0; location < model_.locations.size(); ++location) {
            engine::FulfillmentQuery query;
            query.locations = {location};
            query.is_open = true;
            expect_listed(query, "location",
                          [&](const Listed& row) { return row.work->location == location && is_open(row); });
            // And of two of them, whether open or not.
            if (location == 0) continue;
            query.locations = {location - 1, location};
            query.is_open.reset();
            expect_listed(query, "two locations", [&](const Listed& row) {
                return row.work->location == location || row.work->location + 1 == location;
            });
        }
        // So many that a store had better not look for each; all but the first, most of which there are not.
        engine::FulfillmentQuery many;
        for (std::uint32_t location = 1; location < 20; ++location) many.locations.push_back(location);
        expect_listed(many, "many locations", [](const Listed& row) { return row.work->location > 0; });
        for (const std::int32_t day : days) {
            engine::FulfillmentQuery query;
            query.due_until = CivilDate(day);
            query.is_open = true;
            expect_listed(query, "day", [&](const Listed& row) { return row.due <= day && is_open(row); });
        }
        engine::FulfillmentQuery query;
        query.order = core::OrderId(with_work);
        expect_listed(query, "order", [&](const Listed& row) { return row.order == with_work; });
        query.locations = {0, 1};
        query.due_until = CivilDate(days.empty() ? 0 : *days.begin());
        expect_listed(query, "all of that", [&](const Listed& row) {
            return row.order == with_work && row.work->location < 2 && row.due <= query.due_until->days();
        });
    }

    /// A row of the lists of what comes back, as it should be.
    struct Expected {
        std::int64_t requested_at = 0;
        std::uint64_t order = 0;
        std::uint32_t number = 0;
        const OrderModel* of = nullptr;
        const ReturnModel* made = nullptr;
        [[nodiscard]] auto place() const { return std::tie(requested_at, order, number); }
    };

    void compare_return(const Expected& expected, const engine::ReturnRow& row) {
        const auto doc = engine::decode_doc<engine::ReturnDoc>(row.doc);
        const std::string name = fmt::format("return {}-{}", expected.order, expected.number);
        if (!doc) return problem("a stored return can not be read");
        if (auto found = difference(*expected.made, expected.number, doc->made); !found.empty()) {
            return problem(fmt::format("stored {}: {}", name, found));
        }
        bool same = row.location == expected.made->location && row.status == expected.made->status() &&
                    row.is_open == expected.made->is_open() && doc->order == row.order &&
                    doc->channel == expected.of->channel && doc->channel_order_id == expected.of->number &&
                    doc->items.size() == expected.made->lines.size();
        auto line = expected.made->lines.begin();
        for (std::size_t i = 0; same && i < doc->items.size(); ++i, ++line) {
            same = doc->items[i] == expected.of->lines[line->first].item;
        }
        if (!same) problem(fmt::format("the row of {} is not as it should be", name));
    }

    /// The list in its order, page by page, of those that belong to it.
    template <class Belongs>
    void expect_coming(engine::ReturnQuery query, const std::string& what, const Belongs& belongs) {
        std::vector<Expected> expected;
        for (const auto& [id, order] : model_.orders) {
            for (std::uint32_t n = 0; n < order.returns.size(); ++n) {
                const ReturnModel& made = order.returns[n];
                const Expected row{made.requested_at.micros(), id, n + 1, &order, &made};
                if (belongs(row)) expected.push_back(row);
            }
        }
        std::sort(expected.begin(), expected.end(),
                  [](const Expected& a, const Expected& b) { return a.place() < b.place(); });
        query.limit = 2;
        std::size_t met = 0;
        while (true) {
            const auto page = reader_.returns(tenant_, query);
            if (!page) return problem("returns can not be listed");
            for (const engine::ReturnRow& row : *page) {
                const Expected found{row.requested_at.micros(), row.order.raw(), row.number, nullptr, nullptr};
                const bool same = met < expected.size() && expected[met].place() == found.place();
                if (!same) return problem("the list of returns by " + what + " is another");
                compare_return(expected[met++], row);
            }
            if (page->size() < query.limit) break;
            const engine::ReturnRow& last = page->back();
            query.after = engine::ReturnPosition{last.requested_at, last.order, last.number};
        }
        if (met != expected.size()) problem("returns are missing in the list by " + what);
    }

    void compare_returns() {
        expect_coming({}, "nothing", [](const Expected&) { return true; });
        for (const bool open : {true, false}) {
            engine::ReturnQuery query;
            query.is_open = open;
            expect_coming(query, "whether they are open",
                          [&](const Expected& row) { return row.made->is_open() == open; });
        }
        for (int s = 0; s <= static_cast<int>(core::ReturnStatus::cancelled); ++s) {
            engine::ReturnQuery query;
            query.status = static_cast<core::ReturnStatus>(s);
            expect_coming(query, "status", [&](const Expected& row) { return row.made->status() == *query.status; });
        }
        for (std::uint32_t location = 0; location < model_.locations.size(); ++location) {
            engine::ReturnQuery query;
            query.locations = {location};
            expect_coming(query, "location", [&](const Expected& row) { return row.made->location == location; });
            query.with_anywhere = true;
            query.is_open = true;
            expect_coming(query, "location or anywhere", [&](const Expected& row) {
                const bool is_here = row.made->location == location || row.made->location == core::no_index;
                return is_here && row.made->is_open();
            });
        }
        std::uint64_t with_return = 0;
        for (const auto& [id, order] : model_.orders) {
            if (!order.returns.empty()) with_return = id;
        }
        engine::ReturnQuery query;
        query.order = core::OrderId(with_return);
        expect_coming(query, "order", [&](const Expected& row) { return row.order == with_return; });
        query.with_anywhere = true;
        expect_coming(query, "order, anywhere", [&](const Expected& row) {
            return row.order == with_return && row.made->location == core::no_index;
        });
    }

    void compare_customers() {
        const auto stored = reader_.customers(tenant_, {}, {}, 100'000);
        if (!stored || stored->size() != model_.customers.size()) return problem("the store has other customers");
        auto expected = model_.customers.begin();
        for (const std::string& doc : *stored) {
            const auto customer = engine::decode_doc<core::Customer>(doc);
            if (!customer) return problem("a stored customer can not be read");
            std::set<std::pair<std::uint32_t, std::string>> identities;
            for (const auto& identity : customer->identities) {
                identities.emplace(identity.channel, identity.external_id);
                const auto owner = reader_.customer_by_identity(tenant_, identity);
                if (!owner || *owner != customer->id) problem("a customer is not found by an identity");
            }
            const CustomerModel& row = expected->second;
            const bool same = customer->id.raw() == expected->first && identities == row.identities &&
                              customer->group == row.group && customer->blocked == row.blocked &&
                              customer->blocked_reason == row.blocked_reason &&
                              customer->merged_into.raw() == row.merged_into && customer->person.raw() == row.person &&
                              customer->version == row.version;
            if (!same) problem(fmt::format("customer {} is not as it should be", expected->first));
            ++expected;
        }
    }

    /// Every identity that could be: it names who has it now, and nobody when none has.
    void compare_identities() {
        for (std::uint32_t channel = 0; channel < model_.channels.size(); ++channel) {
            for (std::uint32_t n = 0; n < external_ids; ++n) {
                const std::string id = external_id(n);
                const auto owner = reader_.customer_by_identity(tenant_, {channel, id});
                const auto expected = model_.find_identity(channel, id);
                const std::uint64_t found = owner && *owner ? (*owner)->raw() : 0;
                if (!owner || found != expected.value_or(0)) problem("the identity " + id + " has another owner");
            }
        }
    }

    void compare_persons() {
        const auto stored = reader_.scan_persons(tenant_, {}, 100'000);
        if (!stored || stored->size() != model_.persons.size()) {
            return problem(
                fmt::format("personal data: {} rows, not {}", stored ? stored->size() : 0, model_.persons.size()));
        }
        auto expected = model_.persons.begin();
        for (const engine::PersonRow& row : *stored) {
            const PersonModel& person = expected->second;
            const bool same = row.id.raw() == expected->first && row.customer.raw() == person.customer &&
                              row.order.raw() == person.order && row.doc == person_doc(person.word);
            if (!same) problem("a row of personal data is not as it should be");
            ++expected;
        }
    }

    void compare_person_search() {
        for (const auto& [id, person] : model_.persons) {
            const auto found = reader_.customers(tenant_, {}, person.word, 10);
            const std::size_t expected = person.customer == 0 ? 0 : 1;
            if (!found || found->size() != expected) problem("a customer is not found by personal data");
            engine::OrderQuery query;
            query.text = person.word;
            query.text_in_persons = true;
            query.limit = 1'000;
            expect_found(query, "personal data", [&, &row = person](const OrderModel& order) {
                const bool is_of_customer = row.customer != 0 && row.order == 0 && order.customer == row.customer;
                return order.id == row.order || is_of_customer;
            });
        }
        for (const std::string& word : model_.gone_words) {
            const auto found = reader_.customers(tenant_, {}, word, 10);
            if (!found || !found->empty()) problem("a customer is found by personal data that is gone");
            engine::OrderQuery query;
            query.text = word;
            query.text_in_persons = true;
            expect_found(query, "personal data that is gone", [](const OrderModel&) { return false; });
        }
    }

    Reader& reader_;
    core::TenantId tenant_;
    const Model& model_;
    std::vector<std::string>& problems_;
};

/// The log of every tenant, event by event, into a store that knows nothing.
Result<std::vector<std::string>, std::string> replayed_hashes(engine::Store& store, Reader& reader) {
    const auto fresh = storage::memory::open_memory();
    const auto heads = store.tenants();
    if (!heads) return fail(heads.error().detail);
    for (const engine::TenantHead& head : *heads) {
        engine::EventQuery query;
        query.limit = 1'000'000;
        const auto rows = reader.events(head.tenant, query);
        if (!rows) return fail(rows.error().detail);
        core::TenantState state;
        state.id = head.tenant;
        bool first = true;
        for (const engine::EventRow& row : *rows) {
            const auto event = engine::decode_event(row.type, row.schema_version, row.body);
            if (!event) return fail(event.error());
            engine::TenantRows made;
            made.batch.tenant = head.tenant;
            made.batch.head_before = state.head;
            if (first) made.batch.tenant_name = head.name;
            first = false;
            made.happen(*event, {row.sequence, row.at}, {row.actor, row.command, row.correlation}, state);
            made.project(state);
            if (const auto done = fresh->commit({made.batch}); !done) return fail(done.error().detail);
            state.accept();
        }
    }
    const auto report = engine::audit(*fresh, {});
    if (!report) return fail(report.error().detail);
    if (!report->problems.empty()) return fail(report->problems.front());
    std::vector<std::string> out;
    for (const auto& tenant : report->tenants) out.push_back(tenant.state_hash);
    return out;
}

}  // namespace

StoreCheck check_store(engine::Store& store, const std::vector<core::TenantId>& tenants,
                       const std::vector<Model>& models) {
    StoreCheck out;
    const auto report = engine::audit(store, {});
    if (!report) {
        out.problems.push_back("the audit failed: " + report.error().detail);
        return out;
    }
    out.problems = report->problems;
    for (const auto& tenant : report->tenants) out.state_hashes.push_back(tenant.state_hash);
    const auto reader = store.reader();
    if (!reader) {
        out.problems.push_back("the store can not be read: " + reader.error().detail);
        return out;
    }
    for (std::size_t i = 0; i < models.size(); ++i) {
        RowComparison(**reader, tenants[i], models[i], out.problems).run();
        check_decisions(**reader, tenants[i], models[i], out.problems);
        check_calls(**reader, tenants[i], models[i], out.problems);
        check_messages(**reader, tenants[i], models[i], out.problems);
    }
    const auto structure = store.check();
    if (!structure || !structure->empty()) out.problems.emplace_back("the store's own checks find faults");
    if (!out.problems.empty()) return out;
    const auto replayed = replayed_hashes(store, **reader);
    if (!replayed) {
        out.problems.push_back("the log can not be replayed: " + replayed.error());
    } else if (*replayed != out.state_hashes) {
        out.problems.emplace_back("a replay of the log has another state hash");
    }
    return out;
}

}  // namespace waybill::sim

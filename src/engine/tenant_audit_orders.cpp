// The audit of orders, customers and persons: rows against the fold, and every index that searches use.

#include <algorithm>

#include "base/currency.hpp"
#include "engine/codec.hpp"
#include "engine/tenant_audit.hpp"
#include "engine/tenant_rows.hpp"

namespace waybill::engine {
namespace {

std::string name_of(core::OrderId id) { return "order " + std::to_string(id.raw()); }

}  // namespace

TenantAudit::Step TenantAudit::compare_orders() {
    core::OrderId after;
    while (true) {
        auto page = reader_.scan_orders(head_.tenant, after, page_rows);
        if (!page) return fail(std::move(page.error()));
        for (const StoredOrder& stored : *page) {
            hash_.order(stored);
            const auto read = stored.placed ? decode_order(stored) : decode_order_header(stored.header);
            if (!read) {
                problem("an order after " + std::to_string(after.raw()) + " can not be read: " + read.error());
                return Unit{};
            }
            if (read->id <= after) {
                problem(name_of(read->id) + " is stored under another id");
                return Unit{};
            }
            after = read->id;
            ++result_.orders;
            const core::Order* order = state_.working.find_order(read->id);
            if (order == nullptr) {
                problem(name_of(read->id) + " is among the rows and not in the log");
                continue;
            }
            compare_order(stored, *order);
            check_quantities(*order);
            if (auto step = compare_channel_index(*order); !step) return step;
        }
        if (page->size() < page_rows) break;
    }
    if (result_.orders < state_.working.orders.size()) {
        problem(std::to_string(state_.working.orders.size() - result_.orders) +
                " orders of the log are not among the rows");
    }
    return Unit{};
}

void TenantAudit::compare_order(const StoredOrder& stored, const core::Order& order) {
    const OrderRow expected = make_order_row(order, nullptr);
    const bool by_event = expected.header.empty();
    if (stored.header != expected.header || stored.blocks != expected.blocks || stored.placed.has_value() != by_event) {
        problem(name_of(order.id) + " is not what the log says");
    }
    ++checked("orders equal to the fold");
}

void TenantAudit::check_quantities(const core::Order& order) {
    bool ties = true;
    for (const core::OrderLine& line : order.lines) {
        ties = ties && line.quantity > 0 && line.cancelled >= 0 && line.open() >= 0 && line.discount >= 0 &&
               line.discount <= line.amount;
        ties = ties && line.cancelled + line.allocated() + line.shipped() + line.open() == line.quantity;
        for (const core::Allocation& allocation : line.allocations) {
            ties =
                ties && allocation.quantity > 0 && allocation.shipped >= 0 && allocation.shipped <= allocation.quantity;
        }
        ties = ties && extend_price(line.unit_price_micros, line.unit_quantity, order.currency, Rounding::half_even) ==
                           line.amount;
    }
    if (!ties) problem(name_of(order.id) + ": its quantities or amounts do not tie");
    ++checked("orders whose quantities and amounts tie");
}

TenantAudit::Step TenantAudit::compare_channel_index(const core::Order& order) {
    auto found = reader_.order_by_channel(head_.tenant, order.channel, order.channel_order_id);
    if (!found) return fail(std::move(found.error()));
    if (*found != order.id) problem(name_of(order.id) + " is not found by its channel's number");
    const auto owner = state_.working.channel_orders.find({order.channel, order.channel_order_id});
    if (owner == state_.working.channel_orders.end() || owner->second != order.id) {
        problem(name_of(order.id) + " has the channel's number of another order");
    }
    ++checked("orders found by channel and number, each once");
    return Unit{};
}

TenantAudit::Step TenantAudit::compare_order_indexes() {
    std::map<core::OrderStatus, std::set<core::OrderId>> by_status;
    std::map<core::ChannelIx, std::set<core::OrderId>> by_channel;
    std::map<core::CustomerId, std::set<core::OrderId>> by_customer;
    std::map<core::ItemIx, std::set<core::OrderId>> by_item;
    std::map<core::LocationIx, std::set<core::OrderId>> by_location;
    for (const auto& [id, order] : state_.working.orders) {
        by_status[order->status()].insert(id);
        by_channel[order->channel].insert(id);
        if (order->customer.is_set()) by_customer[order->customer].insert(id);
        for (const core::OrderLine& line : order->lines) {
            by_item[line.item].insert(id);
            for (const core::Allocation& allocation : line.allocations) by_location[allocation.location].insert(id);
        }
    }
    OrderQuery query;
    for (const core::OrderStatus status : core::order_statuses) {
        query = {};
        query.statuses = {status};
        if (auto step = compare_order_index("status", query, by_status[status]); !step) return step;
    }
    for (core::ChannelIx ix = 0; ix < state_.channels.size(); ++ix) {
        query = {};
        query.channel = ix;
        if (auto step = compare_order_index("channel", query, by_channel[ix]); !step) return step;
    }
    for (const auto& [id, customer] : state_.working.customers) {
        query = {};
        query.customer = id;
        if (auto step = compare_order_index("customer", query, by_customer[id]); !step) return step;
    }
    for (core::ItemIx ix = 0; ix < state_.items.size(); ++ix) {
        query = {};
        query.item = ix;
        if (auto step = compare_order_index("item", query, by_item[ix]); !step) return step;
    }
    for (core::LocationIx ix = 0; ix < state_.locations.size(); ++ix) {
        query = {};
        query.location = ix;
        if (auto step = compare_order_index("location", query, by_location[ix]); !step) return step;
    }
    return Unit{};
}

TenantAudit::Step TenantAudit::compare_order_index(const std::string& what, OrderQuery query,
                                                   const std::set<core::OrderId>& expected) {
    query.limit = page_rows;
    std::uint64_t found = 0;
    while (true) {
        auto page = reader_.search_orders(head_.tenant, query, Blocks::without);
        if (!page) return fail(std::move(page.error()));
        for (const OrderHit& hit : page->hits) {
            const core::Order* order = state_.working.find_order(hit.id);
            if (!expected.contains(hit.id) || order == nullptr || order->placed_at != hit.placed_at) {
                problem(name_of(hit.id) + " is found by a " + what + " that it does not have");
            }
        }
        found += page->hits.size();
        if (!page->next) break;
        query.after = page->next;
    }
    if (found != expected.size()) {
        problem("a search by " + what + " finds " + std::to_string(found) + " orders of " +
                std::to_string(expected.size()));
    }
    checked("index entries of orders by " + what) += found;
    return Unit{};
}

/// The rows of a list, page by page, against those that the fold made.
template <class Key, class Row, class NextPage, class KeyOf, class NameOf>
TenantAudit::Step TenantAudit::compare_rows(std::map<Key, Row> expected, const std::string& what, NextPage next_page,
                                            KeyOf key_of, NameOf name_of) {
    const Row* last = nullptr;
    std::vector<Row> rows;
    do {
        auto page = next_page(last);
        if (!page) return fail(std::move(page.error()));
        rows = *std::move(page);
        for (const Row& row : rows) {
            const auto at = expected.find(key_of(row));
            if (at == expected.end() || !(at->second == row))
                problem(name_of(key_of(row)) + " is not what the log says");
            if (at != expected.end()) expected.erase(at);
            ++checked(what + " equal to the fold");
        }
        last = rows.empty() ? nullptr : &rows.back();
    } while (rows.size() == page_rows);
    for (const auto& [key, row] : expected) problem(name_of(key) + " is in the log and not among the rows");
    return Unit{};
}

TenantAudit::Step TenantAudit::compare_exceptions() {
    ExceptionQuery query;
    query.limit = page_rows;
    const auto next_page = [&](const ExceptionRow* last) {
        if (last != nullptr) query.after = ExceptionPosition{last->due_at, last->raised_in, last->kind};
        return reader_.exceptions(head_.tenant, query);
    };
    return compare_rows(
        values_.exceptions.take(), "exceptions", next_page,
        [](const ExceptionRow& row) {
            return ExceptionRows::Key{row.raised_in, row.kind};
        },
        [](const ExceptionRows::Key& key) {
            return "the exception " + key.second + " of event " + std::to_string(key.first.raw());
        });
}

TenantAudit::Step TenantAudit::compare_fulfillments() {
    FulfillmentQuery query;
    query.limit = page_rows;
    const auto next_page = [&](const FulfillmentRow* last) {
        if (last != nullptr) query.after = FulfillmentPosition{last->due, last->priority, last->order, last->number};
        return reader_.fulfillments(head_.tenant, query);
    };
    return compare_rows(
        values_.fulfillments.take(), "fulfillment orders", next_page,
        [](const FulfillmentRow& row) {
            return FulfillmentRows::Key{row.order, row.number};
        },
        [](const FulfillmentRows::Key& key) {
            return "the fulfillment order " + core::fulfillment_name(key.first, key.second);
        });
}

TenantAudit::Step TenantAudit::compare_returns() {
    ReturnQuery query;
    query.limit = page_rows;
    const auto next_page = [&](const ReturnRow* last) {
        if (last != nullptr) query.after = ReturnPosition{last->requested_at, last->order, last->number};
        return reader_.returns(head_.tenant, query);
    };
    return compare_rows(
        values_.returns.take(), "returns", next_page,
        [](const ReturnRow& row) {
            return ReturnRows::Key{row.order, row.number};
        },
        [](const ReturnRows::Key& key) { return "the return " + core::return_name(key.first, key.second); });
}

TenantAudit::Step TenantAudit::compare_customers() {
    core::CustomerId after;
    while (true) {
        auto page = reader_.customers(head_.tenant, after, {}, page_rows);
        if (!page) return fail(std::move(page.error()));
        for (const std::string& doc : *page) {
            hash_.customer(doc);
            const auto read = decode_doc<core::Customer>(doc);
            if (!read || read->id <= after) {
                problem("a customer after " + std::to_string(after.raw()) + " can not be read");
                return Unit{};
            }
            after = read->id;
            ++result_.customers;
            ++checked("customers equal to the fold");
            const core::Customer* customer = state_.working.find_customer(read->id);
            if (customer == nullptr || encode_doc(*customer) != doc) {
                problem("customer " + std::to_string(read->id.raw()) + " is not what the log says");
            }
        }
        if (page->size() < page_rows) break;
    }
    if (result_.customers < state_.working.customers.size()) problem("customers of the log are not among the rows");
    for (const auto& [identity, id] : state_.working.identities) {
        auto found = reader_.customer_by_identity(head_.tenant, identity);
        if (!found) return fail(std::move(found.error()));
        if (*found != id) problem("customer " + std::to_string(id.raw()) + " is not found by an identity");
        ++checked("customers found by identity");
    }
    return Unit{};
}

TenantAudit::Step TenantAudit::compare_persons() {
    core::PersonId after;
    while (true) {
        auto page = reader_.scan_persons(head_.tenant, after, page_rows);
        if (!page) return fail(std::move(page.error()));
        for (const PersonRow& row : *page) {
            after = row.id;
            const core::Order* order = state_.working.find_order(row.order);
            const core::Customer* customer = state_.working.find_customer(row.customer);
            const bool named = (order != nullptr && order->ship_to.person == row.id) ||
                               (customer != nullptr && customer->person == row.id);
            if (!named)
                problem("personal data " + std::to_string(row.id.raw()) + " belongs to nothing that refers to it");
            if (erased_.contains(row.customer)) {
                problem("personal data " + std::to_string(row.id.raw()) + " is there although it was erased");
            }
            ++checked("rows of personal data that something refers to, none of them erased");
        }
        if (page->size() < page_rows) return Unit{};
    }
}

}  // namespace waybill::engine

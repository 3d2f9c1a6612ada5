#include "engine/stored_hash.hpp"

#include <utility>

#include "engine/codec.hpp"
#include "engine/state_hash.hpp"

namespace waybill::engine {
namespace {

class HashingSink final : public ConfigurationSink {
public:
    explicit HashingSink(StateHash& hash) : hash_(hash) {}
    void on_doc(DocRow row) override { hash_.doc(row); }
    void on_level(const LevelRow& row) override { hash_.level(row); }
    void on_capacity(const CapacityRow& row) override { hash_.capacity(row); }

private:
    StateHash& hash_;
};

IoError unreadable(const std::string& what, const std::string& why) {
    return {IoFailure::corrupt, what + " can not be read: " + why};
}

Result<Unit, IoError> hash_orders(Reader& reader, core::TenantId tenant, StateHash& hash) {
    core::OrderId after;
    while (true) {
        auto page = reader.scan_orders(tenant, after, page_rows);
        if (!page) return fail(std::move(page.error()));
        for (const StoredOrder& order : *page) hash.order(order);
        if (page->size() < page_rows) return Unit{};
        // The event that stands for an order has the order's id for its sequence.
        if (page->back().placed) {
            after = core::OrderId(page->back().placed->sequence.raw());
            continue;
        }
        const auto last = decode_order_header(page->back().header);
        if (!last || last->id <= after) {
            return fail(unreadable("an order after " + std::to_string(after.raw()), last ? "its id" : last.error()));
        }
        after = last->id;
    }
}

Result<Unit, IoError> hash_customers(Reader& reader, core::TenantId tenant, StateHash& hash) {
    core::CustomerId after;
    while (true) {
        auto page = reader.customers(tenant, after, {}, page_rows);
        if (!page) return fail(std::move(page.error()));
        for (const std::string& doc : *page) hash.customer(doc);
        if (page->size() < page_rows) return Unit{};
        const auto last = decode_doc<core::Customer>(page->back());
        if (!last || last->id <= after) {
            return fail(unreadable("a customer after " + std::to_string(after.raw()), last ? "its id" : last.error()));
        }
        after = last->id;
    }
}

}  // namespace

Result<std::string, IoError> stored_state_hash(Reader& reader, core::TenantId tenant, core::Sequence head) {
    StateHash hash;
    HashingSink sink(hash);
    if (auto done = reader.configuration(tenant, sink); !done) return fail(std::move(done.error()));
    if (auto done = hash_orders(reader, tenant, hash); !done) return fail(std::move(done.error()));
    if (auto done = hash_customers(reader, tenant, hash); !done) return fail(std::move(done.error()));
    return hash.finish(head);
}

}  // namespace waybill::engine

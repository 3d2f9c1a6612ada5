#include "bench/stored_orders.hpp"

#include <fmt/format.h>

#include <iterator>

namespace waybill::bench {

Result<core::TenantId, std::string> find_bench_tenant(engine::Store& store) {
    const auto tenants = store.tenants();
    if (!tenants) return fail(describe(tenants.error()));
    for (const engine::TenantHead& head : *tenants) {
        if (head.name == tenant_name) return head.tenant;
    }
    return fail(std::string("the store was not made by a benchmark: it has no tenant ") + std::string(tenant_name));
}

Result<std::optional<core::OrderId>, std::string> find_order(engine::Reader& reader, core::TenantId tenant,
                                                             std::uint64_t number) {
    const std::string name = fmt::format("W-{}", number);
    for (core::ChannelIx channel = 0; channel < std::size(channel_codes); ++channel) {
        const auto found = reader.order_by_channel(tenant, channel, name);
        if (!found) return fail(describe(found.error()));
        if (*found) return *found;
    }
    return std::optional<core::OrderId>();
}

Result<std::uint64_t, std::string> count_orders(engine::Store& store, core::TenantId tenant) {
    auto reader = store.reader();
    if (!reader) return fail(describe(reader.error()));
    // The first number that is not there, by doubling and halving.
    std::uint64_t there = 0;
    std::uint64_t missing = 1;
    for (;; missing *= 2) {
        const auto found = find_order(**reader, tenant, missing);
        if (!found) return fail(found.error());
        if (!*found) break;
        there = missing;
    }
    while (missing - there > 1) {
        const std::uint64_t middle = there + (missing - there) / 2;
        const auto found = find_order(**reader, tenant, middle);
        if (!found) return fail(found.error());
        (*found ? there : missing) = middle;
    }
    return there;
}

}  // namespace waybill::bench

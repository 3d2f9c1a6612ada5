#include "bench/place.hpp"

#include <fmt/format.h>

#include <utility>

#include "storage/postgres/schemas.hpp"

namespace waybill::bench {

namespace {

/// Of schemas that a workload makes, and drops without asking.
std::string schema_of(std::string_view name) { return fmt::format("waybill_bench_{}", name); }

}  // namespace

Result<Place, std::string> Place::open(const std::string& folder, std::string server) {
    auto opened = Folder::open(folder);
    if (!opened) return fail(std::move(opened.error()));
    return Place(std::move(*opened), std::move(server));
}

std::string Place::file(std::string_view name) const { return fmt::format("{}/bench-{}.db", folder_.path(), name); }

std::string Place::store(std::string_view name) const {
    return server_.empty() ? file(name) : storage::postgres::address_of_schema(server_, schema_of(name));
}

Result<Unit, std::string> Place::clear(std::string_view name) const {
    if (server_.empty()) {
        remove_store(file(name));
        return Unit{};
    }
    if (auto done = storage::postgres::make_schema_anew(server_, schema_of(name)); !done) {
        return fail(describe(done.error()));
    }
    return Unit{};
}

void Place::remove(std::string_view name) const {
    if (server_.empty()) {
        remove_store(file(name));
    } else {
        static_cast<void>(storage::postgres::drop_schema(server_, schema_of(name)));
    }
}

std::uint64_t Place::bytes(std::string_view name) const {
    return server_.empty() ? file_bytes(file(name)) : storage::postgres::bytes_of_schema(server_, schema_of(name));
}

Result<PlacedStore, std::string> PlacedStore::make(const Place& place, std::string name) {
    if (auto done = place.clear(name); !done) return fail(std::move(done.error()));
    return PlacedStore(place, std::move(name));
}

}  // namespace waybill::bench

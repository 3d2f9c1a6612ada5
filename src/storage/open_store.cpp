#include "storage/open_store.hpp"

#include <fmt/format.h>

#include <string_view>

#include "storage/memory/memory_store.hpp"
#include "storage/postgres/address.hpp"
#include "storage/postgres/postgres_store.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace waybill::storage {

namespace {

enum class Kind : std::uint8_t { memory, sqlite, postgres };

struct Place {
    Kind kind = Kind::memory;
    std::string where;  ///< a path or an address
};

Result<Place, engine::IoError> place_of(const std::string& url_or_path) {
    constexpr std::string_view sqlite_scheme = "sqlite:";
    if (url_or_path == "memory:") return Place{Kind::memory, {}};
    if (is_on_server(url_or_path)) return Place{Kind::postgres, url_or_path};
    if (url_or_path.starts_with(sqlite_scheme)) return Place{Kind::sqlite, url_or_path.substr(sqlite_scheme.size())};
    // A path may have a colon in it, but "mysql:..." is surely not meant as a file's name.
    const std::size_t colon = url_or_path.find(':');
    if (url_or_path.empty() || (colon != std::string::npos && url_or_path.find('/') > colon)) {
        return fail(engine::IoError{
            engine::IoFailure::not_a_store,
            fmt::format("'{}' is no store: write memory:, sqlite:PATH, a path or postgresql://...", url_or_path)});
    }
    return Place{Kind::sqlite, url_or_path};
}

}  // namespace

Result<std::unique_ptr<engine::Store>, engine::IoError> open_store(const std::string& url_or_path, Access access,
                                                                   const StoreOptions& options) {
    const auto place = place_of(url_or_path);
    if (!place) return fail(place.error());
    switch (place->kind) {
        case Kind::memory:
            return memory::open_memory();
        case Kind::sqlite:
            return sqlite::open_sqlite(place->where, access, options);
        case Kind::postgres:
            break;
    }
    return postgres::open_postgres(place->where, access, options);
}

Result<SchemaChange, engine::IoError> migrate_store(const std::string& url_or_path) {
    const auto place = place_of(url_or_path);
    if (!place) return fail(place.error());
    switch (place->kind) {
        case Kind::memory:
            return SchemaChange{};
        case Kind::sqlite:
            return sqlite::migrate_sqlite(place->where);
        case Kind::postgres:
            break;
    }
    return postgres::migrate_postgres(place->where);
}

Result<std::vector<std::string>, engine::IoError> distribute_store(const std::string& url) {
    return postgres::distribute_postgres(url);
}

bool is_on_server(std::string_view address) { return postgres::is_address(address); }

std::optional<std::string> file_of(const std::string& address) {
    auto place = place_of(address);
    if (!place || place->kind != Kind::sqlite) return std::nullopt;
    return std::move(place->where);
}

std::string shown(const std::string& address) {
    return is_on_server(address) ? postgres::without_password(address) : address;
}

}  // namespace waybill::storage

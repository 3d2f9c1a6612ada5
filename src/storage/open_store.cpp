#include "storage/open_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "storage/memory/memory_store.hpp"
#include "storage/postgres/postgres_store.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace waybill::storage {

namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

}  // namespace

Result<std::unique_ptr<engine::Store>, engine::IoError> open_store(const std::string& url_or_path, Access access,
                                                                   const StoreOptions& options) {
    if (url_or_path == "memory:") return memory::open_memory();
    if (is_on_server(url_or_path)) return postgres::open_postgres(url_or_path, access, options);
    if (url_or_path.starts_with(sqlite_scheme)) {
        return sqlite::open_sqlite(url_or_path.substr(sqlite_scheme.size()), access, options);
    }
    // A path may have a colon in it, but "mysql:..." is surely not meant as a file's name.
    const std::size_t colon = url_or_path.find(':');
    if (url_or_path.empty() || (colon != std::string::npos && url_or_path.find('/') > colon)) {
        return fail(engine::IoError{
            engine::IoFailure::not_a_store,
            fmt::format("'{}' is no store: write memory:, sqlite:PATH, a path or postgresql://...", url_or_path)});
    }
    return sqlite::open_sqlite(url_or_path, access, options);
}

bool is_on_server(std::string_view address) {
    return address.starts_with("postgresql://") || address.starts_with("postgres://");
}

std::string shown(const std::string& address) {
    if (!is_on_server(address)) return address;
    std::string out = address;
    // "//user:password@host": the password ends at the last @ before the path.
    const std::size_t begin = out.find("//") + 2;
    const std::size_t path = std::min(out.find_first_of("/?", begin), out.size());
    const std::size_t at = out.rfind('@', path);
    const std::size_t colon = out.find(':', begin);
    if (at != std::string::npos && at > begin && colon < at) out.replace(colon, at - colon, ":***");
    constexpr std::string_view parameter = "password=";
    const std::size_t given = out.find(parameter);
    if (given != std::string::npos) {
        const std::size_t value = given + parameter.size();
        out.replace(value, std::min(out.find('&', value), out.size()) - value, "***");
    }
    return out;
}

}  // namespace waybill::storage

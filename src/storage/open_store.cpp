#include "storage/open_store.hpp"

#include <fmt/format.h>
#include <string_view>

#include "storage/memory/memory_store.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace waybill::storage {

namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

}  // namespace

Result<std::unique_ptr<engine::Store>, engine::IoError> open_store(const std::string& url_or_path, Access access,
                                                                   const StoreOptions& options) {
    if (url_or_path == "memory:") return memory::open_memory();
    if (url_or_path.starts_with(sqlite_scheme)) {
        return sqlite::open_sqlite(url_or_path.substr(sqlite_scheme.size()), access, options);
    }
    // A path may have a colon in it, but "postgres://..." or "mysql:..." is surely not meant as a file's name.
    const std::size_t colon = url_or_path.find(':');
    if (url_or_path.empty() || (colon != std::string::npos && url_or_path.find('/') > colon)) {
        return fail(
            engine::IoError{engine::IoFailure::not_a_store,
                            fmt::format("'{}' is no store: write memory:, sqlite:PATH or a path", url_or_path)});
    }
    return sqlite::open_sqlite(url_or_path, access, options);
}

}  // namespace waybill::storage

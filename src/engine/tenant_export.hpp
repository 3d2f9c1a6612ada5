#pragma once
// A whole tenant as text (tenant_file.hpp), as of one moment: every event, person and kept reply, and the state hash.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "engine/store.hpp"

namespace waybill::engine {

struct TenantExport {
    std::uint64_t events = 0;
    std::uint64_t persons = 0;
    std::uint64_t replies = 0;
    std::string state_hash;
};

/// A piece of the file, some whole lines. Errors: one line; it ends the export.
using TakeText = std::function<Result<Unit, std::string>(std::string_view)>;

/// What was not written; or what the store said.
using ExportFailure = std::variant<std::string, IoError>;

/// The store may be written meanwhile: `reader` is told to hold the moment. `progress` gets events done and in all.
/// Memory: one page of rows.
[[nodiscard]] Result<TenantExport, ExportFailure> export_tenant(
    Reader& reader, const TenantHead& tenant, const TakeText& take,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace waybill::engine

#pragma once
// Migration: one numbered step of a schema. Steps are numbered from 1, run in order, each in a transaction of its own,
// and are never taken back.

#include <cstdint>
#include <string_view>

namespace waybill::storage {

struct Migration {
    std::string_view name;
    std::string_view sql;
};

/// What bringing a store up to date came to; 0 is that of an empty one.
struct SchemaChange {
    std::int64_t from = 0;
    std::int64_t to = 0;
};

}  // namespace waybill::storage

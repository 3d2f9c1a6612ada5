#pragma once
// Migration: one numbered step of a schema. Steps are numbered from 1, run in order, each in a transaction of its own,
// and are never taken back.

#include <string_view>

namespace waybill::storage {

struct Migration {
    std::string_view name;
    std::string_view sql;
};

}  // namespace waybill::storage

#pragma once
// How a store is opened: for writing or for looking only, and the few sizes that an operator may set.

#include <chrono>
#include <cstdint>

namespace waybill::storage {

enum class Access : std::uint8_t {
    read_write,  ///< takes the store's lock: one process at a time
    read_only,   ///< takes no lock and changes nothing; commits are refused
};

struct StoreOptions {
    std::uint64_t cache_bytes = 64ULL << 20;        ///< pages that the writing connection keeps in memory
    std::uint64_t reader_cache_bytes = 8ULL << 20;  ///< the same for each reader
    std::uint64_t bytes_max = 0;                    ///< commits that need a larger file are `full`; 0: no limit
    std::uint64_t search_rows_max = 4'000;  ///< orders that a search looks at in vain before it hands over the page
    std::chrono::seconds patience{30};      ///< a server that does not answer for so long is given up
    std::uint64_t wal_bytes = 32ULL << 20;  ///< the log is moved into the file when it is longer
};

}  // namespace waybill::storage

#pragma once
// The state hash: BLAKE2b-256 over a tenant's rows in one canonical order, the same whatever the store. Personal data
// and remembered replies are not in it, so erasure and expiry leave it alone.
//
//   part  = BLAKE2b over rows in ascending order; numbers as 8 bytes little endian, texts after their length
//   whole = BLAKE2b over head, the parts of the document kinds in order, levels, capacity, orders, customers
//
// Kinds of documents that came later than the hash have their part only where there is such a document: the hash of a
// tenant without any is that of the versions before.

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "engine/store.hpp"

namespace waybill::engine {

/// BLAKE2b-256 of what was added so far.
class Blake2b {
public:
    Blake2b();
    ~Blake2b();
    Blake2b(Blake2b&&) noexcept;
    Blake2b& operator=(Blake2b&&) noexcept;
    void number(std::uint64_t value);
    void text(std::string_view value);
    [[nodiscard]] std::array<unsigned char, 32> finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Each kind of row comes ascending by its key; kinds may come in any order.
class StateHash {
public:
    void doc(const DocRow& row);
    void level(const LevelRow& row);
    void capacity(const CapacityRow& row);
    void order(const StoredOrder& order);
    void customer(std::string_view doc);
    /// Lower-case hexadecimal. Once.
    [[nodiscard]] std::string finish(core::Sequence head);

private:
    std::array<Blake2b, doc_kinds> docs_;
    std::array<bool, doc_kinds> has_docs_{};
    Blake2b levels_;
    Blake2b capacity_;
    Blake2b orders_;
    Blake2b customers_;
};

}  // namespace waybill::engine

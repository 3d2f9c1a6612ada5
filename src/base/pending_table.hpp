#pragma once
// PendingTable: an indexed table whose writer works on copies of the rows that it changes until the change is accepted.
//
// A row has up to three layers. The writer changes `pending` copies and `read` sees the newest layer; other threads see
// `committed` only. `seal` sets the pending copies aside while they are made durable, and the writer goes on with
// copies of its own above them. When the sealed ones are durable they replace the rows (`accept_sealed`, under the
// engine's lock, a swap a row); when that failed everything above the rows is dropped, newest first, and nothing has
// happened. Who has nothing to wait for says `accept`. Rows are never removed.
//
// One writer thread; `committed` may be read by others while they hold the engine's read lock.

#include <cstdint>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "base/mutant.hpp"

namespace waybill {

template <class Row>
class PendingTable {
public:
    /// Rows including those added and not yet accepted.
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(slot_.size()); }
    [[nodiscard]] std::uint32_t committed_size() const { return static_cast<std::uint32_t>(rows_.size()); }

    [[nodiscard]] const Row& read(std::uint32_t at) const {
        const std::uint32_t slot = slot_[at];
        if (slot == none) return rows_[at];
        return is_sealed(slot) ? sealed_[slot & ~sealed_bit].row : pending_[slot].row;
    }
    [[nodiscard]] const Row& committed(std::uint32_t at) const { return rows_[at]; }

    /// The writer's own copy of a row; made on the first call of a batch.
    [[nodiscard]] Row& write(std::uint32_t at) {
        const std::uint32_t under = slot_[at];
        if (!is_sealed(under)) return pending_[under].row;
        const auto slot = static_cast<std::uint32_t>(pending_.size());
        pending_.push_back({at, under, read(at)});
        slot_[at] = slot;
        return pending_[slot].row;
    }

    std::uint32_t add(Row row) {
        const std::uint32_t at = size();
        slot_.push_back(static_cast<std::uint32_t>(pending_.size()));
        pending_.push_back({at, none, std::move(row)});
        return at;
    }

    /// Calls visit(index, row) for every pending row, in the order of first change.
    template <class Visit>
    void each_pending(Visit&& visit) const {
        for (const Pending& pending : pending_) visit(pending.at, pending.row);
    }
    /// As each_pending, but visit(index, before, row): `before` is the row that the pending one is above, committed or
    /// sealed; nullptr when it was added since.
    template <class Visit>
    void each_change(Visit&& visit) const {
        for (const Pending& pending : pending_) {
            const Row* before = pending.at < rows_.size() ? &rows_[pending.at] : nullptr;
            if (pending.under != none && !WAYBILL_MUTANT(change_measured_from_committed))
                before = &sealed_[pending.under & ~sealed_bit].row;
            visit(pending.at, before, pending.row);
        }
    }
    [[nodiscard]] bool has_pending() const { return !pending_.empty(); }

    /// Sets the pending rows aside. REQUIRES: none are sealed.
    void seal() {
        WAYBILL_ASSERT(sealed_.empty());
        sealed_.swap(pending_);
        for (std::uint32_t i = 0; i < sealed_.size(); ++i) slot_[sealed_[i].at] = i | sealed_bit;
        sealed_size_ = size();
    }

    /// Sealed rows become the committed ones; pending copies stay above them.
    void accept_sealed() {
        for (std::uint32_t i = 0; i < sealed_.size(); ++i) {
            Pending& sealed = sealed_[i];
            std::uint32_t& slot = slot_[sealed.at];
            (slot == (i | sealed_bit) ? slot : pending_[slot].under) = none;
            if (sealed.at < rows_.size()) {
                rows_[sealed.at] = std::move(sealed.row);
            } else {
                WAYBILL_ASSERT(sealed.at == rows_.size());
                rows_.push_back(std::move(sealed.row));
            }
        }
        sealed_.clear();
    }

    /// Pending rows become the committed ones. REQUIRES: none are sealed.
    void accept() {
        seal();
        accept_sealed();
    }

    /// Takes the pending rows back.
    void drop() {
        slot_.resize(sealed_.empty() ? rows_.size() : sealed_size_);
        take_back(pending_);
    }

    /// Takes the sealed rows back. REQUIRES: none are pending.
    void drop_sealed() {
        WAYBILL_ASSERT(pending_.empty());
        slot_.resize(rows_.size());
        take_back(sealed_);
    }

private:
    static constexpr std::uint32_t none = UINT32_MAX;
    static constexpr std::uint32_t sealed_bit = 1U << 31U;
    struct Pending {
        std::uint32_t at;
        std::uint32_t under;  ///< the slot of the layer below: of a sealed row, or none
        Row row;
    };

    /// Whether there is no pending copy: `none` has the bit as well.
    [[nodiscard]] static bool is_sealed(std::uint32_t slot) { return (slot & sealed_bit) != 0; }
    void take_back(std::vector<Pending>& layer) {
        for (const Pending& row : layer) {
            if (row.at < slot_.size()) slot_[row.at] = row.under;
        }
        layer.clear();
    }

    std::vector<Row> rows_;
    std::vector<std::uint32_t> slot_;  // none; index into pending_; or, with sealed_bit, into sealed_
    std::vector<Pending> pending_;
    std::vector<Pending> sealed_;
    std::uint32_t sealed_size_ = 0;  // rows when they were sealed
};

}  // namespace waybill

#pragma once
// PendingTable: an indexed table whose writer works on copies of the rows that it changes until the change is accepted.
//
// The engine decides a batch of commands against `read`, which sees the pending copies; other threads see `committed`
// only. When the batch is durable the copies replace the rows (`accept`, under the engine's lock, a swap a row); when
// the commit failed they are dropped and nothing has happened. Rows are never removed.
//
// One writer thread; `committed` may be read by others while they hold the engine's read lock.

#include <cstdint>
#include <utility>
#include <vector>

#include "base/assert.hpp"

namespace waybill {

template <class Row>
class PendingTable {
public:
    /// Rows including those added and not yet accepted.
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(slot_.size()); }
    [[nodiscard]] std::uint32_t committed_size() const { return static_cast<std::uint32_t>(rows_.size()); }

    [[nodiscard]] const Row& read(std::uint32_t at) const {
        const std::uint32_t slot = slot_[at];
        return slot == none ? rows_[at] : pending_[slot].row;
    }
    [[nodiscard]] const Row& committed(std::uint32_t at) const { return rows_[at]; }

    /// The writer's own copy of a row; made on the first call of a batch.
    [[nodiscard]] Row& write(std::uint32_t at) {
        if (slot_[at] == none) {
            slot_[at] = static_cast<std::uint32_t>(pending_.size());
            pending_.push_back({at, rows_[at]});
        }
        return pending_[slot_[at]].row;
    }

    std::uint32_t add(Row row) {
        const std::uint32_t at = size();
        slot_.push_back(static_cast<std::uint32_t>(pending_.size()));
        pending_.push_back({at, std::move(row)});
        return at;
    }

    /// Calls visit(index, row) for every row changed since the last accept or drop, in the order of first change.
    template <class Visit>
    void each_pending(Visit&& visit) const {
        for (const Pending& pending : pending_) visit(pending.at, pending.row);
    }
    [[nodiscard]] bool has_pending() const { return !pending_.empty(); }

    void accept() {
        for (Pending& pending : pending_) {
            slot_[pending.at] = none;
            if (pending.at < rows_.size()) {
                rows_[pending.at] = std::move(pending.row);
            } else {
                WAYBILL_ASSERT(pending.at == rows_.size());
                rows_.push_back(std::move(pending.row));
            }
        }
        pending_.clear();
    }

    void drop() {
        for (const Pending& pending : pending_) {
            if (pending.at < rows_.size()) slot_[pending.at] = none;
        }
        slot_.resize(rows_.size());
        pending_.clear();
    }

private:
    static constexpr std::uint32_t none = UINT32_MAX;
    struct Pending {
        std::uint32_t at;
        Row row;
    };
    std::vector<Row> rows_;
    std::vector<std::uint32_t> slot_;  // index into pending_, or none
    std::vector<Pending> pending_;
};

}  // namespace waybill

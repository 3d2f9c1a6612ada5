#pragma once
// PowerLoss: SQLite's own access to files, watched. It knows which bytes the disk was made to keep (synced) and which
// it only was given, so a test can cut the power before any call that changes a file and ask what the files may look
// like afterwards: what was synced is there, of the rest any sector may be and any other may not.
//
// While one lives it is the process's default, for every file that SQLite opens. One at a time, one thread.
//
// What a disk is taken to do: a sector of 512 bytes is written completely or not at all and disturbs no other, writes
// reach the disk in any order until a sync, a name in a folder lasts once the folder was synced, which SQLite does with
// the first sync of a new journal or log and with the deletions that ask for it.

#include <cstdint>
#include <filesystem>
#include <memory>

#include "conformance/random_history.hpp"

namespace waybill::conformance {

class PowerLoss {
public:
    PowerLoss();
    ~PowerLoss();
    PowerLoss(const PowerLoss&) = delete;
    PowerLoss& operator=(const PowerLoss&) = delete;

    /// The power goes before the n-th call (from 1) that changes a file; every such call from there on fails.
    void cut_before(std::uint64_t call);
    [[nodiscard]] bool is_cut() const;
    /// From now on files that are opened and written are none of this power loss.
    void come_back();

    enum class Unsynced { lost, kept, by_chance, in_order };
    /// Puts files as the disk may hold them into `folder`, which is empty. `in_order`: as they were written up to some
    /// point, the write at that point in part.
    void restore_to(const std::filesystem::path& folder, Unsynced unsynced, Random& random) const;
    /// Whether everything that was written to the file is synced.
    [[nodiscard]] bool is_synced(const std::filesystem::path& file) const;

    struct Disk;

private:
    std::unique_ptr<Disk> disk_;
};

}  // namespace waybill::conformance

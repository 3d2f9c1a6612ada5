#include "conformance/power_loss.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"

namespace waybill::conformance {

// These two are not private to the file, since PowerLoss::Disk is not.
/// A write, or a cut to a size.
struct FileChange {
    std::size_t at = 0;
    std::optional<std::string> bytes;  ///< none: the file ends at `at`
};

struct WatchedContent {
    std::string synced;
    std::vector<FileChange> unsynced;
    bool has_synced_name = false;
    bool is_deleted = false;  ///< and may come back
};

namespace {

constexpr std::size_t sector_bytes = 512;

void apply(std::string& content, const FileChange& change) {
    if (!change.bytes) return content.resize(change.at);
    if (content.size() < change.at + change.bytes->size()) content.resize(change.at + change.bytes->size());
    content.replace(change.at, change.bytes->size(), *change.bytes);
}

/// The pieces of a write that a disk writes as wholes.
std::vector<FileChange> sectors_of(const FileChange& change) {
    if (!change.bytes) return {change};
    std::vector<FileChange> out;
    const std::size_t end = change.at + change.bytes->size();
    for (std::size_t at = change.at; at < end;) {
        const std::size_t next = std::min(end, (at / sector_bytes + 1) * sector_bytes);
        out.push_back({at, change.bytes->substr(at - change.at, next - at)});
        at = next;
    }
    return out;
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

struct PowerLoss::Disk {
    std::map<std::string, WatchedContent> files;
    std::uint64_t calls = 0;
    bool is_over = false;
    std::uint64_t cut_before = std::numeric_limits<std::uint64_t>::max();

    /// Counts a call that changes a file; false when the power is off.
    [[nodiscard]] bool has_power() { return ++calls < cut_before; }
    void sync(const std::string& path, bool names_too) {
        WatchedContent& file = files[path];
        for (const FileChange& change : file.unsynced) apply(file.synced, change);
        file.unsynced.clear();
        if (!names_too) return;
        for (auto& [name, each] : files) each.has_synced_name = true;
        std::erase_if(files, [](const auto& each) { return each.second.is_deleted; });
    }
};

namespace {

PowerLoss::Disk* the_disk = nullptr;
sqlite3_vfs* real = nullptr;

/// A file of the real system behind ours. SQLite gives the memory for both in one piece.
struct WatchedFile {
    sqlite3_file base;
    bool is_watched;
    bool is_journal;
    const char* path;  ///< SQLite keeps it as long as the file is open
    [[nodiscard]] sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

WatchedFile& watched(sqlite3_file* file) { return *reinterpret_cast<WatchedFile*>(file); }
const sqlite3_io_methods& inner_methods(sqlite3_file* file) { return *watched(file).inner()->pMethods; }

int close_file(sqlite3_file* file) { return inner_methods(file).xClose(watched(file).inner()); }
int read_bytes(sqlite3_file* file, void* to, int count, sqlite3_int64 at) {
    return inner_methods(file).xRead(watched(file).inner(), to, count, at);
}
int write_bytes(sqlite3_file* file, const void* from, int count, sqlite3_int64 at) {
    WatchedFile& mine = watched(file);
    if (mine.is_watched) {
        if (!the_disk->has_power()) return SQLITE_IOERR_WRITE;
        the_disk->files[mine.path].unsynced.push_back(
            {static_cast<std::size_t>(at),
             std::string(static_cast<const char*>(from), static_cast<std::size_t>(count))});
    }
    return inner_methods(file).xWrite(mine.inner(), from, count, at);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    WatchedFile& mine = watched(file);
    if (mine.is_watched) {
        if (!the_disk->has_power()) return SQLITE_IOERR_TRUNCATE;
        the_disk->files[mine.path].unsynced.push_back({static_cast<std::size_t>(size), std::nullopt});
    }
    return inner_methods(file).xTruncate(mine.inner(), size);
}
int sync_file(sqlite3_file* file, int flags) {
    WatchedFile& mine = watched(file);
    if (mine.is_watched) {
        if (!the_disk->has_power()) return SQLITE_IOERR_FSYNC;
        the_disk->sync(mine.path, mine.is_journal);
    }
    return inner_methods(file).xSync(mine.inner(), flags);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return inner_methods(file).xFileSize(watched(file).inner(), size);
}
int lock(sqlite3_file* file, int level) { return inner_methods(file).xLock(watched(file).inner(), level); }
int unlock(sqlite3_file* file, int level) { return inner_methods(file).xUnlock(watched(file).inner(), level); }
int check_lock(sqlite3_file* file, int* out) {
    return inner_methods(file).xCheckReservedLock(watched(file).inner(), out);
}
int file_control(sqlite3_file* file, int operation, void* argument) {
    return inner_methods(file).xFileControl(watched(file).inner(), operation, argument);
}
int sector_size(sqlite3_file* file) { return inner_methods(file).xSectorSize(watched(file).inner()); }
int characteristics(sqlite3_file* file) { return inner_methods(file).xDeviceCharacteristics(watched(file).inner()); }
int shm_map(sqlite3_file* file, int page, int bytes, int extend, void volatile** out) {
    return inner_methods(file).xShmMap(watched(file).inner(), page, bytes, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    return inner_methods(file).xShmLock(watched(file).inner(), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) { inner_methods(file).xShmBarrier(watched(file).inner()); }
int shm_unmap(sqlite3_file* file, int remove) { return inner_methods(file).xShmUnmap(watched(file).inner(), remove); }

// Version 2: without the calls that hand out mapped memory, so that every change comes by.
constexpr sqlite3_io_methods file_methods{
    2,        close_file,  read_bytes, write_bytes,  truncate_file, sync_file,       file_size,
    lock,     unlock,      check_lock, file_control, sector_size,   characteristics, shm_map,
    shm_lock, shm_barrier, shm_unmap,  nullptr,      nullptr};

int open_file(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out_flags) {
    WatchedFile& mine = *new (file) WatchedFile{};
    mine.is_journal = (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) != 0;
    mine.is_watched = path != nullptr && !the_disk->is_over && (mine.is_journal || (flags & SQLITE_OPEN_MAIN_DB) != 0);
    mine.path = path;
    if (mine.is_watched) {
        const bool is_there = std::filesystem::exists(path);
        const bool may_create = (flags & SQLITE_OPEN_CREATE) != 0;
        if (!is_there && may_create && !the_disk->has_power()) return SQLITE_CANTOPEN;
        const auto known = the_disk->files.find(path);
        if (is_there && known == the_disk->files.end()) {
            the_disk->files[path] = {read_file(path), {}, true, false};
        } else if (!is_there && may_create) {
            // What was deleted and not yet forgotten by the disk may still be what this name leads to.
            WatchedContent& content = the_disk->files[path];
            if (content.is_deleted) content.unsynced.push_back({0, std::nullopt});
            content.is_deleted = false;
        }
    }
    const int code = real->xOpen(real, path, mine.inner(), flags, out_flags);
    if (mine.inner()->pMethods != nullptr) mine.base.pMethods = &file_methods;
    return code;
}

int delete_file(sqlite3_vfs*, const char* path, int sync_folder) {
    if (the_disk->is_over) return real->xDelete(real, path, sync_folder);
    if (!the_disk->has_power()) return SQLITE_IOERR_DELETE;
    const int code = real->xDelete(real, path, sync_folder);
    if (code != SQLITE_OK) return code;
    const auto known = the_disk->files.find(path);
    if (known == the_disk->files.end()) return code;
    if (sync_folder != 0) {
        the_disk->files.erase(known);
    } else {
        known->second.is_deleted = true;
    }
    return code;
}

sqlite3_vfs& our_vfs() {
    static sqlite3_vfs vfs;
    return vfs;
}

}  // namespace

PowerLoss::PowerLoss() : disk_(std::make_unique<Disk>()) {
    WAYBILL_ASSERT(the_disk == nullptr);
    the_disk = disk_.get();
    sqlite3_initialize();
    real = sqlite3_vfs_find(nullptr);
    // The calls that have nothing to do with one file's content are the real ones; those take no notice of whose they
    // are but for the private data, which is copied along.
    sqlite3_vfs& vfs = our_vfs() = *real;
    vfs.pNext = nullptr;
    vfs.zName = "power-loss";
    vfs.szOsFile = static_cast<int>(sizeof(WatchedFile)) + real->szOsFile;
    vfs.xOpen = open_file;
    vfs.xDelete = delete_file;
    WAYBILL_ASSERT(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
}

PowerLoss::~PowerLoss() {
    sqlite3_vfs_unregister(&our_vfs());
    sqlite3_vfs_register(real, 1);
    the_disk = nullptr;
}

void PowerLoss::cut_before(std::uint64_t call) {
    disk_->calls = 0;
    disk_->cut_before = call;
}

void PowerLoss::come_back() { disk_->is_over = true; }

bool PowerLoss::is_cut() const { return disk_->calls >= disk_->cut_before; }

bool PowerLoss::is_synced(const std::filesystem::path& file) const {
    const auto known = disk_->files.find(file.string());
    return known != disk_->files.end() && known->second.unsynced.empty();
}

void PowerLoss::restore_to(const std::filesystem::path& folder, Unsynced unsynced, Random& random) const {
    for (const auto& [path, file] : disk_->files) {
        const bool by_chance = unsynced == Unsynced::by_chance && random.below(2) == 0;
        const bool keeps = unsynced == Unsynced::kept || unsynced == Unsynced::in_order || by_chance;
        if (file.is_deleted ? keeps : !file.has_synced_name && !keeps) continue;
        std::string content = file.synced;
        const std::size_t whole = unsynced == Unsynced::in_order
                                      ? random.below(static_cast<std::uint32_t>(file.unsynced.size()) + 1)
                                      : file.unsynced.size();
        for (std::size_t at = 0; at < file.unsynced.size() && at <= whole; ++at) {
            for (const FileChange& sector : sectors_of(file.unsynced[at])) {
                const bool is_torn = unsynced == Unsynced::by_chance || at == whole;
                if (unsynced == Unsynced::lost || (is_torn && random.below(2) == 0)) continue;
                apply(content, sector);
            }
        }
        std::ofstream out(folder / std::filesystem::path(path).filename(), std::ios::binary);
        out << content;
        WAYBILL_ASSERT(out.good());
    }
}

}  // namespace waybill::conformance

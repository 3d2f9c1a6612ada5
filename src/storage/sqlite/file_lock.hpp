#pragma once
// FileLock: the right to write to a store, held by one process at a time and given back by the system when the process
// ends, however it ends. The lock is on a file beside the store, so that SQLite's own locks are left alone.

#include <string>

#include "engine/store.hpp"

namespace waybill::storage::sqlite {

class FileLock {
public:
    /// Never waits. Errors: locked, naming the process that holds it; unavailable, read_only.
    [[nodiscard]] static Result<FileLock, engine::IoError> take(const std::string& path);
    FileLock(FileLock&& other) noexcept : file_(other.file_) { other.file_ = -1; }
    FileLock& operator=(FileLock&& other) noexcept;
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    explicit FileLock(int file) : file_(file) {}
    int file_ = -1;
};

}  // namespace waybill::storage::sqlite

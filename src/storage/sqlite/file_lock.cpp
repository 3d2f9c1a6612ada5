#include "storage/sqlite/file_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace waybill::storage::sqlite {

using engine::IoError;
using engine::IoFailure;

Result<FileLock, IoError> FileLock::take(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) {
        const int why = errno;
        const bool forbidden = why == EACCES || why == EROFS || why == EPERM;
        return fail(
            IoError{forbidden ? IoFailure::read_only : IoFailure::unavailable,
                    fmt::format("{}: can not open the lock file: {}", path, std::generic_category().message(why))});
    }
    FileLock lock(file);
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        const int why = errno;
        if (why != EWOULDBLOCK) {
            return fail(IoError{IoFailure::unavailable,
                                fmt::format("{}: flock: {}", path, std::generic_category().message(why))});
        }
        std::array<char, 32> holder{};
        const ssize_t size = ::pread(file, holder.data(), holder.size() - 1, 0);
        std::string name(holder.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
        while (!name.empty() && name.back() == '\n') name.pop_back();
        return fail(
            IoError{IoFailure::locked, fmt::format("{}: another process writes to this store{}", path,
                                                   name.empty() ? std::string() : fmt::format(" (process {})", name))});
    }
    // Only for people: the lock is the flock, so a number that could not be written does no harm.
    const std::string own = fmt::format("{}\n", ::getpid());
    if (::ftruncate(file, 0) == 0) static_cast<void>(::pwrite(file, own.data(), own.size(), 0) == 0);
    return lock;
}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
}

FileLock::~FileLock() {
    if (file_ >= 0) ::close(file_);
}

}  // namespace waybill::storage::sqlite

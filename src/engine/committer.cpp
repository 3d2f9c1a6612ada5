#include "engine/committer.hpp"

#include <utility>

#include "base/assert.hpp"

namespace waybill::engine {

Committer::~Committer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Committer::start(const std::vector<TenantBatch>& rows) {
    {
        const std::lock_guard lock(mutex_);
        WAYBILL_ASSERT(rows_ == nullptr && !result_);
        rows_ = &rows;
    }
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    changed_.notify_all();
}

Result<Unit, IoError> Committer::wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return result_.has_value(); });
    return *std::exchange(result_, std::nullopt);
}

void Committer::run() {
    while (true) {
        const std::vector<TenantBatch>* rows = nullptr;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return rows_ != nullptr || stopping_; });
            if (rows_ == nullptr) return;
            rows = std::exchange(rows_, nullptr);
        }
        Result<Unit, IoError> done = commit_(*rows);
        {
            const std::lock_guard lock(mutex_);
            result_ = std::move(done);
        }
        changed_.notify_all();
    }
}

}  // namespace waybill::engine

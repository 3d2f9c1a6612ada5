#pragma once
// Committer: a thread that makes one batch durable while the writer decides the next one above it. The store is used by
// one of the two threads at a time: the writer's from `wait` to `start`, the committer's from `start` to `wait`.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "engine/store.hpp"

namespace waybill::engine {

class Committer {
public:
    using Commit = std::function<Result<Unit, IoError>(const std::vector<TenantBatch>&)>;

    explicit Committer(Commit commit) : commit_(std::move(commit)) {}
    ~Committer();
    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;

    /// Starts the commit. The rows must outlive it. REQUIRES: no commit is under way.
    void start(const std::vector<TenantBatch>& rows);
    /// Waits for its result.
    [[nodiscard]] Result<Unit, IoError> wait();

private:
    void run();

    Commit commit_;
    std::mutex mutex_;
    std::condition_variable changed_;
    const std::vector<TenantBatch>* rows_ = nullptr;
    std::optional<Result<Unit, IoError>> result_;
    bool stopping_ = false;
    std::thread thread_;  // from the first commit on
};

}  // namespace waybill::engine

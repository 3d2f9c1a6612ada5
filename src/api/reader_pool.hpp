#pragma once
// ReaderPool: a few threads, each with its own store reader, for reads that may wait for a disk. The HTTP thread hands
// them jobs and goes on. The queue is bounded: when readers can not keep up, further reads are refused at once rather
// than answered too late.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "engine/store.hpp"

namespace waybill::api {

class ReaderPool {
public:
    using Job = std::function<void(engine::Reader&)>;

    struct Stats {
        std::uint64_t jobs = 0;
        std::uint64_t refused = 0;
        std::uint64_t queued = 0;  ///< now
        std::uint64_t busy = 0;    ///< readers, now
        std::uint64_t readers = 0;
    };

    /// Errors: the store gives no reader.
    [[nodiscard]] static Result<std::unique_ptr<ReaderPool>, engine::IoError> open(engine::Store& store,
                                                                                   std::size_t threads,
                                                                                   std::size_t queue_max);
    /// Runs what is queued, then ends the threads.
    ~ReaderPool();
    ReaderPool(const ReaderPool&) = delete;
    ReaderPool& operator=(const ReaderPool&) = delete;

    /// Any thread. False: the queue is full and the job was not taken.
    [[nodiscard]] bool submit(Job job);
    [[nodiscard]] Stats stats() const;

private:
    ReaderPool(std::vector<std::unique_ptr<engine::Reader>> readers, std::size_t queue_max);
    void run(engine::Reader& reader);

    const std::size_t queue_max_;
    std::vector<std::unique_ptr<engine::Reader>> readers_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> queue_;
    Stats stats_;
    bool is_stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace waybill::api

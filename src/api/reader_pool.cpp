#include "api/reader_pool.hpp"

#include <utility>

namespace waybill::api {

Result<std::unique_ptr<ReaderPool>, engine::IoError> ReaderPool::open(engine::Store& store, std::size_t threads,
                                                                      std::size_t queue_max) {
    std::vector<std::unique_ptr<engine::Reader>> readers;
    for (std::size_t i = 0; i < threads; ++i) {
        auto reader = store.reader();
        if (!reader) return fail(reader.error());
        readers.push_back(std::move(*reader));
    }
    return std::unique_ptr<ReaderPool>(new ReaderPool(std::move(readers), queue_max));
}

ReaderPool::ReaderPool(std::vector<std::unique_ptr<engine::Reader>> readers, std::size_t queue_max)
    : queue_max_(queue_max), readers_(std::move(readers)) {
    for (auto& reader : readers_) threads_.emplace_back([this, &reader] { run(*reader); });
}

ReaderPool::~ReaderPool() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

bool ReaderPool::submit(Job job) {
    {
        const std::lock_guard lock(mutex_);
        if (is_stopping_ || queue_.size() >= queue_max_) {
            ++stats_.refused;
            return false;
        }
        queue_.push_back(std::move(job));
        ++stats_.jobs;
    }
    wake_.notify_one();
    return true;
}

ReaderPool::Stats ReaderPool::stats() const {
    const std::lock_guard lock(mutex_);
    Stats out = stats_;
    out.queued = queue_.size();
    out.readers = readers_.size();
    return out;
}

void ReaderPool::run(engine::Reader& reader) {
    bool is_busy = false;
    while (true) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            if (is_busy) --stats_.busy;
            wake_.wait(lock, [this] { return is_stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            job = std::move(queue_.front());
            queue_.pop_front();
            ++stats_.busy;
            is_busy = true;
        }
        job(reader);
    }
}

}  // namespace waybill::api

#pragma once
// The connection that writes is one thread's at a time: the end of a statement that another thread runs on it would end
// the transaction under way, half of it durable. Who has it twice aborts before that.

#include <atomic>

#include "base/assert.hpp"

namespace waybill::storage {

class OneAtATime {
public:
    class Scope {
    public:
        explicit Scope(OneAtATime& of) : taken_(of.taken_) {
            WAYBILL_ASSERT(!taken_.test_and_set(std::memory_order_acquire));
        }
        ~Scope() { taken_.clear(std::memory_order_release); }
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        std::atomic_flag& taken_;
    };

private:
    std::atomic_flag taken_;
};

}  // namespace waybill::storage

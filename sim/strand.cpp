#include "sim/strand.hpp"

#include <utility>

#include "base/assert.hpp"

namespace waybill::sim {
namespace {

thread_local Strand* current_strand = nullptr;

}  // namespace

Strand* Strand::current() { return current_strand; }

Strand::~Strand() {
    WAYBILL_ASSERT(is_idle_);
    ends_ = true;
    go_on_.give();
    thread_.join();
}

void Strand::start(std::function<void()> task) {
    WAYBILL_ASSERT(is_idle_);
    task_ = std::move(task);
    is_idle_ = false;
    resume();
}

void Strand::resume() {
    WAYBILL_ASSERT(!is_idle_);
    go_on_.give();
    came_back_.await();
}

void Strand::wait_until(std::int64_t at) {
    wakes_at_ = at;
    came_back_.give();
    go_on_.await();
}

void Strand::run() {
    current_strand = this;
    while (true) {
        go_on_.await();
        if (ends_) return;
        task_();
        task_ = nullptr;
        is_idle_ = true;
        came_back_.give();
    }
}

}  // namespace waybill::sim

#include "core/rules/scratch.hpp"

#include <algorithm>
#include <cstring>

namespace waybill::rules {

void Scratch::reset() {
    block_ = 0;
    used_ = 0;
}

std::byte* Scratch::take(std::size_t bytes) {
    bytes = (bytes + alignment - 1) / alignment * alignment;
    while (block_ < blocks_.size() && blocks_[block_].size - used_ < bytes) {
        ++block_;
        used_ = 0;
    }
    if (block_ == blocks_.size()) {
        const std::size_t wanted = blocks_.empty() ? first_block_bytes : blocks_.back().size * 2;
        const std::size_t size = std::max(wanted, bytes);
        blocks_.push_back({std::make_unique<std::byte[]>(size), size});
    }
    std::byte* const out = blocks_[block_].bytes.get() + used_;
    used_ += bytes;
    return out;
}

std::string_view Scratch::copy(std::string_view text) {
    if (text.empty()) return {};
    std::byte* const to = take(text.size());
    std::memcpy(to, text.data(), text.size());
    return {reinterpret_cast<const char*>(to), text.size()};
}

std::size_t Scratch::capacity_bytes() const {
    std::size_t out = 0;
    for (const Block& block : blocks_) out += block.size;
    return out;
}

}  // namespace waybill::rules

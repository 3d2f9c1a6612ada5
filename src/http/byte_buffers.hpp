#pragma once
// The two byte buffers of a connection. Both keep their memory from request to request, and give back what an unusually
// large one made them take: thousands of connections sit idle at a time. One thread.

#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"

namespace waybill::http {

/// Received bytes that are not used yet, in one piece.
class InBuffer {
public:
    static constexpr std::size_t bytes_at_rest = 4 * 1024;

    [[nodiscard]] bool empty() const { return begin_ == end_; }
    [[nodiscard]] std::size_t size() const { return end_ - begin_; }
    [[nodiscard]] std::string_view view() const { return {bytes_.get() + begin_, end_ - begin_}; }

    /// Room to read into, at least one byte. Views taken before are no longer valid.
    [[nodiscard]] std::span<char> room(std::size_t capacity_wanted) {
        if (empty()) begin_ = end_ = 0;
        const std::size_t wanted = std::max(capacity_wanted, bytes_at_rest);
        if (capacity_ < wanted || end_ == capacity_) regroup(std::max(wanted, size() == capacity_ ? 2 * capacity_ : 0));
        return {bytes_.get() + end_, capacity_ - end_};
    }
    void commit(std::size_t bytes) { end_ += bytes; }
    void consume(std::size_t bytes) {
        WAYBILL_ASSERT(bytes <= size());
        begin_ += bytes;
    }
    void clear() { begin_ = end_ = 0; }
    /// Gives memory back while nothing is buffered.
    void rest() {
        if (!empty() || capacity_ <= 4 * bytes_at_rest) return;
        bytes_.reset();
        begin_ = end_ = capacity_ = 0;
    }

private:
    void regroup(std::size_t capacity) {
        if (capacity <= capacity_) {
            std::memmove(bytes_.get(), bytes_.get() + begin_, size());
        } else {
            auto larger = std::make_unique_for_overwrite<char[]>(capacity);
            if (!empty()) std::memcpy(larger.get(), bytes_.get() + begin_, size());
            bytes_ = std::move(larger);
            capacity_ = capacity;
        }
        end_ -= begin_;
        begin_ = 0;
    }

    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

/// Bytes to send: small ones are copied together so that a response is one write, large ones are kept as they came.
class OutBuffer {
public:
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }

    /// The string to append text to. Call `appended` when done.
    [[nodiscard]] std::string& tail() { return tail_; }
    void appended() { size_ = owned_bytes_ + tail_.size() - sent_; }
    void append(std::string_view text) {
        tail_.append(text);
        appended();
    }
    void append_owned(std::string&& text) {
        if (text.size() < copied_bytes_max) return append(text);
        if (!tail_.empty()) {
            owned_bytes_ += tail_.size();
            owned_.push_back(std::move(tail_));
            tail_.clear();
        }
        owned_bytes_ += text.size();
        owned_.push_back(std::move(text));
        appended();
    }

    static constexpr std::size_t pieces_max = 16;
    /// The front of what is to be sent, in at most `pieces_max` pieces.
    [[nodiscard]] std::size_t pieces(std::array<iovec, pieces_max>& out) {
        std::size_t count = 0;
        std::size_t skip = sent_;
        const auto add = [&](std::string& piece) {
            if (skip >= piece.size()) {
                skip -= piece.size();
                return;
            }
            out[count++] = {piece.data() + skip, piece.size() - skip};
            skip = 0;
        };
        for (std::size_t at = 0; at < owned_.size() && count < pieces_max; ++at) add(owned_[at]);
        if (count < pieces_max) add(tail_);
        return count;
    }
    void sent(std::size_t bytes) {
        sent_ += bytes;
        size_ -= bytes;
        if (size_ > 0) return;
        owned_.clear();
        owned_bytes_ = sent_ = 0;
        if (tail_.capacity() > tail_kept_bytes_max) tail_ = std::string();
        tail_.clear();
    }

private:
    static constexpr std::size_t copied_bytes_max = 16 * 1024;
    static constexpr std::size_t tail_kept_bytes_max = 16 * 1024;

    std::vector<std::string> owned_;  // sent before tail_
    std::string tail_;
    std::size_t owned_bytes_ = 0;
    std::size_t sent_ = 0;  // from the start of owned_
    std::size_t size_ = 0;
};

}  // namespace waybill::http

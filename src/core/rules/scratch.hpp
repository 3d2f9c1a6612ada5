#pragma once
// Scratch: the memory that values of one evaluation point to. It only grows while it is used and is emptied at once;
// what it has taken from the heap it keeps, so a second evaluation that needs no more than the first allocates nothing.
//
// Threads: one at a time. Cost: some additions for each piece.

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace waybill::rules {

class Scratch {
public:
    Scratch() = default;
    Scratch(Scratch&&) noexcept = default;
    Scratch& operator=(Scratch&&) noexcept = default;
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    /// Everything that was given out is invalid from here on.
    void reset();

    /// `count` default-constructed items. Valid until `reset`, also when the Scratch is moved.
    template <class T>
    [[nodiscard]] std::span<T> make(std::size_t count) {
        static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
        static_assert(alignof(T) <= alignment);
        if (count == 0) return {};
        T* const first = reinterpret_cast<T*>(take(count * sizeof(T)));
        std::uninitialized_value_construct_n(first, count);
        return {first, count};
    }
    [[nodiscard]] std::string_view copy(std::string_view text);

    /// What it holds of the heap. Does not shrink.
    [[nodiscard]] std::size_t capacity_bytes() const;

private:
    static constexpr std::size_t alignment = 8;
    static constexpr std::size_t first_block_bytes = 4'096;

    struct Block {
        std::unique_ptr<std::byte[]> bytes;
        std::size_t size = 0;
    };

    std::byte* take(std::size_t bytes);

    std::vector<Block> blocks_;
    std::size_t block_ = 0;  ///< the one that pieces are taken from
    std::size_t used_ = 0;   ///< of that block
};

}  // namespace waybill::rules

#pragma once
// StrongId: an integer that is one kind of id and no other. The deriving struct is its own tag, so two kinds never
// compare or convert; there is no arithmetic on ids.
//
//   struct OrderId final : StrongId<OrderId, std::uint64_t> { using StrongId::StrongId; };

#include <compare>

namespace waybill {

template <class Self, class Rep>
class StrongId {
public:
    using rep = Rep;

    constexpr StrongId() = default;
    constexpr explicit StrongId(Rep raw) : raw_(raw) {}

    [[nodiscard]] constexpr Rep raw() const { return raw_; }
    /// Zero is no id: sequences and indexes that become ids start at one, or name another sentinel.
    [[nodiscard]] constexpr bool is_set() const { return raw_ != Rep{}; }

    friend constexpr bool operator==(const Self& a, const Self& b) { return a.raw() == b.raw(); }
    friend constexpr auto operator<=>(const Self& a, const Self& b) { return a.raw() <=> b.raw(); }

private:
    Rep raw_{};
};

}  // namespace waybill

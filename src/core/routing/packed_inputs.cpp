#include "core/routing/packed_inputs.hpp"

#include <algorithm>
#include <vector>

namespace waybill::core {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t list_max = 10'000'000;  // more can only be a damaged text

/// Integers in groups of five bits, the least significant first; the sixth bit of a letter says that more follow.
class Packer {
public:
    void add(std::uint64_t value) {
        while (value >= 32) {
            text_ += letters[(value & 31) | 32];
            value >>= 5;
        }
        text_ += letters[value];
    }
    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    std::string text_;
};

class Unpacker {
public:
    explicit Unpacker(std::string_view text) : text_(text) {}

    std::uint64_t next() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 5) {
            if (text_.empty()) break;
            const auto letter = letters.find(text_.front());
            if (letter == std::string_view::npos) break;
            text_.remove_prefix(1);
            value |= (static_cast<std::uint64_t>(letter) & 31) << shift;
            if (letter < 32) return value;
        }
        broken_ = true;
        return 0;
    }
    std::uint64_t count() {
        const std::uint64_t value = next();
        if (value > list_max || value > text_.size()) broken_ = true;
        return broken_ ? 0 : value;
    }
    [[nodiscard]] bool broken() const { return broken_; }
    [[nodiscard]] bool at_end() const { return text_.empty(); }

private:
    std::string_view text_;
    bool broken_ = false;
};

constexpr std::size_t later_blocks_max = 3;

/// 0 where the strategy did not read it, or there was nothing.
std::uint64_t later_value(const RoutingInputs::Standing& standing, std::size_t block) {
    switch (block) {
        case 0:
            return static_cast<std::uint64_t>(standing.capacity_left) + 1;  // 0: unlimited
        case 1:
            return static_cast<std::uint64_t>(standing.weekly_milliunits);
        default:
            return static_cast<std::uint64_t>(standing.markdown_bp);
    }
}

void set_later_value(RoutingInputs::Standing& standing, std::size_t block, std::uint64_t value) {
    switch (block) {
        case 0:
            standing.capacity_left = static_cast<std::int64_t>(value - 1);
            break;
        case 1:
            standing.weekly_milliunits = static_cast<std::int64_t>(value);
            break;
        default:
            standing.markdown_bp = static_cast<std::int64_t>(value);
    }
}

/// Up to the last one in which there is something.
std::size_t later_blocks(const RoutingInputs& inputs) {
    std::size_t blocks = later_blocks_max;
    const auto says_nothing = [&blocks](const RoutingInputs::Standing& standing) {
        return later_value(standing, blocks - 1) == 0;
    };
    while (blocks > 0 && std::all_of(inputs.standings.begin(), inputs.standings.end(), says_nothing)) --blocks;
    return blocks;
}

}  // namespace

std::string pack_inputs(const RoutingInputs& inputs) {
    Packer packer;
    packer.add(inputs.items.size());
    for (const RoutingInputs::ItemStock& item : inputs.items) {
        packer.add(item.item);
        packer.add(static_cast<std::uint64_t>(item.demand));
        packer.add(item.places.size());
        LocationIx before = 0;
        for (const RoutingInputs::Stock& place : item.places) {
            const bool full = place.units == item.demand;
            packer.add((std::uint64_t{place.location - before} << 1) | (full ? 1U : 0U));
            if (!full) packer.add(static_cast<std::uint64_t>(place.units));
            before = place.location;
        }
    }
    packer.add(inputs.capacity.size());
    for (const RoutingInputs::Capacity& capacity : inputs.capacity) {
        packer.add(capacity.location);
        packer.add(static_cast<std::uint64_t>(capacity.units_left));
    }
    if (inputs.standings.empty()) return packer.take();
    packer.add(inputs.standings.size());
    LocationIx before = 0;
    for (const RoutingInputs::Standing& standing : inputs.standings) {
        packer.add(standing.location - before);
        packer.add(static_cast<std::uint64_t>(standing.stock_depth));
        packer.add(static_cast<std::uint64_t>(standing.workload_ppm));
        before = standing.location;
    }
    // What strategies came to read later follows in blocks of one number a candidate, as far as one has something to
    // say.
    const std::size_t blocks = later_blocks(inputs);
    for (std::size_t block = 0; block < blocks; ++block) {
        for (const RoutingInputs::Standing& standing : inputs.standings) packer.add(later_value(standing, block));
    }
    return packer.take();
}

std::optional<RoutingInputs> unpack_inputs(std::string_view text) {
    Unpacker unpacker(text);
    RoutingInputs inputs;
    inputs.items.resize(unpacker.count());
    for (RoutingInputs::ItemStock& item : inputs.items) {
        item.item = static_cast<ItemIx>(unpacker.next());
        item.demand = static_cast<std::int64_t>(unpacker.next());
        item.places.resize(unpacker.count());
        LocationIx before = 0;
        for (RoutingInputs::Stock& place : item.places) {
            const std::uint64_t head = unpacker.next();
            before += static_cast<LocationIx>(head >> 1);
            place.location = before;
            place.units = (head & 1) != 0 ? item.demand : static_cast<std::int64_t>(unpacker.next());
        }
    }
    inputs.capacity.resize(unpacker.count());
    for (RoutingInputs::Capacity& capacity : inputs.capacity) {
        capacity.location = static_cast<LocationIx>(unpacker.next());
        capacity.units_left = static_cast<std::int64_t>(unpacker.next());
    }
    if (!unpacker.broken() && !unpacker.at_end()) {
        inputs.standings.resize(unpacker.count());
        LocationIx before = 0;
        for (RoutingInputs::Standing& standing : inputs.standings) {
            before += static_cast<LocationIx>(unpacker.next());
            standing.location = before;
            standing.stock_depth = static_cast<std::int64_t>(unpacker.next());
            standing.workload_ppm = static_cast<std::int64_t>(unpacker.next());
        }
    }
    for (std::size_t block = 0; block < later_blocks_max && !unpacker.broken() && !unpacker.at_end(); ++block) {
        for (RoutingInputs::Standing& standing : inputs.standings) {
            set_later_value(standing, block, unpacker.next());
        }
    }
    if (unpacker.broken() || !unpacker.at_end()) return std::nullopt;
    // Numbers with needless zeros or beyond what fits are read as something else than was written: a damaged text.
    if (pack_inputs(inputs) != text) return std::nullopt;
    return inputs;
}

}  // namespace waybill::core

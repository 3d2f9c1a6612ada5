#include "engine/state_hash.hpp"

#include <sodium.h>

#include "base/assert.hpp"

namespace waybill::engine {
namespace {

std::uint64_t bits(std::int64_t value) { return static_cast<std::uint64_t>(value); }

}  // namespace

struct Blake2b::State {
    crypto_generichash_state blake{};
};

Blake2b::Blake2b() : state_(std::make_unique<State>()) {
    static const int ready = sodium_init();
    WAYBILL_ASSERT(ready >= 0);
    crypto_generichash_init(&state_->blake, nullptr, 0, 32);
}
Blake2b::~Blake2b() = default;
Blake2b::Blake2b(Blake2b&&) noexcept = default;
Blake2b& Blake2b::operator=(Blake2b&&) noexcept = default;

void Blake2b::number(std::uint64_t value) {
    std::array<unsigned char, 8> bytes{};
    for (unsigned char& byte : bytes) {
        byte = static_cast<unsigned char>(value & 0xffU);
        value >>= 8U;
    }
    crypto_generichash_update(&state_->blake, bytes.data(), bytes.size());
}

void Blake2b::text(std::string_view value) {
    number(value.size());
    crypto_generichash_update(&state_->blake, reinterpret_cast<const unsigned char*>(value.data()), value.size());
}

std::array<unsigned char, 32> Blake2b::finish() {
    std::array<unsigned char, 32> out{};
    crypto_generichash_final(&state_->blake, out.data(), out.size());
    return out;
}

void StateHash::doc(const DocRow& row) {
    Blake2b& part = docs_[static_cast<std::size_t>(row.kind)];
    has_docs_[static_cast<std::size_t>(row.kind)] = true;
    part.number(row.ix);
    part.text(row.code);
    part.text(row.doc);
}

void StateHash::level(const LevelRow& row) {
    const core::Level& level = row.level;
    levels_.number(row.item);
    levels_.number(level.location);
    levels_.number(level.feed);
    levels_.number(level.feed_sequence);
    levels_.number(bits(level.on_hand));
    levels_.number(bits(level.reserved));
    levels_.number(bits(level.safety));
    levels_.number(bits(level.unsellable));
}

void StateHash::capacity(const CapacityRow& row) {
    capacity_.number(row.location);
    capacity_.number(bits(row.day.day.days()));
    capacity_.number(bits(row.day.orders));
    capacity_.number(bits(row.day.units));
}

void StateHash::order(const StoredOrder& order) {
    orders_.text(order.placed ? order.placed->body : order.header);
    orders_.number(order.blocks.size());
    for (const OrderBlock& block : order.blocks) {
        orders_.number(block.block);
        orders_.text(block.doc);
    }
}

void StateHash::customer(std::string_view doc) { customers_.text(doc); }

std::string StateHash::finish(core::Sequence head) {
    Blake2b whole;
    whole.number(head.raw());
    const auto add = [&whole](Blake2b& part) {
        const auto digest = part.finish();
        whole.text({reinterpret_cast<const char*>(digest.data()), digest.size()});
    };
    for (std::size_t kind = 0; kind < doc_kinds; ++kind) {
        if (kind <= static_cast<std::size_t>(DocKind::rule_activation) || has_docs_[kind]) add(docs_[kind]);
    }
    add(levels_);
    add(capacity_);
    add(orders_);
    add(customers_);
    std::string out;
    constexpr std::string_view digits = "0123456789abcdef";
    for (const unsigned char byte : whole.finish()) {
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

}  // namespace waybill::engine

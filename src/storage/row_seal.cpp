#include "storage/row_seal.hpp"

#include <sodium/crypto_shorthash.h>

#include <array>

namespace waybill::storage {

namespace {

using Bytes = std::array<unsigned char, 8>;

/// Little-endian on every machine.
Bytes bytes_of(std::uint64_t value) {
    Bytes out{};
    for (unsigned char& byte : out) {
        byte = static_cast<unsigned char>(value & 0xFF);
        value >>= 8;
    }
    return out;
}

const unsigned char* as_bytes(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());  // NOLINT(*-reinterpret-cast): libsodium reads bytes
}

}  // namespace

RowSeal& RowSeal::begin(core::TenantId tenant, std::uint64_t place) {
    tenant_ = tenant.raw();
    place_ = place;
    bytes_.clear();
    return *this;
}

RowSeal& RowSeal::add(std::uint64_t value) {
    for (const unsigned char byte : bytes_of(value)) bytes_ += static_cast<char>(byte);
    return *this;
}

RowSeal& RowSeal::add(std::string_view text) {
    add(std::uint64_t{text.size()});
    bytes_ += text;
    return *this;
}

std::int64_t RowSeal::value() const {
    static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == 8);
    std::array<unsigned char, 16> key{};
    const Bytes tenant = bytes_of(tenant_);
    const Bytes place = bytes_of(place_);
    for (std::size_t at = 0; at < tenant.size(); ++at) {
        key[at] = tenant[at];
        key[at + tenant.size()] = place[at];
    }
    Bytes hash{};
    crypto_shorthash(hash.data(), as_bytes(bytes_), bytes_.size(), key.data());
    std::uint64_t out = 0;
    for (std::size_t at = hash.size(); at-- > 0;) out = out << 8 | hash[at];
    return static_cast<std::int64_t>(out);
}

std::int64_t seal_of(RowSeal& seal, core::TenantId tenant, const engine::EventRow& event) {
    seal.begin(tenant, event.sequence.raw());
    seal.add(static_cast<std::uint64_t>(event.aggregate.kind)).add(event.aggregate.id).add(event.aggregate_version);
    seal.add(event.at.micros()).add(event.actor).add(event.command).add(event.correlation).add(event.type);
    return seal.add(std::uint64_t{event.schema_version}).add(event.body).value();
}

std::int64_t seal_of(RowSeal& seal, core::TenantId tenant, const engine::PersonRow& person) {
    seal.begin(tenant, person.id.raw()).add(person.customer.raw());
    return seal.add(std::uint64_t{person.order.is_set() ? 1U : 0U}).add(person.doc).value();
}

std::int64_t seal_of(RowSeal& seal, core::TenantId tenant, const engine::ReplyRow& reply) {
    seal.begin(tenant, 0).add(reply.key);
    for (const unsigned char byte : reply.body_hash) seal.add(std::uint64_t{byte});
    seal.add(std::uint64_t{reply.status}).add(static_cast<std::uint64_t>(reply.object.kind)).add(reply.object.id);
    return seal.add(reply.sequence.raw()).add(reply.body).add(reply.at.micros()).value();
}

}  // namespace waybill::storage

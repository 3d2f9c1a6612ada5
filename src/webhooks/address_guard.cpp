#include "webhooks/address_guard.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace waybill::webhooks {
namespace {

/// The first `bits` of a network's addresses.
struct V4Network {
    std::uint32_t prefix = 0;
    unsigned bits = 0;
};

constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
    return a << 24U | b << 16U | c << 8U | d;
}

constexpr std::array v4_not_public{
    V4Network{v4(0, 0, 0, 0), 8},        // this network
    V4Network{v4(10, 0, 0, 0), 8},       // private
    V4Network{v4(100, 64, 0, 0), 10},    // shared behind a carrier's translation
    V4Network{v4(127, 0, 0, 0), 8},      // loopback
    V4Network{v4(169, 254, 0, 0), 16},   // link-local; clouds have their metadata there
    V4Network{v4(172, 16, 0, 0), 12},    // private
    V4Network{v4(192, 0, 0, 0), 24},     // protocol assignments
    V4Network{v4(192, 0, 2, 0), 24},     // documentation
    V4Network{v4(192, 88, 99, 0), 24},   // 6to4 relays, deprecated
    V4Network{v4(192, 168, 0, 0), 16},   // private
    V4Network{v4(198, 18, 0, 0), 15},    // benchmarks
    V4Network{v4(198, 51, 100, 0), 24},  // documentation
    V4Network{v4(203, 0, 113, 0), 24},   // documentation
    V4Network{v4(224, 0, 0, 0), 4},      // multicast
    V4Network{v4(240, 0, 0, 0), 4},      // reserved, broadcast
};

bool is_public_v4(std::uint32_t address) {
    return std::none_of(v4_not_public.begin(), v4_not_public.end(), [address](const V4Network& network) {
        return address >> (32 - network.bits) == network.prefix >> (32 - network.bits);
    });
}

using V6Bytes = std::array<std::uint8_t, 16>;

struct V6Network {
    V6Bytes prefix{};
    unsigned bits = 0;
};

constexpr V6Network v6_global{{0x20}, 3};  // all that was ever given out to the internet
constexpr std::array v6_not_public{
    V6Network{{0x20, 0x01}, 23},              // protocol assignments, Teredo among them
    V6Network{{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    V6Network{{0x20, 0x02}, 16},              // 6to4: leads to an IPv4 address that it names
    V6Network{{0x3f, 0xff}, 20},              // documentation
};
// An IPv4 address in their last 32 bits is where they lead.
constexpr std::array v6_of_v4{
    V6Network{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96},  // mapped
    V6Network{{0x00, 0x64, 0xff, 0x9b}, 96},                    // NAT64
};

bool is_in(const V6Bytes& address, const V6Network& network) {
    for (unsigned bit = 0; bit < network.bits; bit += 8) {
        const unsigned left = std::min(network.bits - bit, 8U);
        const auto mask = static_cast<std::uint8_t>(0xffU << (8U - left));
        if (((address[bit / 8] ^ network.prefix[bit / 8]) & mask) != 0) return false;
    }
    return true;
}

template <std::size_t N>
bool is_in_any(const V6Bytes& address, const std::array<V6Network, N>& networks) {
    return std::any_of(networks.begin(), networks.end(),
                       [&](const V6Network& network) { return is_in(address, network); });
}

bool is_public_v6(const V6Bytes& address) {
    if (is_in_any(address, v6_of_v4)) {
        return is_public_v4(v4(address[12], address[13], address[14], address[15]));
    }
    return is_in(address, v6_global) && !is_in_any(address, v6_not_public);
}

/// The bytes of a socket address as what its family says that they are.
template <class Address>
Address read_as(const sockaddr& address) {
    Address out{};
    std::memcpy(&out, &address, sizeof out);
    return out;
}

}  // namespace

bool is_public(const sockaddr& address) {
    if (address.sa_family == AF_INET) return is_public_v4(ntohl(read_as<sockaddr_in>(address).sin_addr.s_addr));
    if (address.sa_family != AF_INET6) return false;
    V6Bytes bytes{};
    const auto in = read_as<sockaddr_in6>(address);
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    return is_public_v6(bytes);
}

}  // namespace waybill::webhooks

#pragma once
// "127.0.0.1:8080", "[::1]:8080", ":8080" (this machine only) as address and port.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::app {

struct ListenAddress {
    std::string address;
    std::uint16_t port = 0;
};

/// nullopt: not of that form. Whether the address is one of this machine is found out when it is bound.
[[nodiscard]] std::optional<ListenAddress> parse_listen_address(std::string_view text);

/// As it stands in a URL.
[[nodiscard]] std::string url_of(const ListenAddress& listen);

}  // namespace waybill::app

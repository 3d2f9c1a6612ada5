#include "app/listen_address.hpp"

#include "app/setting_values.hpp"

namespace waybill::app {

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto port = parse_count(text.substr(colon + 1), 65535);
    if (!port) return std::nullopt;
    std::string_view address = text.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']')) {
        address = address.substr(1, address.size() - 2);
    } else if (address.find(':') != std::string_view::npos) {
        return std::nullopt;  // an IPv6 address needs its brackets
    }
    return ListenAddress{address.empty() ? "127.0.0.1" : std::string(address), static_cast<std::uint16_t>(*port)};
}

std::string url_of(const ListenAddress& listen) {
    const bool brackets = listen.address.find(':') != std::string::npos;
    return "http://" + (brackets ? "[" + listen.address + "]" : listen.address) + ":" + std::to_string(listen.port);
}

}  // namespace waybill::app

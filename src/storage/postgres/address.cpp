#include "storage/postgres/address.hpp"

#include <algorithm>

namespace waybill::storage::postgres {

namespace {

/// Where the user, the password and the host begin.
std::size_t begin_of(std::string_view address) { return address.find("//") + 2; }

}  // namespace

bool is_address(std::string_view text) { return text.starts_with("postgresql://") || text.starts_with("postgres://"); }

std::string without_password(const std::string& address) {
    std::string out = address;
    // Also the one of the client's key, sslpassword.
    constexpr std::string_view parameter = "password=";
    for (std::size_t given = out.find(parameter); given != std::string::npos; given = out.find(parameter, given)) {
        given += parameter.size();
        out.replace(given, std::min(out.find('&', given), out.size()) - given, "***");
    }
    // "//user:password@host": up to the last @ of all, whatever the password has in it.
    const std::size_t begin = begin_of(out);
    const std::size_t at = out.rfind('@');
    const std::size_t colon = out.find(':', begin);
    if (at != std::string::npos && at > begin && colon < at) out.replace(colon, at - colon, ":***");
    return out;
}

bool is_ambiguous(std::string_view address) {
    const std::string_view rest = address.substr(begin_of(address));
    const std::size_t at = rest.find('@');
    const std::size_t colon = rest.find(':');
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) return at != rest.rfind('@');
    const std::string_view authority = rest.substr(0, slash);
    const std::string_view path = rest.substr(slash, rest.substr(slash).find('?'));
    return authority.find('@') != authority.rfind('@') || (path.find('@') != std::string_view::npos && colon < slash);
}

}  // namespace waybill::storage::postgres

#include "app/cluster_key.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace waybill::app {
namespace {

constexpr std::size_t length_min = 32;
constexpr std::size_t length_max = 256;

bool is_visible(char c) { return c > ' ' && c < '\x7f'; }

}  // namespace

Result<std::string, std::string> read_cluster_key(const std::string& path) {
    std::ifstream file(path);
    if (!file) return fail("cluster.key_file: can not read " + path + ": " + std::strerror(errno));
    std::string key;
    std::getline(file, key);
    while (!key.empty() && (key.back() == '\r' || key.back() == ' ')) key.pop_back();
    if (key.size() < length_min || key.size() > length_max || !std::all_of(key.begin(), key.end(), is_visible)) {
        return fail("cluster.key_file: the first line of " + path + " must be 32 to 256 visible ASCII characters");
    }
    return key;
}

}  // namespace waybill::app

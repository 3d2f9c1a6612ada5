#include "app/key_file.hpp"

#include <sys/stat.h>

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

Result<std::string, std::string> read_key_file(std::string_view setting, const std::string& path) {
    const std::string name(setting);
    std::ifstream file(path);
    if (!file) return fail(name + ": can not read " + path + ": " + std::strerror(errno));
    std::string key;
    std::getline(file, key);
    while (!key.empty() && (key.back() == '\r' || key.back() == ' ')) key.pop_back();
    if (key.size() < length_min || key.size() > length_max || !std::all_of(key.begin(), key.end(), is_visible)) {
        return fail(name + ": the first line of " + path + " must be 32 to 256 visible ASCII characters");
    }
    return key;
}

bool is_open_to_others(const std::string& path) {
    struct stat file {};
    return ::stat(path.c_str(), &file) == 0 && (file.st_mode & S_IROTH) != 0;
}

}  // namespace waybill::app

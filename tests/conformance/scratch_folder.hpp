#pragma once
// ScratchFolder: an empty folder that goes away with its object.

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/assert.hpp"

namespace waybill::conformance {

class ScratchFolder {
public:
    ScratchFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "waybill-store-XXXXXX").string();
        const char* made = ::mkdtemp(pattern.data());
        WAYBILL_ASSERT(made != nullptr);
        path_ = made;
    }
    ~ScratchFolder() {
        std::error_code code;
        std::filesystem::remove_all(path_, code);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace waybill::conformance

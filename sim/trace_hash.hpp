#pragma once
// TraceHash: one number for all that happened in a run, in order (FNV-1a, 64 bits).

#include <cstdint>
#include <string_view>

namespace waybill::sim {

class TraceHash {
public:
    /// Texts are kept apart: "a" and "b" are not "ab".
    void add(std::string_view text) {
        for (const char c : text) add_byte(static_cast<unsigned char>(c));
        add_byte(0xFF);
    }
    [[nodiscard]] std::uint64_t value() const { return value_; }

private:
    void add_byte(unsigned byte) { value_ = (value_ ^ byte) * 1'099'511'628'211ULL; }

    std::uint64_t value_ = 14'695'981'039'346'656'037ULL;
};

}  // namespace waybill::sim

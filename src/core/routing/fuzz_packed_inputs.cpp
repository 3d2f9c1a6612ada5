// Fuzzes the reading of packed routing inputs: what is taken is exactly what packing would have written.

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.hpp"
#include "core/routing/packed_inputs.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    if (const auto inputs = waybill::core::unpack_inputs(text)) {
        WAYBILL_ASSERT(waybill::core::pack_inputs(*inputs) == text);
    }
    return 0;
}

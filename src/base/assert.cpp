#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace waybill {

void assertion_failed(const char* expression, const char* file, int line) noexcept {
    std::fprintf(stderr, "waybill: impossible state: %s at %s:%d\n", expression, file, line);
    std::abort();
}

}  // namespace waybill

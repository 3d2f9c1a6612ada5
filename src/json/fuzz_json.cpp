// Fuzzes the JSON parser: what it takes is valid for Boost.JSON's own parser too and can be written and read again;
// what it refuses is refused with a place. (Read again, a number with a fraction may differ in its last bit: Boost 1.81
// does not round them correctly, and nothing of ours is a floating-point number.)

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.hpp"
#include "json/parse.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace waybill;
    const std::string text(data, data + size);
    static json::Parser parser;
    const auto value = parser.parse(text);
    const auto fresh = json::parse(text);
    WAYBILL_ASSERT(value.has_value() == fresh.has_value());
    if (!value) {
        WAYBILL_ASSERT(!value.error().rule.empty() && value.error().pointer == fresh.error().pointer);
        return 0;
    }
    WAYBILL_ASSERT(**value == fresh->root());
    boost::system::error_code error;
    const boost::json::value plain = boost::json::parse(text, error);
    WAYBILL_ASSERT(!error && plain == fresh->root());
    const std::string written = boost::json::serialize(plain);
    const auto again = json::parse(written);
    WAYBILL_ASSERT(again);
    return 0;
}

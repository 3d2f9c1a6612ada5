// Fuzzes the JSON parser: what it takes means the same to Boost.JSON's own parser and can be written and read again;
// what it refuses is refused with a place. A number with a fraction may differ from Boost's own, which in 1.81 rounds
// the last bits wrongly and makes no number of 0e400.

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.hpp"
#include "json/parse.hpp"
#include "json/text_writer.hpp"

namespace {

bool is_close(double ours, double theirs) {
    return ours == theirs || !std::isfinite(theirs) ||
           std::abs(ours - theirs) <= 1e-12 * std::max(std::abs(ours), std::abs(theirs));
}

bool is_same(const boost::json::value& ours, const boost::json::value& theirs) {
    if (ours.is_double() && theirs.is_double()) return is_close(ours.get_double(), theirs.get_double());
    if (ours.is_array() && theirs.is_array()) {
        return std::equal(ours.get_array().begin(), ours.get_array().end(), theirs.get_array().begin(),
                          theirs.get_array().end(), is_same);
    }
    if (ours.is_object() && theirs.is_object()) {
        const auto& other = theirs.get_object();
        return ours.get_object().size() == other.size() &&
               std::all_of(ours.get_object().begin(), ours.get_object().end(), [&](const auto& member) {
                   const auto at = other.find(member.key());
                   return at != other.end() && is_same(member.value(), at->value());
               });
    }
    return ours == theirs;
}

}  // namespace

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
    WAYBILL_ASSERT(!error && is_same(fresh->root(), plain));
    std::string written;
    json::append_free_form(written, **value);
    const auto again = json::parse(written);
    WAYBILL_ASSERT(again && again->root() == fresh->root());
    return 0;
}

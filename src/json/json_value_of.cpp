#include "json/json_value_of.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <utility>
#include <vector>

#include "base/assert.hpp"

namespace waybill::json {

namespace {

template <class Number>
JsonValue number_of(Number number) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
    return JsonValue::make_number({digits, static_cast<std::size_t>(end - digits)});
}

}  // namespace

JsonValue json_value_of(const boost::json::value& value) {
    switch (value.kind()) {
        case boost::json::kind::null:
            return {};
        case boost::json::kind::bool_:
            return JsonValue::make_boolean(value.get_bool());
        case boost::json::kind::int64:
            return number_of(value.get_int64());
        case boost::json::kind::uint64:
            return number_of(value.get_uint64());
        case boost::json::kind::double_:
            // Read back, "-0" would be the whole number 0: what is kept has to come out as it went in.
            return value.get_double() == 0 ? number_of(std::int64_t{0}) : number_of(value.get_double());
        case boost::json::kind::string:
            return JsonValue::make_text(std::string_view(value.get_string()));
        case boost::json::kind::array: {
            std::vector<JsonValue> items;
            items.reserve(value.get_array().size());
            for (const auto& item : value.get_array()) items.push_back(json_value_of(item));
            return JsonValue::make_list(std::move(items));
        }
        case boost::json::kind::object: {
            std::vector<JsonValue::Member> members;
            members.reserve(value.get_object().size());
            for (const auto& member : value.get_object()) {
                members.emplace_back(std::string(std::string_view(member.key())), json_value_of(member.value()));
            }
            return JsonValue::make_object(std::move(members));
        }
    }
    assertion_failed("JSON kind is known", __FILE__, __LINE__);
}

}  // namespace waybill::json

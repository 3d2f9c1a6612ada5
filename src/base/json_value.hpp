#pragma once
// JsonValue: a JSON value as data, for documents whose shape is not a described struct: conditions of rules, facts that
// a caller makes up. Numbers keep their decimal text, so nothing here rounds; members keep the order they came in.
//
// Whoever builds one bounds its depth (readers do, by ParseLimits::max_depth): what walks it recurses.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waybill {

struct JsonValue {
    enum class Kind : std::uint8_t { null, boolean, number, text, list, object };
    using Member = std::pair<std::string, JsonValue>;

    // Defined below, where a Member is complete.
    JsonValue();
    JsonValue(const JsonValue& other);
    JsonValue(JsonValue&& other) noexcept;
    JsonValue& operator=(const JsonValue& other);
    JsonValue& operator=(JsonValue&& other) noexcept;
    ~JsonValue();

    Kind kind = Kind::null;
    bool boolean = false;
    std::string text;              ///< of a text; of a number, its decimal text as JSON has it: -12.5, 1e+20
    std::vector<JsonValue> items;  ///< of a list
    std::vector<Member> members;   ///< of an object, no name twice

    [[nodiscard]] static JsonValue make_boolean(bool value);
    /// REQUIRES: `digits` is a JSON number.
    [[nodiscard]] static JsonValue make_number(std::string_view digits);
    [[nodiscard]] static JsonValue make_text(std::string_view value);
    [[nodiscard]] static JsonValue make_list(std::vector<JsonValue> values);
    [[nodiscard]] static JsonValue make_object(std::vector<Member> values);

    [[nodiscard]] bool is(Kind other) const { return kind == other; }
    /// Null where there is none.
    [[nodiscard]] const JsonValue* find(std::string_view name) const;
};

inline JsonValue::JsonValue() = default;
inline JsonValue::JsonValue(const JsonValue& other) = default;
inline JsonValue::JsonValue(JsonValue&& other) noexcept = default;
inline JsonValue& JsonValue::operator=(const JsonValue& other) = default;
inline JsonValue& JsonValue::operator=(JsonValue&& other) noexcept = default;
inline JsonValue::~JsonValue() = default;

/// Numbers are equal when their texts are, objects when their members are in the same order.
[[nodiscard]] bool operator==(const JsonValue& a, const JsonValue& b);

/// Plain JSON, without blanks. REQUIRES: UTF-8.
void append_json(std::string& out, const JsonValue& value);
/// Quoted and escaped.
void append_json_string(std::string& out, std::string_view text);

}  // namespace waybill

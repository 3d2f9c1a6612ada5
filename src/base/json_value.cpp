#include "base/json_value.hpp"

namespace waybill {

namespace {

JsonValue of_kind(JsonValue::Kind kind) {
    JsonValue out;
    out.kind = kind;
    return out;
}

}  // namespace

JsonValue JsonValue::make_boolean(bool value) {
    JsonValue out = of_kind(Kind::boolean);
    out.boolean = value;
    return out;
}

JsonValue JsonValue::make_number(std::string_view digits) {
    JsonValue out = of_kind(Kind::number);
    out.text = digits;
    return out;
}

JsonValue JsonValue::make_text(std::string_view value) {
    JsonValue out = of_kind(Kind::text);
    out.text = value;
    return out;
}

JsonValue JsonValue::make_list(std::vector<JsonValue> values) {
    JsonValue out = of_kind(Kind::list);
    out.items = std::move(values);
    return out;
}

JsonValue JsonValue::make_object(std::vector<Member> values) {
    JsonValue out = of_kind(Kind::object);
    out.members = std::move(values);
    return out;
}

const JsonValue* JsonValue::find(std::string_view name) const {
    for (const Member& member : members) {
        if (member.first == name) return &member.second;
    }
    return nullptr;
}

bool operator==(const JsonValue& a, const JsonValue& b) {
    return a.kind == b.kind && a.boolean == b.boolean && a.text == b.text && a.items == b.items &&
           a.members == b.members;
}

void append_json_string(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    for (const char letter : text) {
        const auto code = static_cast<unsigned char>(letter);
        if (letter == '"' || letter == '\\') {
            out += '\\';
            out += letter;
        } else if (letter == '\n') {
            out += "\\n";
        } else if (letter == '\r') {
            out += "\\r";
        } else if (letter == '\t') {
            out += "\\t";
        } else if (code < 0x20) {
            out += "\\u00";
            out += hex[code >> 4];
            out += hex[code & 15];
        } else {
            out += letter;
        }
    }
    out += '"';
}

void append_json(std::string& out, const JsonValue& value) {
    switch (value.kind) {
        case JsonValue::Kind::null:
            out += "null";
            return;
        case JsonValue::Kind::boolean:
            out += value.boolean ? "true" : "false";
            return;
        case JsonValue::Kind::number:
            out += value.text;
            return;
        case JsonValue::Kind::text:
            append_json_string(out, value.text);
            return;
        case JsonValue::Kind::list:
            out += '[';
            for (std::size_t i = 0; i < value.items.size(); ++i) {
                if (i != 0) out += ',';
                append_json(out, value.items[i]);
            }
            out += ']';
            return;
        case JsonValue::Kind::object:
            out += '{';
            for (std::size_t i = 0; i < value.members.size(); ++i) {
                if (i != 0) out += ',';
                append_json_string(out, value.members[i].first);
                out += ':';
                append_json(out, value.members[i].second);
            }
            out += '}';
            return;
    }
}

}  // namespace waybill
